"""Run the hidden checks of a task, each whatever became of the others, and add up its points."""

import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from dlcourse.grading.exercises.calls import calls
from dlcourse.grading.exercises.exercise import Task, hidden_checks
from dlcourse.grading.exercises.vocabulary import (
    Ask,
    AskError,
    Check,
    Wrong,
    check,
    equal,
    near,
    raises,
)
from dlcourse.grading.sandbox.limits import SandboxError

__all__ = [
    "Ask", "AskError", "Check", "TaskResult", "Wrong",
    "calls", "check", "equal", "near", "raises", "run_checks",
]  # fmt: skip

_LONGEST = 300  # characters of one message; a line of a student's code can be long


@dataclass(frozen=True)
class TaskResult:
    """What the checks of one task gave.

    `messages` are for the student. `faults` are the grader's own: checks that broke, whose points
    nobody has decided on; a task with faults needs review.
    """

    id: str
    points: float
    max_points: float
    messages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def needs_review(self) -> bool:
        """Say whether a person must look, because a check of ours failed to work."""
        return bool(self.faults)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data: for JSON, a database or another process."""
        return asdict(self) | {"needs_review": self.needs_review}


def run_checks(
    task: Task, ask: Ask, rng_seed: int, code_of: Callable[[str], str] = lambda task: ""
) -> TaskResult:
    """Run every hidden check of `task` (not one graded by hand) and add up the points.

    Check number i draws from `numpy.random.default_rng([rng_seed, i])`, so that no check depends
    on what another one drew. A check fails by Wrong, AssertionError or AskError. Any other
    exception is the check's own fault: it gives no points, and a fault for a person to review.

    Raises ValueError for a task in words; SandboxError where the sandbox stops working.
    """
    if task.checks is None:
        raise ValueError(f"task {task.id!r} is graded by hand; it has no checks to run")
    try:
        hidden = hidden_checks(task, code_of)
    except Exception as error:
        fault = f"the hidden checks do not run: {_where(error)}"
        return TaskResult(task.id, 0, task.points, faults=[fault])
    points, messages, faults = 0.0, [], []
    for number, one in enumerate(hidden):
        try:
            one.function(ask, np.random.default_rng([rng_seed, number]))
            points += one.points
        except (Wrong, AssertionError) as error:
            messages.append(_sentence(one.message, str(error)))
        except AskError as error:
            what = ": ".join(part for part in (error.kind, error.told) if part)
            messages.append(_sentence(one.message, f"your code ended in {what}"))
        except SandboxError:
            raise  # nobody's fault, and no result: the work is to be graded again
        except Exception as error:
            faults.append(f"the check {one.message!r} is broken: {_where(error)}")
    # Tenths of a point have no exact float: 0.1 and 0.2 shall make 0.3.
    return TaskResult(task.id, round(points, 9), task.points, messages, faults)


def _sentence(message: str, detail: str) -> str:
    """Return the message with the first line of what is known in detail."""
    first = next(iter(detail.strip().splitlines()), "")
    return f"{message} ({first[:_LONGEST]})" if first else message


def _where(error: Exception) -> str:
    """Return type, message and line of an error in the hidden checks, for the instructor."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("checks of ")
    ]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    place = f" (line {lines[-1]} of the exercise's source)" if lines else ""
    return f"{type(error).__name__}: {error}{place}"
