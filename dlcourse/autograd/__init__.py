"""Automatic differentiation on NumPy arrays: `engine.py` is made to be read from top to bottom.

::

    w = Tensor(3.0, requires_grad=True)
    loss = (4 - 2 * w).abs()
    loss.backward()          → w.grad is 2
    draw(loss)               → the graph that was recorded (after backward(retain_graph=True))
    apply("conv2d", x, w)    → an operation of `dlcourse.ops` as a part of the graph
    check_gradient(f, x)     → compares the engine's gradients with finite differences
"""

import importlib
from typing import Any

from dlcourse.autograd.checking import check_gradient
from dlcourse.autograd.engine import Tensor, no_grad
from dlcourse.autograd.functions import apply

__all__ = ["Tensor", "animate", "apply", "check_gradient", "draw", "no_grad"]


def __getattr__(name: str) -> Any:
    """Import the drawing, and matplotlib with it, only for those who draw."""
    if name in ("animate", "draw"):
        return getattr(importlib.import_module("dlcourse.autograd.drawing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
