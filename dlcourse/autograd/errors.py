"""What the engine says when it cannot go on: what happened, and the way out."""


def integers(dtype: object) -> TypeError:
    """A tensor of integers was to have a gradient."""
    return TypeError(
        f"Tensor: data has dtype {dtype}, but only floats change little by little, as a gradient "
        "needs. Write 2.0 for 2, or convert with astype('float32')."
    )


def exponent(value: object) -> TypeError:
    """An exponent is not a number."""
    return TypeError(
        f"**: the exponent is a {type(value).__name__}, but must be a plain number. For x to the "
        "power of a tensor y, write (y * x.log()).exp()."
    )


def no_graph() -> RuntimeError:
    """There is nothing to go back through."""
    return RuntimeError(
        "backward: nothing that this tensor was computed from requires a gradient. Make the "
        "weights with Tensor(…, requires_grad=True), and compute outside no_grad()."
    )


def freed() -> RuntimeError:
    """The graph is gone."""
    return RuntimeError(
        "backward: an earlier call freed this graph. Compute the result again before each "
        "backward(), or call backward(retain_graph=True) the first time."
    )


def not_a_number(shape: tuple[int, ...]) -> RuntimeError:
    """Where to start is not said."""
    return RuntimeError(
        f"backward: this tensor has shape {shape}, and only a single number has a gradient of its "
        "own. Reduce it, with sum() or mean(), or give an upstream of the same shape."
    )


def upstream(found: tuple[int, ...], wanted: tuple[int, ...]) -> ValueError:
    """The first gradient does not fit."""
    return ValueError(
        f"backward: upstream has shape {found}, but the tensor has shape {wanted}: give one "
        "number for each of its elements."
    )


def changed(operation: str, shape: tuple[int, ...]) -> RuntimeError:
    """A rule would read a new value in the place of the old."""
    return RuntimeError(
        f"backward: a value that the gradient of {operation!r} needs (its result has shape "
        f"{shape}) was changed in place after it was used. Change it after backward(), or write "
        "y = y + 1 instead of y += 1."
    )


def outdated(operation: str, shape: tuple[int, ...]) -> RuntimeError:
    """A computed value is no longer what its graph computes."""
    return RuntimeError(
        f"the result of {operation!r}, of shape {shape}, was changed in place since (through "
        "another name, through a view, or under no_grad), and its graph knows nothing of it. "
        "Write y = y + 1 instead of y += 1: that leaves the old value as it was."
    )


def change_of_leaf(kind: str, shape: tuple[int, ...]) -> RuntimeError:
    """A weight, or a part of it, would change inside a graph."""
    return RuntimeError(
        f"in-place change of a {kind} that requires a gradient (shape {shape}): it would then be "
        "a result, and its old value lost. Write y = y + 1 for a new tensor, or, to update "
        "weights, put the change under `with no_grad():`."
    )


def assignment(shape: tuple[int, ...]) -> RuntimeError:
    """Assignment to elements is not recorded."""
    return RuntimeError(
        f"x[…] = value, for x of shape {shape}: x or the value requires a gradient, and the graph "
        "cannot record an assignment. Compute a new tensor, for example with a mask: "
        "x * mask + value * (1 - mask); or, if no gradient is to know, use `with no_grad():`."
    )


def does_not_fit(found: object, wanted: object) -> ValueError:
    """The result of an in-place operation needs another array."""
    return ValueError(
        f"in-place: the result has shape {found.shape} and dtype {found.dtype}, which does not fit "
        f"into shape {wanted.shape} and dtype {wanted.dtype}. Write y = y + 1 for a new tensor."
    )
