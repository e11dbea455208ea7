"""Reverse-mode automatic differentiation: the engine under every framework, in one file.

Computing builds a graph. Each operation below returns a new `Tensor` that remembers its parents
(the tensors it was made from) and, for each parent, a rule. The rule takes `g`, the gradient of
the final result with respect to the new tensor, to the gradient with respect to that parent: it
multiplies by the local derivative, which stands beside it as a comment.

`backward` walks the graph from the result to the inputs, so that each tensor is met after all
that was made from it (reverse topological order). Where a tensor was used more than once, the
gradients that arrive are ADDED: to change it is to change the result on every one of these paths.
That is the chain rule, and all there is to it (Chollet, Deep Learning with Python, section 2.4;
Griewank and Walther, Evaluating Derivatives, chapter 3).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcourse.autograd import errors
from dlcourse.autograd.array import (
    Axis,
    beside,
    compute,
    may_repeat,
    plain,
    read,
    spread,
)
from dlcourse.autograd.changes import Changes
from dlcourse.ops import checks
from dlcourse.ops.numpy.shapes import unbroadcast

recording = True  # whether operations build the graph; `no_grad` turns it off


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Compute without building a graph: `with no_grad(): w -= 0.1 * w.grad`, or as @no_grad()."""
    global recording
    before, recording = recording, False
    try:
        yield
    finally:
        recording = before


def in_order(result: Tensor, parents_of: Callable[[Tensor], list[Tensor]]) -> list[Tensor]:
    """Return all that `result` was made from, and itself, each after those that it was made from.

    A list of what is still to do takes the place of recursion, so that long chains work.
    """
    order, seen, todo = [], set(), [(result, False)]
    while todo:
        tensor, parents_done = todo.pop()
        if parents_done:
            order.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            todo.append((tensor, True))
            todo.extend([(parent, False) for parent in parents_of(tensor)])
    return order


