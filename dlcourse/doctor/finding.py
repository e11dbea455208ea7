"""What a check of `dlcourse doctor` returns."""

from dataclasses import dataclass

OK, LIMITED, BROKEN = "ok", "limited", "broken"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    `state` is "ok"; "limited" where the course runs, but not all of it, or not as its text says; or
    "broken" where it cannot run. `found` says it in words, `way` what to do about it.
    """

    state: str
    found: str
    way: str = ""


def how_to_get(extra: str) -> str:
    """Return the command that installs what `extra` needs, and mends what is out of its range."""
    return f"pip install 'dlcourse[{extra}]'"
