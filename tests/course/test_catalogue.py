"""Finding chapters."""

import pytest

from dlcourse.course import catalogue


def test_the_course_has_its_chapters_in_order():
    names = [chapter.name for chapter in catalogue.chapters()]
    assert names == sorted(names)
    assert {"01_tensors", "03_mnist"} <= set(names)


@pytest.mark.parametrize("alias", ["03_mnist", "mnist", "03"])
def test_a_chapter_answers_to_its_aliases(alias):
    assert [chapter.name for chapter in catalogue.find([alias])] == ["03_mnist"]


def test_nothing_named_means_everything():
    assert catalogue.find(None) == catalogue.find([]) == catalogue.chapters()


def test_twice_the_same_chapter_is_one_run():
    assert len(catalogue.find(["mnist", "03"])) == 1


def test_an_unknown_chapter_gets_the_nearest_match():
    with pytest.raises(ValueError, match="Did you mean 'mnist'"):
        catalogue.find(["minst"])
