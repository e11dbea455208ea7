"""What each chapter must give: `notebooks/expected.toml`, read and compared with runs.

For each chapter the file holds `budget` (seconds and memory a profile) and
`results.VARIANT.PROFILE`: the range of each result, and the number that the prose quotes.
The variant "any" serves chapters whose results do not depend on the data variant. `built` says
how stored outputs are made, where that is not with Keras on JAX and full data.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.costs import Cost
from dlcourse.course.session import BACKENDS, PROFILES
from dlcourse.datasets.catalogue import VARIANTS

# The variants that results can have: "auto" is a wish, what was loaded is one of the others.
_LOADED = ("any", *(variant for variant in VARIANTS if variant != "auto"))

# {{name}} or {{name:format}} in a chapter's prose
_QUOTE = re.compile(r"\{\{(\w+)(?::([^}]+))?\}\}")


@dataclass(frozen=True)
class Range:
    """Where a result must lie (both ends included), and the number the prose quotes, if any."""

    min: float
    max: float
    quoted: float | None = None

    def __post_init__(self) -> None:
        """Refuse a quoted number that the chapter's own range does not allow."""
        if self.quoted is not None and not self.min <= self.quoted <= self.max:
            raise ValueError(f"the quoted {self.quoted} is outside {self.min} … {self.max}")


def _one_of(allowed: tuple[str, ...], name: str, value: str) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}: choose from {', '.join(allowed)}")


def _built(backend: str = "jax", variant: str = "auto") -> dict[str, str]:
    _one_of(BACKENDS, "built.backend", backend)
    _one_of(VARIANTS, "built.variant", variant)
    return {"backend": backend, "variant": variant}


def _results(table: dict[str, Any]) -> dict[tuple[str, str], dict[str, Range]]:
    ranges = {}
    for variant, profiles in table.items():
        _one_of(_LOADED, "the variant of results", variant)
        for profile, results in profiles.items():
            _one_of(PROFILES, f"the profile of results.{variant}", profile)
            ranges[variant, profile] = {name: Range(**limits) for name, limits in results.items()}
    return ranges


class Expected:
    """The expectations of one chapter."""

    def __init__(self, chapter: str, table: dict[str, Any]) -> None:
        """Read `table`, the chapter's part of the file; raise ValueError where it is off."""
        self.chapter, self.table = chapter, table
        try:
            self.built = _built(**table.get("built", {}))
            self._budget = {profile: Cost(**table["budget"][profile]) for profile in PROFILES}
            self._results = _results(table["results"])
        except KeyError as error:
            raise ValueError(
                f"notebooks/expected.toml, chapter {chapter}: there is no {error}; write it as "
                "for the other chapters"
            ) from error
        except (TypeError, ValueError) as error:
            raise ValueError(f"notebooks/expected.toml, chapter {chapter}: {error}") from error

    def budget(self, profile: str) -> Cost:
        """Return the most that a run with `profile` may take."""
        return self._budget[profile]

    @property
    def headline(self) -> str:
        """Return the chapter's result in a line, with the quoted numbers filled in."""
        return self.fill_quotes(self.table["headline"])

    def ranges(self, variant: str, profile: str) -> dict[str, Range]:
        """Return the ranges for runs on `variant` with `profile`."""
        for key in ((variant, profile), ("any", profile)):
            if key in self._results:
                return self._results[key]
        raise ValueError(
            f"notebooks/expected.toml has no [{self.chapter}.results.{variant}.{profile}]: add "
            "the range of each result that the chapter records"
        )

    def fill_quotes(self, text: str) -> str:
        """Replace `{{name:format}}` in `text` by the quoted number of the full profile."""
        quotable = {
            name: limits.quoted
            for name, limits in self.ranges("full", "full").items()
            if limits.quoted is not None
        }

        def number(match: re.Match[str]) -> str:
            name, form = match.groups()
            if name not in quotable:
                known = ", ".join(quotable) or "none"
                raise ValueError(
                    f"the prose of {self.chapter} quotes {match[0]}, but expected.toml has no "
                    f"quoted number of that name for the full profile (it has: {known})"
                )
            return format(quotable[name], form or "")

        return _QUOTE.sub(number, text)

    def problems(self, variant: str, profile: str, results: dict[str, float]) -> list[str]:
        """Compare recorded `results` with their ranges; return a sentence for each mismatch."""
        ranges = self.ranges(variant, profile)
        missing = [f"result {name} was not recorded" for name in ranges if name not in results]
        unknown = [
            f"result {name} = {value:.4g} has no range in notebooks/expected.toml"
            for name, value in results.items()
            if name not in ranges
        ]
        outside = [
            f"{name} = {value:.4g} is outside {ranges[name].min:g} … {ranges[name].max:g}"
            for name, value in results.items()
            if name in ranges and not ranges[name].min <= value <= ranges[name].max
        ]
        return missing + unknown + outside


def load(chapter: ChapterFiles) -> Expected:
    """Return the expectations of `chapter`; raise ValueError where the file holds none."""
    tables = tomllib.loads(chapter.expected.read_text(encoding="utf-8"))
    if chapter.name not in tables:
        raise ValueError(
            f"{chapter.expected.name} says nothing of chapter {chapter.name}: add its budget "
            "and the ranges of its results"
        )
    return Expected(chapter.name, tables[chapter.name])
