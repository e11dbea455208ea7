"""The judgement of a run, on outcomes made up for it."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.course import work
from dlcourse.course.execute import Outcome
from dlcourse.course.judge import make_row, recorded
from dlcourse.course.session import RESULTS_MIME
from dlcourse.course.watch import Fault

STARTED = {"name": "01_small", "backend": "jax", "device": "cpu", "profile": "quick", "seed": 1}
GOOD_STATE = {
    "chapter": STARTED,
    "backend": "jax",
    "device": "cpu",
    "variants": ["full"],
    "peak_rss_mb": 300.0,
    "modules": [],
}


@pytest.fixture
def judge(small):
    """Return a function that judges an outcome of the small chapter: a good one, changed."""

    def row(seconds=1.0, results=(("answer", 42.0),), fault=None, **state):
        request = small.request()
        outcome = Outcome(notebook_with(dict(results)), seconds, GOOD_STATE | state, fault)
        return make_row(request, outcome, request.work.expected)

    return row


def notebook_with(*results):
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {RESULTS_MIME: each}}
        for each in results
    ]
    return new_notebook(cells=[new_code_cell("record()", outputs=outputs, execution_count=1)])


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({}, "ok", ""),
        (
            {"backend": "tensorflow"},
            "failed",
            "asked for backend jax, but Keras ran on tensorflow",
        ),
        ({"chapter": None}, "failed", "the chapter never called course.start"),
        (
            {"chapter": STARTED | {"profile": "full"}},
            "failed",
            "asked for profile quick, but the chapter started with full",
        ),
        (
            {"chapter": STARTED | {"seed": 2}},
            "failed",
            "asked for seed 1, but the chapter started with 2",
        ),
        ({"results": [("answer", 50.0)]}, "out of range", "answer = 50 is outside 41 … 43"),
        ({"results": []}, "failed", "result answer was not recorded"),
        ({"seconds": 61.0}, "over budget", "61 s, budget 60 s"),
        ({"peak_rss_mb": 1001.0}, "over budget", "1001 MB, budget 1000 MB"),
    ],
)
def test_each_verdict(judge, changes, status, message):
    row = judge(**changes)
    assert (row.status, row.message) == (status, message)
    assert row.error == ("check" if status == "failed" else "")


def test_cpu_where_the_gpu_was_asked_for_fails(small):
    request = small.request(device="gpu")
    state = GOOD_STATE | {"chapter": STARTED | {"device": "gpu"}}
    outcome = Outcome(notebook_with({"answer": 42.0}), 1.0, state)
    row = make_row(request, outcome, request.work.expected)
    assert (row.status, row.message) == ("failed", "asked for device gpu, but it ran on the cpu")
    assert row.device == "cpu"


def test_other_data_than_those_asked_for_fail(small):
    outcome = Outcome(notebook_with({"answer": 42.0}), 1.0, GOOD_STATE | {"variants": ["embedded"]})
    for variant, status in (("auto", "ok"), ("embedded", "ok"), ("full", "failed")):
        request = small.request(variant=variant)
        row = make_row(request, outcome, request.work.expected)
        assert row.status == status
    assert row.message == "asked for the full data, but it loaded embedded"


def test_a_fault_comes_before_all_else(judge):
    row = judge(fault=Fault("memory", "too much", "01_small-003", "lines"), backend="torch")
    assert (row.status, row.error, row.message) == ("failed", "memory", "too much")
    assert (row.cell, row.traceback) == ("01_small-003", "lines")


def test_one_embedded_sample_makes_the_run_embedded(judge):
    assert judge(variants=["embedded", "full"]).variant == "embedded"


def test_an_exercise_may_do_without_start_and_without_a_framework():
    exercise = work.Work("exercises/01_small", "Small", "{}", work.NO_RESULTS)
    request = work.Request(exercise, "jax", "cpu", "quick")
    state = GOOD_STATE | {"chapter": None, "backend": None, "device": None}
    row = make_row(request, Outcome(notebook_with(), 1.0, state), exercise.expected)
    assert (row.status, row.backend) == ("ok", "jax")
    state["backend"] = "torch"
    row = make_row(request, Outcome(notebook_with(), 1.0, state), exercise.expected)
    assert row.message == "asked for backend jax, but Keras ran on torch"


def test_later_results_replace_earlier_ones():
    assert recorded(notebook_with({"a": 1.0}, {"a": 2.0})) == {"a": 2.0}
