"""The sandbox seen by the grader: values, errors, limits, restarts; and that nothing stays."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox import Limits, SandboxError, Slot, bubblewrap, levels, paths, probe
from dlcourse.grading.sandbox import landlock as rules
from dlcourse.grading.sandbox.limits import LEVELS
from dlcourse.grading.sandbox.plain import PlainError
from tests import sandboxes

LIMITS = Limits(
    cpu=20, wall=60, cell_wall=3, ask_wall=3, memory_mb=200, threads=24, disk_mb=8, output_mb=1
)


@pytest.fixture(scope="module", params=["bubblewrap", "landlock", "none"])
def slot(request):
    sandboxes.need(request.param)
    with Slot(request.param, LIMITS) as slot:
        yield slot


def failure(session, code, **inputs):
    """Return the error of an ask that must fail."""
    with pytest.raises(AskError) as caught:
        session.ask(code, **inputs)
    return caught.value


# What a session does.


def test_cells_run_in_order_and_values_come_back(slot):
    with slot.session(["import numpy as np", "def double(x):\n    return 2 * x"]) as session:
        assert session.ask("double(x)", x=21) == 42
        got = session.ask("double(x)", x=np.arange(3.0))
        assert type(got) is np.ndarray
        np.testing.assert_array_equal(got, [0.0, 2.0, 4.0])
    assert session.errors == [None, None]
    assert session.exit_reason == "ok"


def test_a_cell_that_raises_costs_only_itself(slot):
    cells = ["print('before')", "x = 1\n1 / 0", "y = x + 1\nprint('after')"]
    with slot.session(cells) as session:
        assert session.ask("y") == 2
    assert session.errors == [None, "ZeroDivisionError", None]
    assert session.exit_reason == "exception"
    assert session.outputs[0] == "before\n"
    assert session.outputs[2] == "after\n"
    assert 'File "cell 2", line 2' in session.outputs[1]
    assert "1 / 0" in session.outputs[1]
    assert "child.py" not in session.outputs[1]


def test_statements_before_the_expression_and_restored_names(slot):
    with slot.session(["x = 'mine'", "items = []"]) as session:
        assert session.ask("y = x + 1\nx = 5\ny", x=2) == 3
        assert session.ask("x") == "mine"
        assert failure(session, "y").kind == "NameError"


def test_tensors_come_back_as_arrays(slot):
    cell = "class T:\n    def __array__(self, dtype=None, copy=None):\n        return a\n"
    with slot.session(["import numpy as np\na = np.eye(2)", cell]) as session:
        np.testing.assert_array_equal(session.ask("[T()]")[0], np.eye(2))


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("1 / 0", "ZeroDivisionError", "division by zero"),
        ("np.linalg.inv(np.zeros((2, 2)))", "ValueError", "LinAlgError: Singular matrix"),
        ("raise_own()", "KeyError", "Own: 'k'"),
        ("raise_mute()", "ValueError", "(its message cannot be shown)"),
        ("exit()", "SystemExit", "None"),
        ("{1, 2}", "PlainError", "a value of type set came out"),
        ("[0] * 200_000", "PlainError", "more than 100,000 items"),
        ("np.zeros(10**7)", "PlainError", "return less of it"),
    ],
)
def test_errors_have_the_kind_of_pythons_own_and_their_message(slot, code, kind, message):
    cells = [
        "import numpy as np",
        "class Own(KeyError): pass\ndef raise_own(): raise Own('k')",
        "class Mute(ValueError):\n    def __str__(self): raise RuntimeError",
        "def raise_mute(): raise Mute",
    ]
    with slot.session(cells) as session:
        error = failure(session, code)
        assert error.kind == kind
        assert message in str(error)
        assert session.ask("1 + 1") == 2


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("f(x)", "in the line raise ValueError(repr(x))"),
        ("list(map(f, x))", "in the line raise ValueError(repr(x))"),
        ("g(lambda x: 1 / x)", "in the line return f(0)  # of its own"),
        ("int(x)", ""),
        ("f(", ""),
        ("no_such_name", "is all defined that the task asks for, and did its cell"),
        ("set(x)", "return numbers, text, lists, dictionaries"),
        ("os._exit(1)", "the code ended its own process"),
    ],
)
def test_of_an_error_the_line_is_told_and_not_the_message(slot, code, told):
    cells = [
        "import os\ndef f(x):\n    y = 'before'\n    raise ValueError(repr(x))",
        "%matplotlib inline\ndef g(f):\n    return f(0)  # of its own",
    ]
    with slot.session(cells) as session:
        error = failure(session, code, x="hidden input")
    assert error.told.startswith(told)
    assert bool(error.told) is bool(told)
    assert "hidden" not in error.told


@pytest.mark.parametrize(
    "place", ["[1, 10**6]", "[0, 1]", "[-1, 1]", "[9, 1]", "['hidden', 1]", "'hidden'", "{}", "[1]"]
)
def test_a_forged_place_tells_nothing(slot, place):
    cell = f"from dlcourse.grading.sandbox import child\nchild._place = lambda error: {place}"
    with slot.session([cell]) as session:
        error = failure(session, "1 / 0")
    assert (error.kind, error.told) == ("ZeroDivisionError", "")


def test_a_kind_of_error_that_python_does_not_have_is_no_reply(slot):
    forged = "lambda error: dict(kind='hidden input', message='', place=None)"
    cell = f"from dlcourse.grading.sandbox import child\nchild._description = {forged}"
    with slot.session([cell]) as session:
        assert failure(session, "1 / 0").kind == "Crash"


def test_inputs_that_are_not_plain_are_the_mistake_of_the_check(slot):
    with slot.session([]) as session:
        with pytest.raises(PlainError, match="type set"):
            session.ask("x", x={1})
        assert session.ask("x", x=[1]) == [1]


def test_a_session_is_the_same_again(slot):
    cells = ["import random, numpy as np", "draws = [random.random(), np.random.rand(), hash('a')]"]
    with slot.session(cells) as session:
        first = session.ask("draws")
    random.seed()
    with slot.session(cells) as session:
        assert session.ask("draws") == first


def test_magics_of_notebooks_do_nothing(slot):
    cells = ["%matplotlib inline\nx = 1", "get_ipython().run_line_magic('time', 'x')\ny = 2"]
    with slot.session([*cells, "!pip install x\nz = 3"]) as session:
        assert session.ask("[x, y, z]") == [1, 2, 3]
    assert session.errors == [None, None, None]


def test_display_prints_what_a_notebook_would_show(slot):
    with slot.session(["display('a', 1)\ndisplay([2], clear=True)"]) as session:
        assert session.outputs == ["'a'\n1\n[2]\n"]


def test_what_is_printed_belongs_to_its_cell_and_what_asks_print_to_nobody(slot):
    cells = ["import sys\nprint('one')\nprint('two', file=sys.stderr)", "def f(x): print(x)"]
    with slot.session(cells) as session:
        session.ask("f('the hidden input')")
    assert session.outputs == ["one\ntwo\n", ""]


def test_long_output_is_cut(slot):
    with slot.session(["print('a' * 300_000)"]) as session:
        pass
    assert session.exit_reason == "ok"
    assert session.outputs[0].endswith("aaa\n[the rest is cut]")
    assert len(session.outputs[0]) < 70_000


def test_a_cell_that_is_no_text_costs_only_itself(slot):
    with slot.session(["x = 1", "x = '\ud800'", "y = x + 1"]) as session:
        assert session.ask("y") == 2
    assert session.errors == [None, "PlainError", None]
    assert "lone surrogate" in session.outputs[1]
    assert session.exit_reason == "exception"


def test_nobody_answers_input(slot):
    with slot.session(["input('name?')"]) as session:
        assert session.errors == ["EOFError"]


def test_home_and_temporary_files_work(slot):
    code = """
