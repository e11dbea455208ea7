"""A class graded: every result kept, nothing graded twice, an interrupted run goes on."""

import os
import stat
from dataclasses import replace

import nbformat
import pytest

from dlcourse.grading.exercises import release
from dlcourse.grading.results import audit, records
from dlcourse.grading.results.database import connect
from dlcourse.grading.results.settle import settled
from dlcourse.grading.running import batch, hand_in
from dlcourse.grading.sandbox import Limits

pytestmark = pytest.mark.usefixtures("bubblewrap")

NAMES = ("ada", "bob", "grace")


@pytest.fixture
def submitted(tmp_path, small):
    """A folder with three submissions: a solution, a blank one, and one that is no notebook."""
    folder = tmp_path / "submitted"
    for name, text in zip(
        NAMES,
        (
            nbformat.writes(release.solved(small)),
            nbformat.writes(release.released(small)),
            "no notebook",
        ),
        strict=True,
    ):
        path = folder / name / small.name / f"{small.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


@pytest.fixture
def plan(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    return batch.Plan(course, "bubblewrap", Limits(), slots=2)


@pytest.fixture
def graded(monkeypatch):
    """Return the list of students whose work is really run from now on."""
    names, real = [], batch.grade
    monkeypatch.setattr(
        batch, "grade", lambda job, *rest: names.append(job.student) or real(job, *rest)
    )
    return names


def run(submitted, small, plan):
    results = batch.grade_class(hand_in.jobs(submitted, small), small, plan)
    return {result["student"]: result for result in results}


def test_every_submission_gets_a_result_whatever_became_of_the_others(submitted, small, plan):
    results = run(submitted, small, plan)
    statuses = {name: result["status"] for name, result in results.items()}
    assert statuses == {"ada": "graded", "bob": "graded", "grace": "needs review"}
    assert results["ada"]["score"] > results["bob"]["score"] == results["grace"]["score"] == 0
    for name in NAMES:
        assert records.load(plan.course, small.name, name) == results[name]
    with connect(plan.course) as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(small.name)}
    assert scores == {name: results[name]["score"] for name in NAMES}


def test_a_second_run_grades_nothing_again(submitted, small, plan, graded):
    first = run(submitted, small, plan)
    assert sorted(graded) == list(NAMES)
    graded.clear()
    assert run(submitted, small, plan) == first
    assert graded == []


def test_changed_work_is_graded_again_and_the_old_result_kept(submitted, small, plan, graded):
    run(submitted, small, plan)
    graded.clear()
    path = submitted / "bob" / small.name / f"{small.name}.ipynb"
    path.write_text(nbformat.writes(release.solved(small)))
    assert run(submitted, small, plan)["bob"]["attempt"] == 2
    assert graded == ["bob"]
    assert [r["score"] > 0 for r in records.attempts(plan.course, small.name, "bob")] == [
        False,
        True,
    ]


def test_a_run_that_was_stopped_goes_on(submitted, small, plan, graded):
    one_at_a_time = batch.Plan(plan.course, plan.level, plan.limits)
    stopped = batch.grade_class(hand_in.jobs(submitted, small), small, one_at_a_time)
    done = next(stopped)["student"]
    stopped.close()
    before = list(graded)
    graded.clear()
    results = run(submitted, small, plan)
    assert set(results) == set(NAMES)
    assert done in before
    assert done not in graded


def test_a_result_that_did_not_reach_the_gradebook_does_so_next_time(
    submitted, small, plan, graded
):
    run(submitted, small, plan)
    (plan.course / "gradebook.db").unlink()
    for page in (plan.course / "autograded").rglob("*.ipynb"):
        page.unlink()
    graded.clear()
    results = run(submitted, small, plan)
    assert graded == []
    with connect(plan.course) as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(small.name)}
    assert scores == {name: results[name]["score"] for name in NAMES}


