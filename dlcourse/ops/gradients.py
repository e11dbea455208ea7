"""`ops.vjp`: the gradients of any operation, by hand-written rules or automatic differentiation."""

from typing import Any

import numpy as np

from dlcourse.ops import conversion
from dlcourse.ops.implementation import RULES, Implementation, prepare


@np.errstate(all="ignore")
def vjp(
    implementation: Implementation, operation: str, upstream: Any, args: tuple, kwargs: dict
) -> tuple[np.ndarray | None, ...]:
    """Return the gradients; `dlcourse.ops.vjp` says of what, and how they are checked."""
    module, rule = implementation.module, RULES[operation]
    arguments = prepare(operation, module, args, kwargs, floats=True)
    given = [name for name in rule.arrays if arguments[name] is not None]
    variable = [name for name in given if name not in rule.constant]
    gradients = dict.fromkeys(given)
    if variable:
        like = arguments[variable[-1]]
        upstream = _upstream(operation, upstream, arguments, module, like)
        if hasattr(module, f"{operation}_vjp"):
            results = getattr(module, f"{operation}_vjp")(upstream, **arguments)
            gradients = dict(zip(rule.arrays, results, strict=True))
        else:
            function = _function_of(variable, operation, arguments, module)
            results = module.vjp(function, upstream, *(arguments[name] for name in variable))
            gradients |= zip(variable, results, strict=True)
    return tuple(
        None if gradients[name] is None else conversion.to_numpy(gradients[name]) for name in given
    )


def _function_of(variable: list[str], operation: str, arguments: dict, module: Any) -> Any:
    """Return the operation as a function of its variable arrays alone, all else held fixed."""

    def function(*arrays: Any) -> Any:
        return getattr(module, operation)(**(arguments | dict(zip(variable, arrays, strict=True))))

    return function


def _upstream(operation: str, upstream: Any, arguments: dict, module: Any, like: Any) -> Any:
    """Read the upstream gradient; raise ValueError unless it has the shape of the result."""
    upstream = conversion.readable(operation, "upstream", upstream)
    result = getattr(module, operation)(**arguments)
    if upstream.shape != tuple(result.shape):
        raise ValueError(
            f"{operation}: upstream has shape {upstream.shape}, but the result has shape "
            f"{tuple(result.shape)}: the upstream gradient holds one number for each element of "
            "the result. Give it that shape; np.ones of it asks for the gradient of the sum."
        )
    return module.array(upstream, conversion.dtype_name(like), like)
