"""What `dlcourse grade` says and writes when it is done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.cli.say import console, quote, say

if TYPE_CHECKING:
    from dlcourse.grading.exercises.exercise import Exercise
    from dlcourse.grading.running.batch import Plan


def tell(results: list[dict[str, Any]], found: dict[Exercise, list[Any]], plan: Plan) -> None:
    """Say what needs a person, and whether all of it was done."""
    for result in results:
        for reason in result["review"]:
            text = f"{result['student']} ({result['assignment']}): {reason}"
            console.print(f"[yellow]{result['status']}[/] {quote(text)}", highlight=False)
    if len(results) < (total := sum(map(len, found.values()))):
        console.print(
            f"[yellow]Interrupted: {len(results)} of {total} are done, and kept. Start again with "
            "the same command.[/]"
        )
    if not plan.book:
        console.print(
            f"{_counts(results)}. When every part is done, the same command without --shard "
            "writes table and gradebook",
            highlight=False,
        )


def write_table(
    results: list[dict[str, Any]], assignments: set[str], course: Path, out: Path
) -> None:
    """Write the CSV with all grades of these assignments in the course folder.

    Those of `results` that the folder could not keep stand in it too: nobody is lost.
    """
    from dlcourse.grading.results import exports, records
    from dlcourse.grading.results.settle import settled

    rows = [row for row in settled(course) if row["assignment"] in assignments]
    kept = {(row["assignment"], row["student"]) for row in rows}
    rows += [r for r in results if (r["assignment"], r["student"]) not in kept]
    records.write_text(out, exports.plain(rows))
    say(f"wrote [bold]{quote(out)}[/]: {_counts(rows)}")


def _counts(rows: list[dict[str, Any]]) -> str:
    counts = Counter(row["status"] for row in rows)
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "nobody"
