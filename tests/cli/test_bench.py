"""The command `dlcourse bench`."""

import json

import pytest
from typer.testing import CliRunner

from dlcourse import ops
from dlcourse.bench import training
from dlcourse.cli import app
from dlcourse.cli import bench as command
from tests.parity.backends import keras_backend


@pytest.fixture(autouse=True)
def short(monkeypatch):
    for name, value in {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}.items():
        monkeypatch.setenv(name, value)  # the command sets them too; they are taken back here
    monkeypatch.setattr(command, "_BUDGET", 1e-3)
    monkeypatch.setattr(training, "epochs", lambda competitor, count: [1.0] * count)


def bench(tmp_path, *arguments):
    options = ["--out", str(tmp_path / "bench"), "--backend", keras_backend()]
    result = CliRunner().invoke(app, ["bench", *arguments, *options])
    report = tmp_path / "bench" / "bench.json"
    return result, json.loads(report.read_text()) if report.exists() else None


def test_named_operations_are_timed_without_training(tmp_path):
    result, report = bench(tmp_path, "relu", "--size", "small")
    assert result.exit_code == 0, result.output
    assert {row["operation"] for row in report["operations"]} == {"relu"}
    assert {row["implementation"] for row in report["operations"]} == set(ops.names())
    assert not report["training"]
    assert (tmp_path / "bench" / "operations_small.png").stat().st_size > 1000


def test_training_on_demand(tmp_path):
    result, report = bench(tmp_path, "relu", "--size", "small", "--training")
    assert result.exit_code == 0, result.output
    assert report["training"].keys() == set(training.COMPETITORS)
    assert (tmp_path / "bench" / "training.png").exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [(["relux"], "relu"), (["relu", "--size", "huge"], "medium")],
)
def test_bad_choices_are_named_with_the_good_ones(tmp_path, arguments, part):
    result, report = bench(tmp_path, *arguments)
    assert result.exit_code == 1
    assert part in result.output
    assert report is None


def test_what_was_measured_before_an_interruption_is_kept(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "rounds", interrupted)
    result, report = bench(tmp_path, "relu", "--size", "small", "--training")
    assert result.exit_code == 0
    assert "Interrupted" in result.output
    assert report["operations"]
