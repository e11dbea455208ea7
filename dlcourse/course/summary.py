"""The page of results: chapter × backend × device, with what failed and what has drifted."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dlcourse import machine
from dlcourse.course.judge import OK, Row
from dlcourse.course.recorded import Record
from dlcourse.course.work import Request
from dlcourse.templates import environment


def write_summary(
    requests: Sequence[Request], rows: Mapping[Request, Row], record: Record, folder: Path
) -> Path:
    """Write index.html, which loads nothing and runs no script, into `folder`; return its path.

    `requests` are all runs that were wanted, `rows` those of them that are finished.
    """
    table: dict[str, list[tuple[Request, Row | None]]] = {}
    for request in sorted(requests, key=lambda each: (each.work.exercise, each.stem)):
        table.setdefault(request.work.name, []).append((request, rows.get(request)))
    page = (
        environment("dlcourse.course")
        .get_template("runs.html")
        .render(
            table=table,
            places=sorted({_place(request) for request in requests}),
            place=_place,
            finished=len(rows),
            good=sum(row.status == OK for row in rows.values()),
            planned=len(requests),
            machine=machine.describe(),
            record=record,
        )
    )
    path = folder / "index.html"
    partial = path.with_suffix(".partial")
    partial.write_text(page, encoding="utf-8")
    partial.replace(path)
    return path


def _place(request: Request) -> tuple[str, str]:
    return request.backend, request.device
