"""What `ops.get` returns: one module's operations behind the shared checks and conversions."""

import functools
import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from dlcourse.ops import checks, checks_images, checks_layers, conversion
from dlcourse.ops.protocol import Operations


@dataclass(frozen=True)
class Rule:
    """Which arguments of an operation are arrays, how they are checked, what dtype they get.

    The dtypes, by the conventions in the package's docstring: `keep` leaves them alone, `number`
    makes them one, `float` makes them one float, `index` makes them int64. Elsewhere one array
    decides: the last, y_pred or a table, which the others follow (`loss`) or look into as int64
    (`lookup`); or the first (`mask`).
    """

    arrays: tuple[str, ...]
    check: Callable[..., None]
    dtype: str
    optional: tuple[str, ...] = ()  # array arguments that may be None
    constant: tuple[str, ...] = ()  # array arguments without a gradient: class numbers, masks


RULES = {
    "add": Rule(("x", "y"), checks.broadcastable, "number"),
    "multiply": Rule(("x", "y"), checks.broadcastable, "number"),
    "maximum": Rule(("x", "y"), checks.broadcastable, "number"),
    "relu": Rule(("x",), checks.any_shape, "number"),
    "sigmoid": Rule(("x",), checks.any_shape, "float"),
    "tanh": Rule(("x",), checks.any_shape, "float"),
    "exp": Rule(("x",), checks.any_shape, "float"),
    "log": Rule(("x",), checks.any_shape, "float"),
    "sum": Rule(("x",), checks.reduction, "number"),
    "mean": Rule(("x",), checks.reduction, "float"),
    "reshape": Rule(("x",), checks.reshape, "keep"),
    "transpose": Rule(("x",), checks.transpose, "keep"),
    "matmul": Rule(("x", "y"), checks.matmul, "number"),
    "vector_product": Rule(("x", "y"), checks.vector_product, "number"),
    "matrix_vector_product": Rule(("x", "y"), checks.matrix_vector_product, "number"),
    "dense": Rule(("x", "kernel", "bias"), checks.dense, "float", optional=("bias",)),
    "one_hot": Rule(("x",), checks.encoding, "index", constant=("x",)),
    "multi_hot": Rule(("x",), checks.encoding, "index", constant=("x",)),
    "softmax": Rule(("x",), checks.one_axis, "float"),
    "log_softmax": Rule(("x",), checks.one_axis, "float"),
    "conv2d": Rule(("x", "kernel", "bias"), checks_images.conv2d, "float", optional=("bias",)),
    "depthwise_conv2d": Rule(
        ("x", "kernel", "bias"), checks_images.depthwise_conv2d, "float", optional=("bias",)
    ),
    "separable_conv2d": Rule(
        ("x", "depthwise_kernel", "pointwise_kernel", "bias"),
        checks_images.separable_conv2d,
        "float",
        optional=("bias",),
    ),
    "max_pool2d": Rule(("x",), checks_images.pooling, "float"),
    "average_pool2d": Rule(("x",), checks_images.pooling, "float"),
    "global_average_pool2d": Rule(("x",), checks_images.global_pooling, "float"),
    "flatten": Rule(("x",), checks.flatten, "keep"),
    "batch_normalization": Rule(
        ("x", "gamma", "beta", "mean", "variance"),
        checks_layers.batch_normalization,
        "float",
        optional=("gamma", "beta", "mean", "variance"),
    ),
    "layer_normalization": Rule(
        ("x", "gamma", "beta"),
        checks_layers.layer_normalization,
        "float",
        optional=("gamma", "beta"),
    ),
    "dropout": Rule(("x", "mask"), checks_layers.dropout, "mask", constant=("mask",)),
    "embedding": Rule(("x", "embeddings"), checks_layers.embedding, "lookup", constant=("x",)),
    "mean_squared_error": Rule(("y_true", "y_pred"), checks.same_shape, "loss"),
    "mean_absolute_error": Rule(("y_true", "y_pred"), checks.same_shape, "loss"),
    "binary_crossentropy": Rule(("y_true", "y_pred"), checks.same_shape, "loss"),
    "categorical_crossentropy": Rule(("y_true", "y_pred"), checks.same_shape, "loss"),
    "sparse_categorical_crossentropy": Rule(
        ("y_true", "y_pred"), checks.classes, "lookup", constant=("y_true",)
    ),
}


