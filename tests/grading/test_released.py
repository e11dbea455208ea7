"""The students' notebooks in the repository are what their sources release."""

import pytest

from dlcourse.course import catalogue
from dlcourse.grading.exercises import exercise, release

FOLDER = catalogue.root() / "notebooks" / "exercises"


@pytest.mark.parametrize("found", exercise.find(), ids=lambda found: found.name)
def test_the_released_notebook_is_current(found, tmp_path):
    path = release.release(found, tmp_path)
    same = path.read_bytes() == (FOLDER / path.name).read_bytes()
    assert same, "run: dlcourse exercises release notebooks/exercises"


def test_there_is_no_other_notebook():
    released = {path.stem for path in FOLDER.iterdir()}
    assert released == {found.name for found in exercise.find()}
