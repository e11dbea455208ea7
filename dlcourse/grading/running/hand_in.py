"""Find what students handed in, laid out as nbgrader collects it: STUDENT/ASSIGNMENT/*.ipynb."""

import os
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from pathlib import Path

from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.running.grade import Job
from dlcourse.grading.submissions.timestamp import submitted_at

_SHOWN = 3  # odd names in one message


def jobs(folder: Path, exercise: Exercise, zone: tzinfo = UTC) -> list[Job]:
    """Return a job for each student who has a folder for `exercise`, by name.

    `zone` gives a meaning to the times beside the notebooks (see `submitted_at`). A folder that is
    a link, or that cannot be entered, has a job too, of which the reader will say so.

    Raises FileNotFoundError where `folder` is no folder.
    """
    return [_job(student, student / exercise.name, zone) for student in _having(folder, exercise)]


def assignments(folder: Path, exercises: Iterable[Exercise]) -> list[Exercise]:
    """Return those of `exercises` of which something was handed in."""
    return [exercise for exercise in exercises if any(_having(folder, exercise))]


def unknown(folder: Path, exercises: Iterable[Exercise]) -> set[str]:
    """Return the names of assignment folders that belong to none of `exercises`."""
    names = {
        entry.name
        for student in _students(folder)
        for entry in _entries(student)
        if entry.is_dir() and not entry.name.startswith(".")
    }
    return names - {exercise.name for exercise in exercises}


def stray(folder: Path) -> list[str]:
    """Return the notebooks that lie in no assignment's folder, so that nobody grades them."""
    found = [*folder.glob("*.ipynb"), *folder.glob("*/*.ipynb")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _students(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder} is no folder; it must hold STUDENT/ASSIGNMENT/NOTEBOOK.ipynb, "
            "as nbgrader collects it"
        )
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.name.startswith("."):
            yield entry


def _having(folder: Path, exercise: Exercise) -> Iterator[Path]:
    for student in _students(folder):
        try:
            mode = os.stat(student / exercise.name).st_mode
        except PermissionError:
            yield student  # it may be in there: a person must look
        except OSError:
            continue
        else:
            if stat.S_ISDIR(mode):
                yield student


def _entries(folder: Path) -> list[Path]:
    """Return what is in `folder`, by name; nothing where nobody may look in."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _job(student: Path, folder: Path, zone: tzinfo) -> Job:
    for path in (student, folder):
        if os.path.islink(path):  # it could make one student's work count as another's
            return Job(student.name, path)
    path, notes = _notebook(folder)
    when = submitted_at(folder, zone)
    return Job(student.name, path, when and when.isoformat(), notes)


def _notebook(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the notebook to grade: the one with the right name, else the only one there is."""
    right = folder / f"{folder.name}.ipynb"
    found = [
        path
        for path in _entries(folder)
        if path.suffix.lower() == ".ipynb" and not path.name.startswith(".")
    ]
    others = [path.name for path in found if path != right]
    if right in found:
        return right, ((f"other notebooks were left alone: {_list(others)}",) if others else ())
    if len(found) == 1:
        return found[0], (f"the notebook was called {found[0].name!r}",)
    # The reader reports that this one is not there, and a person looks.
    return right, (
        (f"none of several notebooks has the right name: {_list(others)}",) * bool(found)
    )


def _list(names: list[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + rest