signature_of = functools.cache(inspect.signature)  # reading it anew would double a call's care


class Implementation:
    """The operations of one implementation; `Operations` in protocol.py documents each of them.

    Every call reads its array arguments, checks them, gives them their dtype, and only then
    calls the module's own function, which stays as short as the framework allows:
    `inspect.getsource(ops.get("naive").matmul)` shows it. This care costs about 20 microseconds
    a call; to time the bare functions, take them from `module`, and give them its own arrays.
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        """Wrap every operation of `module`, which is called `name`."""
        self.name = name
        self.module = module
        for operation in RULES:
            setattr(self, operation, _guarded(operation, module))

    def __repr__(self) -> str:
        """Name the implementation."""
        return f"<dlcourse.ops implementation {self.name!r}>"


def _guarded(operation: str, module: ModuleType) -> Callable[..., Any]:
    """Put the reading, checking and converting of arguments before the module's function."""
    function = getattr(module, operation)

    # Infinity and NaN are results like any other: the frameworks do not warn, nor does NumPy here.
    @functools.wraps(function)
    @np.errstate(all="ignore")
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return module.array(function(**prepare(operation, module, args, kwargs)))

    guarded.__doc__ = getattr(Operations, operation).__doc__
    return guarded


def prepare(
    operation: str, module: ModuleType, args: tuple, kwargs: dict, floats: bool = False
) -> dict[str, Any]:
    """Return all arguments of an operation by name: read, checked, each array with its dtype.

    With `floats`, whatever may have a gradient becomes a float, integers too.
    """
    rule = RULES[operation]
    signature = signature_of(getattr(module, operation))
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        takes = ", ".join(signature.parameters)
        raise TypeError(f"{operation}: {error}. It takes {takes}.") from None
    bound.apply_defaults()
    arguments = bound.arguments
    arrays = {
        name: _incoming(operation, name, arguments[name], module)
        for name in rule.arrays
        if name not in rule.optional or arguments[name] is not None
    }
    rule.check(operation, **(arguments | arrays))
    like = next((x for x in arrays.values() if module.is_array(x)), None)
    dtypes = _dtypes("float" if floats and rule.dtype in ("number", "keep") else rule.dtype, arrays)
    for name in arguments.keys() - set(rule.arrays):
        arguments[name] = _plain(arguments[name])
    for name, x in arrays.items():
        arguments[name] = module.array(x, dtypes[name], like)
    return arguments


def _incoming(operation: str, argument: str, value: Any, module: ModuleType) -> Any:
    if not module.is_array(value):
        return conversion.readable(operation, argument, value)
    conversion.check_numeric(operation, argument, value)
    return value


def _dtypes(rule: str, arrays: dict[str, Any]) -> dict[str, str | None]:
    """Return the dtype that each array gets; None leaves it as it is."""
    if rule == "keep":
        return dict.fromkeys(arrays)
    if rule == "index":
        return dict.fromkeys(arrays, "int64")
    if rule in ("loss", "lookup", "mask"):
        first, last = arrays
        decides = first if rule == "mask" else last  # losses: the prediction decides, as in Keras
        dtype = conversion.float_dtype([arrays[decides]])
        return {first: "int64" if rule == "lookup" else dtype, last: dtype}
    find = conversion.number_dtype if rule == "number" else conversion.float_dtype
    return dict.fromkeys(arrays, find(list(arrays.values())))


def _plain(value: Any) -> Any:
    """Turn NumPy's numbers into Python's, and lists of sizes or axes into tuples."""
    if isinstance(value, list | tuple):
        return tuple(operator.index(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value
