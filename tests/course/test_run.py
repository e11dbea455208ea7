"""Runs are executed in fresh kernels, and judged."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.course import expected as expectations
from dlcourse.course.execute import Outcome
from dlcourse.course.report import write_report
from dlcourse.course.run import Request, judge, make_row, recorded, run_all, run_one


def request_for(chapter, **changes):
    return Request(chapter, **({"backend": "jax", "device": "cpu", "profile": "quick"} | changes))


def run(chapter, folder, **changes):
    (row,) = run_all([request_for(chapter, **changes)], folder)
    return row


def test_a_good_run_is_ok_and_leaves_notebook_page_and_report(small, tmp_path):
    row = run(small.chapter, tmp_path / "out")
    assert (row.status, row.message) == ("ok", "")
    assert row.results == {"answer": 42.0}
    assert row.variant == "none"
    assert 20 < row.peak_rss_mb < 1000
    assert "A small chapter" in (tmp_path / "out" / row.page).read_text()
    document = json.loads(write_report([row], tmp_path / "out").read_text())
    assert document["runs"][0]["chapter"] == "01_small"
    assert document["packages"]["numpy"]


def test_parameters_reach_the_kernel(small, tmp_path):
    chapter = small.add("course.record(answer=42 if (profile, seed) == ('full', 7) else 0)")
    assert run(chapter, tmp_path / "out", profile="full", seed=7).status == "ok"


def test_an_exception_fails_and_names_the_cell(small, tmp_path):
    row = run(small.add("raise KeyError('lost')"), tmp_path / "out")
    assert row.status == "failed"
    assert "KeyError" in row.message
    assert "lost" in row.message


def test_a_cell_that_asks_to_be_skipped_is_found(small, tmp_path):
    row = run(small.add("1 / 0", tags=' tags=["skip-execution"]'), tmp_path / "out")
    assert (row.status, row.message) == ("skipped", "cells not executed: 01_small-006")


def test_a_dead_kernel_fails_and_the_next_run_goes_on(small, tmp_path):
    chapter = small.add("import os\nif profile == 'quick':\n    os._exit(1)")
    requests = [request_for(chapter), request_for(chapter, profile="full")]
    dead, alive = run_all(requests, tmp_path / "out")
    assert dead.status == "failed"
    assert "DeadKernelError" in dead.message
    assert dead.peak_rss_mb is None
    assert alive.status == "ok"


def test_a_missing_result_fails(small, tmp_path):
    small.expect(
        small.chapter.expected.read_text().replace(
            "answer = { min = 41, max = 43 }",
            "answer = { min = 41, max = 43 }\nloss = { min = 0, max = 1 }",
        )
    )
    row = run(small.chapter, tmp_path / "out")
    assert (row.status, row.message) == ("failed", "result loss was not recorded")


def test_a_chapter_without_expectations_fails_without_running(small, tmp_path):
    small.expect("")
    row = run_one(request_for(small.chapter), tmp_path / "out")
    assert row.status == "failed"
    assert "says nothing of chapter 01_small" in row.message


def test_a_page_that_cannot_be_written_fails_that_run_alone(small, tmp_path, monkeypatch):
    def full_disk(notebook, path, title):
        if "full.html" not in path.name:
            raise OSError("no space left on device")
        return path

    monkeypatch.setattr("dlcourse.course.run.write_page", full_disk)
    requests = [request_for(small.chapter), request_for(small.chapter, profile="full")]
    broken, good = run_all(requests, tmp_path / "out")
    assert (broken.status, good.status) == ("failed", "ok")
    assert "no space left" in broken.message


def test_two_at_a_time(small, tmp_path):
    requests = [request_for(small.chapter), request_for(small.chapter, profile="full")]
    assert [row.status for row in run_all(requests, tmp_path / "out", jobs=2)] == ["ok", "ok"]


class TestJudge:
    """The judgement alone, on outcomes made up for it."""

    GOOD_STATE = {  # noqa: RUF012
        "chapter": {"name": "01_small"},
        "backend": "jax",
        "device": "cpu",
        "variants": ["full"],
        "peak_rss_mb": 300.0,
        "modules": [],
    }

    def judge(self, small, seconds=1.0, results=(("answer", 42.0),), device="cpu", **state):
        request = request_for(small.chapter, device=device)
        outcome = Outcome(new_notebook(), seconds, self.GOOD_STATE | state)
        row = make_row(request, outcome)
        row.results = dict(results)
        return judge(request, outcome, row, expectations.load(small.chapter))

    def test_good(self, small):
        assert self.judge(small) == ("ok", "")

    def test_another_backend_than_asked(self, small):
        status, message = self.judge(small, backend="tensorflow")
        assert status == "failed"
        assert message == "asked for backend jax, but Keras ran on tensorflow"

    def test_cpu_where_the_gpu_was_asked_for(self, small):
        status, message = self.judge(small, device="gpu")
        assert (status, message) == ("failed", "asked for device gpu, but it ran on the cpu")

    def test_start_never_called(self, small):
        status, message = self.judge(small, chapter=None)
        assert (status, message) == ("failed", "the chapter never called course.start")

    def test_out_of_range(self, small):
        status, message = self.judge(small, results=[("answer", 50.0)])
        assert (status, message) == ("out of range", "answer = 50 is outside 41 … 43")

    def test_too_slow(self, small):
        assert self.judge(small, seconds=61.0) == ("over budget", "61 s, budget 60 s")

    def test_too_large(self, small):
        status, message = self.judge(small, peak_rss_mb=1001.0)
        assert (status, message) == ("over budget", "1001 MB, budget 1000 MB")


def test_one_embedded_sample_makes_the_run_embedded(small):
    state = TestJudge.GOOD_STATE | {"variants": ["embedded", "full"]}
    row = make_row(request_for(small.chapter), Outcome(new_notebook(), 1.0, state))
    assert row.variant == "embedded"


def test_later_results_replace_earlier_ones():
    mime = "application/vnd.dlcourse.results+json"
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {mime: {"a": value}}}
        for value in (1.0, 2.0)
    ]
    assert recorded(new_notebook(cells=[new_code_cell("", outputs=outputs)])) == {"a": 2.0}


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT as a terminal does")
def test_an_interrupt_stops_the_kernels_and_keeps_the_report(small, tmp_path):
    small.add("import time; time.sleep(600)")
    script = (
        "import sys; from pathlib import Path; from rich.console import Console\n"
        "from dlcourse.course import catalogue, report, run\n"
        f"chapter = catalogue.chapters(Path({str(small.folder)!r}))[0]\n"
        "requests = [run.Request(chapter, 'jax', 'cpu', 'quick')]\n"
        f"report.follow(requests, Path({str(tmp_path / 'out')!r}), 1, Console())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    children = []
    while not children and process.poll() is None:
        time.sleep(0.2)
        children = psutil.Process(process.pid).children()
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert "0 of 1 runs were finished" in " ".join(said.split())
    assert not any(child.is_running() for child in children)
