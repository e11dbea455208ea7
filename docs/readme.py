"""Write what README.md says of recorded runs: run it after a new one, python docs/readme.py.

That is the badges, the table of chapters and the picture of all runs. They lie between comments,
`<!-- NAME: … -->` and `<!-- end of NAME -->`; the rest of the page is written by hand.
"""

import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import anybadge
import matrix

from dlcourse.course import catalogue, expected, launch, recorded
from dlcourse.course.assemble import BACKEND_NAMES
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.costs import gigabytes
from dlcourse.course.judge import OK, Row
from dlcourse.course.recorded import Record

ROOT = catalogue.root()
README = ROOT / "README.md"
RECORD = "notebooks/recorded/quick.json"

GREEN, RED, BLUE = "#1a7f37", "#b3261e", "#0550ae"  # white letters can be read on each

TABLE = """\
| chapter | what you see | full profile | quick profile | result | launch |
| --- | --- | --- | --- | --- | --- |
{rows}

Time, and the most memory in use, of recorded runs.
[Full profile](notebooks/recorded/full.json): {full}; {keras}.
[Quick profile](notebooks/recorded/quick.json): {quick}; from the fastest backend to the slowest.
"""

PICTURE = """\
<picture>
  <source media="(prefers-color-scheme: dark)" srcset="docs/{dark}">
  <img src="docs/{light}" width="460" alt="{alt}">
</picture>
"""


class Badge(NamedTuple):
    """A badge of the recorded run: docs/badges/FILE.svg."""

    file: str
    label: str
    value: str
    colour: str

    @property
    def path(self) -> Path:
        """Return where it lies."""
        return ROOT / "docs" / "badges" / f"{self.file}.svg"

    @property
    def svg(self) -> str:
        """Return the picture."""
        drawn = anybadge.Badge(
            self.label, self.value, default_color=self.colour, num_padding_chars=1
        )
        drawn.mask_str = "round"  # by default it counts the badges that were made before
        return f"{drawn}\n"


def page(text: str, quick: Record, full: Record) -> str:
    """Return the README `text` with all that follows from the records written anew."""
    for name, block in (
        ("badges", "\n".join([live_badge(), *map(badge_link, badges(quick))])),
        ("chapters", table(quick, full)),
        ("picture", picture(quick)),
    ):
        between = re.compile(rf"(<!-- {name}:[^>]*-->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
        text, found = between.subn(lambda match, new=block: f"{match[1]}\n{new.strip()}\n\n", text)
        if found != 1:
            raise ValueError(
                f"README.md needs the comments <!-- {name}: … --> and <!-- end of {name} --> once, "
                f"with what {Path(__file__).name} writes between them; it has {found} such pairs"
            )
    return text


def badges(record: Record) -> list[Badge]:
    """Return what the badges say; those of runs are red as soon as one was not ok."""
    exercises = [row for row in record.rows if row.chapter.startswith("exercises/")]
    chapters = [row for row in record.rows if row not in exercises]
    versions = {
        # "tensorflow-cpu" is TensorFlow; "2.13.0+cpu" is 2.13.0
        name.removesuffix("-cpu"): version.split("+")[0]
        for name, version in record.machine["packages"].items()
    }
    backends = ", ".join(f"{shown} {versions[name]}" for name, shown in BACKEND_NAMES.items())
    devices = ", ".join(sorted({row.device.upper() for row in record.rows}))
    day, python = record.machine["made"][:10], record.machine["python"]
    return [
        passed("chapters", chapters),
        passed("exercises", exercises),
        Badge("backends", f"Keras {versions['keras']} on", backends, BLUE),
        Badge("recorded", "recorded", f"{day}, {devices}, Python {python}", BLUE),
    ]


def passed(name: str, rows: list[Row]) -> Badge:
    """Return the badge that says how many of `rows` are ok."""
    good = sum(row.status == OK for row in rows)
    colour = GREEN if good == len(rows) else RED
    return Badge(name, name, f"{good} of {len(rows)} runs pass", colour)


def badge_link(badge: Badge) -> str:
    """Return Markdown that shows `badge` and leads to the record."""
    picture = f"![{badge.label} {badge.value}]({badge.path.relative_to(ROOT).as_posix()})"
    return f"[{picture}]({RECORD})"


def live_badge() -> str:
    """Return Markdown for GitHub's own badge of the newest run of the tests."""
    workflow = f"{catalogue.repository()}/actions/workflows/ci.yml"
    return f"[![CI]({workflow}/badge.svg?branch={launch.BRANCH})]({workflow})"


def table(quick: Record, full: Record) -> str:
    """Return the table of chapters, and what was recorded where."""
    chapters = catalogue.chapters()
    return TABLE.format(
        rows="\n".join(f"| {' | '.join(cells(x, quick, full))} |" for x in chapters),
        quick=conditions(quick),
        full=conditions(full),
        keras=full.keras,
    )


def conditions(record: Record) -> str:
    """Return date, hardware, Python and data of the recorded run."""
    variants = sorted({row.variant for row in record.rows} - {"none"})
    data = " and ".join(
        {"embedded": "the data that ships", "full": "full data"}[x] for x in variants
    )
    return f"{record.conditions}, Python {record.machine['python']}, on {data}"


def cells(chapter: ChapterFiles, quick: Record, full: Record) -> Iterator[str]:
    """Yield the cells of the chapter's row."""
    notebook = f"notebooks/{chapter.notebook.name}"
    yield f"[{matrix.label(chapter.name, chapter.title)}]({notebook})"
    yield chapter.summary
    yield costs(full.of(chapter.name))
    yield costs(quick.of(chapter.name))
    yield expected.load(chapter).headline
    yield launch.badges(notebook)


def costs(rows: list[Row]) -> str:
    """Return the times and the most memory of `rows`."""
    peak = max(row.peak_rss_mb or 0 for row in rows)
    return recorded.times(rows) + (f", {gigabytes(peak)}" if peak else "")


def picture(record: Record) -> str:
    """Return HTML for the picture of all runs, on light and on dark pages."""
    return PICTURE.format(
        light=matrix.LIGHT.file, dark=matrix.DARK.file, alt=escape(matrix.description(record))
    )


def main() -> None:
    """Write the page, the badges and the pictures."""
    try:
        quick, full = recorded.whole("quick"), recorded.whole("full")
    except ValueError as error:
        sys.exit(str(error))
    README.write_text(page(README.read_text(encoding="utf-8"), quick, full), encoding="utf-8")
    for badge in badges(quick):
        badge.path.parent.mkdir(exist_ok=True)
        badge.path.write_text(badge.svg, encoding="utf-8")
    matrix.write(quick)


if __name__ == "__main__":
    main()
