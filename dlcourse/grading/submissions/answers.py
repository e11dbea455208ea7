"""What a student answered to each task, and what a person must look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dlcourse.grading.exercises import syntax
from dlcourse.grading.exercises.exercise import Exercise, Task
from dlcourse.grading.submissions.matching import Part


@dataclass
class Found:
    """The student's text for each task worked on; code for rules; notes; reasons for a review."""

    texts: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    needs_review: list[str] = field(default_factory=list)


def find(parts: list[Part], exercise: Exercise) -> Found:
    """Return the answers in a student's cells.

    The answer to a task in code is the last cell, in the order in which they run, that defines
    the task's names; where none does, the last of the task's own cells that is not blank.
    """
    found = Found()
    ordered = sorted(parts, key=lambda part: (part.place, part.number))
    for task in exercise.tasks:
        own = [part for part in ordered if part.home == task.cell]
        written = [part for part in own if part.changed]
        if task.kind != "words":
            run = [part for part in ordered if part.runs_as_answer]
            defining = [part for part in run if part.names & task.names]
            written = defining or [part for part in written if part.runs_as_answer]
            found.code[task.id] = _code(written, ordered, task)
        if written:
            found.texts[task.id] = written[-1].source
        else:
            found.needs_review += _doubts(task, own, ordered)
        found.notes += _notes(task, own, written)
    found.needs_review += [*_lost_names(ordered), *_too_long(ordered)]
    return found


def _code(written: list[Part], ordered: list[Part], task: Task) -> str:
    """Return the definitions of the task's names and of the student's helpers that they use.

    A helper may stand in any cell, that of another task too. What else stands in the cell, such
    as a comparison with a library, is not part of the answer.
    """
    texts = {name: text for part in ordered for name, text in part.definitions.items()}
    return syntax.reachable(task.names, texts) or "".join(part.code for part in written[-1:])


def _notes(task: Task, own: list[Part], written: list[Part]) -> Iterator[str]:
    if len(written) > 1:
        yield f"{task.id}: answered in {_cells(written, 'and')}; the last one counts"
    for part in written[-1:]:
        place = f"{task.id}: the answer is in cell {part.number}"
        if part.home != task.cell:
            yield f"{place}, not in the task's own cell"
        if part.type != ("markdown" if task.kind == "words" else "code"):
            yield f"{place}, which was turned into a {part.type} cell"
        if part.is_too_long:
            continue  # see _too_long
        if task.kind != "words" and syntax.parse(part.code) is None:
            yield f"{place}, which is no valid Python"
        elif missing := sorted(task.names - part.names):
            yield f"{place}, which does not define {', '.join(missing)}"
    if not own and not written:
        yield f"{task.id}: its cell is missing"


def _doubts(task: Task, own: list[Part], ordered: list[Part]) -> Iterator[str]:
    """Return reasons why a task that seems unanswered may have been answered elsewhere."""
    added = [part for part in ordered if part.home is None and part.changed]
    for part in own:
        if part.changed:
            yield f"{task.id}: its cell {part.number} is now a {part.type} cell; was it answered?"
    if task.kind == "words":
        place = [part.place for part in own]
        near = [
            part
            for part in ordered
            if part.type != "code"
            and part.kind in ("extra", "prose")
            and part.changed
            and (not own or any(0 <= there - part.place <= 1 for there in place))
        ]
        if near:
            yield f"{task.id}: no answer in its place; does {_cells(near, 'or')} hold it?"
        return
    holding = [part for part in ordered if not part.runs_as_answer and _mentions(part, task)]
    if holding:
        yield f"{task.id}: {_cells(holding, 'or')} may hold the answer, but cannot be run"
    elif not own and (candidates := [part for part in added if part.type == "code"]):
        yield f"{task.id}: its cell is missing; is {_cells(candidates, 'or')} the answer?"


def _mentions(part: Part, task: Task) -> bool:
    """Say whether a cell reads as if it defined one of the task's names."""
    if not part.changed:
        return False
    names = "|".join(map(re.escape, sorted(task.names)))
    # Possessive, and within a line: a text of blank lines would else take for ever.
    pattern = rf"^[ \t]*+(?:def|class)[ \t]+(?:{names})\b|^(?:{names})[ \t]*="
    return bool(names) and re.search(pattern, part.source, re.MULTILINE) is not None


def _lost_names(ordered: list[Part]) -> Iterator[str]:
    """Return changed set-up and check cells whose own definitions the student's code needs."""
    run = [part for part in ordered if part.runs_as_answer]
    needed = {name for part in run for name in syntax.free(syntax.parse(part.code))}
    defined = {name for part in run for name in part.names}
    for part in ordered:
        if part.kind in ("given", "check") and part.changed:
            kept = syntax.defined(syntax.parse(part.home.blank)) | set(part.definitions)
            if lost := sorted((part.names & needed) - defined - kept):
                yield (
                    f"the student's code uses {', '.join(lost)}, defined in the changed cell "
                    f"{part.number} ({part.home.name}), which is not run"
                )


def _too_long(ordered: list[Part]) -> Iterator[str]:
    """Return the cells that are run, although no rule on code can look into them."""
    for part in ordered:
        if part.runs_as_answer and part.is_too_long:
            yield (
                f"cell {part.number} has more than {syntax.LONGEST:,} characters of code, too many "
                "for the rules to look at; what does it do?"
            )


def _cells(parts: list[Part], joint: str) -> str:
    numbers = [str(part.number) for part in parts]
    return f"cell {f' {joint} '.join(numbers[:5])}{' …' if len(numbers) > 5 else ''}"
