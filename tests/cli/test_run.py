"""`dlcourse run` as a command: what it asks the runner for, and its exit status."""

import sys

import pytest
from typer.testing import CliRunner

from dlcourse.cli import app
from dlcourse.course import catalogue, report, session
from dlcourse.course.judge import Row


@pytest.fixture
def asked(monkeypatch):
    """Make no run; return what the command wanted, with the status that rows get."""
    asked = {"status": "ok"}

    def follow(requests, plan, console):
        asked.update(requests=requests, plan=plan)
        names = ("backend", "device", "profile", "variant")
        return [
            Row(r.work.name, *(getattr(r, n) for n in names), 1.0, 1.0, status=asked["status"])
            for r in requests
        ]

    monkeypatch.setattr(report, "follow", follow)
    return asked


def call(*arguments):
    return CliRunner().invoke(app, ["run", *arguments])


@pytest.mark.parametrize("shard", ["2/2", "3/2", "1", "a/b", "0/0"])
def test_a_share_that_cannot_be_is_refused(shard):
    result = call("--shard", shard)
    assert result.exit_code == 1
    assert f"--shard {shard}: give INDEX/COUNT" in result.output


def test_shares_of_all_machines_together_are_everything(asked):
    seen = []
    for index in range(3):
        assert call("chapters", "--backend", "all", "--shard", f"{index}/3").exit_code == 0
        seen += [request.stem for request in asked["requests"]]
    wanted = {
        f"{chapter.name}-{backend}-auto-quick"
        for chapter in catalogue.chapters()
        for backend in session.BACKENDS
    }
    assert len(seen) == len(wanted)
    assert set(seen) == wanted


def test_the_backend_of_the_stored_outputs_can_be_asked_for(asked):
    assert call("03", "08a", "exercises/01", "--backend", "built").exit_code == 0
    assert {(each.work.name, each.backend) for each in asked["requests"]} == {
        ("03_mnist", "jax"), ("08a_convnets", "tensorflow"), ("exercises/01_tensors", "jax"),
    }  # fmt: skip


def test_options_reach_the_runner(asked, tmp_path):
    result = call(
        "03", "exercises/01", "--device", "cpu", "--seed", "5", "--data", "embedded", "--jobs", "3",
        "--resume", "--scheduler", "tcp://127.0.0.1:9", "--report", str(tmp_path),
    )  # fmt: skip
    assert result.exit_code == 0
    assert {request.work.name for request in asked["requests"]} == {
        "03_mnist",
        "exercises/01_tensors",
    }
    assert {(r.device, r.seed, r.variant) for r in asked["requests"]} == {("cpu", 5, "embedded")}
    plan = asked["plan"]
    assert (plan.folder, plan.jobs, plan.resume) == (tmp_path, 3, True)
    assert plan.scheduler == "tcp://127.0.0.1:9"


@pytest.mark.parametrize("status", ["failed", "skipped", "out of range", "over budget"])
def test_one_run_that_is_not_ok_fails_the_command(asked, status):
    asked["status"] = status
    result = call("03")
    assert result.exit_code == 1
    assert ("On a slow or busy machine nothing is wrong" in result.output) == (
        status == "over budget"
    )


@pytest.mark.parametrize(
    ("status", "code"), [("ok", 0), ("over budget", 0), ("failed", 1), ("out of range", 1)]
)
def test_a_slow_machine_may_be_allowed(asked, status, code):
    asked["status"] = status
    assert call("03", "--allow-over-budget").exit_code == code


@pytest.mark.parametrize("before", [[], ["--resume"]])
def test_an_interrupted_run_gives_the_whole_command_to_go_on(monkeypatch, before):
    monkeypatch.setattr(report, "follow", lambda requests, plan, console: [])
    command = [".venv/bin/dlcourse", "run", *before, "--report", "build/my course"]
    monkeypatch.setattr(sys, "argv", command)
    result = call("03")
    assert result.exit_code == 1
    assert ".venv/bin/dlcourse run --report 'build/my course' --resume\n" in result.output


def test_a_scheduler_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("dlcourse.spread._SECONDS_TO_CONNECT", 1)
    result = call("03", "--scheduler", "tcp://127.0.0.1:9", "--report", str(tmp_path))
    assert result.exit_code == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.output
