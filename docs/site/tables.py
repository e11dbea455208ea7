"""Tables of what was measured, as Markdown; pages place them with {{name}}."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.table import Table

from dlcourse.bench import report
from dlcourse.bench.clock import Timing
from dlcourse.bench.operations import DIRECTIONS, Row
from dlcourse.course import catalogue, expected, recorded, work
from dlcourse.course.assemble import BACKEND_NAMES
from dlcourse.course.costs import Cost
from dlcourse.course.judge import OK
from dlcourse.course.recorded import Record


def everything() -> dict[str, str]:
    """Return each table under its name."""
    bench = json.loads((catalogue.root() / "docs/benchmarks/bench.json").read_text("utf-8"))
    record, built = recorded.whole("quick"), recorded.whole("full")
    epochs = {name: times["epoch_seconds"] for name, times in bench["training"].items()}
    return {
        **operations(bench["operations"]),
        "training": from_rich(report.training_table(epochs)),
        "conditions": conditions(bench),
        "full": markdown(("chapter", "time and memory"), full(built)),
        "full_conditions": f"{built.keras}. {conditions(built.machine)}",
        "quick": markdown(("notebook", *BACKEND_NAMES.values()), quick(record)),
        "quick_conditions": conditions(record.machine),
        "results": markdown(("chapter", "result", "in the text", "from", "to"), results()),
    }


def operations(measured: list[dict]) -> dict[str, str]:
    """Return the tables small_forward, small_gradient, medium_forward and so on."""
    rows = [Row(**row | {"timing": Timing(**row["timing"])}) for row in measured]
    return {
        f"{size}_{direction}": from_rich(
            report.operations_table(
                [row for row in rows if (row.size, row.direction) == (size, direction)]
            )
        )
        for size in dict.fromkeys(row.size for row in rows)
        for direction in DIRECTIONS
    }


def conditions(measured: Mapping[str, Any]) -> str:
    """Return a sentence on what was measured where, and when, as dlcourse.machine describes it."""
    packages = ", ".join(f"{name} {version}" for name, version in measured["packages"].items())
    return (
        f"Measured on {measured['made'][:10]} with {measured['threads']} threads of an "
        f"{measured['processor']}, {measured['machine']}, Python {measured['python']}, {packages}."
    )


def full(record: Record) -> Iterator[tuple[str, ...]]:
    """Yield what the recorded run of each chapter's full profile took."""
    for chapter in catalogue.chapters():
        yield link(chapter.name), *costs(record, chapter.name)


def quick(record: Record) -> Iterator[tuple[str, ...]]:
    """Yield what the recorded run of each chapter and exercise took on each backend."""
    for name in work.names():
        yield link(name), *costs(record, name)


def costs(record: Record, name: str) -> Iterator[str]:
    """Yield what each recorded run of `name` took, or what became of it."""
    for row in record.of(name):
        yield str(Cost(row.seconds, row.peak_rss_mb)) if row.status == OK else row.status


def results() -> Iterator[tuple[str, ...]]:
    """Yield each result of the full profile on full data, and the range that it must be in."""
    for chapter in catalogue.chapters():
        for name, limits in expected.load(chapter).ranges("full", "full").items():
            quoted = "" if limits.quoted is None else f"{limits.quoted:g}"
            yield link(chapter.name), f"`{name}`", quoted, f"{limits.min:g}", f"{limits.max:g}"


def link(name: str) -> str:
    """Return a link to the page of a chapter or an exercise, from pages in docs/benchmarks."""
    return f"[{name}](../../notebooks/{name}.ipynb)"


def from_rich(table: Table) -> str:
    """Return a table that `dlcourse bench` shows on the screen."""
    cells = (
        (text.split("\n", 1)[0].replace(" ", "\N{NO-BREAK SPACE}") for text in column.cells)
        for column in table.columns
    )
    return markdown([column.header for column in table.columns], zip(*cells, strict=True))


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown: the first column to the left, the others to the right."""
    header = list(header)
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
