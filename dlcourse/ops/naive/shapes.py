"""Shapes by hand: visit every element, broadcast, reshape, transpose, flatten."""

import itertools
import math
from collections.abc import Iterator

import numpy as np

Index = tuple[int, ...]


def indices(shape: Index) -> Iterator[Index]:
    """Yield the index of every element of an array of `shape`, the last axis moving fastest.

    `indices((2, 3))` gives (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2): one `for` loop an axis.
    """
    return itertools.product(*[range(size) for size in shape])


def lines(shape: Index, axis: int) -> Iterator[list[Index]]:
    """Yield, for every line of the array that runs along `axis`, the indices of its elements."""
    before, after = shape[:axis], shape[axis:][1:]
    for start in indices(before):
        for end in indices(after):
            yield [(*start, i, *end) for i in range(shape[axis])]


def broadcast_shape(x: Index, y: Index) -> Index:
    """Return the shape that arrays of shapes `x` and `y` are broadcast to.

    The shapes are aligned at their last axis, the shorter is filled with ones on its left; then
    an axis of size 1 takes the size of its partner.
    """
    rank = max(len(x), len(y))
    x = (1,) * (rank - len(x)) + x
    y = (1,) * (rank - len(y)) + y
    return tuple(n if m == 1 else m for m, n in zip(x, y, strict=True))


def broadcast_to(x: np.ndarray, shape: Index) -> np.ndarray:
    """Repeat `x` along its missing axes, and along those of size 1, until it has `shape`."""
    if x.shape == shape:
        return x
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        out[i] = x[aligned(i, x.shape)]
    return out


def aligned(i: Index, shape: Index) -> Index:
    """Return which element of an array of `shape` stands at index `i` once it is broadcast."""
    own = i[len(i) - len(shape) :]  # the axes that the array has
    return tuple(0 if n == 1 else k for k, n in zip(own, shape, strict=True))


def unbroadcast(gradient: np.ndarray, shape: Index) -> np.ndarray:
    """Add up, for each element of an array of `shape`, what came back to its repetitions."""
    out = np.zeros(shape, gradient.dtype)
    for i in indices(gradient.shape):
        out[aligned(i, shape)] += gradient[i]
    return out


def reshape(x: np.ndarray, newshape: int | Index) -> np.ndarray:
    """Read the elements of `x` in order and write them, in order, into an array of `newshape`."""
    newshape = (newshape,) if isinstance(newshape, int) else tuple(newshape)
    known = math.prod(n for n in newshape if n != -1)
    newshape = tuple(x.size // known if n == -1 else n for n in newshape)
    out = np.empty(newshape, x.dtype)
    for target, source in zip(indices(newshape), indices(x.shape), strict=True):
        out[target] = x[source]
    return out


def reshape_vjp(upstream: np.ndarray, x: np.ndarray, newshape: int | Index) -> tuple[np.ndarray]:
    """Give every element back its place: the values did not change, so nor do the gradients."""
    return (reshape(upstream, x.shape),)


def transpose(x: np.ndarray, axes: Index | None = None) -> np.ndarray:
    """Put axis `axes[k]` of `x` at position k; without `axes`, reverse the order of the axes."""
    axes = tuple(range(x.ndim))[::-1] if axes is None else axes
    out = np.empty([x.shape[axis] for axis in axes], x.dtype)
    for target in indices(out.shape):
        source = [0] * x.ndim
        for position, axis in enumerate(axes):
            source[axis] = target[position]
        out[target] = x[tuple(source)]  # for a matrix: outⱼᵢ = xᵢⱼ
    return out


def transpose_vjp(
    upstream: np.ndarray, x: np.ndarray, axes: Index | None = None
) -> tuple[np.ndarray]:
    """Put the axes back in their order; a matrix is transposed once more."""
    axes = tuple(range(x.ndim))[::-1] if axes is None else axes
    back = [0] * x.ndim
    for position, axis in enumerate(axes):
        back[axis] = position
    return (transpose(upstream, tuple(back)),)


def flatten(x: np.ndarray) -> np.ndarray:
    """Lay the features of each sample out in one row: (n, a, b, …) becomes (n, a·b·…)."""
    return reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def flatten_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """Give every element back its place."""
    return (reshape(upstream, x.shape),)
