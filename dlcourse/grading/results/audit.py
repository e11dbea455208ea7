"""The audit log of a course folder: who did what and when, one line of JSON an event.

Lines are only ever added. Each holds the hash of the line before and its own, so that a line that
is changed, taken out or put in between is noticed. The log cannot notice that its *last* lines are
gone, nor that somebody who may write in the folder made all of it anew: note the last hash where
others cannot change it, and compare. Results are told to the log with the hash of their file, so
`verify` also notices a result that was changed by hand.
"""

import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

NAME = "audit.jsonl"
_START = "0" * 64
_ALWAYS = ("when", "who", "what", "hash")


def append(course: Path, what: str, who: str | None = None, **details: Any) -> dict[str, Any]:
    """Add the event `what` by `who` (None: the user of this computer), and return its line.

    `details` are plain values for JSON: the student, hashes, a score. Several processes may add
    at the same time.
    """
    course.mkdir(parents=True, exist_ok=True)
    path = course / NAME
    with FileLock(path.with_name(NAME + ".lock")), path.open("a+b") as file:
        event = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _user() if who is None else who,
            "what": what,
            **details,
            "previous": _last_hash(path),
        }
        event["hash"] = _hash(event)
        # A line that a crash cut short is closed first, so that this one stands by itself.
        torn = file.tell() and not _ends_with_newline(path)
        file.write(b"\n" * bool(torn) + json.dumps(event, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return event


def events(course: Path) -> list[dict[str, Any]]:
    """Return the events that can be read, oldest first."""
    return [event for _, event in _lines(course / NAME) if event is not None]


def verify(course: Path) -> list[str]:
    """Return what is wrong with the log and the result files; nothing if all is as written."""
    findings, previous, known = [], _START, {}
    for number, event in _lines(course / NAME):
        if event is None:
            findings.append(f"line {number} of {NAME} cannot be read: changed, or cut by a crash")
            continue
        if event["hash"] != _hash(event):
            findings.append(f"line {number} of {NAME} was changed after it was written")
        if event.get("previous") != previous:
            findings.append(f"before line {number} of {NAME}, lines were changed, added or removed")
        previous = event["hash"]
        if event.get("what") == "result":
            known[str(event.get("assignment")), str(event.get("student"))] = event.get("file")
    return findings + _changed_results(course, known)


def _changed_results(course: Path, known: dict[Any, Any]) -> list[str]:
    results = course / "results"
    found = {(path.parent.name, path.stem): path for path in sorted(results.glob("*/*.json"))}
    findings = []
    for key, path in found.items():
        where = path.relative_to(course).as_posix()
        if key not in known:
            findings.append(f"{where} is not in {NAME}: not written by the grader")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known[key]:
            findings.append(f"{where} is not the result that {NAME} tells of: changed by hand")
    gone = [f"results/{a}/{s}.json" for a, s in known if (a, s) not in found]
    return findings + [f"{where} is in {NAME}, but the file is gone" for where in gone]


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield the number of each line, from 1, and its event; None for a line that is no event."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield number, _event(line)


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(event, dict) and all(isinstance(event.get(key), str) for key in _ALWAYS)
    return event if whole else None


def _hash(event: dict[str, Any]) -> str:
    rest = {key: value for key, value in event.items() if key != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _last_hash(path: Path) -> str:
    """Return the hash of the last event, reading no more of the file's end than is needed."""
    size, block = path.stat().st_size, 1 << 16
    while True:
        with path.open("rb") as file:
            file.seek(max(0, size - block))
            whole = file.read().split(b"\n")[(1 if block < size else 0) :]
        for line in reversed(whole):
            if (event := _event(line)) is not None:
                return event["hash"]
        if block >= size:
            return _START
        block *= 8


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no login name, as in some containers
        return f"uid {os.getuid()}"
