"""Changes in place, and how the engine notices those that would make a gradient wrong.

Tensors that share memory share a version: a list of one number, which each change in place counts
up. A rule notes the versions of the values that it will read; `backward` compares.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from dlcourse.autograd import errors
from dlcourse.autograd.array import Array, plain


class Changes(Array):
    """The part of `Tensor` that writes into memory, or shares it."""

    __slots__ = ("_is_view", "_made_at", "_version")
    operation: str

    def detach(self) -> Self:
        """Return a tensor of the same memory that no gradient flows through."""
        return self._view(self.data)

    def _view(self, value: np.ndarray) -> Self:
        """Return a tensor that knows of changes in this one, if they share memory."""
        out = type(self)(value)
        if np.may_share_memory(out.data, self.data):
            out._is_view, out._version, out._made_at = True, self._version, self._version[0]
        return out

    def _check_current(self) -> None:
        """Raise RuntimeError if this is no longer the value that its graph computes."""
        if self._version[0] != self._made_at and self.operation:
            raise errors.outdated(self.operation, self.shape)

    def _is_recorded(self) -> bool:
        """Say whether operations on this tensor are now part of a graph."""
        raise NotImplementedError

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._is_recorded() or (isinstance(value, Changes) and value._is_recorded()):
            raise errors.assignment(self.shape)
        self.data[plain(key)] = plain(value)
        self._version[0] += 1

    def _in_place(self, calculate: Callable, other: Any) -> Self:
        """Write a result over the old values; if it is part of a graph, it gets a new tensor.

        Python gives the name on the left of += what this returns, so that the operations before
        and those after meet different tensors, each with its own place in the graph.
        """
        if self._is_recorded() and (self._is_view or not self.operation):
            raise errors.change_of_leaf("view" if self._is_view else "leaf", self.shape)
        out = calculate(self, other)
        if out.shape != self.shape or not np.can_cast(out.dtype, self.dtype, "same_kind"):
            raise errors.does_not_fit(out, self)
        self.data[...] = out.data
        self._version[0] += 1
        if not out.requires_grad:
            return self
        out.data, out._version, out._made_at = self.data, self._version, self._version[0]
        return out

    def __iadd__(self, other: Any) -> Self:
        return self._in_place(operator.add, other)

    def __isub__(self, other: Any) -> Self:
        return self._in_place(operator.sub, other)

    def __imul__(self, other: Any) -> Self:
        return self._in_place(operator.mul, other)

    def __itruediv__(self, other: Any) -> Self:
        return self._in_place(operator.truediv, other)
