"""Grade one submission: run it in the sandbox, ask for values, compare them out here.

`grade` is a pure function of its job: plain data in, plain data out, and the same again whenever
it is repeated. So it may run anywhere, twice, or after a worker was lost.
"""

import hashlib
import hmac
import logging
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlcourse.grading.exercises.exercise import Exercise, Task
from dlcourse.grading.running.checks import run_checks
from dlcourse.grading.sandbox import SandboxError, Session, Slot
from dlcourse.grading.submissions import intake
from dlcourse.grading.submissions.intake import Submission

_log = logging.getLogger(__name__)

GRADED, NEEDS_REVIEW, FAILED = "graded", "needs review", "failed"


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    `notebook` is the file, or its bytes; `submitted` the time of handing in, ISO 8601, if it is
    known; `notes` what is to be told of how the file was found.
    """

    student: str
    notebook: Path | bytes
    submitted: str | None = None
    notes: tuple[str, ...] = ()


def grade(
    job: Job, exercise: Exercise, slot: Slot, secret: bytes
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the result of `job`, and the text of its answers by task; both are plain data.

    Every check gives its points or a message. Tasks in words have `points` None: a person gives
    them. `status` is "graded"; "needs review" with the reasons in `review` where a person must
    look; "failed" where the sandbox or the grader itself did not work, so that it should be tried
    again. Whatever is wrong with one submission, nothing is raised.
    """
    try:
        return _grade(job, exercise, slot, secret)
    except Exception as error:
        _log.exception("grading the work of %r", job.student)
        return blank_result(job, exercise) | {
            "review": [f"the grader itself failed: {error!r}"]
        }, {}


def _grade(
    job: Job, exercise: Exercise, slot: Slot, secret: bytes
) -> tuple[dict[str, Any], dict[str, str]]:
    start = time.perf_counter()
    submission = intake.read(job.notebook, exercise)
    result = blank_result(job, exercise) | {
        "tasks": [_task(task, submission) for task in exercise.tasks],
        "notes": [*job.notes, *submission.notes],
        "review": list(submission.needs_review),
        "level": slot.level,
        "limits": asdict(slot.limits),
        "submission_hash": submission.digest,
    }
    seconds = {}
    try:
        if submission.cells:
            with slot.session([cell.source for cell in submission.cells]) as session:
                seconds["run"] = round(time.perf_counter() - start, 3)
                result["notes"] += _ended(submission, session)
                faults = _check(exercise, submission, session, secret, result)
                result["exit_reason"] = session.exit_reason
                result["review"] += faults
        result["status"] = NEEDS_REVIEW if result["review"] else GRADED
    except SandboxError as error:
        result["review"].append(f"the sandbox did not work: {error}")
    result["score"] = round(sum(task["points"] or 0.0 for task in result["tasks"]), 9)
    result["seconds"] = seconds | {"total": round(time.perf_counter() - start, 3)}
    return result, submission.answers


def blank_result(job: Job, exercise: Exercise) -> dict[str, Any]:
    """Return a result in which nothing has been graded yet: "failed", without points."""
    return {
        "student": job.student,
        "assignment": exercise.name,
        "status": FAILED,
        "score": 0.0,
        "max_score": float(exercise.points),
        "tasks": [],
        "notes": list(job.notes),
        "review": [],
        "level": None,
        "limits": {},
        "exit_reason": "ok",
        "seconds": {},
        "submission_hash": "",
        "checks_hash": exercise.source_hash,
        "submitted": job.submitted,
        # Finer than seconds: it tells a result from the one before, and a regrade is soon made.
        "graded": datetime.now(UTC).isoformat(timespec="microseconds"),
    }


def seed(secret: bytes, assignment: str, task: str, student: str) -> int:
    """Return the seed of a task's checks for one student.

    Who does not know the course's secret cannot tell what a check will draw; a regrade draws the
    same again.
    """
    message = "\0".join((assignment, task, student)).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big")


def _check(
    exercise: Exercise,
    submission: Submission,
    session: Session,
    secret: bytes,
    result: dict[str, Any],
) -> list[str]:
    """Run the checks of all tasks, write points and messages into `result`.

    Returns what is wrong with the checks themselves, for a person to look at.
    """
    faults = []
    for task, table in zip(exercise.tasks, result["tasks"], strict=True):
        if task.kind == "words":
            continue
        number = seed(secret, exercise.name, task.id, result["student"])
        found = run_checks(task, session.ask, number, submission.code_of)
        blank = task.id not in submission.answers and not found.points
        table["points"] = float(found.points)
        table["messages"] = ["nothing was filled in here"] if blank else found.messages
        faults += [f"{task.id}: {fault}" for fault in found.faults]
    return faults


def _ended(submission: Submission, session: Session) -> list[str]:
    """Return a sentence on each cell that did not run to its end, but for those left blank."""
    return [
        f"{cell.name}: the code ended in {kind}"
        for cell, kind in zip(submission.cells, session.errors, strict=True)
        if kind and (not cell.task or cell.task in submission.answers)
    ]


def _task(task: Task, submission: Submission) -> dict[str, Any]:
    """Return a task of a result before any check has been run."""
    words = submission.answers.get(task.id) if task.kind == "words" else None
    return {
        "id": task.id,
        "kind": "words" if task.kind == "words" else "code",
        "points": None if words else 0.0,
        "max_points": float(task.points),
        "messages": [],
        "answer": words,
    }
