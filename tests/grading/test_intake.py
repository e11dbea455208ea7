"""Submissions in every state: what runs, what answers which task, what a person must see."""

import copy
import hashlib
import json
import os

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises import syntax
from dlcourse.grading.exercises.calls import calls
from dlcourse.grading.exercises.release import layout, released, solved
from dlcourse.grading.running.checks import run_checks
from dlcourse.grading.submissions import intake
from dlcourse.grading.submissions.notebook_file import parse
from tests.grading.conftest import SMALL, asking

SMALL_EXERCISE = exercises.load(SMALL)
BLANK = json.loads(nbformat.writes(released(SMALL_EXERCISE)))
SOLVED = json.loads(nbformat.writes(solved(SMALL_EXERCISE)))
ANSWERS = {task.id: task.cell.solved for task in SMALL_EXERCISE.tasks}
MATMUL = ANSWERS["matmul"]
SETUP, GIVEN, TASK, CHECK, PARAMS, WHY = 2, 3, 5, 6, 8, 10  # places of cells in the notebook


@pytest.fixture
def blank():
    return copy.deepcopy(BLANK)


@pytest.fixture
def handed_in():
    return copy.deepcopy(SOLVED)


def take(notebook):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return intake.read(data, SMALL_EXERCISE)


def code(source, **metadata):
    cell = new_code_cell(source) | {"metadata": metadata}
    return dict(cell)


def text(source):
    return dict(new_markdown_cell(source))


def put(notebook, place, source):
    notebook["cells"][place]["source"] = source
    return notebook


def points(submission):
    ask = asking(*(cell.source for cell in submission.cells))
    return {
        task.id: run_checks(task, ask, 3, submission.code_of).points
        for task in SMALL_EXERCISE.tasks
        if task.checks
    }


REORDERED = "the cells were in another order; they are run in the exercise's"
FULL = {"matmul": 3, "params": 2}


def test_places_are_what_the_tests_call_them():
    names = [cell.name for cell in layout(SMALL_EXERCISE)]
    assert [names[place] for place in (SETUP, GIVEN, TASK, CHECK, PARAMS, WHY)] == [
        "setup", "given-1", "matmul", "matmul-checks", "params", "why",
    ]  # fmt: skip


class TestOrdinary:
    def test_a_solved_notebook(self, handed_in):
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert [(cell.kind, cell.name, cell.task) for cell in found.cells] == [
            ("given", "setup", ""),
            ("given", "given-1", ""),
            ("answer", "matmul", "matmul"),
            ("answer", "params", "params"),
        ]
        assert (found.notes, found.needs_review) == ((), ())
        assert points(found) == FULL

    def test_a_blank_notebook_has_no_answers(self, blank):
        found = take(blank)
        assert (found.answers, found.notes, found.needs_review) == ({}, (), ())
        assert points(found) == {"matmul": 0, "params": 0}

    def test_check_cells_are_never_run(self, handed_in):
        put(handed_in, CHECK, "print('changed')")
        found = take(handed_in)
        assert not any("print('changed')" in cell.source for cell in found.cells)
        assert found.notes == ("cell 7 (matmul-checks) was changed; check cells are not run",)

    def test_the_students_own_cells_run_at_their_place(self, handed_in):
        handed_in["cells"].insert(TASK, code("import math"))
        handed_in["cells"].insert(TASK + 2, code("trial = naive_matmul"))
        handed_in["cells"].append(code("last = 1"))
        found = take(handed_in)
        assert [cell.source for cell in found.cells if cell.kind != "given"] == [
            "import math", MATMUL, "trial = naive_matmul", ANSWERS["params"], "last = 1",
        ]  # fmt: skip
        assert (found.notes, found.needs_review) == ((), ())

    def test_the_digest_is_that_of_the_file(self):
        data = json.dumps(SOLVED).encode()
        assert take(data).digest == hashlib.sha256(data).hexdigest()

    def test_a_comment_is_no_answer(self, blank):
        put(blank, PARAMS, "# I do not know\nparameters = None\n\n")
        put(blank, WHY, "Answer here:\nYOUR ANSWER HERE")
        assert set(take(blank).answers) == {"why"}

    def test_deleting_the_place_to_write_is_no_answer(self, blank):
        prompt = "".join(blank["cells"][WHY]["source"]).replace("YOUR ANSWER HERE", "")
        assert take(put(blank, WHY, prompt)).answers == {}

    def test_magics_do_not_spoil_a_cell(self, handed_in):
        found = take(put(handed_in, TASK, "%%time\n%matplotlib inline\n" + MATMUL))
        assert points(found) == FULL
        assert found.answers["matmul"].startswith("%%time")


