"""Every attack, at both levels: it gains nothing, changes nothing, and leaves nothing behind."""

import importlib
import os
import site
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox import Limits, Slot, why_not
from tests.attacks.attack import POINTS, SETUP, SOLUTION, WRONG, score
from tests.attacks.world import SECRET, World

KINDS = (
    "lies", "hooks", "imports", "reading", "writing", "persistence", "processes", "bombs", "loops",
    "network", "signals", "channel", "values",
)  # fmt: skip
ATTACKS = {
    f"{kind}: {attack.name}": attack
    for kind in KINDS
    for attack in importlib.import_module(f"tests.attacks.{kind}").ATTACKS
}
LIMITS = Limits(
    cpu=15, wall=20, cell_wall=3, ask_wall=2, memory_mb=150, threads=24, disk_mb=8, output_mb=1,
    restarts=2,
)  # fmt: skip

# What the grader knows, and no process of a student's ever sees.
HIDDEN = "HIDDEN-CHECK: double(x) == 2 * x"

CLEAN = """
import builtins, os, sys, threading
import numpy as np
def listing(folder):
    try: return os.listdir(folder)
    except PermissionError: return []
found = [*listing("."), *listing("/dev/shm"), *[name for name in os.environ if "EVIL" in name]]
found += [module.__name__ for module in (builtins, np, os) if hasattr(module, "EVIL")]
found += [name for name in sys.modules if "evil" in name]
found += [thread.name for thread in threading.enumerate()[1:]]
found += ["numpy"] * bool(np.add(1, 1) != 2 or np.allclose(1, 2))
"""


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def slot(request):
    if reason := why_not(request.param):
        pytest.skip(f"the level {request.param} does not work here: {reason}")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("COURSE_SECRET", SECRET)
        os.chmod(folder, 0o1777)
        patch.setattr(tempfile, "tempdir", folder)
        with Slot(request.param, LIMITS) as slot:
            slot.session([]).close()
            yield slot


@pytest.fixture
def world():
    with World() as world:
        yield world


def setup(world):
    return SETUP.format(world=str(world.folder), port=world.port, grader=os.getpid())


def outside():
    """Return what an attack could have left on the machine."""
    packages = [Path(folder) for folder in (*site.getsitepackages(), *filter(None, sys.path))]
    return {
        "processes": {process.pid for process in psutil.Process().children(recursive=True)},
        "shared memory": [name for name in os.listdir("/dev/shm") if "evil" in name],
        "system v": list(system_v()),
        "temporary": [str(path) for path in sorted(Path(tempfile.gettempdir()).rglob("*"))],
        "elsewhere": [
            str(path) for place in ("/tmp", "/var/tmp") for path in Path(place).glob("*evil*")
        ],
        "packages": [str(path) for folder in packages for path in sorted(folder.glob("*evil*"))],
    }


def system_v():
    """Yield what has the key that the attacks use."""
    for name in ("shm", "sem", "msg"):
        for line in Path("/proc/sysvipc", name).read_text().splitlines():
            if line.split()[0] == "4711":
                yield line


def attack_session(slot, attack, world):
    cells = [attack.code, WRONG] if not attack.after else [WRONG, attack.code]
    with slot.session([setup(world), *cells]) as session:
        points = score(session)
        try:
            loot = session.ask("loot")
        except AskError:
            loot = []  # it broke its own session
    return session, points, loot if isinstance(loot, list) else []  # a forged reply


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_nothing(slot, world, caplog, name):
    attack = ATTACKS[name]
    before = outside()
    session, points, loot = attack_session(slot, attack, world)
    assert points == 0
    assert loot == []
    assert session.exit_reason in attack.ends
    assert SECRET not in "".join(session.outputs)
    assert caplog.messages == []  # the warm process is the same as before
    world.assert_untouched()
    assert outside() == before
    with slot.session([SOLUTION, CLEAN]) as honest:
        assert score(honest) == POINTS
        assert honest.ask("found") == []
        assert honest.exit_reason == "ok"
    with slot.session([WRONG]) as wrong:
        assert score(wrong) == 0


@pytest.mark.parametrize("name", [name for name in ATTACKS if ATTACKS[name].wins_unprotected])
def test_the_same_attack_wins_without_a_sandbox(world, name):
    with Slot("none", LIMITS) as slot:
        _, _, loot = attack_session(slot, ATTACKS[name], world)
    assert loot != []


def test_there_are_enough_attacks_of_every_kind():
    assert len(ATTACKS) >= 40
    assert set(KINDS) == {name.split(":")[0] for name in ATTACKS}


def test_the_hidden_text_can_be_found_where_it_is():
    # The attacks that look for it would find it, if they ran in the grader's process.
    assert any(HIDDEN in str(value) for value in sys._getframe().f_globals.values())
