"""The clock: how often it calls, and what it makes of the times."""

import time

import pytest

from dlcourse.bench import clock


class Counter:
    def __init__(self, seconds=0.0):
        self.calls, self.seconds = 0, seconds

    def __call__(self):
        self.calls += 1
        time.sleep(self.seconds)


def test_a_short_function_is_called_often():
    function = Counter()
    timing = clock.measure(function, budget=0.01)
    assert function.calls == timing.calls + 2  # the first two are not counted
    assert timing.calls > 100
    assert 0 < timing.low <= timing.median <= timing.high < 1e-3


def test_a_function_longer_than_the_budget_is_called_once_where_nothing_is_prepared():
    function = Counter(0.05)
    timing = clock.measure(function, budget=0.01, compiles=False)
    assert function.calls == timing.calls == 1
    assert timing.low == timing.median == timing.high >= 0.05


def test_the_call_that_compiles_does_not_count():
    waits = iter([0.5, *[0.001] * 1000])
    timing = clock.measure(lambda: time.sleep(next(waits)), budget=0.01)
    assert timing.median < 0.25


def test_quartiles():
    assert clock._quartiles([5.0, 1.0, 2.0, 4.0, 3.0]) == (3.0, 2.0, 4.0)
    assert clock._quartiles([7.0]) == (7.0, 7.0, 7.0)


def test_an_error_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        clock.measure(lambda: 1 / 0)
