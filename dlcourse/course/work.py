"""What can be run: chapters, and exercises with their solutions in place, as plain data.

Nothing here is tied to this machine, so that a run may be made on any that has the package.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from dlcourse.course import catalogue
from dlcourse.course import device as devices
from dlcourse.course import expected as expectations
from dlcourse.course.assemble import assemble
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.expected import Expected, Range
from dlcourse.course.session import PROFILES

CHAPTERS, EXERCISES = "chapters", "exercises"

# What every exercise must give: it records no results.
NO_RESULTS = Expected(
    EXERCISES,
    {
        "budget": {profile: {"seconds": 120, "memory_mb": 2000} for profile in PROFILES},
        "results": {"any": {profile: {} for profile in PROFILES}},
    },
)


@dataclass(frozen=True)
class Work:
    """A notebook to run: its JSON text, and what it must give.

    `name` is "03_mnist", or "exercises/03_mnist" for an exercise. Where its source is broken,
    `problem` says how; then there is no notebook.
    """

    name: str
    title: str
    notebook: str
    expected: Expected | None
    problem: str = ""

    @property
    def exercise(self) -> bool:
        """Say whether this is an exercise, not a chapter."""
        return self.name.startswith(f"{EXERCISES}/")

    @property
    def built(self) -> str:
        """Return the backend that its stored outputs come from."""
        return (self.expected or NO_RESULTS).built["backend"]

    @property
    def code_cells(self) -> int:
        """Return how many code cells a run will execute, papermill's own included."""
        return self.notebook.count('"cell_type": "code"') + (not self.exercise)


@dataclass(frozen=True)
class Request:
    """One run to make."""

    work: Work
    backend: str
    device: str
    profile: str
    variant: str = "auto"
    seed: int = 1

    @property
    def stem(self) -> str:
        """Return the name of the files that the run leaves."""
        name = self.work.name.replace("/", "-")
        return f"{name}-{self.backend}-{self.device}-{self.profile}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what papermill puts into the notebook's parameters cell; exercises have none."""
        if self.work.exercise:
            return {}
        return {name: getattr(self, name) for name in ("backend", "device", "profile", "seed")}

    @property
    def environment(self) -> dict[str, str]:
        """Return what the kernel finds in its environment."""
        settings = {
            f"DLCOURSE_{name.upper()}": getattr(self, name)
            for name in ("backend", "device", "profile", "variant")
        }
        # A chapter chooses backend and device by itself; an exercise has no cell that would.
        settings["KERAS_BACKEND"] = self.backend
        return settings | devices.settings(self.device)

    def ranges(self, variant: str) -> dict[str, Range]:
        """Return where the results of a run on `variant` must lie; none where that is unknown."""
        try:
            return self.work.expected.ranges(variant, self.profile) if self.work.expected else {}
        except ValueError:
            return {}


def find(names: list[str] | None) -> list[Work]:
    """Return the work called `names`; all chapters if None or empty.

    "03_mnist", "mnist" or "03" is a chapter, "exercises/03_mnist" (or mnist, or 03) an exercise;
    "chapters" and "exercises" are all of them. Raises ValueError for a name that nothing has,
    with the nearest match; ImportError where an exercise needs a package that is not there.
    """
    found = []
    for name in names or [CHAPTERS]:
        kind, _, which = name.rpartition("/")
        if name == EXERCISES or kind == EXERCISES:
            found += _exercises(which if kind else None)
        else:
            found += map(of_chapter, catalogue.find(None if name == CHAPTERS else [name]))
    return list({work.name: work for work in found}.values())


def names() -> list[str]:
    """Return the name of every chapter, then of every exercise; their sources are not read."""
    exercises = [f"{EXERCISES}/{source.stem}" for source in _exercise_sources()]
    return [chapter.name for chapter in catalogue.chapters()] + exercises


def of_chapter(chapter: ChapterFiles) -> Work:
    """Return the work of running `chapter`."""
    try:
        notebook = nbformat.writes(assemble(chapter))
        return Work(chapter.name, chapter.title, notebook, expectations.load(chapter))
    except Exception as error:  # one broken source must not keep the others from running
        return Work(chapter.name, chapter.title, "", None, problem=str(error) or repr(error))


def of_exercise(source: Path) -> Work:
    """Return the work of running an exercise with its solutions, which its visible checks check."""
    from dlcourse.grading.exercises import exercise, release

    name = f"{EXERCISES}/{source.stem}"
    try:
        found = exercise.load(source)
        return Work(name, found.title, nbformat.writes(release.solved(found)), NO_RESULTS)
    except ValueError as error:
        return Work(name, name, "", None, problem=str(error))


def _exercises(name: str | None) -> list[Work]:
    from dlcourse.grading.exercises import exercise

    if name:
        return [of_exercise(found.path) for found in exercise.find(names=[name])]
    return [of_exercise(source) for source in _exercise_sources()]


def _exercise_sources() -> list[Path]:
    return sorted((catalogue.root() / "notebooks" / "src" / "exercises").glob("*.py"))
