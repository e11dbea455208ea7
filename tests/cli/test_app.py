"""The command line: what it refuses, and that its answers say what to do."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from dlcourse import __version__
from dlcourse.cli import app


@pytest.fixture
def call():
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_the_version(call):
    assert call("--version").output.strip() == f"dlcourse {__version__}"


@pytest.mark.parametrize(
    "command", ["run", "build", "data", "exercises", "grade", "grades", "bench"]
)
def test_help_names_every_command(call, command):
    assert command in call("--help").output


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["run", "--backend", "pytorch"], "--backend pytorch: choose from jax, tensorflow, torch"),
        (["run", "--device", "tpu"], "--device tpu: choose from auto, cpu, gpu"),
        (["run", "--profile", "slow"], "--profile slow: choose from quick, full"),
        (["run", "--data", "tiny"], "--data tiny: choose from auto, full, embedded"),
        (["run", "minst"], "no chapter is called 'minst'. Did you mean 'mnist'?"),
        (["build", "--check", "tensor"], "Did you mean 'tensors'?"),
    ],
)
def test_a_wrong_argument_gets_the_choices(call, arguments, answer):
    result = call(*arguments)
    assert result.exit_code == 1
    assert answer in result.output


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        ("run", "jupytext"),
        ("build --check", "nbformat"),
        ("exercises list", "nbgrader"),
        ("grades audit", "rapidfuzz"),
    ],
)
def test_a_missing_package_is_named_with_the_way_to_get_it(arguments, missing):
    code = f"import sys; sys.modules[{missing!r}] = None; from dlcourse.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments.split()], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"needs the package {missing}" in done.stdout
    assert "pip install 'dlcourse[course,grading]'" in done.stdout
    assert "Traceback" not in done.stderr