class TestIdentity:
    @pytest.mark.parametrize("keep", ["grade_id", "id", "colab", "nothing"])
    def test_one_name_is_enough_or_none(self, handed_in, keep):
        for number, cell in enumerate(handed_in["cells"]):
            id, grading = cell.pop("id"), cell["metadata"].get("nbgrader", {})
            cell["metadata"] = {"colab": {"base_uri": "https://localhost:8080/"}}
            if keep == "grade_id":
                cell["metadata"]["nbgrader"] = {"grade_id": grading.get("grade_id", "")}
            elif keep == "id":
                cell["id"] = id
            elif keep == "colab":
                cell["metadata"]["id"] = id
            else:
                cell["id"] = f"random{number}"
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert (found.notes, found.needs_review) == ((), ())
        assert points(found) == FULL

    def test_an_answer_in_another_cell_is_found_by_its_names(self, blank):
        blank["cells"].insert(CHECK, code(MATMUL))
        found = take(blank)
        assert found.answers == {"matmul": MATMUL}
        assert found.notes == ("matmul: the answer is in cell 7, not in the task's own cell",)
        assert points(found)["matmul"] == 3

    def test_two_answers_in_one_cell(self, handed_in):
        both = MATMUL + "\n\n" + ANSWERS["params"]
        put(handed_in, TASK, both)
        del handed_in["cells"][PARAMS]
        found = take(handed_in)
        assert found.answers["matmul"] == found.answers["params"] == both
        assert found.needs_review == ()
        assert points(found) == FULL

    def test_answers_in_each_others_cells(self, handed_in):
        put(handed_in, TASK, ANSWERS["params"])
        put(handed_in, PARAMS, MATMUL)
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert points(found) == FULL

    def test_an_untouched_cell_is_what_it_was_whatever_it_is_called(self, blank):
        cells = blank["cells"]
        cells[GIVEN]["metadata"]["nbgrader"]["grade_id"] = "params"
        cells[CHECK]["metadata"]["nbgrader"]["grade_id"] = "why"
        assert take(blank).answers == {}

    def test_a_missing_words_cell_is_found_by_its_question(self, handed_in):
        handed_in["cells"][WHY] |= {"id": "other", "metadata": {}}
        assert take(handed_in).answers["why"] == ANSWERS["why"]

    def test_another_exercise_needs_review(self, handed_in):
        handed_in["metadata"]["dlcourse"]["exercise"] = "02_other"
        assert "says that it is '02_other'" in take(handed_in).needs_review[0]

    def test_a_foreign_notebook_needs_review(self, blank):
        blank["cells"] = [code("x = 1"), text("hello")]
        blank["metadata"] = {}
        found = take(blank)
        assert found.answers == {}
        assert "nothing in the notebook belongs to the exercise '01_small'" in found.needs_review

    def test_another_version_of_the_exercise_is_noted(self, handed_in):
        handed_in["metadata"]["dlcourse"]["version"] = "older"
        (note,) = take(handed_in).notes
        assert note.startswith("it began from version 'older'")


