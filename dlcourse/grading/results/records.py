"""Result files of a course folder: one a student and assignment, written whole or not at all.

COURSE/results/ASSIGNMENT/STUDENT.json is the result that counts. A result of other work, or of
other checks, takes its place; the one before moves to COURSE/results/ASSIGNMENT/attempts/ as
STUDENT.N.json. Every result that is written is also told to the audit log.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlcourse.grading.results import audit

_SAME = ("submission_hash", "checks_hash")
_NEEDED = ("student", "assignment", "status", "score", "max_score", "tasks")


class RecordError(ValueError):
    """A name cannot be a file's name, or a result file cannot be read; the message says why."""


def save(course: Path, result: Mapping[str, Any], who: str | None = None) -> dict[str, Any]:
    """Write `result` into the folder `course` and the audit log, and return it as written.

    "attempt" is counted here: it stays while "submission_hash" and "checks_hash" do, so that a
    repeated grading replaces its own result; else the result before is kept beside, and the
    number is one higher. `who` is for the audit log (None: the user of this computer).

    Raises RecordError for a student or assignment that cannot be a file's name, or where the
    result before cannot be read.
    """
    path = path_of(course, result["assignment"], result["student"])
    before = load(course, result["assignment"], result["student"])
    repeated = before is not None and all(before.get(k) == result.get(k) for k in _SAME)
    attempt = 1 if before is None else before.get("attempt", 1) + (not repeated)
    written = {**result, "attempt": attempt}
    text = json.dumps(written, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # Logged first: a grading that is killed in between is logged and written once more when it
    # goes on, while a result without its line in the log would look like a forged one.
    audit.append(
        course,
        "result",
        who,
        student=result["student"],
        assignment=result["assignment"],
        attempt=attempt,
        status=result["status"],
        score=result["score"],
        submission=result.get("submission_hash"),
        checks=result.get("checks_hash"),
        file=hashlib.sha256(text.encode()).hexdigest(),
    )
    if before is not None and not repeated:
        _archive(path, before.get("attempt", 1))
    write_text(path, text, durable=True)
    return written


def load(course: Path, assignment: str, student: str) -> dict[str, Any] | None:
    """Return the result that counts for `student`, or None where there is none.

    Raises RecordError for a file that holds no result of that student and assignment.
    """
    path = path_of(course, assignment, student)
    return _read(path, assignment, student) if path.is_file() else None


def load_all(course: Path, assignment: str | None = None) -> list[dict[str, Any]]:
    """Return the results that count, by assignment and student; of one assignment if named.

    Raises RecordError for a file that holds no result.
    """
    folder = course / "results"
    found = folder.glob("*/*.json") if assignment is None else (folder / assignment).glob("*.json")
    return [_read(path, path.parent.name, path.stem) for path in sorted(found)]


def attempts(course: Path, assignment: str, student: str) -> list[dict[str, Any]]:
    """Return every result of `student` in order; the last one is the one that counts."""
    path = path_of(course, assignment, student)
    stems = [old.stem.rpartition(".") for old in (path.parent / "attempts").glob("*.json")]
    numbers = sorted(int(n) for name, _, n in stems if name == student and n.isdecimal())
    olds = [_read(_old(path, number), assignment, student) for number in numbers]
    now = load(course, assignment, student)
    return olds + ([now] if now is not None else [])


def path_of(course: Path, assignment: str, student: str) -> Path:
    """Return where the result that counts lies. Raises RecordError for a name no file can have."""
    for what, name in (("assignment", assignment), ("student", student)):
        check_name(what, name)
    return course / "results" / assignment / f"{student}.json"


def check_name(what: str, name: str) -> None:
    """Raise RecordError unless `name`, a `what`, can be the name of one file in one folder."""
    if not name or name.startswith(".") or any(c in "/\\" or not c.isprintable() for c in name):
        raise RecordError(
            f"{what} {name!r} cannot be the name of a file: it must not be empty, begin with a "
            "dot, or hold a slash, a backslash or a control character; rename the folder"
        )
    if len(name.encode()) > 200:
        raise RecordError(f"{what} {name[:40]!r}… is too long for a file's name: at most 200 bytes")


def write_text(path: Path, text: str, durable: bool = False) -> None:
    """Put `text` at `path`, whole or not at all, with the folders above it.

    `durable`: its bytes are on the disk before it stands there, so that not even a power cut
    leaves half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _old(path: Path, attempt: int) -> Path:
    # In a folder of their own: beside the others, the second attempt of "ada" would have the
    # name of the result of a student called "ada.2".
    return path.parent / "attempts" / f"{path.stem}.{attempt}.json"


def _archive(path: Path, attempt: int) -> None:
    old = _old(path, attempt)
    old.parent.mkdir(exist_ok=True)
    write_text(old, path.read_text(encoding="utf-8"), durable=True)


def _read(path: Path, assignment: str, student: str) -> dict[str, Any]:
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordError(
            f"{path} is damaged ({error}); delete it, and grade this assignment again"
        ) from error
    if not isinstance(result, dict) or not all(key in result for key in _NEEDED):
        raise RecordError(f"{path} is no result: it needs {', '.join(_NEEDED)}")
    if (result["assignment"], result["student"]) != (assignment, student):
        raise RecordError(
            f"{path} says that it is of {result['student']!r} in {result['assignment']!r}; "
            "result files must not be renamed or copied"
        )
    return result
