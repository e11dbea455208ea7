"""A class graded by the command line: who is in it, and what is kept of each student."""

import os
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from dlcourse.cli import app
from dlcourse.grading.results import autograded, feedback, records
from tests.attacks import classroom
from tests.attacks.classroom import NAME
from tests.attacks.suite import CODE, FILES

ATTACKERS = {f"m{number:03}": name for number, name in enumerate((*CODE, *FILES))}
# Before, among and after the attackers, in the order in which work is graded.
HONEST = ("first-of-all", *(f"m{number:03}-honest" for number in range(0, 160, 20)), "zz-last")
WRONG = "not-an-attacker"
# Names of students' folders, and whether a result can be kept under them.
ODD_NAMES = {
    "-rf": True, "=cmd()": True, "a b": True, "con": True, "{{7*7}}": True, "zoë": True,
    "%2e%2e%2fada": True, "'; DROP TABLE student; --": True, "a\\..\\ada": False,
    "<script>alert(1)<": True, "[red]a[bold]": True, "a\nada": False, "\x1b[2J\x1b]0;t\x07": False,
    os.fsdecode(b"half-\xff"): False, "x" * 220: False, "ada.1": True, "attempts": True,
}  # fmt: skip


@dataclass
class Class:
    """A class graded twice, the honest students alone first, and what there was around it."""

    folder: Path
    said: str
    alone: dict
    together: dict
    files: tuple
    left: tuple
    secret: str

    @property
    def course(self):
        return self.folder / "course"

    def of(self, student):
        """Return all that is kept of a student, or given back, as text."""
        paths = (
            records.path_of(self.course, NAME, student),
            autograded.path_of(self.course, NAME, student),
            feedback.path_of(self.course, NAME, student),
        )
        return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def files(folder, apart_from=()):
    """Return the content, mode and kind of all that lies in a folder."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
        if path.relative_to(folder).parts[0] not in apart_from
    }


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def grade(folder, level, status=0):
    """Grade a class as an instructor does; return what was said, and the results by student."""
    course = folder / "course"
    done = call(
        "grade", folder / "submitted", "--course", course, "--out", folder / "grades.csv",
        "--assignment", NAME, "--jobs", 2, "--again",
        *(["--level", level] if level != "none" else ["--trust-students"]),
    )  # fmt: skip
    assert done.exit_code == status, done.output
    back = call("grades", "feedback", "--course", course)
    assert back.exit_code == 0, back.output
    return done.output, {result["student"]: result for result in records.load_all(course)}


def begin(folder):
    """Make a course folder, and let the honest students hand in; return the exercise."""
    folder.mkdir()
    found = classroom.course(folder / "course")
    for student in HONEST:
        work = classroom.notebook(found, classroom.SOLVED)
        classroom.hand_in(folder / "submitted", student, work)
    classroom.hand_in(folder / "submitted", WRONG, classroom.notebook(found, classroom.WRONG))
    return found


def attack(folder, of, world, names):
    """Let the attackers hand in, each under the name of a student."""
    for student, name in names.items():
        if name in CODE:
            work = classroom.attacked(of, CODE[name], world, os.getpid())
        else:
            work = classroom.notebook(of, classroom.WRONG)
            work = FILES[name].change(work) or work
        classroom.hand_in(folder / "submitted", student, work)


def open_to_all(folder):
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