import os, tempfile, pathlib
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "a").write_text("text")
with tempfile.TemporaryFile() as file:
    file.write(b"bytes")
open(os.path.expanduser("~/note"), "w").close()
os.listdir(".")
"""
    with slot.session([]) as session:
        assert session.ask(code) == ["note"]


# What it may not do.

CELLS = ["import numpy as np, os, signal, sys, threading, time"]
MANY_FILES = "for i in range(9_000): open(f'f{i}', 'wb').write(bytes(5_000))"


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("while True: pass", {"Timeout"}),
        ("time.sleep(100)", {"Timeout"}),
        ("while True:\n    try: time.sleep(9)\n    except BaseException: pass", {"Timeout"}),
        ("kept = []\nwhile True: kept.append(np.ones(10**6))", {"MemoryLimit"}),
        ("np.ones(10**11)", {"MemoryError"}),
        ("kept = bytearray(150 * 2**20)", {None}),
        ("while True: print('x' * 1000)", {"OutputLimit"}),
        ("open('big', 'wb').write(bytes(10**7))", {"OSError"}),
        (MANY_FILES, {"OSError", "OutputLimit"}),
        (
            "for i in range(10**5):\n    os.mkdir('d')\n    os.chdir('d')",
            {"OSError", "OutputLimit"},
        ),
        ("os._exit(0)", {"Crash"}),
        ("import ctypes\nctypes.string_at(0)", {"Crash"}),
        ("os.closerange(0, 256)", {"Crash"}),
        (
            "for i in range(500): threading.Thread(target=time.sleep, args=(99,)).start()",
            {"RuntimeError", "ProcessLimit"},
        ),
    ],
)
def test_a_cell_over_its_limits_is_lost_and_the_others_are_not(slot, code, kinds):
    cells = [*CELLS, "a = 20", code, "b = a + 1"]
    with slot.session(cells) as session:
        assert session.ask("2 * b") == 42
    assert session.errors[2] in kinds
    assert session.errors[:2] + session.errors[3:] == [None] * 3


def test_an_ask_over_its_limits_is_lost_and_the_next_is_not(slot):
    cells = [
        *CELLS,
        "def f(x):\n    if x == 3: os._exit(3)\n    if x == 4: time.sleep(99)\n    return x",
    ]
    with slot.session(cells) as session:
        assert session.ask("f(2)") == 2
        assert failure(session, "f(3)").kind == "Crash"
        assert failure(session, "f(4)").kind == "Timeout"
        assert session.ask("f(5)") == 5
    assert session.exit_reason == "wall"
    assert session.errors == [None, None]


@pytest.fixture
def strict(slot):
    """The same level, with limits of one test's own."""
    opened = []

    def strict(**limits):
        opened.append(Slot(slot.level, Limits(**limits)))
        return opened[-1]

    yield strict
    for each in opened:
        each.close()


