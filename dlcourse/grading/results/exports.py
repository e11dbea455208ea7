"""Settled results as tables: CSV for people, and the CSV that Canvas and Moodle import.

Canvas: the columns Student, ID, SIS User ID, SIS Login ID and Section, then one an assignment; the
second row holds the points possible (Instructure's guide, "How do I import grades in the
Gradebook?"). Moodle: any columns, of which the first screen of the import asks which one tells the
user and which one the grade (Moodle's documentation, "Grade import").
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlcourse.grading.results.by_hand import Person

COLUMNS = ("student", "assignment", "score", "max_score", "status", "penalty", "submitted")
# What spreadsheets begin a formula with, in their full-width forms too. A cell may also begin
# behind a semicolon or tab: programs of some languages separate columns there.
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(?=\s*[=+\-@＝＋－＠])")

Result = Mapping[str, Any]


def plain(results: Iterable[Result], tasks: bool = False) -> str:
    """Return CSV with the columns COLUMNS; with `tasks`, one more for each task's points.

    The score is the one after `settle`, or that of the checks where a result is not settled. A
    task without points yet is an empty cell.
    """
    results = list(results)
    ids = list(dict.fromkeys(t["id"] for r in results for t in r["tasks"])) if tasks else []
    rows: list[list[Any]] = [[*COLUMNS, *ids]]
    for result in results:
        points = {task["id"]: task["points"] for task in result["tasks"]}
        rows.append([*(result.get(c) for c in COLUMNS), *(points.get(id) for id in ids)])
    return _csv(rows)


def canvas(
    results: Iterable[Result], people: Mapping[str, Person], column: str | None = None
) -> str:
    """Return what Canvas's gradebook imports: the final scores of one assignment.

    Students are matched by the LMS ID in the gradebook (a number is Canvas's own, all else the
    SIS ID), else by their login, which must be the name under which they handed in. `column` is
    the title of the assignment in Canvas (None: its name here), best with its number there:
    "Tensors (8123)".

    Raises ValueError unless all results are of one assignment and graded.
    """
    results = _one_assignment(results)
    title = column or results[0]["assignment"]
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    rows = [head, ["    Points Possible", "", "", "", "", results[0]["max_score"]]]
    for result in results:
        person = people.get(result["student"], Person(result["student"]))
        # Canvas takes any row with these words in its first column for the points possible.
        name = _name(person).replace("Points Possible", "Points-Possible")
        # Canvas reads an ID up to the first character that is no digit: 12 from "12ab".
        ids = [person.lms_id, ""] if person.lms_id.isdecimal() else ["", person.lms_id]
        rows.append([name, *ids, result["student"], "", result["score"]])
    return _csv(rows)


def moodle(
    results: Iterable[Result], people: Mapping[str, Person], column: str | None = None
) -> str:
    """Return what Moodle's grade import reads: the final scores of one assignment.

    Columns: Username (the name under which the work was handed in), Email address where the
    gradebook knows it, and the score under `column` (None: the assignment's name).

    Raises ValueError unless all results are of one assignment and graded.
    """
    results = _one_assignment(results)
    rows: list[list[Any]] = [["Username", "Email address", column or results[0]["assignment"]]]
    for result in results:
        person = people.get(result["student"], Person(result["student"]))
        rows.append([result["student"], person.email, result["score"]])
    return _csv(rows)


FORMATS = {"canvas": canvas, "moodle": moodle}


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe goes in front."""
    return _FORMULA.sub(r"\1'", text)


def _one_assignment(results: Iterable[Result]) -> Sequence[Result]:
    """Return the results as a list, if they are what a learning platform may be given.

    Both platforms replace the grades they have, also by an empty cell. So a file holds only final
    scores, and only those of one assignment.
    """
    results = list(results)
    names = sorted({result["assignment"] for result in results})
    if len(names) != 1:
        raise ValueError(f"a file for import holds one assignment, these are {len(names)}: {names}")
    if open_ := [result["student"] for result in results if result["status"] != "graded"]:
        raise ValueError(f"no final score yet, so not for import: {', '.join(open_)}")
    return results


def _name(person: Person) -> str:
    names = [name for name in (person.last_name, person.first_name) if name]
    return ", ".join(names) or person.id


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.10g}"
    # What steers a terminal, or is no Unicode (a folder may be called so), is shown as an escape.
    text = harmless(str(value))
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
