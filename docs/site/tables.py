"""Tables of what was measured, as Markdown; pages place them with {{name}}."""

import json
from collections.abc import Iterable, Iterator

from rich.table import Table

from dlcourse.bench import report
from dlcourse.bench.clock import Timing
from dlcourse.bench.operations import DIRECTIONS, Row
from dlcourse.course import catalogue, expected
from dlcourse.course.catalogue import ChapterFiles


def everything() -> dict[str, str]:
    """Return each table under its name."""
    bench = json.loads((catalogue.root() / "docs/benchmarks/bench.json").read_text("utf-8"))
    epochs = {name: times["epoch_seconds"] for name, times in bench["training"].items()}
    return {
        **operations(bench["operations"]),
        "training": from_rich(report.training_table(epochs)),
        "conditions": conditions(bench),
        "costs": markdown(("chapter", "full profile", "quick profile"), costs()),
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


def conditions(bench: dict) -> str:
    """Return a sentence on what was measured where, and when."""
    packages = ", ".join(f"{name} {version}" for name, version in bench["packages"].items())
    return (
        f"Measured on {bench['made'][:10]} with {bench['threads']} threads of an "
        f"{bench['processor']}, {bench['machine']}, Python {bench['python']}, {packages}."
    )


def costs() -> Iterator[tuple[str, ...]]:
    """Yield the time and the memory that each chapter took."""
    for chapter in catalogue.chapters():
        taken = (expected.load(chapter).measured(profile) for profile in ("full", "quick"))
        yield link(chapter), *(f"{x.seconds:.0f} s, {x.memory_mb / 1000:.1f} GB" for x in taken)


def results() -> Iterator[tuple[str, ...]]:
    """Yield each result of the full profile on full data, and the range that it must be in."""
    for chapter in catalogue.chapters():
        for name, limits in expected.load(chapter).ranges("full", "full").items():
            quoted = "" if limits.quoted is None else f"{limits.quoted:g}"
            yield link(chapter), f"`{name}`", quoted, f"{limits.min:g}", f"{limits.max:g}"


def link(chapter: ChapterFiles) -> str:
    """Return a link to the chapter's page, from pages in docs/benchmarks."""
    return f"[{chapter.name}](../../notebooks/{chapter.name}.ipynb)"


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
