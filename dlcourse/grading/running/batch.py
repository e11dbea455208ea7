"""Grade a class: several sandboxes at a time, every result kept as soon as it is there."""

import hashlib
import queue
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.exercises.release import released
from dlcourse.grading.results import records
from dlcourse.grading.results.gradebook import Book, GradebookError, open_book
from dlcourse.grading.results.records import RecordError
from dlcourse.grading.results.settle import judge
from dlcourse.grading.running.cluster import Graded, grade_on_cluster
from dlcourse.grading.running.grade import FAILED, NEEDS_REVIEW, Job, blank_result, grade
from dlcourse.grading.sandbox import Limits, Slot, paths
from dlcourse.grading.submissions import intake, lateness, notebook_file

_SECRET_BYTES = 32


@dataclass(frozen=True)
class Plan:
    """How a class is graded: into which course folder, at which level, within which limits.

    `slots` is the number of sandboxes at a time here; where `scheduler` has the address of a Dask
    scheduler, its workers do the work. `again` grades also what is graded already. Without `book`
    results are kept, but not put into the gradebook, which takes one writer at a time; a later run
    with it does so.

    Raises ValueError where students' code could read the course folder (see `require_hidden`).
    """

    course: Path
    level: str
    limits: Limits
    slots: int = 1
    again: bool = False
    scheduler: str | None = None
    book: bool = True

    def __post_init__(self) -> None:
        require_hidden(self.course, self.level)


def require_hidden(path: Path, level: str) -> None:
    """Raise ValueError where students' code in a sandbox of `level` could read `path`.

    A sandbox shows Python, the packages and dlcourse to all of them. At level "none" nothing is
    hidden, and that is known.
    """
    place = None if level == "none" else paths.covering(path)
    if place is not None:
        raise ValueError(
            f"{path} lies in {place}, which students' code must be able to read in the sandbox; it "
            "would find grades, hidden checks and the work of others there. Move it to a folder "
            "outside, and give the new place to the command (SUBMITTED, --course, --out)"
        )


def grade_class(jobs: list[Job], exercise: Exercise, plan: Plan) -> Iterator[dict[str, Any]]:
    """Grade `jobs`; yield each result when it is in the course folder and in the gradebook, if any.

    Work that was graded before, with the same checks, level and limits, keeps its result. So a
    run that was killed goes on where it was. What the gradebook cannot take "needs review", with
    the reason; where a result cannot be kept at all, as with a name that no file can have, it is
    "failed".
    """
    policy = lateness.load(plan.course)
    secret = secret_of(plan.course)
    with open_book(plan.course) if plan.book else nullcontext() as book:
        if book:
            book.register(released(exercise), policy.due.get(exercise.name))
        todo = []
        for job in jobs:
            try:
                before = _before(job, exercise, plan)
            except RecordError as error:
                yield blank_result(job, exercise) | {"review": [str(error)]}
                continue
            if before is None:
                todo.append(job)
            elif book and not book.is_current(before, judge(policy, before).penalty):
                # Killed before it came to that, graded without the gradebook, or due another day.
                answers = intake.read(job.notebook, exercise).answers
                yield _enter(book, before, answers, policy)
            else:
                yield before
        for result, answers in _grade(todo, exercise, plan, secret):
            kept = records.save(plan.course, result)
            yield _enter(book, kept, answers, policy) if book else kept


def secret_of(course: Path) -> bytes:
    """Return the secret of the course folder; make one, readable by its owner alone, if need be.

    What hidden checks draw depends on it, so a course keeps it for as long as it may regrade.
    """
    path = course / "secret"
    with FileLock(course / "secret.lock"):  # shards may start at the same moment
        if not path.exists():
            records.write_text(path, secrets.token_hex(_SECRET_BYTES), durable=True)
    return path.read_bytes()


def _grade(jobs: list[Job], exercise: Exercise, plan: Plan, secret: bytes) -> Iterator[Graded]:
    """Yield result and answers of each job; each sandbox takes the next job when it is free."""
    if plan.scheduler:
        settings = (plan.level, plan.limits, secret, plan.scheduler)
        yield from grade_on_cluster(jobs, exercise, *settings)
        return
    slots = [
        Slot(plan.level, plan.limits, exercise.modules) for _ in range(min(plan.slots, len(jobs)))
    ]
    free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
    for slot in slots:
        free.put(slot)

    def one(job: Job) -> Graded:
        slot = free.get()
        try:
            return grade(job, exercise, slot, secret)
        finally:
            free.put(slot)

    pool = ThreadPoolExecutor(max(1, len(slots)), thread_name_prefix="slot")
    try:
        for future in as_completed([pool.submit(one, job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        for slot in slots:
            slot.close()


def _before(job: Job, exercise: Exercise, plan: Plan) -> dict[str, Any] | None:
    """Return the result of the very same work, checks, level and limits, if it is to be kept.

    Its time of handing in becomes that of `job`. Raises RecordError where no result can be kept.
    """
    result = records.load(plan.course, exercise.name, job.student)
    same = (
        not plan.again
        and result is not None
        and result["status"] != FAILED
        and result["checks_hash"] == exercise.source_hash
        and result["level"] == plan.level
        and result["limits"] == asdict(plan.limits)
        and result["submission_hash"] == _digest(job)
    )
    if same and result["submitted"] != job.submitted:
        return records.save(plan.course, result | {"submitted": job.submitted})
    return result if same else None


def _enter(
    book: Book, result: dict[str, Any], answers: dict[str, str], policy: lateness.Policy
) -> dict[str, Any]:
    """Put a result into the gradebook; return it, with the reason where that cannot be done."""
    try:
        book.write(result, answers, judge(policy, result).penalty)
    except GradebookError as error:
        return result | {"status": NEEDS_REVIEW, "review": [*result["review"], str(error)]}
    return result


def _digest(job: Job) -> str | None:
    """Return the SHA-256 of the file; None where it cannot be read, so that it is tried again."""
    try:
        if isinstance(job.notebook, bytes):
            return hashlib.sha256(job.notebook).hexdigest()
        return hashlib.sha256(notebook_file.read_bytes(job.notebook)).hexdigest()
    except notebook_file.Unreadable:
        return None
