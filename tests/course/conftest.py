"""A small course of one chapter, in a folder of its own."""

import json
from pathlib import Path

import pytest

from dlcourse.course import catalogue
from dlcourse.course.assemble import assemble
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.work import Request, of_chapter

SOURCE = """\
# %% [markdown]
# # A small chapter
# It says {{answer:.1f}}.

# %% tags=["nbval-check-output"]
print(6 * 7)

# %%
course.record(answer=42)
"""

EXPECTED = """\
[01_small.budget]
quick = { seconds = 60, memory_mb = 1000 }
full = { seconds = 60, memory_mb = 1000 }

[01_small.results.any.quick]
answer = { min = 41, max = 43 }

[01_small.results.any.full]
answer = { min = 41, max = 43, quoted = 42.04 }
"""


class SmallCourse:
    """The chapter's files, and short ways to change them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "src").mkdir()
        self.write(SOURCE)
        self.expect(EXPECTED)

    @property
    def chapter(self) -> ChapterFiles:
        return catalogue.chapters(self.folder)[0]

    def request(self, **changes) -> Request:
        settings = {"backend": "jax", "device": "cpu", "profile": "quick"}
        return Request(of_chapter(self.chapter), **settings | changes)

    @property
    def last_cell(self) -> str:
        """The id of the chapter's last cell."""
        return assemble(self.chapter).cells[-1].id

    def write(self, source: str) -> ChapterFiles:
        (self.folder / "src" / "01_small.py").write_text(source, encoding="utf-8")
        return self.chapter

    def add(self, code: str, tags: str = "") -> ChapterFiles:
        return self.write(SOURCE + f"\n# %%{tags}\n{code}\n")

    def record(self, *runs: dict) -> None:
        """Write down `runs` of the full profile; each is an ordinary one but for what it says."""
        usual = {"chapter": "01_small", "seconds": 3.0, "peak_rss_mb": 250.0, "error": ""}
        path = self.folder / "recorded" / "full.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"runs": [usual | run for run in runs]}), encoding="utf-8")

    def expect(self, text: str) -> None:
        (self.folder / "expected.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def small(tmp_path):
    return SmallCourse(tmp_path)
