"""Every committed notebook runs under nbval on every backend; its checked cells agree."""

import os
import subprocess
import sys

import pytest

from dlcourse.course import catalogue, session


@pytest.mark.parametrize("backend", session.BACKENDS)
@pytest.mark.parametrize("chapter", catalogue.chapters(), ids=lambda chapter: chapter.name)
def test_committed_notebook_passes_nbval(chapter, backend):
    options = "-p tests.notebooks.nbval_shim -p no:cacheprovider --nbval-lax -q"
    command = [sys.executable, "-m", "pytest", *options.split(), str(chapter.notebook)]
    settings = {
        "DLCOURSE_BACKEND": backend,
        "DLCOURSE_DEVICE": "cpu",
        "DLCOURSE_PROFILE": "quick",
        "DLCOURSE_VARIANT": "embedded",
    }
    done = subprocess.run(
        command,
        cwd=catalogue.root(),
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
