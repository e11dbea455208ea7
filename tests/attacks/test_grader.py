"""Every attack through the whole grader: it costs its own student at most, and nobody else."""

import csv
import json
import tempfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dlcourse.grading import sandbox
from dlcourse.grading.results import audit, autograded, feedback
from dlcourse.grading.results.database import connect
from tests import sandboxes
from tests.attacks import classroom
from tests.attacks.classroom import NAME
from tests.attacks.graded_class import (
    ATTACKERS,
    HONEST,
    ODD_NAMES,
    WRONG,
    Class,
    attack,
    begin,
    files,
    grade,
    open_to_all,
)
from tests.attacks.suite import LIMITS, left_outside
from tests.attacks.world import SECRET, World

# What the grader writes of a run; all else in the course folder stays as it is.
RECORDS = ("audit.jsonl", "autograded", "feedback", "gradebook.db", "results", "source")
TASKS = [("double", "code", 4), ("parameters", "code", 2), ("why", "words", 2)]


@pytest.fixture(scope="module")
def place():
    """A folder that every user may enter, and one beside it for temporary files."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(sandbox, "Limits", lambda: LIMITS)
        temporary = Path(folder, "tmp")
        temporary.mkdir()
        patch.setattr(tempfile, "tempdir", str(temporary))
        for path in (Path(folder), temporary):
            path.chmod(0o1777)
        yield Path(folder)


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def graded(request, place):
    sandboxes.need(request.param)
    folder = place / request.param
    of = begin(folder)
    _, alone = grade(folder, request.param)
    with World(folder / "course") as world:
        attack(folder, of, world, ATTACKERS)
        for student in ODD_NAMES:
            work = classroom.notebook(of, classroom.WRONG)
            classroom.hand_in(folder / "submitted", student, work)
        open_to_all(folder)
        before = files(folder / "submitted"), files(folder / "course", RECORDS)
        around = left_outside()
        said, together = grade(folder, request.param, status=1)  # some names cannot be kept
        left = around, left_outside()
        after = files(folder / "submitted"), files(folder / "course", RECORDS)
        world.assert_nobody_came()
    secret = (folder / "course" / "secret").read_text()
    return Class(folder, said, alone, together, (before, after), left, secret)


def same(result):
    """Return what must not change between two runs."""
    return {key: value for key, value in result.items() if key not in ("seconds", "graded")}


def worth(task):
    return task["id"], task["kind"], task["max_points"]


def got_hold_of_something(result):
    """Say whether a student was told the kind of error that loot makes."""
    told = [message for task in result["tasks"] for message in task["messages"]]
    return any(f"your code ended in {classroom.LOOT}" in message for message in told)


def page_of(course, student):
    path = feedback.path_of(course, NAME, student)
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def cells_for_the_grader(course, student):
    page = json.loads(autograded.path_of(course, NAME, student).read_text())
    return [cell for cell in page["cells"] if "nbgrader" in cell["metadata"]]


def about(cell):
    return cell["id"], cell["cell_type"], cell["metadata"]


def test_honest_work_is_worth_what_it_should_be(graded):
    assert {graded.alone[student]["score"] for student in HONEST} == {6}
    assert graded.alone[WRONG]["score"] == 1
    assert {result["max_score"] for result in graded.alone.values()} == {8}


def test_among_attackers_honest_students_get_the_same(graded):
    for student in (*HONEST, WRONG):
        assert same(graded.together[student]) == same(graded.alone[student])


def test_no_attack_is_worth_anything(graded):
    without = graded.alone[WRONG]
    results = {name: graded.together[student] for student, name in ATTACKERS.items()}
    more = {name: r["score"] for name, r in results.items() if r["score"] > without["score"]}
    assert more == {}
    for name, result in results.items():
        assert result["status"] != "failed", name
        assert result["max_score"] == without["max_score"], name
        assert [worth(task) for task in result["tasks"]] == TASKS, name
        assert all((task["points"] or 0) <= task["max_points"] for task in result["tasks"]), name
        assert result["tasks"][2]["points"] in (None, 0), name  # words are for a person


def test_no_attack_keeps_the_grader_for_long(graded):
    took = {name: graded.together[s]["seconds"]["total"] for s, name in ATTACKERS.items()}
    assert {name: seconds for name, seconds in took.items() if seconds > 3 * LIMITS.wall} == {}


def test_no_attack_learns_anything(graded):
    secrets = (
        graded.secret, SECRET, classroom.CHECK_TEXT, str(classroom.WANTED),
        classroom.HONEST_TEXT, "SQLite format", *HONEST, "grades.csv",
    )  # fmt: skip
    for student, name in ATTACKERS.items():
        kept = graded.of(student)
        assert [secret for secret in secrets if secret in kept] == [], name
        assert not got_hold_of_something(graded.together[student]), name


def test_nothing_of_an_attack_comes_alive_on_the_page_for_the_student(graded):
    for student, name in ATTACKERS.items():
        page = page_of(graded.course, student)
        tags = {tag.name for tag in page.find_all(True)}
        assert not tags & {"script", "img", "svg", "iframe", "a", "form", "object", "link"}, name
        handlers = [a for tag in page.find_all(True) for a in tag.attrs if a.startswith("on")]
        assert not handlers, name


def test_the_page_for_the_grader_has_the_cells_that_were_released(graded):
    wanted = [about(cell) for cell in cells_for_the_grader(graded.course, WRONG)]
    for student, name in ATTACKERS.items():
        cells = cells_for_the_grader(graded.course, student)
        assert [about(cell) for cell in cells] == wanted, name
        words = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        alive = [
            line
            for line in "\n".join(words).splitlines()
            if "<script>" in line and not line.startswith("    ")  # a block of code
        ]
        assert alive == [], name


def test_the_gradebook_says_what_the_results_say(graded):
    with connect(graded.course) as book:
        scores = {s.student.id: (s.score, s.max_score) for s in book.assignment_submissions(NAME)}
    for student in (*ATTACKERS, *HONEST, WRONG):
        result = graded.together[student]
        assert scores[student] == (result["score"], 8)


def test_the_table_says_what_the_results_say(graded):
    with (graded.folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for student in (*ATTACKERS, *HONEST, WRONG):
        (row,) = (row for row in rows if row["student"] == student)
        score, most = float(row["score"]), float(row["max_score"])
        assert (score, most) == (graded.together[student]["score"], 8)
    assert len(rows) == len(ATTACKERS) + len(HONEST) + 1 + len(ODD_NAMES)


def test_odd_names_of_students_are_worth_nothing_and_harm_nobody(graded):
    for student, fits in ODD_NAMES.items():
        result = graded.together.get(student)
        assert (result is not None) == fits, student
        if result:
            assert result["score"] == graded.alone[WRONG]["score"], student
            assert result["max_score"] == 8
            assert page_of(graded.course, student).find("script") is None
    said = " ".join(graded.said.split())
    assert "\x1b" not in said
    assert said.count("cannot be the name of a file") + said.count("is too long") == 5


def test_nothing_else_was_changed(graded):
    before, after = graded.files
    assert after == before
    assert audit.verify(graded.course) == []
    assert sorted(path.name for path in graded.folder.iterdir()) == [
        "course", "grades.csv", "submitted",
    ]  # fmt: skip


def test_nothing_is_left_on_the_machine(graded):
    before, after = graded.left
    assert after == before


def test_without_a_sandbox_the_same_class_is_not_safe(place):
    """What the tests above look for can be found: an attack that wins shows."""
    folder = place / "none"
    of = begin(folder)
    grade(folder, "none")
    with World(folder / "course") as world:
        attack(folder, of, world, {"eve": "reading: files by their names"})
        open_to_all(folder)
        _, results = grade(folder, "none")
    assert got_hold_of_something(results["eve"])
