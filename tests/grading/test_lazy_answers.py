"""Answers that nobody has thought about earn nothing, in any task that is checked."""

import ast
from itertools import cycle

import nbformat
import pytest

from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.running.checks import run_checks
from dlcourse.grading.running.grade import seed
from dlcourse.grading.sandbox import Slot
from dlcourse.grading.submissions import intake

pytestmark = pytest.mark.usefixtures("bubblewrap")

EXERCISES = exercise.find()

# What a function returns, whatever arguments are `given`: an expression.
RETURNED = [
    "given[0]",
    "given[-1]",
    "given",
    "copy.copy(given[0])",
    "(given[0], given[0])",
    "None",
    "(None, None)",
    "0",
    "1",
    "(0, 0)",
    "float('nan')",
    "True",
    "''",
    "[]",
    "{}",
    "[1, [2, 3]]",
    "{'a': 'text'}",
    "object()",
    "np.array([])",
    "np.zeros(np.shape(given[0]))",
    "np.ones(np.shape(given[0]))",
    "[np.zeros(np.shape(one)) for one in given]",
    "np.sum(given[0])",
    "np.mean(given[0])",
    "len(given[0])",
    "fail(ValueError)",
    "fail(TypeError)",
    "fail(SystemExit)",
]
# What stands where a task asks for a result.
VALUES = ["None", "0", "1", "-1.0", "float('nan')", "True", "''", "[]", "{}", "[0, 0]", "Ones()"]

START = """\
import copy
import numpy as np
def fail(kind):
    raise kind("always")
class Ones(dict):
    def __missing__(self, key):
        return 1
"""


def lazy_answer(task, expression, value):
    """Return code that defines all that the task asks for, and makes no sense."""
    answer = START
    for node in ast.parse(task.cell.solved).body:
        if isinstance(node, ast.ClassDef):
            bases = ", ".join(map(ast.unparse, node.bases))
            answer += f"class {node.name}({bases}):\n    def call(self, *given):\n"
            answer += f"        return {expression}\n"
        elif isinstance(node, ast.FunctionDef):
            answer += f"def {node.name}(*given, **named):\n    given += (*named.values(),)\n"
            answer += f"    return {expression}\n"
    defined = [node.name for node in ast.parse(answer).body if hasattr(node, "name")]
    return answer + "".join(f"{name} = {value}\n" for name in sorted(task.names - set(defined)))


def checked(found, task, session, answer, secret):
    """Return what the checks of `task` give when `answer` stands in the notebook."""

    def ask(code, **inputs):
        return session.ask(answer + code, **inputs)

    return run_checks(task, ask, seed(secret, found.name, task.id, "ada"), lambda _: answer)


@pytest.mark.parametrize("found", EXERCISES, ids=lambda found: found.name)
def test_lazy_answers_earn_nothing(found):
    blank = intake.read(nbformat.writes(release.released(found)).encode(), found)
    cells = [cell.source for cell in blank.cells]
    earned, faults = {}, []
    with Slot("bubblewrap", warm=found.modules) as slot, slot.session(cells) as session:
        for task in found.tasks:
            if task.kind == "words":
                continue
            for number, lazy in enumerate(zip(RETURNED, cycle(VALUES), strict=False)):
                answer = lazy_answer(task, *lazy)
                result = checked(found, task, session, answer, b"%d" % number)
                faults += result.faults
                if result.points:
                    earned[task.id, *lazy] = result.points
        assert session.exit_reason == "ok"
    assert (earned, faults) == ({}, [])
