"""What an attack is, the little task it attacks, and how that task is scored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.grading.exercises.vocabulary import AskError, Wrong, equal, near, raises

# What a cell of an attack finds: a folder outside with everything worth stealing, open to every
# user; a port where somebody listens; a list for what it gets hold of.
SETUP = """
import ctypes, os, signal, socket, subprocess, sys, threading, time
import numpy as np
WORLD, PORT, GRADER = {world!r}, {port!r}, {grader!r}
loot = []
def attempt(function, *arguments):
    try:
        loot.append(repr(function(*arguments))[:200])
    except BaseException:
        pass
"""

SOLUTION = """
def double(x):
    if isinstance(x, str):
        raise ValueError("no text")
    return 2 * x
"""
WRONG = """
def double(x):
    return x
"""
POINTS = 3


@dataclass(frozen=True)
class Attack:
    """One cell of hostile code.

    after: it comes after the (wrong) solution, not before it.
    ends: how the session may end.
    wins_unprotected: without a sandbox it gets loot, and does no harm: so the attack is real.
    """

    name: str
    code: str
    after: bool = False
    ends: tuple[str, ...] = ("ok", "exception")
    wins_unprotected: bool = False


@dataclass(frozen=True)
class FileAttack:
    """A notebook that is hostile itself, whatever its code does.

    change: takes a notebook with wrong answers, as JSON has it, and changes it; or returns the
        bytes to hand in for it.
    """

    name: str
    change: Callable[[dict[str, Any]], bytes | None]


def score(session, seed=0):
    """Return the points of a session: fresh inputs go in, plain values are compared out here."""
    rng = np.random.default_rng(seed)
    return sum(_passes(one, session.ask, rng) for one in (_array, _list, _refuses))


def _passes(check, ask, rng):
    try:
        check(ask, rng)
    except (Wrong, AskError):
        return False
    return True


def _array(ask, rng):
    x = rng.normal(size=(3, 4)) + 5
    near(ask("double(x)", x=x), 2 * x)


def _list(ask, rng):
    x = rng.integers(1, 10**6, size=5).tolist()
    equal(ask("[double(one) for one in x]", x=x), [2 * one for one in x])


def _refuses(ask, rng):
    x = rng.normal() + 5
    near(ask("double(x)", x=x), 2 * x)  # or else it may be that every call raises
    raises("ValueError", ask, "double(x)", x="text")
