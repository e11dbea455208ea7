"""When work was handed in, by the file that is collected beside it."""

import os
import re
import stat
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_STAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{5,15}) *([A-Za-z][\w/+-]*|[+-][0-9:]{4,5}|)"
)


def submitted_at(folder: Path, zone: tzinfo = UTC) -> datetime | None:
    """Return the time in `folder`/timestamp.txt, which nbgrader writes beside what it collects.

    `zone` is what gives a meaning to an abbreviation such as CEST; a time without a zone is UTC,
    as in nbgrader. None where there is no file, or none with a time in it: then the time is not
    known. The date of a file is no proof, so it is not looked at.
    """
    try:
        found = _STAMP.fullmatch(_read_start(folder / "timestamp.txt").strip())
        moment = found and _in_zone(datetime.fromisoformat(found[1]), found[2], zone)
        # The year 1 does not begin everywhere at a time that UTC has: OverflowError.
        return moment if moment and moment.astimezone(UTC) else None
    except (OSError, ValueError, KeyError, OverflowError):  # KeyError: no such zone
        return None


def _read_start(path: Path) -> str:
    """Return the first 200 bytes of an ordinary file; OSError for a link, a pipe, a device."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path} is no ordinary file")
        return file.read(200).decode()


def _in_zone(clock: datetime, name: str, zone: tzinfo) -> datetime:
    if name in ("", "Z", "UTC", "GMT"):
        return clock.replace(tzinfo=UTC)
    if name[0] in "+-":
        return datetime.fromisoformat(f"{clock.isoformat()}{name}")
    named = _called(name, clock, zone)
    if named is None:
        # A zone can have the name of an abbreviation too, as CET has: also one with summer time.
        named = _called(name, clock, own := ZoneInfo(name)) or clock.replace(tzinfo=own)
    return named


def _called(name: str, clock: datetime, zone: tzinfo) -> datetime | None:
    """Return the time in `zone` that goes by the abbreviation `name`, if one does."""
    moments = [clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    # When clocks are set back an hour comes twice, under two names.
    return next((moment for moment in moments if moment.tzname() == name), None)
