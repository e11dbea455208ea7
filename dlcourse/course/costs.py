"""What runs take, and what the full profile of a chapter took in the recorded run."""

import json
from dataclasses import dataclass

from dlcourse.course.catalogue import ChapterFiles


@dataclass(frozen=True)
class Cost:
    """What a run takes: wall-clock seconds and peak resident memory in megabytes."""

    seconds: float
    memory_mb: float

    def __str__(self) -> str:
        """Return it for a table: "18 s, 1.2 GB", with spaces at which no line is broken."""
        return f"{self.seconds:.0f}\N{NO-BREAK SPACE}s, {gigabytes(self.memory_mb)}"


def about(seconds: float) -> str:
    """Return a duration as one would say it: "about 20 s", "about 3 min"."""
    if seconds < 55:
        return f"about {max(10, round(seconds, -1)):.0f}\N{NO-BREAK SPACE}s"
    return f"about {seconds / 60:.0f}\N{NO-BREAK SPACE}min"


def gigabytes(megabytes: float) -> str:
    """Return an amount of memory for a table: "1.2 GB"."""
    return f"{megabytes / 1000:.1f}\N{NO-BREAK SPACE}GB"


def full_profile(chapter: ChapterFiles) -> Cost | None:
    """Return what the chapter's full profile took when it was recorded, if it was.

    Unlike `dlcourse.course.recorded` this needs no notebook, so notebooks may quote it.
    """
    path = chapter.notebook.parent / "recorded" / "full.json"
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    ended = [run for run in runs if run["chapter"] == chapter.name and not run["error"]]
    return Cost(ended[0]["seconds"], ended[0]["peak_rss_mb"]) if ended else None
