"""What `dlcourse doctor` looks at: can this machine run the course, and what to do where it cannot.

Each check looks at one thing and returns a `Finding`: `installed` says what is here, `hardware`
what the machine has, `running` what really starts and computes when it is tried.
"""

from collections.abc import Callable
from functools import partial

from dlcourse.doctor import hardware, installed, running
from dlcourse.doctor.finding import BROKEN, LIMITED, OK, Finding, how_to_get

__all__ = ["BROKEN", "CHECKS", "LIMITED", "OK", "Finding", "examine"]

# What is looked at, in this order: what comes first may be the cause of what follows.
CHECKS: dict[str, Callable[[], Finding]] = {
    "Python": installed.python,
    "packages": installed.base,
    "for chapters": installed.course,
    "for grading": installed.grading,
    "chapters": installed.chapters,
    "data": installed.data,
    "processor": hardware.processor,
    "memory": hardware.memory,
    "disk": hardware.disk,
    "JAX": partial(running.framework, "jax"),
    "TensorFlow": partial(running.framework, "tensorflow"),
    "PyTorch": partial(running.framework, "torch"),
    "kernel": running.kernel,
    "sandbox": running.sandbox,
}


def examine(check: Callable[[], Finding]) -> Finding:
    """Return what `check` finds. One that fails is a finding too: the others still have their turn.

    A package that is not installed limits what can be done; the checks of packages say which ones
    the course cannot do without.
    """
    try:
        return check()
    except ModuleNotFoundError as error:
        way = how_to_get("course,grading")
        return Finding(LIMITED, f"not looked at: {error.name} is not installed", way)
    except Exception as error:
        return Finding(BROKEN, f"{type(error).__name__}: {error}")
