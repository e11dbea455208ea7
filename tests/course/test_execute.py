"""One notebook in one kernel: where it works, what stops it, what is left of it."""

import os
import re
import time

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.course import execute as executing
from dlcourse.course.watch import Limits


@pytest.fixture
def execute(tmp_path):
    """Return a function that executes one cell, after an empty one, as notebook tmp_path/nb."""

    def one(source, **settings):
        cells = [new_code_cell(text, id=name) for name, text in (("first", "1"), ("cell", source))]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        return executing.execute(notebook, tmp_path / "nb.ipynb", {}, **settings)

    return one


def gone(pid):
    """Wait until there is no process with this number, or one that is dead already."""
    end = time.monotonic() + 30
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("limits", "source", "kind", "said"),
    [
        ({"seconds": 3}, "import time; time.sleep(600)", "hung", "not at its end after 3 s"),
        ({"seconds": 3}, "while True: pass", "hung", "not at its end after 3 s"),
        (
            {"memory_mb": 400},
            "kept = []\nwhile True: kept.append(bytearray(b'x') * 10**7)",
            "memory",
            r"it took \d+ MB of 400 MB at most",
        ),
        (
            {"disk_mb": 20},
            "with open('big', 'wb') as file:\n    while file.write(bytes(10**6)): pass",
            "disk",
            r"it wrote \d+ MB of 20 MB at most",
        ),
        (
            {"disk_mb": 20},
            "import tempfile\nfile = tempfile.NamedTemporaryFile('wb')\n"
            "while file.write(bytes(10**6)): pass",
            "disk",
            r"it wrote \d+ MB of 20 MB at most",
        ),
    ],
    ids=["sleeps", "loops", "memory", "disk", "temporary files"],
)
def test_what_it_takes_is_limited(execute, limits, source, kind, said):
    fault = execute(source, limits=Limits(**limits)).fault
    assert (fault.kind, fault.cell) == (kind, "cell")
    assert re.search(said, fault.message)


def test_memory_of_the_processes_it_starts_counts(execute):
    code = "kept = bytearray(b'x') * 3 * 10**8; import time; time.sleep(600)"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"
    assert execute(source, limits=Limits(memory_mb=300)).fault.kind == "memory"


def test_a_file_that_cannot_be_written_is_an_exception_like_any_other(execute):
    fault = execute(
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))\n"
        "with open('big', 'wb') as file:\n    file.write(bytes(10**7))"
    ).fault
    assert (fault.kind, fault.cell) == ("exception", "cell")
    assert "OSError: [Errno 27] File too large" in fault.message


def test_it_works_in_an_empty_folder_that_is_gone_afterwards(execute, tmp_path):
    told = tmp_path / "told"
    outcome = execute(
        "import os, tempfile; from pathlib import Path\n"
        "assert list(Path.cwd().iterdir()) == []\n"
        f"Path({str(told)!r}).write_text(tempfile.mkdtemp() + '|' + os.getcwd())"
    )
    assert outcome.fault is None
    for folder in told.read_text().split("|"):
        assert "dlcourse-" in folder
        assert not os.path.exists(folder)


def test_nothing_that_it_started_is_left(execute, tmp_path):
    code = "import time; time.sleep(600)"
    outcome = execute(
        "import os, subprocess, sys\n"
        f"run = lambda **how: subprocess.Popen([sys.executable, '-c', {code!r}], **how)\n"
        "started = [run(), run(start_new_session=True)]\n"
        f"open({str(tmp_path / 'started')!r}, 'w').write(' '.join(str(p.pid) for p in started))\n"
        "os._exit(1)"
    )
    assert outcome.fault.kind == "died"
    for pid in map(int, (tmp_path / "started").read_text().split()):
        gone(pid)


def test_it_is_stopped_when_nobody_wants_it(execute, tmp_path):
    flag = tmp_path / "flag"
    source = f"open({str(flag)!r}, 'w').write('here')\nwhile True: pass"
    outcome = execute(source, stop=flag.exists)
    assert (outcome.fault.kind, outcome.fault.cell) == ("stopped", "cell")


def test_what_came_before_a_fault_is_kept(execute, tmp_path):
    outcome = execute("import os; os._exit(1)")
    assert outcome.notebook.cells[0].outputs[0].data["text/plain"] == "1"
    assert outcome.notebook == nbformat.read(tmp_path / "nb.ipynb", as_version=4)
