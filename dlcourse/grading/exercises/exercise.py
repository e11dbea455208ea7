"""Exercises as data: one source file each, with tasks, solutions and hidden checks.

A source is a percent-format file NN_topic.py (jupytext). What its cells are is said in their
first lines: `solution="task"` for the student's code, `check="task" points=3` for its checks,
`answer="task" points=2` for an answer in words. All else is prose or set-up code.
"""

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlcourse.course import catalogue
from dlcourse.grading.exercises import regions, rules, syntax, vocabulary
from dlcourse.grading.exercises.calls import calls
from dlcourse.grading.exercises.cells import Cell, ExerciseError, read_cells

NAME = re.compile(r"[0-9]{2}[a-z]?_[a-z0-9_]+")


@dataclass(frozen=True)
class Task:
    """One thing to do in an exercise.

    `kind` is "code" (a function or class is missing), "value" (a default is to be replaced) or
    "words" (graded by hand). `cell` is the student's; `checks` is the cell that checks it, None
    for words. `names` are those that the answer defines and no other cell does.
    """

    id: str
    kind: str
    points: float
    cell: Cell
    checks: Cell | None
    names: frozenset[str]


@dataclass(frozen=True)
class Exercise:
    """An exercise as its author wrote it: solutions and hidden checks included.

    `private` says that it comes from an instructor's own course folder. `source_hash` is the
    SHA-256 of the source file, in hexadecimal.
    """

    name: str
    title: str
    cells: tuple[Cell, ...]
    tasks: tuple[Task, ...]
    source_hash: str
    path: Path
    private: bool

    @property
    def points(self) -> float:
        """Return what all tasks are worth together."""
        return round(sum(task.points for task in self.tasks), 9)

    @property
    def modules(self) -> tuple[str, ...]:
        """Return what its own cells import; a warm sandbox has that ready."""
        imported = [syntax.imported(cell.solved) for cell in self.cells if cell.is_code]
        return tuple(sorted({"numpy"}.union(*imported)))

    def task(self, id: str) -> Task:
        """Return the task called `id`; KeyError where there is none."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise KeyError(f"{self.name} has no task {id!r}; it has {[t.id for t in self.tasks]}")


def load(path: Path, private: bool = False) -> Exercise:
    """Return the exercise in the percent-format file `path`.

    Raises ExerciseError, which names the file and line of everything that is wrong in it.
    """
    if not NAME.fullmatch(path.stem):
        raise ExerciseError(path, [(1, "the file's name must look like 01_tensors.py")])
    text = path.read_text(encoding="utf-8")
    cells = read_cells(path, text)
    if found := rules.findings(cells):
        raise ExerciseError(path, found)
    return Exercise(
        name=path.stem,
        title=cells[0].source.split("\n")[0].removeprefix("# "),
        cells=cells,
        tasks=_tasks(cells),
        source_hash=hashlib.sha256(text.encode()).hexdigest(),
        path=path,
        private=private,
    )


def find(course: Path | None = None, names: Iterable[str] | None = None) -> list[Exercise]:
    """Return the exercises called `names` ("01_tensors", "tensors", "01"); all if None or empty.

    An exercise in `course`/exercises, an instructor's own folder, stands in for the public one
    of the same name; it may also be one that the public course has not.

    Raises FileNotFoundError where `course` is no folder, ValueError for a name that no exercise
    has, ExerciseError for one whose source is wrong.
    """
    if course is not None and not course.is_dir():
        raise FileNotFoundError(f"the course folder {course} is not there, or is no folder")
    sources = {path.stem: (path, False) for path in _public()}
    if course is not None:
        sources |= {path.stem: (path, True) for path in (course / "exercises").glob("*.py")}
    return [load(*sources[name]) for name in _chosen(sorted(sources), list(names or ()))]


def hidden_checks(task: Task, code_of: Callable[[str], str]) -> list[vocabulary.Check]:
    """Return the hidden checks of `task`; for the trusted grader alone, since this runs them.

    `code_of` gives the student's source text of a task, for checks that look at the code. Each
    call uses a fresh namespace. Raises whatever the text of the checks raises.
    """
    if task.checks is None:
        return []
    source, first = regions.hidden(task.checks.source)
    namespace = {
        "__name__": f"hidden_checks_of_{task.id}",
        "np": np,
        **{name: getattr(vocabulary, name) for name in vocabulary.NAMES},
        "calls": calls,
        "code_of": code_of,
    }
    # Line breaks in front, so that a traceback shows the line of the source file.
    padding = "\n" * (task.checks.line + first)
    exec(compile(padding + source, f"checks of {task.id}", "exec"), namespace)
    return [value for value in namespace.values() if isinstance(value, vocabulary.Check)]


def _tasks(cells: Iterable[Cell]) -> tuple[Task, ...]:
    by_name = {cell.name: cell for cell in cells}
    tasks = []
    for cell in cells:
        if cell.kind == "answer":
            tasks.append(Task(cell.task, "words", cell.points, cell, None, frozenset()))
        elif cell.kind == "solution":
            check = by_name[f"{cell.task}-checks"]
            kind = "code" if regions.MISSING in cell.blank else "value"
            tasks.append(Task(cell.task, kind, check.points, cell, check, _names(cell, cells)))
    return tuple(tasks)


def _names(cell: Cell, cells: Iterable[Cell]) -> frozenset[str]:
    """Return the names that the student is to define here, and that no other cell defines."""
    before, after = syntax.definitions(cell.blank), syntax.definitions(cell.solved)
    changed = {name for name, text in after.items() if before.get(name) != text}
    elsewhere = {
        name
        for other in cells
        if other.is_code and other is not cell
        for name in syntax.defined(syntax.parse(other.solved))
    }
    return frozenset((changed & set(before) or changed) - elsewhere)


def _public() -> list[Path]:
    """Return the sources of the public exercises; none where the course's sources are not here."""
    try:
        return list((catalogue.root() / "notebooks" / "src" / "exercises").glob("*.py"))
    except FileNotFoundError:
        return []


def _chosen(known: list[str], wanted: list[str]) -> list[str]:
    short = Counter(alias for name in known for alias in name.split("_", 1))
    aliases = {
        alias: name
        for name in known
        for alias in (name, *name.split("_", 1))
        if alias == name or short[alias] == 1  # "01" names no one exercise where two begin so
    }
    for name in wanted:
        if name not in aliases:
            near = difflib.get_close_matches(name, aliases, 1, cutoff=0.3)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"no exercise is called {name!r}. {hint}Exercises: {', '.join(known) or 'none'}"
            )
    return list(dict.fromkeys(aliases[name] for name in wanted)) or known
