"""Runs are executed in fresh kernels; each fault is reported as itself, and the rest goes on."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from rich.console import Console

from dlcourse.course import modules, store, watch
from dlcourse.course import run as running
from dlcourse.course.report import Plan, follow
from dlcourse.course.run import run_all, run_one


def run(small, folder, **changes):
    ((_, row),) = run_all([small.request(**changes)], folder)
    return row


def test_a_good_run_is_ok_and_leaves_notebook_page_and_report(small, tmp_path):
    folder = tmp_path / "out"
    (row,) = follow([small.request()], Plan(folder), Console())
    assert (row.status, row.message, row.error) == ("ok", "", "")
    assert row.results == {"answer": 42.0}
    assert row.variant == "none"
    assert 20 < row.peak_rss_mb < 1000
    assert "A small chapter" in (folder / row.page).read_text()
    document = json.loads((folder / "report.json").read_text())
    assert document["runs"][0]["chapter"] == "01_small"
    assert document["packages"]["numpy"]


def test_parameters_reach_the_kernel(small, tmp_path):
    small.add("course.record(answer=42 if (profile, seed) == ('full', 7) else 0)")
    assert run(small, tmp_path / "out", profile="full", seed=7).status == "ok"


def test_an_exception_fails_with_cell_and_traceback(small, tmp_path):
    small.add("lost = {}\nlost['key']")
    row = run(small, tmp_path / "out")
    assert (row.status, row.error) == ("failed", "exception")
    assert "KeyError: 'key'" in row.message
    assert row.cell == small.last_cell
    assert "----> 2 lost['key']" in row.traceback
    assert "\x1b" not in row.traceback


def test_a_message_is_plain_text(small, tmp_path):
    small.add("raise ValueError('\\x1b[1mbold\\x1b[0m')")  # as Keras writes its errors
    assert run(small, tmp_path / "out").message.endswith("ValueError: bold")


def test_a_chapter_that_starts_again_with_other_settings_fails(small, tmp_path):
    small.add("course.start('01_small', backend=backend, device=device, profile='full', seed=seed)")
    row = run(small, tmp_path / "out")
    assert row.status == "failed"
    assert "asked for profile quick, but the chapter started with full" in row.message


def test_a_cell_that_asks_to_be_skipped_is_found(small, tmp_path):
    small.add("1 / 0", tags=' tags=["skip-execution"]')
    row = run(small, tmp_path / "out")
    assert (row.status, row.message) == ("skipped", f"cells not executed: {small.last_cell}")


@pytest.mark.parametrize(
    ("fatal", "said"),
    [
        ("os._exit(3)", "the kernel ended by itself, with exit status 3"),
        ("import signal; os.kill(os.getpid(), 9)", "killed by SIGKILL, perhaps by the system"),
    ],
)
def test_a_kernel_that_dies_fails_alone_with_the_cell_that_ran(small, tmp_path, fatal, said):
    small.add(f"if profile == 'quick':\n    {fatal}")
    requests = [small.request(), small.request(profile="full")]
    (_, dead), (_, alive) = run_all(requests, tmp_path / "out")
    assert (dead.status, dead.error, dead.cell) == ("failed", "died", small.last_cell)
    assert said in dead.message
    assert dead.peak_rss_mb is None
    assert alive.status == "ok"


def test_limits_follow_from_the_budget(small, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(running, "Limits", lambda *limits: seen.append(limits) or watch.Limits())
    run(small, tmp_path / "out")
    assert seen == [(300, 2000)]


def gone(pid, seconds=20):
    """Wait until there is no process with this number, or one that is dead already."""
    end = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.1)


def test_code_that_was_edited_during_a_run_is_not_what_made_it(small, tmp_path, monkeypatch):
    def edited(request):
        monkeypatch.setattr(modules, "_digest", lambda path: "edited")

    request = small.request()
    assert run_one(request, tmp_path / "out", on_cell=edited).status == "ok"
    assert store.resume(request, tmp_path / "out") is None
    monkeypatch.undo()
    assert store.resume(request, tmp_path / "out").resumed


def test_a_missing_result_fails(small, tmp_path):
    small.expect(
        small.chapter.expected.read_text().replace(
            "answer = { min = 41, max = 43 }",
            "answer = { min = 41, max = 43 }\nloss = { min = 0, max = 1 }",
        )
    )
    row = run(small, tmp_path / "out")
    assert (row.status, row.message) == ("failed", "result loss was not recorded")


def test_a_chapter_without_expectations_fails_without_running(small, tmp_path):
    small.expect("")
    row = run_one(small.request(), tmp_path / "out")
    assert (row.status, row.error) == ("failed", "notebook")
    assert "says nothing of chapter 01_small" in row.message


def test_broken_json_is_no_notebook_and_the_next_run_goes_on(small, tmp_path):
    good = small.request()
    broken = dataclasses.replace(
        good, work=dataclasses.replace(good.work, notebook=good.work.notebook[:-100])
    )
    rows = dict(run_all([broken, good], tmp_path / "out"))
    assert (rows[broken].status, rows[broken].error) == ("failed", "notebook")
    assert "this is no notebook" in rows[broken].message
    assert rows[good].status == "ok"


def test_a_page_that_cannot_be_written_fails_that_run_alone(small, tmp_path, monkeypatch):
    def full_disk(notebook, path, title):
        if "full.html" not in path.name:
            raise OSError("no space left on device")
        return path

    monkeypatch.setattr(running, "write_page", full_disk)
    requests = [small.request(), small.request(profile="full")]
    (_, broken), (_, good) = run_all(requests, tmp_path / "out")
    assert (broken.status, broken.error, good.status) == ("failed", "runner", "ok")
    assert "no space left" in broken.message


def test_two_at_a_time(small, tmp_path):
    requests = [small.request(), small.request(profile="full")]
    rows = run_all(requests, tmp_path / "out", jobs=2)
    assert [row.status for _, row in rows] == ["ok", "ok"]


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT as a terminal does")
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_an_interrupted_run_leaves_nothing_running_and_goes_on(small, tmp_path, how):
    flag, out = tmp_path / "flag", tmp_path / "out"
    small.add(
        f"flag = {str(flag)!r}\n"
        # Both take the same time as far as is known; then the full one comes first.
        "if profile == 'quick' and not os.path.exists(flag):\n"
        "    open(flag, 'w').write(str(os.getpid()))\n"
        "    import time; time.sleep(600)"
    )
    script = (
        "import signal; from pathlib import Path; from rich.console import Console\n"
        "from dlcourse.course import catalogue, report, work\n"
        # A shell's background process ignores it, and so would what that starts.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"chapter = work.of_chapter(catalogue.chapters(Path({str(small.folder)!r}))[0])\n"
        "requests = [work.Request(chapter, 'jax', 'cpu', each) for each in ('quick', 'full')]\n"
        f"report.follow(requests, report.Plan(Path({str(out)!r})), Console())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    while not flag.exists() or not flag.read_text():
        assert process.poll() is None
        time.sleep(0.2)
    process.send_signal(signal.Signals[how])
    said, _ = process.communicate(timeout=60)
    gone(int(flag.read_text()))
    if how == "SIGINT":
        assert "1 of 2 runs were finished" in " ".join(said.split())
    assert "1 of 2 runs finished" in (out / "index.html").read_text()

    requests = [small.request(), small.request(profile="full")]
    rows = {row.profile: row for row in follow(requests, Plan(out, resume=True), Console())}
    assert {profile: row.status for profile, row in rows.items()} == {"quick": "ok", "full": "ok"}
    assert {profile: row.resumed for profile, row in rows.items()} == {"quick": False, "full": True}
