"""The course's own exercises, graded in the sandbox: solutions, blank notebooks, near misses."""

import importlib

import nbformat
import pytest

from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.running.grade import Job, grade
from dlcourse.grading.sandbox import Slot
from tests.grading import near_misses

pytestmark = pytest.mark.usefixtures("bubblewrap")

SECRET = b"a secret of the tests"
EXERCISES = exercise.find()


def misses(found):
    module = importlib.import_module(f"{near_misses.__name__}.{found.name}")
    return [
        (task, number, code, points)
        for task, cases in module.NEAR_MISSES.items()
        for number, (code, points) in enumerate(cases)
    ]


CASES = [(found, *case) for found in EXERCISES for case in misses(found)]


@pytest.fixture(scope="module")
def hand_in():
    """Return a function that grades a notebook; one sandbox an exercise, as in a class."""
    slots = {}

    def graded(found, notebook):
        if found.name not in slots:
            slots[found.name] = Slot("bubblewrap", warm=found.modules)
        job = Job("ada", nbformat.writes(notebook).encode())
        return grade(job, found, slots[found.name], SECRET)[0]

    yield graded
    for slot in slots.values():
        slot.close()


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_solutions_get_full_marks(hand_in, found):
    result = hand_in(found, release.solved(found))
    assert (result["status"], result["exit_reason"], result["notes"]) == ("graded", "ok", [])
    for task in result["tasks"]:
        wanted = None if task["kind"] == "words" else task["max_points"]
        assert (task["points"], task["messages"]) == (wanted, []), task["id"]


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_a_blank_notebook_gets_nothing(hand_in, found):
    result = hand_in(found, release.released(found))
    assert result["score"] == 0
    assert {task["id"]: task["points"] for task in result["tasks"] if task["points"]} == {}


@pytest.mark.parametrize(
    ("found", "task", "number", "code", "points"),
    CASES,
    ids=[f"{found.name}-{task}-{number}" for found, task, number, *_ in CASES],
)
def test_a_near_miss_gets_what_it_is_worth(hand_in, found, task, number, code, points):
    notebook = release.solved(found)
    (cell,) = [cell for cell in notebook.cells if cell.id == f"{found.name}-{task}"]
    assert cell.source != code
    cell.source = code
    result = hand_in(found, notebook)
    graded = {entry["id"]: entry for entry in result["tasks"]}
    assert graded[task]["points"] == points < graded[task]["max_points"], graded[task]["messages"]
    assert len(graded[task]["messages"]) >= 1


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_there_are_six_tasks_and_a_near_miss_for_each_that_is_checked(found):
    checked = {task.id for task in found.tasks if task.kind != "words"}
    assert len(found.tasks) >= 6
    assert {task for task, *_ in misses(found)} == checked
