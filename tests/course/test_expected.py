"""What expected.toml says, and what it refuses."""

import pytest

from dlcourse.course import expected as expectations


def test_results_inside_their_ranges_are_no_problem(small):
    assert expectations.load(small.chapter).problems("full", "quick", {"answer": 41.0}) == []


@pytest.mark.parametrize(
    ("results", "problem"),
    [
        ({}, "result answer was not recorded"),
        ({"answer": 40.9}, "answer = 40.9 is outside 41 … 43"),
        ({"answer": 42.0, "other": 1.0}, "result other = 1 has no range"),
    ],
)
def test_each_mismatch_is_named(small, results, problem):
    (found,) = expectations.load(small.chapter).problems("full", "quick", results)
    assert problem in found


def test_a_variant_of_its_own_beats_any(small):
    small.expect(
        small.chapter.expected.read_text()
        + "\n[01_small.results.embedded.quick]\nanswer = { min = 1, max = 2 }\n"
    )
    expected = expectations.load(small.chapter)
    assert expected.ranges("embedded", "quick")["answer"].max == 2
    assert expected.ranges("full", "quick")["answer"].max == 43


def test_a_quoted_number_must_lie_in_the_range(small):
    small.expect(small.chapter.expected.read_text().replace("42.04", "44"))
    with pytest.raises(ValueError, match="01_small: the quoted 44 is outside 41 … 43"):
        expectations.load(small.chapter)


@pytest.mark.parametrize("built", ['backend = "pytorch"', 'variant = "ful"', 'device = "gpu"'])
def test_a_way_to_build_that_does_not_exist_is_refused(small, built):
    small.expect(small.chapter.expected.read_text() + f"\n[01_small.built]\n{built}\n")
    with pytest.raises(ValueError, match=f"01_small: .*{built.split()[0]}"):
        expectations.load(small.chapter)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("embeded.quick", "the variant of results is 'embeded'"),
        ("auto.quick", "the variant of results is 'auto'"),
        ("embedded.quik", "the profile of results.embedded is 'quik'"),
    ],
)
def test_ranges_for_runs_that_cannot_be_are_refused(small, name, problem):
    known = small.chapter.expected.read_text()
    small.expect(f"{known}\n[01_small.results.{name}]\nanswer = {{ min = 1, max = 2 }}\n")
    with pytest.raises(ValueError, match=f"01_small: {problem}"):
        expectations.load(small.chapter)


@pytest.mark.parametrize(
    ("line", "missing"), [("full = { seconds = 60", "'full'"), ("[01_small.budget]", "'budget'")]
)
def test_what_is_missing_is_named(small, line, missing):
    text = small.chapter.expected.read_text()
    small.expect(text.replace(line, line.replace("full", "ful").replace("budget", "budge")))
    with pytest.raises(ValueError, match=f"expected.toml, chapter 01_small: there is no {missing}"):
        expectations.load(small.chapter)


def test_a_chapter_that_is_not_there_is_named(small):
    small.expect("")
    with pytest.raises(ValueError, match="says nothing of chapter 01_small"):
        expectations.load(small.chapter)


def test_a_profile_without_ranges_says_what_to_add(small):
    with pytest.raises(ValueError, match=r"no \[01_small.results.full.other\]"):
        expectations.load(small.chapter).ranges("full", "other")


def test_a_headline_quotes_the_numbers_of_the_full_profile(small):
    text = small.chapter.expected.read_text()
    small.expect(f'[01_small]\nheadline = "gives {{{{answer:.1f}}}}"\n{text}')
    assert expectations.load(small.chapter).headline == "gives 42.0"
    small.expect(f'[01_small]\nheadline = "gives {{{{other}}}}"\n{text}')
    with pytest.raises(ValueError, match="no quoted number of that name"):
        assert expectations.load(small.chapter).headline
