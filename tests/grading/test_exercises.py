"""The course's own exercises, graded in the sandbox: solutions, blank notebooks, near misses.

What students lose or gain must not depend on what the checks happen to draw for them: solutions
and near misses meet the checks with several secrets.
"""

import importlib
import re

import nbformat
import pytest

from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.running.checks import run_checks
from dlcourse.grading.running.grade import Job, grade, seed
from dlcourse.grading.sandbox import Slot
from dlcourse.grading.submissions import intake
from tests.grading import near_misses

pytestmark = pytest.mark.usefixtures("bubblewrap")

SECRETS = [b"secret %d" % number for number in range(5)]
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
def slots():
    """Return the sandbox of each exercise: one for all notebooks, as in a class."""
    slots = {found.name: Slot("bubblewrap", warm=found.modules) for found in EXERCISES}
    yield slots
    for slot in slots.values():
        slot.close()


@pytest.fixture
def hand_in(slots):
    """Return a function that grades a notebook."""

    def graded(found, notebook):
        job = Job("ada", nbformat.writes(notebook).encode())
        return grade(job, found, slots[found.name], SECRETS[0])[0]

    return graded


@pytest.fixture
def draw(slots):
    """Return a function that checks tasks of a notebook several times, each with other draws."""

    def results(found, notebook, tasks):
        submission = intake.read(nbformat.writes(notebook).encode(), found)
        secrets = SECRETS[:2] if "keras" in found.modules else SECRETS
        with slots[found.name].session([cell.source for cell in submission.cells]) as session:
            return [
                run_checks(
                    task,
                    session.ask,
                    seed(secret, found.name, task.id, "ada"),
                    submission.code_of,
                )
                for task in tasks
                for secret in secrets
            ]

    return results


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_solutions_get_full_marks(hand_in, found):
    result = hand_in(found, release.solved(found))
    assert (result["status"], result["exit_reason"], result["notes"]) == ("graded", "ok", [])
    for task in result["tasks"]:
        wanted = None if task["kind"] == "words" else task["max_points"]
        assert (task["points"], task["messages"]) == (wanted, []), task["id"]


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_solutions_get_full_marks_whatever_is_drawn(draw, found):
    tasks = [task for task in found.tasks if task.kind != "words"]
    for result in draw(found, release.solved(found), tasks):
        assert (result.points, result.faults) == (result.max_points, []), result


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
def test_a_near_miss_gets_what_it_is_worth(draw, found, task, number, code, points):
    notebook = release.released(found)
    (cell,) = [cell for cell in notebook.cells if cell.id == f"{found.name}-{task}"]
    assert cell.source != code
    cell.source = code
    for result in draw(found, notebook, [found.task(task)]):
        assert result.points == points < result.max_points, result
        assert len(result.messages) >= 1
        assert result.faults == []


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_there_are_six_tasks_and_a_near_miss_for_each_that_is_checked(found):
    checked = {task.id for task in found.tasks if task.kind != "words"}
    assert len(found.tasks) >= 6
    assert {task for task, *_ in misses(found)} == checked


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_a_program_with_a_bug_is_among_the_near_misses_as_it_is(found):
    given = "\n".join(cell.source for cell in found.cells if cell.kind == "given")
    unchanged = [code.strip().partition(" = ")[2] for *_, code, _ in misses(found)]
    assert set(re.findall(r"def (\w+_with_bug)", given)) <= set(unchanged)
