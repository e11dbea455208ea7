"""Time every operation, forward alone and with its gradient, in every implementation."""

import functools
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse import ops
from dlcourse.bench.cases import case
from dlcourse.bench.clock import Timing, measure
from dlcourse.ops.implementation import RULES, prepare

DIRECTIONS = ("forward", "gradient")  # gradient: forward and then backward, as in training

# What is written by hand prepares nothing in its first call.
BY_HAND = ("naive", "numpy")


@dataclass(frozen=True)
class Row:
    """One measurement."""

    operation: str
    size: str
    direction: str
    implementation: str
    timing: Timing


def timings(
    operation: str, size: str, implementations: tuple[str, ...], budget: float
) -> Iterator[Row]:
    """Time `operation` at one size; `budget` is the time in seconds for each measurement.

    The bare functions are timed, on arrays of their own kind, as people run them: JAX compiled
    (`jax.jit`), PyTorch and TensorFlow step by step, Keras like its backend.
    """
    arrays, options = case(operation, size)
    upstream = _upstream(operation, arrays, options)
    for name in implementations:
        for direction, function in _functions(name, operation, arrays, options, upstream).items():
            timing = measure(function, budget, compiles=name not in BY_HAND)
            yield Row(operation, size, direction, name, timing)


def _upstream(operation: str, arrays: list[Any], options: dict[str, Any]) -> np.ndarray:
    shape = getattr(ops.get("numpy"), operation)(*arrays, **options).shape
    return np.random.default_rng(2).standard_normal(shape, np.float32)


def _functions(
    name: str, operation: str, arrays: list[Any], options: dict[str, Any], upstream: np.ndarray
) -> dict[str, Callable[[], Any]]:
    """Return, for each direction, a function without arguments that does the work."""
    module, rule = ops.get(name).module, RULES[operation]
    arguments = prepare(operation, module, tuple(arrays), options, floats=True)
    given = {key: arguments.pop(key) for key in rule.arrays if arguments[key] is not None}
    bare = functools.partial(getattr(module, operation), **arguments)
    backward = module.array(upstream)
    finish = _finish(name)
    functions = {"forward": finish(lambda arrays: bare(**arrays), given)}
    variable = [key for key in given if key not in rule.constant]
    if variable:
        gradient = _gradient(module, operation, bare, variable)
        functions["gradient"] = finish(gradient, given, backward)
    return functions


def _gradient(
    module: Any, operation: str, bare: Callable[..., Any], variable: list[str]
) -> Callable[..., Any]:
    """Return the function that computes the operation, and then goes backward."""
    if hasattr(module, f"{operation}_vjp"):
        rule = functools.partial(getattr(module, f"{operation}_vjp"), **bare.keywords)
        return lambda arrays, upstream: (bare(**arrays), rule(upstream, **arrays))

    def gradient(arrays: dict[str, Any], upstream: Any) -> Any:
        def function(*values: Any) -> Any:
            return bare(**(arrays | dict(zip(variable, values, strict=True))))

        return module.vjp(function, upstream, *(arrays[key] for key in variable))

    return gradient


def _finish(name: str) -> Callable[..., Callable[[], Any]]:
    """Return what binds a function's arguments, compiles it for JAX, and waits for its result."""
    if name == "keras":
        name = importlib.import_module("keras").backend.backend()
    if name != "jax":
        return functools.partial
    import jax

    def bind(function: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        compiled = jax.jit(function)
        return lambda: jax.block_until_ready(compiled(*args))

    return bind
