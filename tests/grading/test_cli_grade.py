"""`dlcourse grade` as an instructor calls it."""

import csv
import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from dlcourse.cli import app, grade
from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.results import audit
from dlcourse.grading.results.database import connect
from dlcourse.grading.sandbox import probe
from tests.grading.conftest import SMALL

pytestmark = pytest.mark.usefixtures("bubblewrap")


@pytest.fixture
def course(tmp_path):
    """A private course folder with the small exercise."""
    folder = tmp_path / "course"
    (folder / "exercises").mkdir(parents=True)
    (folder / "exercises" / SMALL.name).write_text(SMALL.read_text())
    return folder


@pytest.fixture
def submitted(tmp_path, course):
    (found,) = exercise.find(course, ["01_small"])
    for name, notebook in (("ada", release.solved(found)), ("bob", release.released(found))):
        path = tmp_path / "submitted" / name / "01_small" / "01_small.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return tmp_path / "submitted"


def call(*arguments):
    return CliRunner().invoke(app, ["grade", *map(str, arguments)])


def rows(path):
    with path.open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_a_class_is_graded_into_a_table(tmp_path, submitted, course):
    out = tmp_path / "grades.csv"
    done = call(submitted, "--out", out, "--course", course, "--jobs", 2)
    assert done.exit_code == 0, done.output
    assert "bubblewrap, which passed its self-test" in done.output
    assert {"student", "assignment", "score", "max_score", "status"} <= set(rows(out)["ada"])
    assert float(rows(out)["ada"]["score"]) > float(rows(out)["bob"]["score"]) == 0
    # The words of a solution wait for a person; who left everything blank has a final score.
    assert {name: row["status"] for name, row in rows(out).items()} == {
        "ada": "needs review",
        "bob": "graded",
    }


def test_the_weaker_level_can_be_asked_for(tmp_path, submitted, course):
    done = call(submitted, "--out", tmp_path / "g.csv", "--course", course, "--level", "landlock")
    assert done.exit_code == 0, done.output
    assert "sandbox: landlock" in done.output
    assert float(rows(tmp_path / "g.csv")["ada"]["score"]) > 0


def test_without_a_sandbox_nothing_runs_unless_students_are_trusted(
    tmp_path, submitted, course, monkeypatch
):
    monkeypatch.setattr(probe, "why_not", lambda level: "the kernel does not allow it")
    arguments = (submitted, "--out", tmp_path / "g.csv", "--course", course)
    refused = call(*arguments)
    assert refused.exit_code == 1
    assert "the kernel does not allow it" in refused.output
    assert "--trust-students" in refused.output
    assert not (tmp_path / "g.csv").exists()
    trusting = call(*arguments, "--trust-students")
    assert trusting.exit_code == 0, trusting.output
    assert "with all your rights" in trusting.output
    assert float(rows(tmp_path / "g.csv")["ada"]["score"]) > 0


def test_an_interrupted_run_keeps_what_it_has(tmp_path, submitted, course, monkeypatch):
    from dlcourse.grading.running import batch

    real = batch.grade

    def interrupted(job, *rest):
        if job.student == "bob":
            raise KeyboardInterrupt
        return real(job, *rest)

    monkeypatch.setattr(batch, "grade", interrupted)
    out = tmp_path / "g.csv"
    done = call(submitted, "--out", out, "--course", course)
    assert "1 of 2 are done, and kept" in " ".join(done.output.split())
    assert done.exit_code == 130
    assert set(rows(out)) == {"ada"}
    monkeypatch.undo()
    assert call(submitted, "--out", out, "--course", course).exit_code == 0
    assert set(rows(out)) == {"ada", "bob"}


def scores_in_gradebook(course):
    with connect(course) as book:
        return {s.student.id: s.score for s in book.assignment_submissions("01_small")}


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["nowhere"], "nowhere is no folder; it must hold STUDENT/ASSIGNMENT"),
        (["submitted", "--assignment", "smal"], "Did you mean"),
        (["submitted", "--level", "chroot"], "choose from bubblewrap, landlock"),
        (["submitted", "--level", "landlock", "--trust-students"], "leave one of the two out"),
        (["submitted/ada/01_small/01_small.ipynb"], "is no folder; it must hold STUDENT"),
        (["submitted", "--out", "."], "--out .: this is a folder; name a file in it"),
        (["submitted", "--out", "submitted/ada/01_small/01_small.ipynb/g.csv"], "cannot be writ"),
        (["submitted", "--course", "submitted/ada/01_small/01_small.ipynb"], "is no folder"),
        (["submitted", "--shard", "4/4"], "the first of four parts is 0/4"),
        (["course"], "holds nothing to grade"),
    ],
)
def test_bad_arguments_get_a_way_out(tmp_path, submitted, course, arguments, answer, monkeypatch):
    folder, *options = arguments
    monkeypatch.chdir(tmp_path)
    done = call(tmp_path / folder, "--course", course, "--out", tmp_path / "g.csv", *options)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert answer in " ".join(done.output.split())


