"""Every attack, at both levels: it gains nothing, changes nothing, and leaves nothing behind."""

import os
import sys
import tempfile

import pytest

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox import Slot
from tests import sandboxes
from tests.attacks.attack import POINTS, SETUP, SOLUTION, WRONG, score
from tests.attacks.suite import CODE, FILES, LIMITS, OF_CODE, OF_FILES, left_outside
from tests.attacks.world import SECRET, World

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
    sandboxes.need(request.param)
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


def attack_session(slot, attack, world):
    cells = [attack.code, WRONG] if not attack.after else [WRONG, attack.code]
    with slot.session([setup(world), *cells]) as session:
        points = score(session)
        try:
            loot = session.ask("loot")
        except AskError:
            loot = []  # it broke its own session
    return session, points, loot if isinstance(loot, list) else []  # a forged reply


@pytest.mark.parametrize("name", CODE)
def test_an_attack_gains_nothing(slot, world, caplog, name):
    attack = CODE[name]
    before = left_outside()
    session, points, loot = attack_session(slot, attack, world)
    assert points == 0
    assert loot == []
    assert session.exit_reason in attack.ends
    assert SECRET not in "".join(session.outputs)
    assert caplog.messages == []  # the warm process is the same as before
    world.assert_untouched()
    assert left_outside() == before
    with slot.session([SOLUTION, CLEAN]) as honest:
        assert score(honest) == POINTS
        assert honest.ask("found") == []
        assert honest.exit_reason == "ok"
    with slot.session([WRONG]) as wrong:
        assert score(wrong) == 0


@pytest.mark.parametrize("name", [name for name in CODE if CODE[name].wins_unprotected])
def test_the_same_attack_wins_without_a_sandbox(world, name):
    with Slot("none", LIMITS) as slot:
        _, _, loot = attack_session(slot, CODE[name], world)
    assert loot != []


def test_there_are_enough_attacks_of_every_kind():
    names = [name.split(":")[0] for name in (*CODE, *FILES)]
    assert len(names) >= 140
    assert all(names.count(kind) >= 4 for kind in (*OF_CODE, *OF_FILES))


def test_the_hidden_text_can_be_found_where_it_is():
    # The attacks that look for it would find it, if they ran in the grader's process.
    assert any(HIDDEN in str(value) for value in sys._getframe().f_globals.values())
