"""The committed notebooks are what a build of their sources would give."""

import pytest

from dlcourse.course import build, catalogue


@pytest.mark.parametrize("chapter", catalogue.chapters(), ids=lambda chapter: chapter.name)
def test_committed_notebook_is_current(chapter):
    assert build.stale(chapter) == []
