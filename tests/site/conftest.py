"""The web site, built once for all tests that look at it."""

import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.course import catalogue


@pytest.fixture(scope="session")
def html(tmp_path_factory) -> Path:
    """Return the folder with the pages; a warning of Sphinx is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = catalogue.root() / "docs/site/build.py"
    done = subprocess.run(
        [sys.executable, str(build), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return folder / "html"
