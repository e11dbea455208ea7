"""One submission graded in the sandbox: what comes back, and what it does not depend on."""

import json

import nbformat
import pytest

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises import release
from dlcourse.grading.exercises.exercise import hidden_checks
from dlcourse.grading.running.grade import Job, grade, seed
from dlcourse.grading.sandbox import SandboxError, Session, Slot
from dlcourse.grading.submissions import intake
from tests.grading.conftest import SMALL

pytestmark = pytest.mark.usefixtures("bubblewrap")

SECRET = b"a secret"


@pytest.fixture(scope="module")
def slot():
    with Slot("bubblewrap") as slot:
        yield slot


def notebook(exercise, **answers):
    """Return the solved notebook's bytes, with other text in the cells of some tasks."""
    solved = release.solved(exercise)
    for cell in solved.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return nbformat.writes(solved).encode()


def points(result):
    return {task["id"]: task["points"] for task in result["tasks"]}


def test_a_solution_gets_all_that_can_be_checked(small, slot):
    result, answers = grade(Job("ada", notebook(small)), small, slot, SECRET)
    words = {task.id for task in small.tasks if task.kind == "words"}
    assert points(result) == {t.id: None if t.id in words else t.points for t in small.tasks}
    assert result["status"] == "graded"
    assert result["score"] == sum(t.points for t in small.tasks if t.id not in words)
    assert result["max_score"] == small.points
    assert result["level"] == "bubblewrap"
    assert set(answers) == {task.id for task in small.tasks}
    assert json.loads(json.dumps(result)) == result


def test_a_wrong_answer_loses_its_points_alone_and_is_told_why(small, slot):
    wrong = "def naive_matmul(a, b):\n    return a @ b.T"
    result, _ = grade(Job("ada", notebook(small, matmul=wrong)), small, slot, SECRET)
    full, _ = grade(Job("ada", notebook(small)), small, slot, SECRET)
    tasks = {task["id"]: task for task in result["tasks"]}
    assert tasks["matmul"]["points"] < tasks["matmul"]["max_points"]
    assert tasks["matmul"]["messages"]
    assert points(result) | {"matmul": None} == points(full) | {"matmul": None}


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        ("raise RuntimeError('no')", "exception", "RuntimeError"),
        ("import os\nos._exit(0)", "crash", "Crash"),
        ("import sys\nsys.exit()", "exception", "SystemExit"),
        ("def naive_matmul(a, b:", "exception", "SyntaxError"),
    ],
)
def test_a_cell_that_breaks_costs_its_own_task_only_and_is_named(small, slot, code, reason, kind):
    result, _ = grade(Job("ada", notebook(small, matmul=code)), small, slot, SECRET)
    full, _ = grade(Job("ada", notebook(small)), small, slot, SECRET)
    assert points(result) == points(full) | {"matmul": 0}
    assert result["exit_reason"] == reason
    assert result["notes"][-1] == f"matmul: the code ended in {kind}"


def test_what_the_code_says_of_hidden_inputs_comes_back_to_nobody(small, slot):
    wrong = """def naive_matmul(a, b):
    print(a, b)
    hidden = repr(a.tolist())
    raise type(hidden, (ValueError,), {})(hidden)"""
    result, _ = grade(Job("ada", notebook(small, matmul=wrong)), small, slot, SECRET)
    (task,) = [task for task in result["tasks"] if task["id"] == "matmul"]
    end = (
        "(your code ended in ValueError: in the line raise type(hidden, (ValueError,), {})(hidden))"
    )
    assert task["messages"] == [
        f"{check.message} {end}" for check in hidden_checks(small.task("matmul"), str)
    ]
    assert (result["review"], result["notes"]) == ([], [])


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe\x00", b'{"cells": []}'])
def test_what_cannot_be_read_goes_to_a_person(small, slot, data):
    result, answers = grade(Job("ada", data), small, slot, SECRET)
    assert (result["status"], result["score"], answers) == ("needs review", 0, {})
    assert result["review"]


def test_a_broken_sandbox_is_not_the_students_fault(small):
    class Broken(Slot):
        def session(self, cells):
            raise SandboxError("no memory left")

    result, _ = grade(Job("ada", notebook(small)), small, Broken("none"), SECRET)
    assert result["status"] == "failed"
    assert "no memory left" in result["review"][0]


def test_a_sandbox_lost_in_the_middle_is_no_fault_of_the_checks(small, slot):
    class Lost(Slot):
        def session(self, cells):
            session = slot.session(cells)
            asked = []

            def ask(code, **inputs):
                asked.append(code)
                if len(asked) > 2:
                    raise SandboxError("the warm process of the sandbox has gone")
                return Session.ask(session, code, **inputs)

            session.ask = ask
            return session

    result, _ = grade(Job("ada", notebook(small)), small, Lost("none"), SECRET)
    assert result["status"] == "failed"  # so that it is graded again
    assert result["review"] == [
        "the sandbox did not work: the warm process of the sandbox has gone"
    ]


def test_an_error_of_the_grader_stops_nobody_else(small, slot, monkeypatch):
    def broken(*_):
        raise RecursionError("too deep")

    monkeypatch.setattr(intake, "read", broken)
    result, answers = grade(Job("ada", notebook(small)), small, slot, SECRET)
    assert (result["status"], answers) == ("failed", {})
    assert result["review"] == ["the grader itself failed: RecursionError('too deep')"]
    assert json.loads(json.dumps(result)) == result


def test_parts_of_a_point_add_up_to_whole_ones(write, slot):
    text = SMALL.read_text().replace('check="params" points=2', 'check="params" points=0.3')
    first = text.index('@check(2, "not the number')
    last = text.index("### END", first)
    part = text[first:last].replace("check(2", "check(0.2")
    more = part.replace("0.2", "0.1").replace("def exact", "def again")
    tenths = exercises.load(write(text[:first] + more + part + text[last:]))
    result, _ = grade(Job("ada", notebook(tenths)), tenths, slot, SECRET)
    assert points(result)["params"] == 0.3
    assert result["score"] == 3.3


def test_a_regrade_repeats_everything_but_the_times(small, slot):
    wrong = "def naive_matmul(a, b):\n    return a @ b + 1"
    job = Job("ada", notebook(small, matmul=wrong), submitted="2026-11-20T10:00:00+00:00")
    first, second = (grade(job, small, slot, SECRET)[0] for _ in range(2))
    for result in (first, second):
        del result["seconds"], result["graded"]
    assert first == second


def test_checks_draw_other_numbers_for_each_student_task_and_secret():
    seeds = {
        seed(secret, assignment, task, student)
        for secret in (b"a", b"b")
        for assignment in ("01_tensors", "02_backprop")
        for task in ("one", "two")
        for student in ("ada", "grace")
    }
    assert len(seeds) == 16
    # The parts are kept apart: moving a letter from one to the next is another seed.
    assert seed(b"a", "x", "yz", "ada") != seed(b"a", "xy", "z", "ada")
