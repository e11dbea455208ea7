"""The recorded run: what each run took and gave when it was last written down.

`notebooks/recorded.json` is the report.json of that run. From it come the order of runs, the
shares of several machines, and what has drifted since.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dlcourse.course import catalogue
from dlcourse.course.judge import Row
from dlcourse.course.work import Request
from dlcourse.shard import Shard

# Less than this is no drift: machines differ, and two runs on one machine do.
_TIMES, _SECONDS = 1.5, 5
_SHARE_OF_MEMORY = 0.2
_SHARE_OF_RANGE = 0.25

_UNKNOWN_SECONDS = 20.0  # of a run that was never recorded


class Record:
    """What the recorded run gave; nothing where there is no record."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        """Take the contents of a report.json."""
        document = document or {}
        runs = document.get("runs", [])
        self.made: str = document.get("made", "")
        self.processor: str = document.get("processor", "")
        self._rows: dict[tuple[str, ...], dict[str, Any]] = {_key(run): run for run in runs}
        self._seconds = {
            (run["chapter"], run["backend"], run["profile"]): run["seconds"] for run in runs
        }

    def seconds(self, request: Request) -> float:
        """Return what `request` is expected to take."""
        expected = request.work.expected
        measured = expected.measured(request.profile) if expected else None
        guess = measured.seconds if measured else _UNKNOWN_SECONDS
        return self._seconds.get((request.work.name, request.backend, request.profile), guess)

    def longest_first(self, requests: Sequence[Request]) -> list[Request]:
        """Return `requests` in the order in which several at a time end soonest."""
        return sorted(requests, key=lambda request: (-self.seconds(request), request.stem))

    def share(self, requests: Sequence[Request], shard: Shard) -> list[Request]:
        """Return the requests of one part, longest first.

        The parts take about the same time; the same record and requests give the same parts.
        """
        parts: list[list[Request]] = [[] for _ in range(shard.count)]
        sums = [0.0] * shard.count
        for request in self.longest_first(requests):
            least = sums.index(min(sums))
            parts[least].append(request)
            sums[least] += self.seconds(request)
        return parts[shard.index]

    def drift(self, request: Request, row: Row) -> list[str]:
        """Return a line for each thing in which `row` differs from the recorded run."""
        before = self._rows.get(_key(vars(row)))
        if before is None or row.error:
            return []
        ranges = request.ranges(row.variant)
        moved = [
            f"{name} {before['results'][name]:.4g} → {value:.4g}"
            for name, value in row.results.items()
            if name in before["results"] and name in ranges
            if abs(value - before["results"][name])
            > _SHARE_OF_RANGE * (ranges[name].max - ranges[name].min)
        ]
        return _cost_drift(row, before) + moved


def load(path: Path | None = None) -> Record:
    """Return the record in `path`, by default the course's own; empty where there is none."""
    path = path or catalogue.root() / "notebooks" / "recorded.json"
    return Record(json.loads(path.read_text(encoding="utf-8")) if path.exists() else None)


def _key(run: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(run[name] for name in ("chapter", "backend", "device", "profile", "variant"))


def _cost_drift(row: Row, before: Mapping[str, Any]) -> list[str]:
    found = []
    less, more = sorted((before["seconds"], row.seconds))
    if more > _TIMES * less and more - less > _SECONDS:
        found.append(f"time {before['seconds']:.0f} → {row.seconds:.0f} s")
    old, new = before["peak_rss_mb"], row.peak_rss_mb
    if abs(new - old) > _SHARE_OF_MEMORY * old:
        found.append(f"memory {old:.0f} → {new:.0f} MB")
    return found