def test_a_new_time_of_handing_in_counts_without_a_new_grading(submitted, small, plan, graded):
    (plan.course / "policy.toml").write_text(
        f"percent_per_day = 10\n[due]\n{small.name} = 2026-11-20T12:00:00"
    )
    run(submitted, small, plan)
    graded.clear()
    stamp = submitted / "ada" / small.name / "timestamp.txt"
    stamp.write_text("2026-11-20 13:00:00 UTC")
    ada = run(submitted, small, plan)["ada"]
    assert (ada["submitted"], ada["attempt"]) == ("2026-11-20T13:00:00+00:00", 1)
    assert records.load(plan.course, small.name, "ada") == ada
    assert (graded, audit.verify(plan.course)) == ([], [])
    assert settled(plan.course)[0]["penalty"] == 0.7
    assert penalty(plan.course, small, "ada") == 0.7


def penalty(course, small, student):
    with connect(course) as book:
        notebook = book.find_submission_notebook(small.name, small.name, student)
        return notebook.late_submission_penalty


def test_the_gradebook_follows_the_policy(submitted, small, plan, graded):
    stamp = submitted / "ada" / small.name / "timestamp.txt"
    stamp.write_text("2026-11-20 13:00:00 UTC")
    run(submitted, small, plan)
    graded.clear()
    (plan.course / "policy.toml").write_text(
        f"percent_per_day = 10\n[due]\n{small.name} = 2026-11-20T12:00:00"
    )
    run(submitted, small, plan)
    assert graded == []
    assert penalty(plan.course, small, "ada") == 0.7


def test_a_gradebook_that_was_taken_away_is_filled_again(submitted, small, plan, graded):
    results = run(submitted, small, plan)
    (plan.course / "gradebook.db").unlink()  # the pages beside it are still there
    graded.clear()
    assert run(submitted, small, plan) == results
    assert graded == []
    with connect(plan.course) as book:
        assert len(book.assignment_submissions(small.name)) == len(NAMES)


def test_other_limits_are_another_grading(submitted, small, plan, graded):
    run(submitted, small, plan)
    graded.clear()
    run(submitted, small, replace(plan, limits=Limits(memory_mb=2048)))
    assert sorted(graded) == ["ada", "bob", "grace"]


@pytest.mark.parametrize("again", [False, True])
def test_a_name_that_no_file_can_have_stops_nobody_else(submitted, small, plan, again):
    (submitted / "bob").rename(submitted / "bo\nb")
    (submitted / "grace").rename(submitted / "gr\udcffce")
    results = run(submitted, small, replace(plan, again=again))
    assert {name: r["status"] for name, r in results.items()} == {
        "ada": "graded",
        "bo\nb": "failed",
        "gr\udcffce": "failed",
    }
    assert "cannot be the name of a file" in results["bo\nb"]["review"][0]


def test_a_name_that_nbgrader_cannot_show_goes_to_a_person(submitted, small, plan):
    (submitted / "ada").rename(submitted / "<ada>")
    (submitted / "bob").rename(submitted / "o'bob & co")
    results = run(submitted, small, plan)
    assert results["<ada>"]["status"] == "needs review"
    assert "rename the folder" in results["<ada>"]["review"][0]
    assert results["<ada>"]["score"] == 5
    assert results["o'bob & co"]["status"] == "graded"
    assert {r["student"]: r["status"] for r in settled(plan.course)} == {
        "<ada>": "needs review",  # nobody can have given points to the task in words
        "o'bob & co": "graded",
        "grace": "needs review",
    }


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path):
    secret = batch.secret_of(tmp_path)
    assert len(secret) == 64
    assert batch.secret_of(tmp_path) == secret
    assert stat.S_IMODE(os.stat(tmp_path / "secret").st_mode) == 0o600


def test_a_damaged_result_stops_nobody_else(submitted, small, plan):
    run(submitted, small, plan)
    records.path_of(plan.course, small.name, "ada").write_text("{")
    results = run(submitted, small, plan)
    assert set(results) == set(NAMES)
    assert results["ada"]["status"] == "failed"
    assert "is damaged" in results["ada"]["review"][0]
    assert run(submitted, small, replace(plan, again=True)).keys() == results.keys()