def test_processor_time_is_limited_though_its_signal_is_ignored(strict):
    cell = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    with strict(cpu=1, wall=60, cell_wall=50).session([cell]) as session:
        assert session.ask("1") == 1
    assert session.exit_reason == "cpu"
    assert session.errors == ["Timeout"]
    assert session.cpu >= 1


def test_restarts_come_to_an_end(strict):
    with strict(restarts=1).session(["import os", "x = 1"]) as session:
        for _ in range(2):
            assert failure(session, "os._exit(1)").kind == "Crash"
        start = time.monotonic()
        assert failure(session, "x").kind == "Crash"
        assert time.monotonic() - start < 1  # nothing was started, nothing waited for


def test_a_session_has_an_end_whatever_its_code_does(strict):
    cells = ["import time", *["time.sleep(99)"] * 5]
    start = time.monotonic()
    with strict(wall=2, cell_wall=1.5, ask_wall=1).session(cells) as session:
        assert failure(session, "1").kind == "Timeout"
    assert time.monotonic() - start < 20
    assert session.exit_reason == "wall"


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="memory_mb is 0"):
        Limits(memory_mb=0)
    with pytest.raises(ValueError, match="restarts is -1"):
        Limits(restarts=-1)
    with pytest.raises(ValueError, match="wall is nan"):
        Limits(wall=float("nan"))


