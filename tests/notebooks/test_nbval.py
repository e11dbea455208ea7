"""Every committed notebook runs under nbval on every backend; its checked cells agree."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlcourse.course import catalogue, session

AT_A_TIME = 2


def nbval(chapter, backend):
    options = "-p tests.notebooks.nbval_shim -p no:cacheprovider --nbval-lax -q"
    command = [sys.executable, "-m", "pytest", *options.split(), str(chapter.notebook)]
    settings = {
        "DLCOURSE_BACKEND": backend,
        "DLCOURSE_DEVICE": "cpu",
        "DLCOURSE_PROFILE": "quick",
        "DLCOURSE_VARIANT": "embedded",
        "OMP_WAIT_POLICY": "PASSIVE",  # idle threads leave the cores to the other notebook
    }
    return subprocess.run(
        command,
        cwd=catalogue.root(),
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def runs(request):
    """Begin all runs that this session's tests ask for, in their order, some at a time."""
    wanted = [item.callspec.params for item in request.session.items if item.path == request.path]
    pool = ThreadPoolExecutor(AT_A_TIME)
    yield {(p["chapter"], p["backend"]): pool.submit(nbval, **p) for p in wanted}
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("backend", session.BACKENDS)
@pytest.mark.parametrize("chapter", catalogue.chapters(), ids=lambda chapter: chapter.name)
def test_committed_notebook_passes_nbval(chapter, backend, runs):
    done = runs[chapter, backend].result()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