@pytest.mark.parametrize("damaged", ["gradebook.db", "results/01_small/ada.json"])
def test_a_damaged_course_folder_is_explained(tmp_path, submitted, course, damaged):
    assert call(submitted, "--out", tmp_path / "g.csv", "--course", course).exit_code == 0
    (course / damaged).write_text("damaged")
    done = call(submitted, "--out", tmp_path / "g.csv", "--course", course)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert damaged in "".join(done.output.split())


def test_no_table_is_cut_by_an_interrupt(tmp_path, submitted, course, monkeypatch):
    from dlcourse.grading.running import batch

    options = ("--out", tmp_path / "g.csv", "--course", course)
    call(submitted, *options)
    before = (tmp_path / "g.csv").read_text()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "grade", interrupted)
    done = call(submitted, *options, "--again")
    assert "0 of 2 are done" in done.output
    assert (tmp_path / "g.csv").read_text() == before


def test_nobody_is_lost_and_no_name_steers_the_terminal(tmp_path, submitted, course):
    odd = ("\x1b]0;title\x07eve", "mal\udcfflory", "<i>", "[bold]", "=1+1")
    for name in odd:
        shutil.copytree(submitted / "ada", submitted / name)
    (submitted / "bob" / "\x1b[2J").mkdir()
    (submitted / "bob" / "stray.ipynb").write_text("{}")
    done = call(submitted, "--out", tmp_path / "g.csv", "--course", course)
    assert done.exit_code == 1  # two names that no file can have
    assert "\x1b]" not in done.output
    assert "\x1b[2J" not in done.output
    assert "bob/stray.ipynb" in done.output
    found = rows(tmp_path / "g.csv")
    assert {name: row["status"] for name, row in found.items()} == {
        "ada": "needs review",
        "bob": "graded",
        "<i>": "needs review",
        "[bold]": "needs review",
        "'=1+1": "needs review",
        "\\x1b]0;title\\x07eve": "failed",
        "mal\\udcfflory": "failed",
    }
    assert {name: float(row["score"]) for name, row in found.items()}["<i>"] == 5.0


def test_the_levels_offered_are_those_of_the_sandbox():
    assert (*grade.LEVELS, "none") == probe.LEVELS


def test_parts_graded_at_the_same_time_make_the_table_of_one_run(tmp_path, submitted, course):
    for number in range(10):
        shutil.copytree(submitted / "ada", submitted / f"student{number}")
    whole = tmp_path / "whole"
    shutil.copytree(course, whole)
    assert call(submitted, "--course", whole, "--out", tmp_path / "whole.csv").exit_code == 0
    command = [sys.executable, "-m", "dlcourse", "grade", str(submitted), "--course", str(course)]
    parts = [
        subprocess.Popen([*command, "--shard", part], cwd=tmp_path, stdout=subprocess.PIPE)
        for part in ("0/2", "1/2")
    ]
    said = [part.communicate()[0].decode() for part in parts]
    assert [part.returncode for part in parts] == [0, 0], said
    assert not (course / "gradebook.db").exists()
    assert not (tmp_path / "grades.csv").exists()
    assert call(submitted, "--course", course, "--out", tmp_path / "parts.csv").exit_code == 0
    assert (tmp_path / "parts.csv").read_text() == (tmp_path / "whole.csv").read_text()
    assert scores_in_gradebook(course) == scores_in_gradebook(whole)
    graded = [event["student"] for event in audit.events(course) if event["what"] == "result"]
    assert sorted(graded) == sorted(rows(tmp_path / "whole.csv"))  # each of them once
    assert audit.verify(course) == []


def test_what_parts_graded_anew_reaches_the_gradebook(tmp_path, submitted, course):
    """Other checks, the same work and status: the page that is there does not tell them apart."""
    options = ("--course", course, "--out", tmp_path / "g.csv")
    call(submitted, *options)
    before = scores_in_gradebook(course)
    source = course / "exercises" / SMALL.name
    source.write_text(source.read_text().replace("401_920", "7"))  # worth 2 points
    call(submitted, *options, "--shard", "0/1")
    assert scores_in_gradebook(course) == before
    call(submitted, *options)
    assert scores_in_gradebook(course)["ada"] == before["ada"] - 2