class TestDamage:
    def test_the_last_answer_of_a_duplicated_cell_counts(self, handed_in):
        first = copy.deepcopy(handed_in["cells"][TASK])
        first["source"] = "def naive_matmul(a, b):\n    return 'first'"
        handed_in["cells"].insert(TASK, first)
        found = take(handed_in)
        assert found.answers["matmul"] == MATMUL
        assert found.notes == ("matmul: answered in cell 6 and 7; the last one counts",)
        assert points(found) == FULL

    def test_a_blank_copy_takes_nothing_back(self, handed_in):
        handed_in["cells"].insert(CHECK, copy.deepcopy(BLANK["cells"][TASK]))
        handed_in["cells"].append(copy.deepcopy(BLANK["cells"][TASK]))
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert found.notes == (REORDERED,)
        assert points(found) == FULL

    def test_a_split_answer_keeps_both_halves(self, handed_in):
        helper = copy.deepcopy(handed_in["cells"][TASK])
        helper["source"] = "def add(x, y):\n    return x + y"
        handed_in["cells"].insert(TASK, helper)
        put(
            handed_in,
            TASK + 1,
            MATMUL.replace("sum(", "add(0, sum(").replace("column])", "column]))"),
        )
        found = take(handed_in)
        assert "add(0" in found.answers["matmul"]
        assert "def add" in found.code_of("matmul")
        assert points(found) == FULL

    @pytest.mark.parametrize("order", [slice(None, None, -1), slice(1, None)])
    def test_reordered_and_missing_cells(self, handed_in, order):
        handed_in["cells"] = handed_in["cells"][order]
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert found.needs_review == ()
        assert points(found) == FULL

    def test_reordered_cells_are_noted(self, handed_in):
        handed_in["cells"].reverse()
        assert take(handed_in).notes == (REORDERED,)

    def test_missing_set_up_cells_are_put_back(self, handed_in):
        del handed_in["cells"][SETUP : GIVEN + 1]
        found = take(handed_in)
        assert [cell.name for cell in found.cells][:2] == ["setup", "given-1"]
        assert found.notes == (
            "the set-up cell setup was missing; it was put back",
            "the set-up cell given-1 was missing; it was put back",
        )

    def test_a_changed_set_up_cell_is_run_as_it_was_but_for_its_imports(self, handed_in):
        put(handed_in, GIVEN, "import numpy as np\nimport math\ndef same(a, b):\n    return True")
        found = take(handed_in)
        given = next(cell for cell in layout(SMALL_EXERCISE) if cell.name == "given-1")
        assert [cell.source for cell in found.cells][1:3] == [given.blank, "import math"]
        assert "cell 4 (given-1) was changed; the original is run, but" in found.notes[0]
        assert found.needs_review == ()

    def test_a_helper_in_a_locked_cell_needs_review_where_it_is_used(self, handed_in):
        put(handed_in, CHECK, "def add(x, y):\n    return x + y\nunused = 1")
        put(handed_in, TASK, MATMUL.replace("sum(", "add(0, sum(").replace("column])", "column]))"))
        (reason,) = take(handed_in).needs_review
        assert "uses add, defined in the changed cell 7 (matmul-checks)" in reason

    def test_a_changed_copy_of_a_locked_cell_is_the_students_own(self, handed_in):
        mine = copy.deepcopy(handed_in["cells"][CHECK])
        mine["source"] = "mine = naive_matmul(np.eye(2), np.eye(2))"
        handed_in["cells"].insert(CHECK + 1, mine)
        found = take(handed_in)
        assert [cell.source for cell in found.cells if cell.kind == "extra"] == [mine["source"]]

    @pytest.mark.parametrize("type", ["markdown", "raw"])
    def test_code_that_was_turned_into_text_still_counts(self, handed_in, type):
        handed_in["cells"][TASK]["cell_type"] = type
        found = take(handed_in)
        assert points(found) == FULL
        assert f"which was turned into a {type} cell" in found.notes[0]

    def test_words_that_were_turned_into_code_are_not_run(self, handed_in):
        handed_in["cells"][WHY]["cell_type"] = "code"
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert not any(cell.source == ANSWERS["why"] for cell in found.cells)
        assert found.notes == ("why: the answer is in cell 11, which was turned into a code cell",)

    def test_a_kernel_of_another_name_and_an_old_format_do_not_matter(self, handed_in):
        cells = [
            {"cell_type": "code", "input": cell["source"], "metadata": cell["metadata"]}
            if cell["cell_type"] == "code"
            else cell
            for cell in handed_in["cells"]
        ]
        old = {
            "metadata": {"kernelspec": {"name": "ir", "language": "R"}, "name": ""},
            "nbformat": 3,
            "worksheets": [{"cells": cells}],
        }
        found = take(old)
        assert found.answers == ANSWERS
        assert found.notes == ("it is in the old notebook format 3",)

    def test_outputs_of_a_hundred_megabytes(self, handed_in):
        output = {"output_type": "stream", "name": "stdout", "text": ["x" * 98 + "\n"] * 10**5}
        handed_in["cells"][TASK]["outputs"] = [output] * 10
        found = take(handed_in)
        assert found.answers == ANSWERS
        assert "MB of outputs were left out" in found.notes[0]


