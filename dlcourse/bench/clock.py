"""Take the time of a function: the median of many calls, and how far they spread."""

import statistics
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_SHORTEST = 2e-4  # seconds: shorter calls are timed several at once, as the clock itself costs time
_FEWEST = 3  # samples, unless a single one takes longer than all are allowed to


@dataclass(frozen=True)
class Timing:
    """Seconds a call: the median, and the quartiles, between which half of the samples lie."""

    median: float
    low: float
    high: float
    calls: int


def measure(function: Callable[[], Any], budget: float = 0.2, compiles: bool = True) -> Timing:
    """Call `function` for about `budget` seconds, and return what a call takes.

    Args:
        function: what to time; it must not return before its work is done.
        budget: seconds; a call that takes longer is made once.
        compiles: whether the first call prepares something, and so does not count.
    """
    timer = timeit.Timer(function)  # switches off the garbage collector while it runs
    first = timer.timeit(1)
    if first > budget and not compiles:
        return Timing(first, first, first, 1)
    once = timer.timeit(1)
    number = max(1, round(_SHORTEST / once))
    samples: list[float] = []
    while len(samples) < _FEWEST or sum(samples) * number < budget:
        samples.append(timer.timeit(number) / number)
        if samples[-1] > budget:
            break
    return Timing(*_quartiles(samples), calls=len(samples) * number)


def _quartiles(samples: list[float]) -> tuple[float, float, float]:
    if len(samples) == 1:
        return samples[0], samples[0], samples[0]
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return median, low, high
