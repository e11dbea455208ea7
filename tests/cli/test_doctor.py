"""`dlcourse doctor` as a command: what it prints, and its exit status."""

import pytest
from typer.testing import CliRunner

from dlcourse import doctor
from dlcourse.cli import app
from dlcourse.course import session
from dlcourse.doctor import BROKEN, LIMITED, OK, Finding


@pytest.fixture
def call(monkeypatch):
    """Call the command, with `checks` in the place of the real ones if there are any."""

    def call(**checks):
        if checks:
            monkeypatch.setattr(doctor, "CHECKS", checks)
        return CliRunner().invoke(app, ["doctor"])

    return call


def fails(error):
    def check():
        raise error

    return check


def test_all_is_fine_where_the_tests_run(call):
    result = call()
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert not [line for line in lines if line.startswith("broken")]
    assert len([line for line in lines if "computes on the" in line]) == len(session.BACKENDS)
    assert [line for line in lines if line.startswith("ok") and "answered in" in line]


def test_nothing_to_say_but_good(call):
    result = call(memory=lambda: Finding(OK, "9 GB"))
    assert (result.exit_code, result.output) == (
        0,
        "ok       memory  9 GB\nAll of the course can run here.\n",
    )


def test_limits_do_not_fail_it(call):
    result = call(memory=lambda: Finding(LIMITED, "1 GB", "close other programs"))
    assert result.exit_code == 0
    assert result.output.splitlines()[0].split() == ["limited", "memory", "1", "GB"]
    assert result.output.splitlines()[1].strip() == "→ close other programs"
    assert result.output.splitlines()[2].startswith("Nothing is broken.")


def test_what_is_broken_does_and_the_rest_is_still_looked_at(call):
    result = call(
        torch=lambda: Finding(BROKEN, "no [red]such[/] library", "install it again"),
        kernel=lambda: Finding(OK, "answered"),
    )
    assert result.exit_code == 1
    assert "broken   torch   no [red]such[/] library" in result.output
    assert "ok       kernel  answered" in result.output
    assert result.output.splitlines()[-1].startswith("The course cannot run here.")


def test_a_check_that_fails_is_a_finding(call):
    result = call(disk=fails(OSError("no temporary folder")), kernel=lambda: Finding(OK, "fine"))
    assert result.exit_code == 1
    assert "OSError: no temporary folder" in result.output
    assert "fine" in result.output


def test_a_package_that_a_check_needs_only_limits_it(call):
    result = call(memory=fails(ModuleNotFoundError(name="psutil")))
    assert result.exit_code == 0
    assert "psutil is not installed" in result.output
    assert "pip install 'dlcourse[course,grading]'" in result.output