class TestDoubts:
    """What cannot be decided here is left to a person, with the reason."""

    def test_an_answer_that_is_neither_python_nor_blank(self, handed_in):
        put(handed_in, TASK, "def naive_matmul(a, b)\n    return a")
        found = take(handed_in)
        assert "which is no valid Python" in found.notes[0]
        assert "matmul" in found.answers

    def test_an_answer_under_another_name(self, handed_in):
        put(handed_in, TASK, MATMUL.replace("naive_matmul", "my_matmul"))
        found = take(handed_in)
        assert found.notes == (
            "matmul: the answer is in cell 6, which does not define naive_matmul",
        )
        assert points(found)["matmul"] == 0

    def test_code_that_became_text_and_is_no_python(self, handed_in):
        put(handed_in, TASK, "I could not do this.")["cells"][TASK]["cell_type"] = "raw"
        found = take(handed_in)
        assert "matmul" not in found.answers
        assert found.needs_review == ("matmul: its cell 6 is now a raw cell; was it answered?",)

    def test_an_answer_written_into_the_check_cell(self, blank):
        found = take(put(blank, CHECK, MATMUL))
        assert "matmul" not in found.answers
        assert found.needs_review == ("matmul: cell 7 may hold the answer, but cannot be run",)

    def test_a_missing_cell_beside_code_of_the_student(self, blank):
        blank["cells"][TASK] = code("def product(a, b):\n    return a")
        found = take(blank)
        assert found.answers == {}
        assert found.needs_review == ("matmul: its cell is missing; is cell 6 the answer?",)

    def test_a_missing_cell_and_nothing_else_is_no_answer(self, blank):
        del blank["cells"][TASK]
        found = take(blank)
        assert found.needs_review == ()
        assert found.notes == ("matmul: its cell is missing",)

    @pytest.mark.parametrize("place", [WHY, WHY + 1])
    def test_words_written_beside_their_place(self, blank, place):
        blank["cells"].insert(place, text("Because of the origin."))
        (reason,) = take(blank).needs_review
        assert reason == f"why: no answer in its place; does cell {place + 1} hold it?"

    def test_words_of_which_the_cell_is_missing(self, blank):
        blank["cells"][WHY] = text("Because of the origin.")
        blank["cells"].insert(0, text("My notes"))
        (reason,) = take(blank).needs_review
        assert "does cell 1 or 12 hold it?" in reason

    def test_notes_far_from_the_words_are_no_answer(self, blank):
        blank["cells"].insert(SETUP, text("My notes"))
        assert take(blank).needs_review == ()


class TestFiles:
    def test_a_file(self, tmp_path):
        path = tmp_path / "odd \n näme.ipynb"
        path.write_text(json.dumps(SOLVED))
        assert intake.read(path, SMALL_EXERCISE).answers == ANSWERS

    def test_what_cannot_be_read_needs_review(self, tmp_path):
        (tmp_path / "link").symlink_to(SMALL)
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "broken").write_text("{")
        for name in ("link", "pipe", "broken", "none", "."):
            found = intake.read(tmp_path / name, SMALL_EXERCISE)
            assert (found.cells, found.answers) == ((), {})
            assert found.needs_review[0].startswith("the file was not read: it ")
        assert intake.read(tmp_path / "broken", SMALL_EXERCISE).digest


class TestCodeForRules:
    def test_helpers_in_other_cells_belong_to_the_answer(self, handed_in):
        put(handed_in, TASK, "def naive_matmul(a, b):\n    return helper(a, b)")
        handed_in["cells"].insert(TASK, code("other = np.dot\ndef helper(a, b):\n    return a @ b"))
        found = take(handed_in)
        assert calls(found.code_of("matmul")) == {"helper", "@"}

    def test_a_trial_beside_the_answer_does_not(self, handed_in):
        put(handed_in, TASK, MATMUL + "\nprint(np.matmul(np.eye(2), np.eye(2)))")
        found = take(handed_in)
        assert "np.matmul" not in calls(found.code_of("matmul"))
        assert points(found) == FULL

    def test_a_later_cell_that_replaces_the_answer_counts(self, handed_in):
        handed_in["cells"].append(code("def naive_matmul(a, b):\n    return a @ b"))
        found = take(handed_in)
        assert calls(found.code_of("matmul")) == {"@"}
        assert points(found)["matmul"] == 2

    def test_no_answer_has_no_code(self, blank):
        assert take(blank).code_of("matmul") == ""

    SHORT = "def naive_matmul(a, b):\n    return helper(a, b)"

    def test_a_helper_in_the_cell_of_another_task_is_seen(self, handed_in):
        put(handed_in, TASK, self.SHORT)
        put(handed_in, PARAMS, "def helper(a, b):\n    return a @ b\n\nparameters = 401920")
        found = take(handed_in)
        assert "@" in calls(found.code_of("matmul"))
        assert "@" not in calls(found.code_of("params"))

    @pytest.mark.parametrize("place", [SETUP, GIVEN, CHECK])
    def test_an_import_added_to_a_cell_that_is_not_run_is_seen(self, handed_in, place):
        put(handed_in, TASK, self.SHORT)
        old = handed_in["cells"][place]["source"]
        put(handed_in, place, f"{''.join(old)}\nfrom numpy import matmul as helper")
        assert "np.matmul" in calls(take(handed_in).code_of("matmul"))

    @pytest.mark.parametrize("place", [TASK, GIVEN])
    def test_code_too_long_to_be_looked_at_goes_to_a_person(self, handed_in, place):
        long = "def helper(a, b):\n    return a @ b\n# " + "x" * syntax.LONGEST
        put(handed_in, TASK, self.SHORT)
        handed_in["cells"].insert(place, code(long))
        (reason,) = take(handed_in).needs_review
        assert f"cell {place + 1} has more than 20,000 characters of code" in reason


