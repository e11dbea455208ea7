"""Which cell of a student's notebook is which cell of the exercise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dlcourse.grading.exercises import regions, syntax
from dlcourse.grading.exercises.cells import Cell
from dlcourse.grading.exercises.exercise import Exercise, Task
from dlcourse.grading.exercises.release import cell_id, layout
from dlcourse.grading.submissions.notebook_file import StudentCell

_SHORTEST_PROMPT = 20  # characters; a shorter question could begin any text


@dataclass(frozen=True)
class Part:
    """A student's cell with all that is known of it.

    `number` is its place in the student's notebook, from 1; `type` is "code", "markdown" or "raw".
    `home` is the exercise's cell that it is, None for one that the student added; `place` is the
    place of that cell in the exercise, or of the nearest such cell before it. `code` is the text
    without magics; `names` are those that it defines, none where it is no Python.
    """

    number: int
    type: str
    source: str
    home: Cell | None
    place: int
    code: str
    names: frozenset[str]

    @cached_property
    def changed(self) -> bool:
        """Say whether the student wrote anything here; comments in code do not count."""
        if self.home is None:
            return bool(self.source.strip())
        text = _signature(self.source, self.home.is_code)
        blank = _signature(self.home.blank, self.home.is_code)
        if self.home.is_code:
            return text not in ("", blank)
        return not set(text.split("\n")) <= {"", *blank.split("\n")}

    @cached_property
    def definitions(self) -> dict[str, str]:
        """Return by name the text of the statements that define it, of those that are run."""
        return syntax.definitions(self.code if self.runs_as_answer else "\n".join(self.imports))

    @cached_property
    def imports(self) -> list[str]:
        """Return the imports that the student added to a cell of which nothing else is run."""
        if self.kind not in ("given", "check"):
            return []
        own = syntax.imports(self.home.blank)
        return [text for text in syntax.imports(self.code) if text not in own]

    @property
    def is_too_long(self) -> bool:
        """Say whether the code is too long to be looked at, so that none of its names is known."""
        return len(self.code) > syntax.LONGEST

    @property
    def runs_as_answer(self) -> bool:
        """Say whether the student's own code stands here, to be run."""
        if self.home is None:
            return self.type == "code" and self.changed
        # A code cell that was turned into text counts where it still is Python.
        return (
            self.home.kind == "solution"
            and self.changed
            and (self.type == "code" or bool(self.names))
        )

    @property
    def kind(self) -> str:
        """Return what the cell is in the exercise; "extra" for one that the student added."""
        return self.home.kind if self.home else "extra"

    @property
    def task(self) -> str:
        """Return the task of the exercise's cell that this is; empty for all other cells."""
        return self.home.task if self.home else ""


def match(cells: Sequence[StudentCell], exercise: Exercise) -> list[Part]:
    """Return what each of a student's `cells` is, in the student's order.

    A cell whose text nobody changed is what it was; else the grade id decides, else the cell id.
    For a task of which nothing is found that way, a cell counts that defines the task's names, or
    begins with its question.
    """
    everything = layout(exercise)
    places = {cell.name: place for place, cell in enumerate(everything)}
    by_id = {cell_id(exercise, cell): cell for cell in everything}
    by_id |= {cell.name: cell for cell in everything}
    texts = _texts(everything)
    parts = []
    for number, cell in enumerate(cells, 1):
        code = syntax.without_magics(cell.source) if cell.source.strip() else ""
        claims = [by_id[id] for id in (cell.grade_id, *cell.ids) if id in by_id]
        home = _home(cell, claims, texts)
        names = frozenset(syntax.defined(syntax.parse(code)))
        parts.append(Part(number, cell.type, cell.source, home, 0, code, names))
    for task in exercise.tasks:
        if not any(part.home == task.cell for part in parts):
            parts = [_adopted(part, task, exercise.tasks) for part in parts]
    untouched = {part.home.name for part in parts if part.home and not part.changed}
    # Beside the untouched cell, a changed copy of a locked one is the student's own.
    own = [
        replace(part, home=None)
        if part.kind in ("given", "check") and part.changed and part.home.name in untouched
        else part
        for part in parts
    ]
    return _placed(own, places)


def _home(
    cell: StudentCell, claims: list[Cell], texts: dict[tuple[bool, str], list[Cell]]
) -> Cell | None:
    same = [
        other
        for is_code in (True, False)
        for other in texts.get((is_code, _signature(cell.source, is_code)), [])
    ]
    agreed = [claim for claim in claims if claim in same]
    home = next(iter([*agreed, *same, *claims]), None)
    if home and home.kind == "prose" and cell.type == "code" and home not in same:
        return None  # code that was written into a cell for prose is the student's own
    return home


def _texts(cells: Iterable[Cell]) -> dict[tuple[bool, str], list[Cell]]:
    """Return the exercise's cells by what their text says."""
    texts: dict[tuple[bool, str], list[Cell]] = {}
    for cell in cells:
        if text := _signature(cell.blank, cell.is_code):
            texts.setdefault((cell.is_code, text), []).append(cell)
    return texts


def _signature(source: str, is_code: bool) -> str:
    """Return the lines that matter: without blank ones, and without comments in code."""
    lines = [line.rstrip() for line in source.split("\n")]
    return "\n".join(
        line for line in lines if line and not (is_code and line.lstrip().startswith("#"))
    )


def _adopted(part: Part, task: Task, tasks: Iterable[Task]) -> Part:
    """Return `part` as the cell of `task` where its content shows that; else as it is."""
    if part.home is not None:
        return part
    if task.kind == "words":
        prompt = _signature(task.cell.blank.split(regions.TEXT_STUB)[0], is_code=False)
        begins = _signature(part.source, is_code=False).startswith(prompt)
        return replace(part, home=task.cell) if begins and len(prompt) >= _SHORTEST_PROMPT else part
    # A cell with the names of two tasks belongs to neither: it stays at its own place.
    defines = [other.id for other in tasks if other.names & part.names]
    return replace(part, home=task.cell) if defines == [task.id] and part.type == "code" else part


def _placed(parts: Iterable[Part], places: dict[str, int]) -> list[Part]:
    placed, last = [], -1
    for part in parts:
        last = places[part.home.name] if part.home else last
        placed.append(replace(part, place=last))
    return placed