# What stays: nothing.


def descendants():
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.fixture
def temporary(monkeypatch):
    """A folder for temporary files that nobody else uses, and any user can enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o1777)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def open_files():
    return len(os.listdir("/proc/self/fd"))


def test_the_next_session_finds_nothing_of_the_one_before(slot):
    cells = [
        "import os, sys, builtins, numpy as np",
        "open('left', 'w').close()\nos.environ['LEFT'] = '1'",
        "builtins.left = np.left = 1\nsys.modules['left'] = np",
        "x = 1",
    ]
    with slot.session(cells) as session:
        assert session.errors == [None] * 4
    look = "[os.listdir('.'), 'LEFT' in os.environ, hasattr(builtins, 'left'), hasattr(np, 'left')]"
    with slot.session(cells[:1]) as session:
        assert session.ask(look) == [[], False, False, False]
        assert failure(session, "x").kind == "NameError"


def test_a_new_session_closes_the_one_that_is_open(slot):
    first = slot.session(["x = 1"])
    with slot.session(["y = 2"]) as second:
        assert second.ask("y") == 2
    with pytest.raises(SandboxError, match="this session is closed"):
        first.ask("x")


def test_sessions_leave_no_processes_and_no_open_files(slot):
    slot.session([]).close()
    processes, files = descendants(), open_files()
    for code in ("1", "import os; os._exit(1)", "import threading, time\nthreading.Thread("
                 "target=time.sleep, args=(99,)).start()"):  # fmt: skip
        slot.session([code]).close()
    assert descendants() == processes
    assert open_files() == files


def test_a_closed_slot_leaves_nothing(slot, temporary):
    processes, files = descendants(), open_files()
    with Slot(slot.level, LIMITS) as another, another.session(["open('left', 'w')"]):
        assert descendants() > processes
        if slot.level != "bubblewrap":
            assert len(list(temporary.glob("dlcourse-sandbox-*"))) == 1
    assert descendants() == processes
    assert open_files() == files
    assert list(temporary.iterdir()) == []


def test_a_lost_warm_process_is_replaced(slot):
    before = descendants()
    with Slot(slot.level, LIMITS) as another:
        another.session([]).close()
        for pid in descendants() - before:
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        with another.session(["x = 1"]) as session:
            assert session.ask("x") == 1


def test_the_sandbox_ends_when_the_grader_is_killed(slot, temporary):
    script = f"""
import time
from dlcourse.grading.sandbox import Slot
slot = Slot({slot.level!r})
session = slot.session([])
print("ready", flush=True)
time.sleep(100)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as grader:
        assert grader.stdout.readline() == b"ready\n"
        children = psutil.Process(grader.pid).children(recursive=True)
        assert children
        grader.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert list(temporary.iterdir()) == []


def test_slots_work_beside_one_another(slot):
    results = {}

    def work(number):
        with Slot(slot.level, LIMITS) as own:
            for _ in range(3):
                with own.session([f"x = {number}"]) as session:
                    results.setdefault(number, []).append(session.ask("x"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: [number] * 3 for number in range(3)}


# Levels, and what they are made of.


def test_levels_are_those_that_work_the_strongest_first():
    assert levels() == [level for level in LEVELS if probe.why_not(level) is None]


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="choose one of bubblewrap, landlock, none"):
        Slot("chroot")


@pytest.fixture
def why_not():
    """The probe, without what it remembers."""
    return probe.why_not.__wrapped__


