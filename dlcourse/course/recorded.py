"""The recorded runs: what each took and gave when it was last written down.

`notebooks/recorded` holds the report.json of one run for each profile. From them come the order of
runs, the shares of several machines, what has drifted since, and what the README says of times.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mode
from typing import Any

from dlcourse import machine
from dlcourse.course import catalogue, expected, work
from dlcourse.course.assemble import BACKEND_NAMES
from dlcourse.course.judge import OK, Row
from dlcourse.course.session import BACKENDS
from dlcourse.course.work import Request
from dlcourse.shard import Shard

# How a whole record of a profile is made.
COMMANDS = {
    "quick": """\
dlcourse run chapters exercises --backend all --device cpu --profile quick --data embedded \\
  --report build/quick
cp build/quick/report.json notebooks/recorded/quick.json""",
    "full": """\
dlcourse run chapters --backend built --device cpu --profile full --data full --report build/full
cp build/full/report.json notebooks/recorded/full.json""",
}

# Less than this is no drift: two runs on one machine differ, too.
_TIMES, _SECONDS = 1.5, 5
_SHARE_OF_MEMORY = 0.2
_SHARE_OF_RANGE = 0.25

_UNKNOWN_SECONDS = 20.0  # of a run that was never recorded


class Record:
    """What the recorded run gave; nothing where there is no record."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        """Take the contents of a report.json."""
        document = document or {}
        self.rows = [Row(**run) for run in document.get("runs", [])]
        # Date, processor and versions, as dlcourse.machine describes them.
        self.machine = {name: value for name, value in document.items() if name != "runs"}
        self._rows = {_key(row): row for row in self.rows}
        self._seconds = {(row.chapter, row.backend, row.profile): row.seconds for row in self.rows}

    @property
    def conditions(self) -> str:
        """Return date and hardware: "2026-01-02, Some Processor, 2 cores"."""
        made, threads = self.machine["made"], self.machine["threads"]
        return f"{made[:10]}, {self.machine['processor']}, {threads} cores"

    @property
    def keras(self) -> str:
        """Return what most runs used, and which did not: "Keras on JAX, 8a on PyTorch"."""
        usual = mode(row.backend for row in self.rows)
        others = [
            f"{catalogue.number(row.chapter)} on {BACKEND_NAMES[row.backend]}"
            for row in self.rows
            if row.backend != usual
        ]
        return ", ".join([f"Keras on {BACKEND_NAMES[usual]}", *others])

    def of(self, name: str) -> list[Row]:
        """Return the runs of the chapter or exercise `name`, a row for each backend."""
        rows = [row for row in self.rows if row.chapter == name]
        return sorted(rows, key=lambda row: BACKENDS.index(row.backend))

    def seconds(self, request: Request) -> float:
        """Return what `request` is expected to take."""
        name, profile = request.work.name, request.profile
        elsewhere = self._seconds.get((name, request.work.built, profile), _UNKNOWN_SECONDS)
        return self._seconds.get((name, request.backend, profile), elsewhere)

    def longest_first(self, requests: Sequence[Request]) -> list[Request]:
        """Return `requests` in the order in which several at a time end soonest."""
        return sorted(requests, key=lambda request: (-self.seconds(request), request.stem))

    def share(self, requests: Sequence[Request], shard: Shard) -> list[Request]:
        """Return the requests of one part, longest first, each once.

        The parts take about the same time; the same record and requests give the same parts.
        """
        parts: list[list[Request]] = [[] for _ in range(shard.count)]
        sums = [0.0] * shard.count
        for request in self.longest_first(list(dict.fromkeys(requests))):
            least = sums.index(min(sums))
            parts[least].append(request)
            sums[least] += self.seconds(request)
        return parts[shard.index]

    def drift(self, request: Request, row: Row, *, alone: bool) -> list[str]:
        """Return a line for each thing in which `row` differs from the recorded run.

        What it cost is compared on the record's own machine only, its time where it ran `alone`.
        """
        before = self._rows.get(_key(row))
        if before is None or before.error or row.error:
            return []
        ranges = request.ranges(row.variant)
        moved = [
            f"{name} {before.results[name]:.4g} → {value:.4g}"
            for name, value in row.results.items()
            if name in before.results and name in ranges
            if abs(value - before.results[name])
            > _SHARE_OF_RANGE * (ranges[name].max - ranges[name].min)
        ]
        if not self._made_here():
            return moved
        return (_slower(row, before) if alone else []) + _larger(row, before) + moved

    def _made_here(self) -> bool:
        here = machine.describe()
        return all(self.machine.get(x) == here[x] for x in ("machine", "processor", "threads"))


def load(profile: str, folder: Path | None = None) -> Record:
    """Return the record of `profile`, the course's own or that in `folder`; empty where none is.

    Raises ValueError where the file is something else.
    """
    path = (folder or catalogue.root() / "notebooks" / "recorded") / f"{profile}.json"
    if not path.exists():
        return Record()
    try:
        return Record(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is not what a run leaves ({error}). Record one, on an idle machine:\n"
            f"{COMMANDS[profile]}"
        ) from error


def whole(profile: str, folder: Path | None = None) -> Record:
    """Return the record of `profile`, with all that it must hold.

    Quick: chapters and exercises on every backend. Full: each chapter on the backend that its
    stored outputs come from. Raises ValueError where it is not whole, or not there; the message
    says how to make it.
    """
    record = load(profile, folder)
    if profile == "quick":
        wanted = {(name, backend, profile) for name in work.names() for backend in BACKENDS}
    else:
        chapters = catalogue.chapters()
        wanted = {(x.name, expected.load(x).built["backend"], profile) for x in chapters}
    found = {(row.chapter, row.backend, row.profile) for row in record.rows}
    if found != wanted:
        first = " · ".join(min(found ^ wanted))
        raise ValueError(
            f"notebooks/recorded/{profile}.json holds {len(found)} runs, and must hold "
            f"{len(wanted)}; {first} is the first difference. Record a run, on an idle machine:\n"
            f"{COMMANDS[profile]}"
        )
    return record


def times(rows: Sequence[Row]) -> str:
    """Return the seconds that `rows`, runs of one notebook, took; and those that are not ok.

    As in "18 s", "18–25 s", "18–25 s (failed on JAX)".
    """
    bad = [f"{row.status} on {BACKEND_NAMES[row.backend]}" for row in rows if row.status != OK]
    good = sorted(round(row.seconds) for row in rows if row.status == OK)
    if not good:
        return ", ".join(bad)
    least, most = good[0], good[-1]
    span = f"{least}–{most}" if least < most else f"{most}"
    return f"{span}\N{NO-BREAK SPACE}s" + (f" ({', '.join(bad)})" if bad else "")


def _key(row: Row) -> tuple[str, ...]:
    return row.chapter, row.backend, row.device, row.profile, row.variant


def _slower(row: Row, before: Row) -> list[str]:
    less, more = sorted((before.seconds, row.seconds))
    far = more > _TIMES * less and more - less > _SECONDS
    return [f"time {before.seconds:.0f} → {row.seconds:.0f} s"] if far else []


def _larger(row: Row, before: Row) -> list[str]:
    old, new = before.peak_rss_mb, row.peak_rss_mb
    far = abs(new - old) > _SHARE_OF_MEMORY * old
    return [f"memory {old:.0f} → {new:.0f} MB"] if far else []
