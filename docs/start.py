"""Make notebooks/START.md, the page on which JupyterLab opens the course: python docs/start.py.

Run it after a new recorded run, or when a chapter or its exercises changed; a test says when it is
stale.
"""

import sys
from collections.abc import Iterator

from dlcourse.course import catalogue, recorded
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.recorded import Record
from dlcourse.grading.exercises import exercise

PATH = catalogue.root() / "notebooks" / "START.md"

PAGE = """\
# Start here

Open a chapter with a click on its name. Then:

1. Read, and run cell after cell with **Shift + Enter**. Pictures appear below the cells. To run
   all of them: menu *Run → Run All Cells*. The page then jumps to its end: scroll up to watch.
2. Change something and run the cell again: that is what notebooks are for. The file is yours to
   change; in a terminal, `git restore notebooks/01_tensors.ipynb` brings it back as it was.
   *Kernel → Restart Kernel* forgets all values. Then run from the top: a cell needs what those
   above it defined, and says `NameError` where that is missing.
3. Find your way by the table of contents: the list icon at the left edge.
4. When you have read a chapter, do its exercises: the last column of the table. Their checks give
   hints. Then come back to this page for the next chapter.

Start with chapter 1; each one builds on those before it. You need some Python, and nothing else.

| chapter | what you see | full | quick | exercises |
| --- | --- | --: | --: | --- |
{chapters}

*Full* and *quick* are the times for all cells on two processor cores; quick ones depend on what
Keras runs on. Where a chapter is too slow on your machine, set `profile = "quick"` in its cell of
settings, the second cell of code: it trains less, and shows the same. Where a data set cannot be
downloaded, a smaller one that ships with the course stands in, and the chapter says so.

More: [guide for learners](../docs/guides/learners.md) ·
[guide for instructors](../docs/guides/instructors.md) · [about the course](../README.md)
"""


def page(*records: Record) -> str:
    """Return the page as Markdown, with the times of `records`: full profile, quick profile."""
    return PAGE.format(chapters="\n".join(f"| {' | '.join(row)} |" for row in rows(*records)))


def rows(*records: Record) -> Iterator[tuple[str, ...]]:
    """Yield, for each chapter, the cells of its row: among them a time from each of `records`."""
    for chapter in catalogue.chapters():
        name = f"[{chapter.label}]({chapter.notebook.name})"
        full, quick = (recorded.times(record.of(chapter.name)) for record in records)
        yield name, chapter.summary, full, quick, exercises(chapter)


def exercises(chapter: ChapterFiles) -> str:
    """Return a link to the exercises of `chapter`, which chapters 8a to 8c share."""
    (found,) = (x for x in exercise.find() if x.name[:2] == chapter.name[:2])
    return f"[{len(found.tasks)} tasks](exercises/{found.name}.ipynb)"


if __name__ == "__main__":
    try:
        PATH.write_text(page(recorded.whole("full"), recorded.whole("quick")), encoding="utf-8")
    except ValueError as error:
        sys.exit(str(error))