def test_the_reason_is_told_when_bubblewrap_is_not_there(monkeypatch, why_not):
    monkeypatch.setattr(bubblewrap, "program", lambda: None)
    assert "bubblewrap is not installed" in why_not("bubblewrap")


def test_the_reason_is_told_when_namespaces_are_forbidden(monkeypatch, why_not, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1"
    )
    refusing.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "program", lambda: str(refusing))
    assert "No permissions to create new namespace" in why_not("bubblewrap")


def test_a_sandbox_that_lets_something_through_does_not_pass(monkeypatch, why_not):
    sandboxes.need("landlock")
    monkeypatch.setitem(probe._FORBIDDEN, "look at its own folder", "import os\nos.listdir('.')")
    assert why_not("landlock") == "code in it can look at its own folder"


def test_what_cannot_be_imported_is_named():
    with (
        Slot("none", LIMITS, warm=("no_such_module",)) as slot,
        pytest.raises(SandboxError, match="No module named 'no_such_module'"),
    ):
        slot.start()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import threading, time\nthreading.Timer(0.5, print).start()", "lose 1 thread"),
        ("import mmap\nshared = mmap.mmap(-1, 4096)", "shares memory that can be written"),
        ("", None),
    ],
)  # fmt: skip
def test_a_module_that_makes_forks_unsound_is_not_warmed(tmp_path, source, message):
    (tmp_path / "unsound.py").write_text(source)
    code = "from dlcourse.grading.sandbox.server import warm_up\nwarm_up(['unsound'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ
        | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    if message is None:
        assert done.returncode == 0, done.stderr
    else:
        assert message in done.stderr


def test_a_sandbox_reads_python_and_the_package_but_no_exercises():
    folders = [Path(folder) for folder in paths.readable()]
    checkout = Path(paths.__file__).resolve().parents[3]
    assert any(Path(np.__file__).is_relative_to(folder) for folder in folders)
    assert any(Path(paths.__file__).is_relative_to(folder) for folder in folders)
    for hidden in ("notebooks", "tests", ".git"):
        assert not any((checkout / hidden).is_relative_to(folder) for folder in folders)


def test_a_folder_closed_to_others_is_noticed(tmp_path):
    closed = tmp_path / "closed" / "inside"
    closed.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not paths.is_open(str(closed))
    assert paths.is_open("/usr")


def test_an_old_landlock_is_refused(monkeypatch):
    monkeypatch.setattr(rules, "abi", lambda: 2)
    with pytest.raises(OSError, match="version 2 here; version 3 is needed"):
        rules.restrict([], [])


@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_keras_works_in_a_warm_slot(level):
    sandboxes.need(level)
    cell = """
import keras, numpy as np
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="sgd", loss="binary_crossentropy")
losses = model.fit(x, x[:, 0] > 0, epochs=3, verbose=0).history["loss"]
"""
    with Slot(level, Limits(memory_mb=1024), warm=("numpy", "keras")) as slot:
        found = []
        for _ in range(2):
            with slot.session([cell]) as session:
                assert session.errors == [None], session.outputs
                found.append(session.ask("losses"))
                assert session.ask("model.weights[0]").shape == (4, 1)
                got = session.ask("model(x)", x=np.zeros((2, 4)))
                bias = session.ask("model.weights[1]")
                np.testing.assert_allclose(got, [1 / (1 + np.exp(-bias))] * 2, rtol=1e-5)
    assert found[0][0] > found[0][-1]
    assert found[0] == found[1]


def test_nothing_is_mounted_over_python_wherever_it_lies(monkeypatch):
    folders = ["/tmp/clone/.venv", "/root/.pyenv/versions/3.11"]
    monkeypatch.setattr(paths, "python_folders", lambda: folders)
    command = bubblewrap.command(["python"], {})
    mounted = [command[i + 1] for i, word in enumerate(command) if word == "--tmpfs"]
    assert paths.FOLDER in mounted
    for folder in folders:
        assert not any(Path(folder).is_relative_to(place) for place in mounted)