class Tensor(Changes):
    """A NumPy array that remembers how it was computed.

    `data` is the array; `grad`, after `backward`, an array of the same shape and dtype, or None.
    Every tensor that requires a gradient gets one, the steps between as well, and further calls
    of `backward` add to it. Python floats and lists of them become float32; NumPy arrays keep
    their dtype, and share their memory with the tensor unless it requires a gradient. `name` is
    its label in a drawing.

    Operators: + - * / @, ** by a number, indexing; comparisons give arrays of booleans. Numbers,
    lists and integers beside a tensor of floats take its dtype.

    Raises:
        TypeError: `data` does not hold real numbers, or requires a gradient and holds integers.
    """

    __slots__ = ("_edges", "grad", "name", "operation", "requires_grad")

    def __init__(self, data: Any, requires_grad: bool = False, name: str = "") -> None:
        """Make a leaf: a tensor that was not computed from others."""
        self.data = read(data)
        if requires_grad:
            if self.data.dtype.kind != "f":
                raise errors.integers(self.data.dtype)
            self.data = self.data.copy()  # an optimizer will change it in place
        self.grad: np.ndarray | None = None
        self.requires_grad = requires_grad
        self.name = name
        self.operation = ""  # what made it; empty for a leaf
        self._edges: tuple | None = ()  # (parent, rule, needs) each; None once freed
        self._version = [0]  # counts changes in place; tensors that share memory share the list
        self._is_view = False  # whether it shares memory with the tensor that it was made from
        self._made_at = 0  # the count when this tensor was made

    def record(self, operation: str, *edges: tuple) -> Tensor:
        """Note how this tensor was made, and return it.

        Each edge is a parent, the rule from this tensor's gradient to the parent's, and then the
        tensors whose values the rule reads: they may not be changed in place before `backward`.
        A rule returns a new array, or its argument, or a view of that.
        """
        if recording and any([edge[0].requires_grad for edge in edges]):  # noqa: C419 - faster
            self.requires_grad, self.operation, noted = True, operation, []
            for parent, rule, *needs in edges:
                parent._check_current()
                noted.append((parent, rule, [(x._version, x._version[0]) for x in needs]))
            self._edges = tuple(noted)
        return self

    def _is_recorded(self) -> bool:
        return recording and self.requires_grad

    def backward(self, upstream: Any = None, retain_graph: bool = False) -> None:
        """Add the gradient of this tensor to `grad` of every tensor that it was computed from.

        `upstream` is the gradient of a final result with respect to this tensor, of its shape;
        a single number needs none: its gradient with respect to itself is 1. The graph is freed
        on the way, unless `retain_graph` is true (for a second call, or to draw it).

        Raises:
            RuntimeError: there is no graph, or it was freed; there are several elements and no
                `upstream`; a value that a rule reads was changed in place.
            ValueError: `upstream` has the wrong shape.
        """
        if not self.requires_grad:
            raise errors.no_graph()
        self._check_current()
        order = in_order(self, Tensor._parents)
        gradients = {id(self): self._upstream(upstream)}
        with np.errstate(all="ignore"):
            while order:
                tensor = order.pop()  # all that was made from it has been met: g is complete
                g = gradients.pop(id(tensor))
                tensor.grad = g if tensor.grad is None else tensor.grad + g
                for parent, rule, _ in tensor._edges:
                    if parent.requires_grad:
                        gradient = parent._fitted(rule(g), g)
                        before = gradients.get(id(parent))
                        gradients[id(parent)] = gradient if before is None else before + gradient
                if tensor._edges and not retain_graph:
                    tensor._edges = None

    def _parents(self) -> list[Tensor]:
        """Return the parents that get a gradient, if all that their rules need is still there."""
        if self._edges is None:
            raise errors.freed()
        parents = []
        for parent, _, needs in self._edges:
            if parent.requires_grad:
                if any(version[0] != at for version, at in needs):
                    raise errors.changed(self.operation, self.shape)
                parents.append(parent)
        return parents

    def _upstream(self, upstream: Any) -> np.ndarray:
        """Return the gradient to start from."""
        if upstream is None:
            if self.size != 1:
                raise errors.not_a_number(self.shape)
            upstream = np.ones(self.shape)
        upstream = np.array(upstream, self.dtype)  # a copy: it becomes the `grad` of this tensor
        if upstream.shape != self.shape:
            raise errors.upstream(upstream.shape, self.shape)
        return upstream

    def _fitted(self, gradient: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Give what a rule made of `g` this tensor's shape and dtype, and memory of its own."""
        if gradient.shape != self.data.shape:
            gradient = unbroadcast(gradient, self.data.shape)
        if gradient.dtype != self.data.dtype or type(gradient) is not np.ndarray:
            gradient = np.array(gradient, self.data.dtype)
        # The gradient of a leaf is the user's, to change at will: it must be nobody else's too.
        is_shared = not self.operation and (gradient is g or gradient.base is not None)
        return gradient.copy() if is_shared else gradient

    def _pair(self, other: Any) -> tuple[Tensor, Tensor]:
        """Return the operands as two tensors; integers become floats beside floats."""
        if not isinstance(other, Tensor):
            other = Tensor(beside(other, self.dtype))
        if self.data.dtype != other.data.dtype:
            x, y = beside(self.data, other.dtype), beside(other.data, self.dtype)
            self = self if x is self.data else Tensor(x)
            other = other if y is other.data else Tensor(y)
        return self, other

    def __add__(self, other: Any) -> Tensor:
        x, y = self._pair(other)
        out = Tensor(compute(np.add, x.data, y.data))
        return out.record("+", (x, lambda g: g), (y, lambda g: g))  # ∂(x+y)/∂x = ∂(x+y)/∂y = 1

    def __sub__(self, other: Any) -> Tensor:
        x, y = self._pair(other)
        out = Tensor(compute(np.subtract, x.data, y.data))
        return out.record("-", (x, lambda g: g), (y, lambda g: -g))  # ∂(x-y)/∂y = -1

    def __mul__(self, other: Any) -> Tensor:
        x, y = self._pair(other)
        a, b = x.data, y.data
        out = Tensor(compute(np.multiply, a, b))
        return out.record("×", (x, lambda g: g * b, y), (y, lambda g: g * a, x))  # ∂(ab)/∂a = b

    def __truediv__(self, other: Any) -> Tensor:
        x, y = self._pair(other)
        a, b = x.data, y.data
        return Tensor(compute(np.divide, a, b)).record(
            "/",
            (x, lambda g: g / b, y),  # ∂(a/b)/∂a = 1/b
            (y, lambda g: -g * (a / b) / b, x, y),  # ∂(a/b)/∂b = -a/b²
        )

    @np.errstate(all="ignore")
    def __pow__(self, exponent: float) -> Tensor:
        if not isinstance(exponent, int | float | np.number):
            raise errors.exponent(exponent)
        x, n = self.data, np.asarray(exponent).item()
        # ∂xⁿ/∂x = n xⁿ⁻¹, which is 0 where n is: 0 × 0⁻¹ would not be a number
        rule = (self, lambda g: g * n * x ** (n - 1 if n else 0), self)
        return Tensor(x**n).record(f"** {n:g}", rule)

    def __matmul__(self, other: Any) -> Tensor:
        x, y = self._pair(other)
        a, b = x.data, y.data

        def to_left(g: np.ndarray) -> np.ndarray:  # ∂L/∂A = G Bᵀ
            if b.ndim == 1:
                return g[..., np.newaxis] * b
            return (g if a.ndim > 1 else g[..., np.newaxis, :]) @ b.swapaxes(-1, -2)

        def to_right(g: np.ndarray) -> np.ndarray:  # ∂L/∂B = Aᵀ G
            if b.ndim < 3:  # the rows of all matrices in A meet the one B: they are one tall matrix
                rows = math.prod(a.shape[:-1])
                return a.reshape(rows, a.shape[-1]).T @ g.reshape(rows, *b.shape[1:])
            if a.ndim == 1:
                return a[:, np.newaxis] * g[..., np.newaxis, :]
            return a.swapaxes(-1, -2) @ g

        return Tensor(compute(np.matmul, a, b)).record("@", (x, to_left, y), (y, to_right, x))

    def maximum(self, other: Any) -> Tensor:
        """Return the larger of two in each place; equals share the gradient, half each."""
        x, y = self._pair(other)
        a, b = x.data, y.data
        return Tensor(compute(np.maximum, a, b)).record(
            "maximum",
            (x, lambda g: np.where(a == b, g / 2, g * (a > b)), x, y),  # slope 1 for the larger
            (y, lambda g: np.where(a == b, g / 2, g * (b > a)), x, y),
        )

    def __radd__(self, other: Any) -> Tensor:
        return Tensor(beside(other, self.dtype)) + self

    def __rsub__(self, other: Any) -> Tensor:
        return Tensor(beside(other, self.dtype)) - self

    def __rmul__(self, other: Any) -> Tensor:
        return Tensor(beside(other, self.dtype)) * self

    def __rtruediv__(self, other: Any) -> Tensor:
        return Tensor(beside(other, self.dtype)) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return Tensor(beside(other, self.dtype)) @ self

    def __neg__(self) -> Tensor:
        return Tensor(-self.data).record("-", (self, lambda g: -g))

    def abs(self) -> Tensor:
        """Return |x|; the slope at 0 is taken to be 0."""
        x = self.data
        return Tensor(np.abs(x)).record("abs", (self, lambda g: g * np.sign(x), self))

    __abs__ = abs

    def relu(self) -> Tensor:
        """Return max(x, 0); the slope at 0 is taken to be 0."""
        x = self.data
        return Tensor(np.maximum(x, 0)).record("relu", (self, lambda g: g * (x > 0), self))

    @np.errstate(all="ignore")
    def exp(self) -> Tensor:
        """Return eˣ."""
        out = Tensor(np.exp(self.data))
        y = out.data
        return out.record("exp", (self, lambda g: g * y, out))  # (eˣ)' = eˣ

    @np.errstate(all="ignore")
    def log(self) -> Tensor:
        """Return the natural logarithm: -inf for 0, NaN below."""
        x = self.data
        return Tensor(np.log(x)).record("log", (self, lambda g: g / x, self))  # (ln x)' = 1/x

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent."""
        out = Tensor(np.tanh(self.data))
        y = out.data
        return out.record("tanh", (self, lambda g: g * (1 - y * y), out))  # tanh' = 1 - tanh²

    @np.errstate(all="ignore")
    def sigmoid(self) -> Tensor:
        """Return σ(x) = 1 / (1 + e⁻ˣ)."""
        e = np.exp(-np.abs(self.data))  # never above 1, so that nothing overflows
        out = Tensor(np.where(self.data >= 0, 1, e) / (1 + e))
        y = out.data
        return out.record("sigmoid", (self, lambda g: g * y * (1 - y), out))  # σ' = σ (1 - σ)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Add up the elements along one axis, several, or all of them."""
        checks.reduction("sum", self, axis, keepdims)
        x = self.data
        out = Tensor(x.sum(axis=axis, keepdims=keepdims))
        return out.record("sum", (self, lambda g: spread(g, x, axis).copy()))  # slope 1 for each

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Average the elements along one axis, several, or all of them."""
        checks.reduction("mean", self, axis, keepdims)
        x = self.data
        total = x.sum(axis=axis, keepdims=keepdims)
        n = x.size / max(total.size, 1)
        out = Tensor(compute(np.divide, total, n))
        return out.record("mean", (self, lambda g: spread(g / n, x, axis).copy()))  # slope 1/n

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the largest element along one axis, several, or all; equals share the gradient."""
        checks.reduction("max", self, axis, keepdims)
        x = self.data
        out = Tensor(x.max(axis=axis, keepdims=keepdims))
        y = out.data

        def rule(g: np.ndarray) -> np.ndarray:
            is_largest = (x == spread(y, x, axis)).astype(x.dtype)
            return spread(g, x, axis) * is_largest / spread(is_largest.sum(axis), x, axis)

        return out.record("max", (self, rule, self, out))

    def reshape(self, *shape: Any) -> Tensor:
        """Arrange the same elements in another shape: reshape(2, 3) or reshape((2, 3))."""
        checks.reshape("reshape", self, shape[0] if len(shape) == 1 else shape)
        x = self.data
        return self._view(x.reshape(*shape)).record("reshape", (self, lambda g: g.reshape(x.shape)))

    def transpose(self, axes: tuple[int, ...] | None = None) -> Tensor:
        """Put the axes into the order `axes`; without it, reverse them."""
        checks.transpose("transpose", self, axes)
        back = None if axes is None else np.argsort([axis % self.ndim for axis in axes])
        out = self._view(self.data.transpose(axes))
        return out.record("transpose", (self, lambda g: g.transpose(back)))

    T = property(transpose, doc="The tensor with its axes reversed.")

    def __getitem__(self, key: Any) -> Tensor:
        x, key = self.data, plain(key)

        def rule(g: np.ndarray) -> np.ndarray:
            gradient = np.zeros_like(x)
            if may_repeat(key):  # what was taken twice gets both gradients
                np.add.at(gradient, key, g)
            else:
                gradient[key] = g
            return gradient

        return self._view(x[key]).record("[ ]", (self, rule))

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def zero_grad(self) -> None:
        """Forget the gradient, so that the next `backward` starts from nothing."""
        self.grad = None
