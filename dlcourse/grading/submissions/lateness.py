"""The late policy of a course: when work was due, when it came, and what being late costs.

COURSE/policy.toml, all of it optional:

    timezone = "Europe/Berlin"     # of the times below that name none
    grace_minutes = 15             # this much later is still in time
    percent_per_day = 10           # of the maximum score, for each day that has begun
    maximum_days = 3               # work that comes later than this counts nothing

    [due]
    01_tensors = 2026-11-20T23:59:00
    02_autograd = 2026-12-04T23:59:00+01:00

    [extensions.ada]               # a due date of one student
    01_tensors = 2026-11-27T23:59:00
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

NAME = "policy.toml"
_KEYS = ("timezone", "grace_minutes", "percent_per_day", "maximum_days", "due", "extensions")
_DAY = timedelta(days=1)
_MINUTES_OF_A_YEAR = 366 * 24 * 60


class PolicyError(ValueError):
    """policy.toml cannot be used; the message names the entry and what to write."""


@dataclass(frozen=True)
class Policy:
    """The rules in policy.toml; `due` by assignment, `extensions` by student and assignment.

    All times have a time zone. `maximum_days` is None where late work is taken without end.
    """

    zone: tzinfo = UTC
    grace: timedelta = timedelta()
    percent_per_day: float = 0.0
    maximum_days: int | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)

    def due_for(self, assignment: str, student: str) -> datetime | None:
        """Return when `student` had to hand in `assignment`; None where no date is set."""
        return self.extensions.get(student, {}).get(assignment, self.due.get(assignment))


@dataclass(frozen=True)
class Lateness:
    """How late one submission came: `days` begun (None: not known), the points that it costs.

    `note` says it in words, for student and instructor; it is empty for work in time.
    """

    days: int | None
    penalty: float
    note: str


def load(course: Path) -> Policy:
    """Return the policy in `course`/policy.toml; one without due dates if there is no such file.

    Raises PolicyError for anything in it that cannot be meant.
    """
    path = course / NAME
    if not path.exists():
        return Policy()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise PolicyError(f"{path} is not TOML: {error}") from error
    try:
        return _policy(table)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None


def judge(
    policy: Policy, assignment: str, student: str, submitted: datetime | None, max_score: float
) -> Lateness:
    """Return how late work handed in at `submitted` is, and the points of `max_score` it costs.

    A day is 24 hours after the due date and the grace time. Where the due date or the time of
    handing in is not known, nothing is taken off.
    """
    due = policy.due_for(assignment, student)
    if due is None:
        return Lateness(0, 0.0, "")
    if submitted is None:
        return Lateness(None, 0.0, "It is not known when this was handed in; nothing is taken off.")
    # In UTC: Python subtracts times of one zone by the clock, as if it were never put forward.
    late_by = submitted.astimezone(UTC) - due.astimezone(UTC) - policy.grace
    days = max(0, math.ceil(late_by / _DAY))
    if days == 0:
        return Lateness(0, 0.0, "")
    late = f"Handed in {days} day{'s' * (days > 1)} late"
    if policy.maximum_days is not None and days > policy.maximum_days:
        return Lateness(
            days, max_score, f"{late}; after {policy.maximum_days} days work counts nothing."
        )
    percent = min(100.0, policy.percent_per_day * days)
    penalty = round(max_score * percent / 100, 9)
    return Lateness(days, penalty, f"{late}: {penalty:g} points ({percent:g}%) are taken off.")


def _policy(table: Mapping[str, Any]) -> Policy:
    for key in table:
        if key not in _KEYS:
            raise PolicyError(f"{key!r} is no entry; there are {', '.join(_KEYS)}")
    zone = _zone(table.get("timezone", "UTC"))
    days = table.get("maximum_days")
    if days is not None and (type(days) is not int or days < 0):
        raise PolicyError(f"maximum_days = {days!r}: write a whole number of days, 0 or more")
    extensions = _table(table, "extensions")
    return Policy(
        zone,
        timedelta(minutes=_number(table, "grace_minutes", _MINUTES_OF_A_YEAR)),
        _number(table, "percent_per_day", 100),
        days,
        _dates(_table(table, "due"), "due", zone),
        {
            student: _dates(
                _table(extensions, student, "extensions."), f"extensions.{student}", zone
            )
            for student in extensions
        },
    )


def _zone(name: Any) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, TypeError, KeyError, OSError):
        raise PolicyError(
            f"timezone = {name!r} is not known; write one such as 'Europe/Berlin' or 'UTC'"
        ) from None


def _number(table: Mapping[str, Any], key: str, most: float) -> float:
    value = table.get(key, 0)
    if type(value) not in (int, float) or not 0 <= value <= most:
        raise PolicyError(f"{key} = {value!r}: write a number from 0 to {most}")
    return float(value)


def _table(table: Mapping[str, Any], key: str, above: str = "") -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise PolicyError(
            f"{above}{key} = {value!r}: write a table, [{above}{key}], with a line such as "
            "01_tensors = 2026-11-20T23:59:00"
        )
    return value


def _dates(table: Mapping[str, Any], name: str, zone: tzinfo) -> dict[str, datetime]:
    dates = {}
    for assignment, value in table.items():
        if not isinstance(value, datetime):
            raise PolicyError(
                f"{name}.{assignment} = {value!r}: write date and time without quotation marks, "
                "such as 2026-11-20T23:59:00"
            )
        dates[assignment] = value if value.tzinfo else value.replace(tzinfo=zone)
        try:
            dates[assignment].astimezone(UTC)
        except OverflowError:
            raise PolicyError(f"{name}.{assignment} = {value}: write a year within reach") from None
    return dates