# Damage to a notebook: each step is one thing that happens to real submissions, at random.

keys = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
snippets = st.sampled_from(["x = 1", "def f(:", "%%bash\nls", "import os", "", "\ud800", "why?"])


@st.composite
def damaged(draw, notebook, edits):
    """Draw a damaged copy of `notebook`; with `edits`, texts of cells are changed too."""
    notebook = copy.deepcopy(notebook)
    steps = ["delete", "duplicate", "swap", "retype", "strip", "insert", "field", "shuffle"]
    steps += ["edit", "truncate", "rename"] if edits else []
    for step in draw(st.lists(st.sampled_from(steps), max_size=6)):
        cells = notebook["cells"]
        if not cells:
            break
        one, two = (draw(st.integers(0, len(cells) - 1)) for _ in range(2))
        cell = cells[one]
        if step == "delete":
            del cells[one]
        elif step == "duplicate":
            cells.insert(two, copy.deepcopy(cell))
        elif step == "swap":
            cells[one], cells[two] = cells[two], cells[one]
        elif step == "shuffle":
            notebook["cells"] = draw(st.permutations(cells))
        elif step == "retype":
            cell["cell_type"] = draw(st.sampled_from(["code", "markdown", "raw", "other"]))
        elif step == "strip":
            cell.pop("id", None)
            cell["metadata"] = {}
        elif step == "insert":
            cells.insert(one, draw(st.builds(code, snippets) | st.builds(text, snippets)))
        elif step == "field":
            cell[draw(st.sampled_from(["id", "metadata", "outputs", "extra"]))] = draw(values)
        elif step == "edit":
            cell["source"] = draw(snippets | values)
        elif step == "truncate":
            source = cell.get("source")
            source = "".join(map(str, source)) if isinstance(source, list) else str(source)
            cell["source"] = source[: draw(st.integers(0, len(source)))]
        else:
            cell["metadata"] = copy.deepcopy(cells[two].get("metadata"))
    return notebook


def texts(notebook):
    """Return the texts of a notebook's cells as they are read."""
    return [cell.source for cell in parse(json.dumps(notebook).encode()).cells]


SLOW = settings(max_examples=150, deadline=None)


@SLOW
@given(damaged(BLANK, edits=False))
def test_a_damaged_blank_notebook_has_no_answers(notebook):
    assert take(notebook).answers == {}


@SLOW
@given(damaged(SOLVED, edits=False))
def test_damage_around_answers_changes_no_answer(notebook):
    found = take(notebook)
    assert found.answers.items() <= ANSWERS.items()
    for task in set(ANSWERS) - set(found.answers):
        # It is gone, or a person is told where it may be.
        left = ANSWERS[task] in texts(notebook)
        assert not left or any(reason.startswith(task) for reason in found.needs_review), task


@SLOW
@given(damaged(SOLVED, edits=True))
def test_whatever_is_damaged_is_read_and_nothing_is_made_up(notebook):
    found = take(notebook)
    there = texts(notebook)
    cells = layout(SMALL_EXERCISE)
    blanks = {cell.blank for cell in cells if cell.kind in ("solution", "answer")}
    assert set(found.answers.values()) <= set(there) - blanks
    given = [cell.blank for cell in cells if cell.kind == "given"]
    assert [cell.source for cell in found.cells if cell.kind == "given"] == given
    own = [cell for cell in found.cells if cell.kind != "given" and "imports" not in cell.name]
    assert {cell.source for cell in own} <= {syntax.without_magics(source) for source in there}
    checks = {cell.blank for cell in cells if cell.kind == "check"}
    assert not checks & {cell.source for cell in found.cells}


@SLOW
@given(st.binary(max_size=200), st.integers(0, 10**6), st.integers(0, 200))
def test_any_bytes_are_read(junk, place, cut):
    data = json.dumps(SOLVED).encode()
    place %= len(data)
    for content in (junk, data[:place], data[:place] + junk + data[place + cut :]):
        found = intake.read(content, SMALL_EXERCISE)
        assert isinstance(found, intake.Submission)
