"""The course as data: its chapters, how they are built, run and checked.

Chapters themselves use these names from here: `start`, `set_seed`, `record` and the `Chapter` that
`start` returns. The modules that build and run notebooks are imported only where needed.
"""

from dlcourse.course.session import Chapter, record, set_seed, start

__all__ = ["Chapter", "record", "set_seed", "start"]
