import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import nbformat
import pytest
import sqlalchemy
from bs4 import BeautifulSoup
from nbconvert.filters import markdown2html

from dlcourse.grading.exercises.regions import TEXT_STUB
from dlcourse.grading.results import autograded, by_hand, database, gradebook
from dlcourse.grading.results.database import GradebookError
from dlcourse.grading.results.records import RecordError
from dlcourse.grading.results.settle import settle
from tests.grading import course_folder
from tests.grading.course_folder import HIDDEN, NAME, RUBRIC, answers, result, task

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) $x$ </pre>"
)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return course_folder.released(tmp_path_factory.mktemp("exercises"))


@pytest.fixture
def book(tmp_path, released):
    with gradebook.open_book(tmp_path) as book:
        book.register(released)
        yield book


def write(book, *results, **changes):
    for one in results or [result(**changes)]:
        book.write(one, answers(one["student"]))


def grade_by_hand(course, student, cell, points=None, comment=None, flagged=None):
    """Do what nbgrader's grading page does when a person gives points or a comment."""
    with database.connect(course) as nbgrader:
        if points is not None:
            grade = nbgrader.find_grade(cell, NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = points, False
        if comment is not None:
            nbgrader.find_comment(cell, NAME, NAME, student).manual_comment = comment
        if flagged is not None:
            nbgrader.find_submission_notebook(NAME, NAME, student).flagged = flagged
        nbgrader.db.commit()


def submission(course, student="ada"):
    with database.connect(course) as nbgrader:
        notebook = nbgrader.find_submission_notebook(NAME, NAME, student)
        return notebook.to_dict() | {
            "grades": {
                g.name: (g.auto_score, g.manual_score, g.needs_manual_grade)
                for g in notebook.grades
            },
            "comments": {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments},
            "penalty": notebook.late_submission_penalty,
            "when": notebook.assignment.timestamp,
        }


def test_nbgrader_finds_scores_comments_and_what_is_to_be_graded(tmp_path, book):
    write(book, double=1.0)
    there = submission(tmp_path)
    assert there["grades"] == {
        "double-checks": (1.0, None, False),
        "params-checks": (2.0, None, False),
        "why": (None, None, True),
    }
    assert there["comments"]["double"] == (
        "double of other numbers is wrong: got 3, wanted 4",
        None,
    )
    assert (there["score"], there["max_score"], there["needs_manual_grade"]) == (3.0, 7.0, True)
    assert (there["code_score"], there["max_written_score"]) == (3.0, 2.0)
    assert there["failed_tests"]
    assert not there["flagged"]
    assert there["when"].isoformat() == "2026-11-20T10:00:00"


def test_writing_twice_changes_nothing(tmp_path, book):
    write(book)
    once = submission(tmp_path)
    page = autograded.path_of(tmp_path, NAME, "ada").read_bytes()
    write(book)
    assert submission(tmp_path) == once
    assert autograded.path_of(tmp_path, NAME, "ada").read_bytes() == page


def test_a_regrade_replaces_auto_scores_and_keeps_what_people_did(tmp_path, book):
    write(book, double=1.0)
    grade_by_hand(tmp_path, "ada", "why", 1.5, "good")
    grade_by_hand(tmp_path, "ada", "params-checks", 0.5)
    write(book, double=3.0, checks_hash="new")
    there = submission(tmp_path)
    assert there["grades"] == {
        "double-checks": (3.0, None, False),
        "params-checks": (2.0, 0.5, False),
        "why": (None, 1.5, False),
    }
    assert there["comments"]["why"] == (None, "good")
    assert there["comments"]["double"] == (None, None)
    assert there["score"] == 5.0
    assert by_hand.manual_scores(tmp_path, NAME) == {"ada": {"why": 1.5, "params": 0.5}}


def test_points_given_for_other_work_are_kept_but_to_be_looked_at_again(tmp_path, book):
    write(book)
    grade_by_hand(tmp_path, "ada", "why", 2.0)
    write(book, work="another answer")
    assert submission(tmp_path)["grades"]["why"] == (None, 2.0, True)
    review = by_hand.reviews(tmp_path, NAME)["ada"]
    assert settle(result(), review)["open"] == ["why"]
    grade_by_hand(tmp_path, "ada", "why", 1.0)
    settled = settle(result(), by_hand.reviews(tmp_path, NAME)["ada"])
    assert (settled["status"], settled["score"]) == ("graded", 6.0)


def test_what_needs_review_is_flagged_until_a_person_takes_the_flag_off(tmp_path, book):
    strange = result(status="needs review", review=["nothing belongs to the exercise"])
    write(book, strange)
    assert submission(tmp_path)["flagged"]
    grade_by_hand(tmp_path, "ada", "why", 2.0)
    assert settle(strange, by_hand.reviews(tmp_path, NAME)["ada"])["status"] == "needs review"
    grade_by_hand(tmp_path, "ada", "why", flagged=False)
    write(book, strange)
    assert not submission(tmp_path)["flagged"]
    settled = settle(strange, by_hand.reviews(tmp_path, NAME)["ada"])
    assert (settled["status"], settled["score"]) == ("graded", 7.0)
    write(book, {**strange, "submission_hash": "other work"})
    assert submission(tmp_path)["flagged"]


def test_a_flag_put_on_by_a_person_keeps_a_score_from_being_final(tmp_path, book):
    write(book)
    grade_by_hand(tmp_path, "ada", "why", 2.0, flagged=True)
    write(book, work="again")
    grade_by_hand(tmp_path, "ada", "why", 2.0)
    assert settle(result(), by_hand.reviews(tmp_path, NAME)["ada"])["status"] == "needs review"


def test_a_due_date_is_shown_by_nbgrader(tmp_path, book, released):
    from datetime import datetime, timedelta, timezone

    due = datetime(2026, 11, 20, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    book.register(released, due)
    book.register(released)
    with database.connect(tmp_path) as nbgrader:
        assert nbgrader.find_assignment(NAME).duedate.isoformat() == "2026-11-20T22:59:00"


def test_points_by_hand_beat_the_checks_and_lateness_is_taken_off(tmp_path, book):
    from dlcourse.grading.submissions.lateness import Lateness

    late = Lateness(1, 0.7, "Handed in 1 day late")
    book.write(result(double=0.0), answers(), late.penalty)
    grade_by_hand(tmp_path, "ada", "double-checks", 2.5)
    grade_by_hand(tmp_path, "ada", "why", 1.0, "see <b>chapter 3</b>")
    with database.connect(tmp_path) as nbgrader:
        nbgrader.find_grade("why", NAME, NAME, "ada").extra_credit = 0.5
        nbgrader.db.commit()
    settled = settle(result(double=0.0), by_hand.reviews(tmp_path, NAME)["ada"], late)
    assert settled["score"] == pytest.approx(2.5 + 2.0 + 1.5 - 0.7)
    assert [task["points"] for task in settled["tasks"]] == [2.5, 2.0, 1.5]
    assert settled["tasks"][2]["comment"] == "see <b>chapter 3</b>"
    there = submission(tmp_path)
    assert there["score"] - there["penalty"] == pytest.approx(settled["score"])


def test_a_score_never_falls_below_zero_and_is_not_final_without_a_gradebook():
    from dlcourse.grading.submissions.lateness import Lateness

    settled = settle(result(double=0.0), None, Lateness(9, 7.0, "too late"))
    assert (settled["score"], settled["status"], settled["open"]) == (0.0, "needs review", ["why"])
    assert settle(result(status="failed"))["status"] == "failed"


def test_without_a_gradebook_nothing_was_done_by_hand_and_none_is_made(tmp_path):
    assert by_hand.manual_scores(tmp_path, NAME) == {}
    assert by_hand.people(tmp_path) == {}
    assert not list(tmp_path.iterdir())


def test_a_submission_that_could_not_be_graded_is_left_to_a_person(tmp_path, book):
    tasks = [task(id, "code", None, 1.0) for id in ("double", "params", "why")]
    book.write(result(status="failed", tasks=tasks, submitted=None), {})
    there = submission(tmp_path)
    assert set(there["grades"].values()) == {(None, None, True)}
    assert there["flagged"]
    assert there["when"] is None


def test_an_exercise_may_get_a_task_in_the_middle_of_the_term(tmp_path, book, released):
    write(book)
    grade_by_hand(tmp_path, "ada", "why", 1.5)
    more = nbformat.from_dict(released)
    copy = nbformat.from_dict(released.cells[-1])
    copy.metadata.nbgrader.grade_id, copy.id = "how", "how"
    more.cells.append(copy)
    book.register(more)
    assert submission(tmp_path)["grades"]["how"] == (None, None, True)
    assert submission(tmp_path)["grades"]["why"] == (None, 1.5, False)
    assert submission(tmp_path)["max_score"] == 9.0
    book.register(released)
    assert set(submission(tmp_path)["grades"]) == {"double-checks", "params-checks", "why"}
    assert submission(tmp_path)["max_score"] == 7.0


def test_a_task_with_points_by_hand_is_not_thrown_away(tmp_path, book, released):
    write(book)
    grade_by_hand(tmp_path, "ada", "why", 1.5)
    less = nbformat.from_dict(released)
    less.cells.pop()
    with pytest.raises(GradebookError, match=r"cells why, for which points were given by hand"):
        book.register(less)
    assert by_hand.manual_scores(tmp_path, NAME) == {"ada": {"why": 1.5}}


@pytest.mark.parametrize("student", ["<script>", 'a"b'])
def test_a_name_that_the_page_would_take_for_html_is_refused(tmp_path, book, student):
    with pytest.raises(GradebookError, match="rename the folder"):
        write(book, result(student))
    assert by_hand.people(tmp_path) == {}


@pytest.mark.parametrize("student", ["o'neil", "r&amp;d", "a>b", "back`tick", "Zoë Ö", "a[b]"])
def test_other_names_are_no_danger_on_any_page(tmp_path, book, student):
    write(book, result(student))
    grade_by_hand(tmp_path, student, "why", 2.0)
    assert by_hand.manual_scores(tmp_path, NAME) == {student: {"why": 2.0}}
    clean = page(tmp_path, "ada", autograded.path_of(tmp_path, NAME, student))
    shown = page(tmp_path, student)
    tags = [
        [tag.name for tag in BeautifulSoup(p, "html.parser").find_all()] for p in (clean, shown)
    ]
    assert tags[0] == tags[1]
    listed = pages_of_a_student(student)
    assert listed.count(f'student_id = "{student}";') == 2
    scripts = [tag.string for tag in BeautifulSoup(listed, "html.parser").find_all("script")]
    assert sum(f'"{student}"' in (text or "") for text in scripts) == 2


@pytest.mark.parametrize("student", ["../bob", "..", ""])
def test_a_name_that_leads_elsewhere_is_refused(book, student):
    with pytest.raises(RecordError, match="cannot be the name of a file"):
        write(book, result(student))


def test_a_bad_result_does_not_spoil_the_next_one(tmp_path, book):
    with pytest.raises(ValueError, match="isoformat"):
        write(book, result("bob", submitted="yesterday"))
    write(book)
    assert submission(tmp_path)["score"] == 5.0
    with pytest.raises(GradebookError, match="99_other is not registered"):
        write(book, result(assignment="99_other"))


def test_a_locked_or_damaged_gradebook_is_explained(tmp_path, book):
    with closing(sqlite3.connect(tmp_path / database.NAME)) as other:
        other.execute("BEGIN IMMEDIATE")
        book._nbgrader.db.execute(sqlalchemy.text("PRAGMA busy_timeout = 10"))
        with pytest.raises(GradebookError, match="database is locked"):
            write(book)
    write(book)
    assert submission(tmp_path)["score"] == 5.0
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / database.NAME).write_text("no database, whatever its name says")
    with pytest.raises(GradebookError, match=r"gradebook\.db cannot be used \(file is not a data"):
        by_hand.people(damaged)


def test_names_and_addresses_come_from_nbgrader(tmp_path, book):
    write(book)
    with database.connect(tmp_path) as nbgrader:
        nbgrader.update_or_create_student("ada", first_name="Ada", email="ada@example.org")
    assert by_hand.people(tmp_path)["ada"] == by_hand.Person(
        "ada", first_name="Ada", email="ada@example.org"
    )
    write(book, work="again")
    assert by_hand.people(tmp_path)["ada"].first_name == "Ada"


def pages_of_a_student(student):
    """Return nbgrader's pages on one student, which put the name into a script as it is."""
    from jinja2 import Environment, FileSystemLoader
    from nbgrader.server_extensions.formgrader import handlers

    pages = Environment(loader=FileSystemLoader([handlers.template_path]))
    names = {"student_id": student, "assignment_id": NAME, "base_url": "/x"}
    return "".join(
        pages.get_template(f"manage_students_{what}.tpl").render(**names)
        for what in ("assignments", "notebook_submissions")
    )


def page(course, student="ada", path=None):
    """Return what nbgrader's grading page renders of a submission."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers

    exporter = HTMLExporter(
        template_name="formgrade", extra_template_basedirs=[handlers.template_path]
    )
    exporter.log = logging.getLogger("quiet")
    names = {"assignment_id": NAME, "notebook_id": NAME, "student": student, "base_url": "/x"}
    resources = names | {"submission_id": "1", "index": 0, "total": 1, "notebook_path": "n"}
    resources |= {"last_name": None, "first_name": None}
    path = path or autograded.path_of(course, NAME, student)
    return exporter.from_filename(str(path), resources=resources)[0]


def test_the_grading_page_shows_answers_messages_and_places_for_points(tmp_path, book):
    write(book, double=1.0, notes=["cell double stood twice"], review=["left by signal 9"])
    html = page(tmp_path)
    assert "double of other numbers is wrong: got 3, wanted 4" in html
    assert "1 of 3 points" in html
    assert "Why has a layer a bias?" in html
    assert "To move the boundary, says ada." in html
    assert "cell double stood twice" in html
    assert "left by signal 9" in html
    for cell in ("double-checks", "params-checks", "why"):
        assert f'class="score tabbable" id="{cell}"' in html
    assert HIDDEN not in html
    assert RUBRIC not in html


def test_nothing_a_student_wrote_comes_alive_on_the_grading_page(tmp_path, book):
    student = dict.fromkeys(("double", "params", "why"), f"{HOSTILE}\n\n{HOSTILE}")
    tasks = [task(id, "code", 1.0, 2.0, [HOSTILE, "\x1b[31m" + HOSTILE]) for id in student]
    book.write(result(tasks=tasks, notes=[HOSTILE], review=[HOSTILE]), student)
    html = BeautifulSoup(page(tmp_path), "html.parser")
    shown = html.find_all(string=lambda text: "alert(" in text)
    assert len(shown) == 6  # two cells of code, two of messages, the answer, the remarks
    # MathJax leaves <pre> alone, so that formulas stay text too.
    assert all(text.find_parent("pre") for text in shown)
    attributes = [value for tag in html.find_all(True) for value in str(tag.attrs).split()]
    assert not [value for value in attributes if "alert" in value or "onerror" in value]


@pytest.mark.parametrize("last", ["- one\n- two", "1. one", "Term\n: meaning", "> quoted", "<!--"])
def test_no_question_makes_an_answer_come_alive(last):
    question = f"Why? Think of:\n\n{last}\n\n{TEXT_STUB}"
    cell = autograded.answered(question, f"{question}\n{HOSTILE}")
    html = BeautifulSoup(markdown2html(cell), "html.parser")
    (shown,) = html.find_all(string=lambda text: "alert(1)" in text)
    assert shown.find_parent("pre")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"])
def test_no_line_break_ends_the_block_of_a_text(end):
    shown = autograded.verbatim(f"one{end}<b>two</b>{end}{end}* three")
    assert all(line.startswith("    ") for line in shown.split("\n"))
    assert end == "\n" or end not in shown


def test_outputs_and_cells_of_the_student_do_not_get_in(tmp_path, book):
    write(book)
    notebook = nbformat.read(autograded.path_of(tmp_path, NAME, "ada"), as_version=4)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert {output.output_type for output in outputs} == {"stream"}
    assert autograded.read_code(tmp_path, NAME, "ada") == {
        task: answers()[task] for task in ("double", "params")
    }
    assert autograded.read_code(tmp_path, NAME, "nobody") == {}


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", "\x00"])
def test_a_damaged_notebook_is_written_anew(tmp_path, book, damage):
    write(book)
    path = autograded.path_of(tmp_path, NAME, "ada")
    whole = path.read_bytes()
    assert autograded.shows(tmp_path, result())
    path.write_text(damage)
    assert not autograded.shows(tmp_path, result())
    write(book)
    assert path.read_bytes() == whole


def test_own_lines_are_what_the_exercise_did_not_give():
    assert autograded.own_lines("## Why?\n\nBecause.\n\nYes.", "## Why?\n\nANSWER") == (
        "Because.\n\nYes."
    )


def test_nbgraders_own_exporter_and_lists_read_the_course_folder(tmp_path, book, monkeypatch):
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.plugins.export import CsvExportPlugin

    book.write(result(), answers(), 0.7)
    write(book, result("bob", double=0.0))
    grade_by_hand(tmp_path, "bob", "why", 2.0)
    monkeypatch.chdir(tmp_path)
    api = NbGraderAPI(CourseDirectory(root=str(tmp_path)))
    assert [one["name"] for one in api.get_assignments()] == [NAME]
    listed = {one["student"]: one for one in api.get_notebook_submissions(NAME, NAME)}
    assert listed["ada"]["needs_manual_grade"]
    assert not listed["bob"]["needs_manual_grade"]
    with database.connect(tmp_path) as nbgrader:
        CsvExportPlugin(to=str(tmp_path / "grades.csv")).export(nbgrader)
    rows = (tmp_path / "grades.csv").read_text().splitlines()
    assert [row.split(",")[-4:] for row in rows[1:]] == [
        ["5.0", "0.7", "4.3", "7.0"],
        ["4.0", "0.0", "4.0", "7.0"],
    ]


def test_a_new_gradebook_is_one_that_nbgrader_would_make(tmp_path):
    """Also where the program alembic is not on the path, as outside an activated environment."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    with (
        gradebook.open_book(tmp_path),
        database.connect(tmp_path) as nbgrader,
        nbgrader.engine.connect() as connection,
    ):
        version = MigrationContext.configure(connection).get_current_revision()
    assert version == ScriptDirectory(ALEMBIC_DIR).get_current_head()
    assert [path.name for path in tmp_path.iterdir()] == [database.NAME]


def test_importing_the_modules_loads_nothing_heavy():
    names = "audit, autograded, by_hand, exports, feedback, gradebook, records, settle, similar"
    code = f"from dlcourse.grading.results import {names}; from dlcourse.cli import grades; "
    code += "from dlcourse.grading.submissions import lateness; import sys; "
    code += "print([m for m in ('nbgrader', 'sqlalchemy', 'jinja2', 'pygments', 'rapidfuzz', "
    code += "'keras', 'numpy', 'pandas') if m in sys.modules])"
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]", done.stderr
