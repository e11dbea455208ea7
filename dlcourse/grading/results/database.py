"""The file of nbgrader's gradebook in a course folder: COURSE/gradebook.db."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from sqlalchemy import URL

NAME = "gradebook.db"


class GradebookError(ValueError):
    """The gradebook, or something for it, cannot be used; the message says what to do."""


@contextmanager
def connect(course: Path) -> Iterator[Gradebook]:
    """Open the gradebook in the course folder, which must be there, as nbgrader's own object.

    Raises GradebookError where the file is damaged, or another program keeps it locked.
    """
    from nbgrader.api import Gradebook

    with explained(course), Gradebook(_url(course / NAME)) as nbgrader:
        yield nbgrader


@contextmanager
def explained(course: Path) -> Iterator[None]:
    """Raise GradebookError in place of an error of the database."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        said = getattr(error, "orig", None) or error
        raise GradebookError(
            f"{course / NAME} cannot be used ({said}); close other programs that use it, or put "
            "back a copy of it, and start again"
        ) from error


def create(course: Path) -> None:
    """Make an empty gradebook in the course folder, as nbgrader would; nothing if one is there.

    Raises GradebookError where that fails.

    nbgrader asks the program `alembic` for the version of its tables. That is only found in an
    activated environment, takes seconds, and leaves half a gradebook where it fails.
    """
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine

    path = course / NAME
    if path.exists():
        return
    course.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{NAME}.new")
    new.unlink(missing_ok=True)
    engine = create_engine(_url(new))
    with explained(course), engine.begin() as connection:
        Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    engine.dispose()
    new.replace(path)


def _url(path: Path) -> URL:
    from sqlalchemy import URL

    return URL.create("sqlite", database=str(path.resolve()))
