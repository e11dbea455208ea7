"""Run students' code where it can do no harm, and ask it for plain values.

    with Slot("bubblewrap", Limits(memory_mb=512), warm=("numpy",)) as slot:
        with slot.session(["import numpy as np", "def double(x): return 2 * x"]) as session:
            session.ask("double(x)", x=21)   → 42

The parts, from outside to inside: `slot` and `session` are what the grader uses; `warm`, `process`
and `control` are its ends of the processes; `server` is the warm process that forks one process a
session (`fork`), which gives up its rights (`confine`: namespaces, `landlock`, `seccomp`, limits)
and then serves the grader (`child`), while the server watches it (`watch`).
"""

from dlcourse.grading.sandbox.limits import Limits, SandboxError
from dlcourse.grading.sandbox.probe import levels, why_not
from dlcourse.grading.sandbox.session import Session
from dlcourse.grading.sandbox.slot import Slot

__all__ = ["Limits", "SandboxError", "Session", "Slot", "levels", "why_not"]
