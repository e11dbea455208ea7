"""What students and instructors get: nothing that betrays a solution, and nbgrader accepts it."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    CheckCellMetadata,
    DeduplicateIds,
    OverwriteCells,
    SaveAutoGrades,
    SaveCells,
)
from typer.testing import CliRunner

from dlcourse.cli.exercises import app
from dlcourse.course import launch
from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises import release as releasing
from tests.grading.conftest import SMALL


@pytest.fixture
def released(small):
    return releasing.released(small)


def by_id(notebook):
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if cell.metadata}


class TestNothingIsBetrayed:
    def test_no_line_of_a_solution_or_hidden_check_is_left(self, small, tmp_path):
        text = releasing.release(small, tmp_path).read_text()
        content = json.loads(text)
        lines = {
            line.strip()
            for cell in content["cells"]
            for line in "".join(cell["source"]).split("\n")
        }
        visible = {line.strip("# \n") for cell in small.cells for line in cell.blank.split("\n")}
        secret = {line.strip("# ") for line in SMALL.read_text().split("\n")} - visible
        secret = {line for line in secret if not line.startswith("%%")}
        assert len(secret) > 25
        assert not secret & {line.strip("# ") for line in lines}
        for word in ("SOLUTION", "HIDDEN", "Rubric", "rng", "@check", "shortcuts", "401", "zeros"):
            assert word not in text

    def test_nothing_in_a_cell_but_what_nbgrader_needs(self, released):
        needed = {"nbgrader", "deletable", "editable"}
        for cell in released.cells:
            folded = {"jupyter", "tags"} if cell.id.endswith("-setup") else set()
            assert set(cell.metadata) <= needed | folded
        assert set(released.metadata) == {"kernelspec", "language_info", "dlcourse"}
        assert set(released.metadata.dlcourse) == {"exercise", "version"}

    def test_another_solution_or_hidden_check_gives_the_same_bytes(self, small, variant, tmp_path):
        first = releasing.release(small, tmp_path / "1").read_bytes()
        for old, new in (
            ("784 * 512 + 512", "401_920"),
            ("@check(2,", "@check(2.0,"),
            ("for row in", "for r in"),
            ("rng.normal(size=(3, 4))", "rng.normal(size=(5, 4))"),
            ("# Without a bias", "# Without bias"),
        ):
            other = variant(old, new)
            assert other.source_hash != small.source_hash
            assert releasing.release(other, tmp_path / "2").read_bytes() == first

    def test_another_text_for_students_gives_another_version(self, released, variant):
        other = releasing.released(variant("Three tasks", "Some tasks"))
        assert other.metadata.dlcourse.version != released.metadata.dlcourse.version


class TestStudentsNotebook:
    def test_the_same_source_gives_the_same_bytes(self, tmp_path):
        first = releasing.release(exercises.load(SMALL), tmp_path / "1").read_bytes()
        script = (
            "import sys; from pathlib import Path; "
            "from dlcourse.grading.exercises import exercise, release; "
            "release.release(exercise.load(Path(sys.argv[1])), Path(sys.argv[2]))"
        )
        command = [sys.executable, "-c", script, SMALL, tmp_path / "2"]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "3"})
        assert (tmp_path / "2" / "01_small.ipynb").read_bytes() == first

    def test_ids_come_from_names(self, released):
        assert [cell.id for cell in released.cells][:6] == [
            "01_small-text-1",
            "01_small-intro",
            "01_small-setup",
            "01_small-given-1",
            "01_small-text-2",
            "01_small-matmul",
        ]

    def test_it_says_how_to_work_and_what_counts(self, released):
        intro = released.cells[1].source
        assert launch.colab_url("notebooks/exercises/01_small.ipynb") in intro
        assert launch.binder_url("notebooks/exercises/01_small.ipynb") in intro
        assert "| `matmul` | 3 |  |" in intro
        assert "| `why` | 2 | graded by hand |" in intro

    def test_a_private_exercise_has_no_launch_badges(self):
        private = exercises.load(SMALL, private=True)
        assert "colab" not in releasing.released(private).cells[1].source

    def test_places_to_fill_in(self, released):
        cells = by_id(released)
        assert "# YOUR CODE HERE" in cells["matmul"].source
        assert cells["params"].source.endswith("parameters = None")
        assert cells["why"].source.endswith("YOUR ANSWER HERE")
        assert cells["params-checks"].source.endswith('the number itself.")')

    def test_the_first_code_runs_and_installs_nothing_where_the_package_is(
        self, released, capsys, monkeypatch
    ):
        monkeypatch.setenv("KERAS_BACKEND", "torch")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("installs"))
        exec(released.cells[2].source, {})
        assert capsys.readouterr().out == "Ready.\n"
        assert os.environ["KERAS_BACKEND"] == "torch"

    def test_the_first_code_installs_the_course_as_a_chapter_does(self, released, monkeypatch):
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
        monkeypatch.setenv("DLCOURSE_BACKEND", "tensorflow")
        code = released.cells[2].source
        assert code.startswith(launch.install_code())
        exec(code.removeprefix(launch.install_code()), {"os": os})
        assert os.environ["KERAS_BACKEND"] == "tensorflow"

    def test_it_is_replaced_when_released_again(self, small, tmp_path):
        path = releasing.release(small, tmp_path / "new" / "folder")
        first = path.read_bytes()
        path.write_text("old")
        assert releasing.release(small, tmp_path / "new" / "folder") == path
        assert path.read_bytes() == first

    def test_the_cell_that_installs_the_course_is_folded_and_no_other(self, released):
        folded = [c for c in released.cells if "hide-input" in c.metadata.get("tags", [])]
        assert [cell.metadata.nbgrader.grade_id for cell in folded] == ["setup"]
        assert folded[0].metadata["jupyter"]["source_hidden"]


class TestNbgrader:
    def test_its_validator_accepts_the_metadata(self, small, tmp_path):
        notebook = nbformat.read(releasing.release(small, tmp_path), as_version=4)
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        CheckCellMetadata().preprocess(notebook, {})

    def test_cells_are_what_nbgrader_calls_them(self, released):
        cells = by_id(released)
        assert {name for name in cells if utils.is_locked(cells[name])} == {
            "setup", "given-1", "matmul-checks", "params-checks",
        }  # fmt: skip
        assert {name for name in cells if utils.is_solution(cells[name])} == {
            "matmul", "params", "why",
        }  # fmt: skip
        points = {
            name: cell.metadata.nbgrader.points
            for name, cell in cells.items()
            if utils.is_grade(cell)
        }
        assert points == {"matmul-checks": 3, "params-checks": 2, "why": 2}
        for cell in cells.values():
            assert cell.metadata.nbgrader.checksum == utils.compute_checksum(cell)

    @pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own
    def test_its_gradebook_takes_release_and_submission(self, small, tmp_path, monkeypatch):
        # A new gradebook calls the program alembic, which lies beside the interpreter.
        monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
        url = f"sqlite:///{tmp_path}/gradebook.db"
        resources = {
            "nbgrader": {
                "notebook": "01_small", "assignment": "week1", "student": "ada", "db_url": url,
            }
        }  # fmt: skip
        with Gradebook(url) as book:
            book.add_assignment("week1")
        SaveCells().preprocess(releasing.released(small), resources)
        with Gradebook(url) as book:
            book.add_student("ada")
            book.add_submission("week1", "ada")
            assert book.find_assignment("week1").max_score == 7
        handed_in = releasing.solved(small)
        for preprocessor in (DeduplicateIds, OverwriteCells, CheckCellMetadata, SaveAutoGrades):
            handed_in, _ = preprocessor().preprocess(handed_in, resources)
        with Gradebook(url) as book:
            submission = book.find_submission("week1", "ada")
            assert submission.needs_manual_grade
            assert {g.name: g.auto_score for g in submission.notebooks[0].grades}["why"] is None


class TestSolved:
    def test_it_has_the_solutions_and_no_hidden_checks(self, small):
        notebook = releasing.solved(small)
        cells = by_id(notebook)
        assert "np.zeros" in cells["matmul"].source
        assert "Rubric" in cells["why"].source
        text = nbformat.writes(notebook)
        assert "SOLUTION" not in text
        assert "@check" not in text
        nbformat.validate(notebook)

    def test_it_runs_from_top_to_bottom(self, small, capsys):
        namespace = {}
        for cell in releasing.solved(small).cells:
            if cell.cell_type == "code":
                exec(cell.source, namespace)
        assert capsys.readouterr().out.count("The visible checks pass.") == 2


class TestCommand:
    @pytest.fixture
    def course(self, tmp_path):
        (tmp_path / "mine" / "exercises").mkdir(parents=True)
        (tmp_path / "mine" / "exercises" / "01_small.py").write_text(SMALL.read_text())
        return tmp_path / "mine"

    def run(self, *arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    def test_release_writes_what_is_asked_for(self, course, tmp_path):
        result = self.run("release", tmp_path / "out", "01_small", "--course", course)
        assert result.exit_code == 0
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["01_small.ipynb"]
        assert str(tmp_path / "out" / "01_small.ipynb") in result.output

    def test_list_shows_the_instructors_own(self, course):
        result = self.run("list", "--course", course)
        assert result.exit_code == 0
        (row,) = [line for line in result.output.splitlines() if "01_small" in line]
        assert [part.strip() for part in row.strip("│").split("│")][1:5] == [
            "3", "7", "2", "your folder",
        ]  # fmt: skip

    def test_check_runs_the_solutions(self, course):
        result = self.run("check", "01_small", "--course", course)
        assert result.exit_code == 0, result.output
        assert "01_small" in result.output
        assert "passes" in result.output

    def test_check_fails_where_a_visible_check_fails(self, course):
        path = course / "exercises" / "01_small.py"
        path.write_text(path.read_text().replace("784 * 512 + 512\n", "784 * 512\n"))
        result = self.run("check", "01_small", "--course", course)
        assert result.exit_code == 1
        assert "there are more than the weights alone" in result.output

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["no_such_thing"], "no exercise is called 'no_such_thing'"),
            (["01_small", "--course", "nowhere"], "the course folder nowhere is not there"),
        ],
    )
    def test_mistakes_are_explained(self, arguments, message):
        result = self.run("check", *arguments)
        assert result.exit_code == 1
        assert message in result.output

    def test_a_wrong_source_is_explained_with_its_line(self, course):
        path = course / "exercises" / "01_small.py"
        path.write_text(path.read_text().replace("points=3", "points=4"))
        result = self.run("check", "01_small", "--course", course)
        assert result.exit_code == 1
        line = path.read_text().split("\n").index('# %% check="matmul" points=4') + 1
        assert f"01_small.py:{line}: matmul: the hidden checks are worth 3" in result.output

    def test_a_folder_that_cannot_be_written_is_explained(self, course, tmp_path):
        (tmp_path / "file").touch()
        result = self.run("release", tmp_path / "file", "01_small", "--course", course)
        assert result.exit_code == 1
        assert "cannot be written" in result.output
