import csv
import io

import pytest
from typer.testing import CliRunner

from dlcourse.cli import grades
from dlcourse.grading.results import audit, database, exports, gradebook, records
from dlcourse.grading.results.by_hand import Person
from dlcourse.grading.results.settle import settle
from tests.grading.course_folder import NAME, released, result, task


def final(student="ada", **changes):
    tasks = [task("double", "code", 3.0, 3.0), task("why", "words", 1.25, 2.0)]
    return settle(result(student, tasks=tasks, **changes))


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_has_the_promised_columns_and_values_that_can_be_read_back():
    first, second = csv.DictReader(
        io.StringIO(exports.plain([final(), settle(result("bob", double=1.0, submitted=None))]))
    )
    assert first == {
        "student": "ada",
        "assignment": NAME,
        "score": "4.25",
        "max_score": "7",
        "status": "graded",
        "penalty": "0",
        "submitted": "2026-11-20T10:00:00+00:00",
    }
    assert (second["score"], second["status"], second["submitted"]) == ("3", "needs review", "")


def test_results_that_are_not_settled_can_be_exported_too():
    (row,) = csv.DictReader(io.StringIO(exports.plain([result()])))
    assert (row["score"], row["penalty"]) == ("5", "")


def test_tasks_become_columns_of_all_assignments_together():
    other = final("bob", assignment="02_other") | {"tasks": [task("new", "code", 0.1 + 0.2, 1.0)]}
    head, ada, bob = rows(exports.plain([settle(result()), other], tasks=True))
    assert head[-4:] == ["double", "params", "why", "new"]
    assert ada[-4:] == ["3", "2", "", ""]
    assert bob[-4:] == ["", "", "", "0.3"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", "  =", "\r=", "\n="])
def test_no_name_becomes_a_formula(start):
    name = f'{start}HYPERLINK("http://example.org", "x")'
    (row,) = csv.DictReader(io.StringIO(exports.plain([final(name)]), newline=""))
    assert row["student"] == f"'{name}" if start[0] not in "\r\n\t" else "'" in row["student"][:3]
    people = {name: Person(name, first_name=name, last_name=name, email=name, lms_id=name)}
    for write in exports.FORMATS.values():
        for row in rows(write([final(name)], people, column=name)):
            assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@＝")]


def test_no_formula_begins_where_a_spreadsheet_of_another_language_cuts_the_line():
    assert exports.harmless("Ada;=1+1") == "Ada;'=1+1"
    assert exports.harmless("Ada\n@SUM(A1)") == "Ada\n'@SUM(A1)"
    assert exports.harmless("ada@example.org") == "ada@example.org"
    assert exports.harmless("Anne-Marie") == "Anne-Marie"


def test_canvas_reads_its_columns_and_the_points_possible():
    people = {
        "ada": Person("ada", "Ada", "Lovelace", "ada@example.org", "4711"),
        "bob": Person("bob", lms_id="12ab"),
    }
    text = exports.canvas([final(), final("bob"), final("eve")], people, "Small (8123)")
    assert rows(text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Small (8123)"],
        ["    Points Possible", "", "", "", "", "7"],
        ["Lovelace, Ada", "4711", "", "ada", "", "4.25"],
        ["bob", "", "12ab", "bob", "", "4.25"],  # Canvas would read 12ab as student 12
        ["eve", "", "", "eve", "", "4.25"],
    ]


def test_no_student_can_change_the_points_possible_of_the_class():
    text = exports.canvas([final("    Points Possible")], {})
    assert [row[0] for row in rows(text)].count("    Points Possible") == 1


def test_moodle_reads_users_and_one_grade():
    people = {"ada": Person("ada", email="ada@example.org")}
    assert rows(exports.moodle([final(), final("bob")], people)) == [
        ["Username", "Email address", NAME],
        ["ada", "ada@example.org", "4.25"],
        ["bob", "", "4.25"],
    ]


@pytest.mark.parametrize("write", exports.FORMATS.values())
def test_learning_platforms_get_final_scores_of_one_assignment_alone(write):
    with pytest.raises(ValueError, match="no final score yet, so not for import: bob"):
        write([final(), settle(result("bob"))], {})
    with pytest.raises(ValueError, match=r"one assignment, these are 2: \['01_small', '02_other'"):
        write([final(), final(assignment="02_other")], {})


@pytest.fixture
def course(tmp_path):
    """A course folder with one final and one open result, and a late policy."""
    folder = tmp_path / "course"
    done = result("ada", tasks=[task("double", "code", 3.0, 3.0)])
    for one in (done, result("bob")):
        records.save(folder, one, who="grader")
    with gradebook.open_book(folder) as book:
        book.register(released(tmp_path))
        with database.connect(folder) as nbgrader:
            nbgrader.add_student("ada", first_name="Ada", last_name="Lovelace")
    (folder / "policy.toml").write_text(
        "percent_per_day = 10\n[due]\n01_small = 2026-11-19T12:00:00Z\n"
    )
    return folder


def run(*arguments):
    return CliRunner().invoke(grades.app, [str(argument) for argument in arguments])


def test_the_command_writes_grades_less_what_being_late_costs(course, tmp_path):
    out = tmp_path / "grades.csv"
    done = run("export", "--course", course, "--out", out)
    assert done.exit_code == 0, done.output
    assert "in the file, not final: bob (01_small)" in done.output
    ada, bob = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (ada["score"], ada["penalty"], ada["status"]) == ("2.3", "0.7", "graded")
    assert bob["status"] == "needs review"
    assert audit.events(course)[-1]["what"] == "export"


@pytest.mark.parametrize("format", ["canvas", "moodle"])
def test_the_command_leaves_out_what_is_not_final(course, tmp_path, format):
    out = tmp_path / "import.csv"
    done = run("export", "--course", course, "--format", format, "--out", out)
    assert done.exit_code == 0, done.output
    assert "left out, not final: bob" in done.output
    assert "bob" not in out.read_text()
    assert ("Lovelace" in out.read_text()) == (format == "canvas")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "excel"], "choose from csv, canvas, moodle"),
        (["02_other"], "there are results of 01_small"),
        (["--course", "elsewhere"], "there is no course folder elsewhere"),
        (["--course", __file__], "there is no course folder"),
        (["--out", "/proc/x.csv"], "/proc/"),
        (["--out", "/"], "/"),
    ],
)
def test_the_command_explains_what_is_wrong(course, tmp_path, arguments, says):
    done = run("export", "--course", course, "--out", tmp_path / "x.csv", *arguments)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert says in done.output
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("command", [["export"], ["feedback"], ["similar", NAME], ["audit"]])
@pytest.mark.parametrize("damaged", ["gradebook.db", "policy.toml", "reports", "audit.jsonl"])
def test_no_damage_to_the_course_folder_ends_in_a_traceback(course, tmp_path, command, damaged):
    path = course / damaged
    if path.is_file():
        path.unlink()
    if damaged in ("policy.toml", "audit.jsonl"):
        path.mkdir()
    else:
        path.write_text("damaged")
    done = run(*command, "--course", course, *(["--out", tmp_path / "x"] * (command == ["export"])))
    assert done.exception is None or type(done.exception) is SystemExit


def test_paths_are_no_markup(course, tmp_path):
    done = run("export", "--course", course, "--out", tmp_path / "[" / "bold]" / "[b].csv")
    assert done.exit_code == 0, done.output
    assert "/[/bold]/[b].csv" in done.output


def test_the_command_says_which_policy_or_result_is_damaged(course, tmp_path):
    (course / "policy.toml").write_text("percent_per_day = 200")
    assert "from 0 to 100" in run("export", "--course", course).output
    records.path_of(course, NAME, "ada").write_text("{")
    done = run("export", "--course", course)
    assert done.exit_code == 1
    assert "ada.json is damaged" in done.output


def test_the_audit_command_tells_untouched_from_changed(course):
    done = run("audit", "--course", course)
    assert done.exit_code == 0
    assert "as written" in done.output
    assert audit.events(course)[-1]["hash"] in done.output
    path = records.path_of(course, NAME, "ada")
    path.write_text(path.read_text().replace("3.0", "9.0"))
    done = run("audit", "--course", course, "--last", 0)
    assert done.exit_code == 1
    assert "ada.json is not the result that audit.jsonl tells of" in done.output
