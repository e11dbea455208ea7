import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from dlcourse.cli import grades
from dlcourse.grading.results import feedback, gradebook, records
from dlcourse.grading.results.by_hand import Hand, Review
from dlcourse.grading.results.settle import settle
from dlcourse.grading.submissions.lateness import Lateness
from tests.grading.course_folder import HIDDEN, NAME, RUBRIC, answers, released, result, small, task

HOSTILE = '<script>alert(1)</script>"\'><img src="http://example.org/x" onerror="alert(2)">{{7*7}}'


def page(one=None, code=None, **settled):
    return feedback.page(settle(one or result(), **settled), answers() if code is None else code)


def text_of(html):
    words = " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
    return words.replace(" ,", ",").replace(" .", ".")


def test_points_messages_and_code_of_each_task_are_told():
    text = text_of(page(result(double=1.0)))
    assert "3 of 7 points, not final: a person still has to look at some of it." in text
    assert "double 1 of 3 double of other numbers is wrong: got 3, wanted 4 def double(x):" in text
    assert "params 2 of 2 parameters = 7" in text
    assert "why not graded yet, of 2" in text
    assert "To move the boundary, says ada." in text
    assert "handed in 2026-11-20 10:00 UTC" in text


def test_points_and_comments_by_hand_and_lateness_are_told():
    review = Review({"why": Hand(1.5, comment="See chapter 3.\nAnd 4.")})
    late = Lateness(1, 0.7, "Handed in 1 day late: 0.7 points (10%) are taken off.")
    text = text_of(page(review=review, late=late))
    assert "5.8 of 7 points. Handed in 1 day late: 0.7 points (10%) are taken off." in text
    assert "why 1.5 of 2 Comment: See chapter 3. And 4." in text
    assert "not final" not in text


def test_a_task_that_was_left_blank_is_told_too():
    tasks = [task("double", "code", 0.0, 3.0, ["nothing there"]), task("why", "words", None, 2.0)]
    text = text_of(page(result(tasks=tasks), {}))
    assert "double 0 of 3 nothing there why not graded yet, of 2" in text


def test_notes_are_told_and_reasons_for_a_review_are_not():
    one = result(status="needs review", notes=["cell 3 stood twice"], review=["looks like bob's"])
    text = text_of(page(one))
    assert "cell 3 stood twice" in text
    assert "bob" not in text


def test_nothing_that_anybody_wrote_comes_alive():
    tasks = [task(HOSTILE, "code", 1.0, 2.0, [HOSTILE], answer=HOSTILE)]
    one = result(HOSTILE, tasks=tasks, notes=[HOSTILE], assignment=HOSTILE)
    review = Review({HOSTILE: Hand(1.0, comment=HOSTILE)})
    html = BeautifulSoup(page(one, {HOSTILE: HOSTILE}, review=review), "html.parser")
    assert not html.find_all(["script", "img", "link", "iframe", "a", "form"])
    assert not [tag for tag in html.find_all(True) if any(a.startswith("on") for a in tag.attrs)]
    assert str(html).count("alert(1)") >= 8
    assert "{{7*7}}" in html.get_text()


def test_a_browser_is_told_to_load_and_run_nothing_and_both_light_and_dark_are_there():
    html = BeautifulSoup(page(), "html.parser")
    policy = html.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    style = html.find("style").string
    assert "prefers-color-scheme: dark" in style
    assert "url(" not in style
    assert "@import" not in style
    assert html.html["lang"] == "en"


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    small(folder / "exercises")
    with gradebook.open_book(folder) as book:
        book.register(released(tmp_path))
        for student in ("ada", "bob", "zoë"):
            one = result(student, double=1.0, review=["compare with everybody"])
            records.save(folder, one)
            book.write(one, answers(student))
    return folder


def run(*arguments):
    return CliRunner().invoke(grades.app, ["feedback", *map(str, arguments)])


def test_each_student_gets_an_own_page_without_the_others_and_without_hidden_text(course):
    done = run("--course", course)
    assert done.exit_code == 0, done.output
    for student in ("ada", "bob", "zoë"):
        html = feedback.path_of(course, NAME, student).read_text(encoding="utf-8")
        assert f"# {student}" in html  # the code
        assert f"says {student}" in html  # the answer
        assert "Exercises: Small" in html
        for other in {"ada", "bob", "zoë"} - {student}:
            assert other not in html
        for hidden in (HIDDEN, RUBRIC, "compare with everybody", "secret", str(course)):
            assert hidden not in html
        assert result(student)["submission_hash"] not in html


def test_pages_of_some_students_alone(course):
    assert run("--course", course, "--student", "bob").exit_code == 0
    assert [path.parent.parent.name for path in course.glob("feedback/*/*/*.html")] == ["bob"]
    done = run("--course", course, "--student", "eve")
    assert done.exit_code == 1
    assert "no results of eve" in done.output


def test_a_page_lies_where_nbgrader_looks_for_it_and_nowhere_else(tmp_path):
    assert feedback.path_of(tmp_path, NAME, "ada") == (
        tmp_path / "feedback" / "ada" / NAME / f"{NAME}.html"
    )
    with pytest.raises(records.RecordError):
        feedback.path_of(tmp_path, NAME, "../ada")
