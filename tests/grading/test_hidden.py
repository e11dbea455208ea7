"""Grades and submissions may not lie where students' code can read them."""

import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

import dlcourse
from dlcourse.cli import app
from dlcourse.grading.exercises import release
from dlcourse.grading.running.batch import Plan, require_hidden
from dlcourse.grading.sandbox import Limits, Slot, paths
from tests import sandboxes

PACKAGE = Path(dlcourse.__file__).resolve().parent
CHECKOUT = PACKAGE.parent


@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
@pytest.mark.parametrize("place", [PACKAGE, Path(sys.prefix), Path("/usr/share")])
def test_what_a_sandbox_shows_is_refused(level, place):
    with pytest.raises(ValueError, match="which students' code must be able to read"):
        Plan(place / "course", level, Limits())
    with pytest.raises(ValueError, match="Move it to a folder outside"):
        require_hidden(place, level)


@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_it_is_refused_because_a_session_can_read_it(level, tmp_path):
    sandboxes.need(level)
    (tmp_path / "grades.csv").write_text("ada,8")
    read = "try: found = open(path).read()\nexcept OSError: found = ''\nbool(found)"
    with Slot(level, Limits(), warm=()) as slot, slot.session([]) as session:
        for path in (PACKAGE / "__init__.py", tmp_path / "grades.csv", CHECKOUT / "README.md"):
            shown = session.ask(read, path=str(path))
            assert shown == (paths.covering(path) is not None), path


def test_a_link_into_such_a_place_is_refused(tmp_path):
    (tmp_path / "course").symlink_to(PACKAGE)
    with pytest.raises(ValueError, match="lies in"):
        require_hidden(tmp_path / "course" / "mine", "landlock")


def test_a_folder_beside_such_a_place_is_not(tmp_path):
    for path in (tmp_path, CHECKOUT, CHECKOUT / "course", Path(f"{PACKAGE}-course"), Path("/")):
        require_hidden(path, "bubblewrap")


def test_a_clone_below_the_folder_for_temporary_files_works(monkeypatch, tmp_path):
    clone = tmp_path / "clone"
    (clone / ".venv").mkdir(parents=True)
    monkeypatch.setattr(paths, "python_folders", lambda: [str(clone / ".venv")])
    for path in (tmp_path / "course", clone, clone / "course", clone / "submitted" / "ada"):
        require_hidden(path, "bubblewrap")
    with pytest.raises(ValueError, match="lies in"):
        require_hidden(clone / ".venv" / "course", "bubblewrap")


def test_without_a_sandbox_nothing_is_hidden_anyway():
    require_hidden(PACKAGE, "none")


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("shown", ["submitted", "course", "table"])
def test_the_command_refuses_before_it_writes_anything(monkeypatch, tmp_path, small, shown):
    monkeypatch.setattr(paths, "readable", lambda: (str(tmp_path / shown),))
    work = tmp_path / "submitted" / "ada" / small.name / f"{small.name}.ipynb"
    work.parent.mkdir(parents=True)
    nbformat.write(release.solved(small), work)
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    (tmp_path / "course" / "exercises" / f"{small.name}.py").write_text(small.path.read_text())
    (tmp_path / "table").mkdir()
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(
        app,
        ["grade", str(tmp_path / "submitted"), "--course", str(tmp_path / "course"),
         "--out", str(tmp_path / "table" / "grades.csv"), "--assignment", small.name],
    )  # fmt: skip
    assert done.exit_code == 1
    assert f"lies in {tmp_path / shown}, which students' code" in done.output
    assert "SUBMITTED, --course, --out" in done.output
    assert sorted(tmp_path.rglob("*")) == before
