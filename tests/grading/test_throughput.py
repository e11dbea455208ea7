"""Grading a class in the sandbox against nbgrader's own autograder on the same work."""

import pytest

from dlcourse.bench import grading
from dlcourse.grading.exercises import exercise

pytestmark = pytest.mark.usefixtures("bubblewrap")


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "times"),
    [
        ("01_tensors", 40, 3, 15),  # NumPy alone
        ("04_frameworks", 12, 2, 3),  # trains with Keras
    ],
)
def test_a_class_takes_a_fraction_of_nbgraders_time(name, ours, theirs, times):
    (found,) = exercise.find(names=[name])
    slow, fast = grading.time_nbgrader(found, theirs), grading.time_dlcourse(found, ours)
    assert slow.each > times * fast.each, (slow, fast)
