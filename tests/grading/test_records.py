import hashlib
import json
import multiprocessing

import pytest

from dlcourse.grading.results import audit, records
from tests.grading.course_folder import NAME, result


def test_what_is_saved_is_loaded(tmp_path):
    written = records.save(tmp_path, result("zoë", notes=["cell 3 stood twice"]), who="lovelace")
    assert written == {**result("zoë", notes=["cell 3 stood twice"]), "attempt": 1}
    assert records.load(tmp_path, NAME, "zoë") == written
    assert records.load_all(tmp_path) == records.load_all(tmp_path, NAME) == [written]
    assert records.load(tmp_path, NAME, "nobody") is None


def test_repeating_a_grading_is_no_new_attempt(tmp_path):
    for score in (1.0, 2.0):
        written = records.save(tmp_path, result(double=score))
    assert written["attempt"] == 1
    assert records.attempts(tmp_path, NAME, "ada") == [written]


def test_other_work_or_other_checks_are_a_new_attempt_and_the_old_one_is_kept(tmp_path):
    first = records.save(tmp_path, result(double=1.0))
    second = records.save(tmp_path, result(work="better"))
    third = records.save(tmp_path, result(work="better", checks_hash="d" * 64))
    assert [r["attempt"] for r in (first, second, third)] == [1, 2, 3]
    assert records.attempts(tmp_path, NAME, "ada") == [first, second, third]
    assert records.load_all(tmp_path) == [third]


def test_an_attempt_of_one_student_is_never_the_result_of_another(tmp_path):
    records.save(tmp_path, result("ada"))
    other = records.save(tmp_path, result("ada.1", double=0.0))
    records.save(tmp_path, result("ada", work="again"))
    records.save(tmp_path, result("ada", work="once more"))
    assert records.load(tmp_path, NAME, "ada.1") == other
    assert records.attempts(tmp_path, NAME, "ada.1") == [other]
    assert len(records.attempts(tmp_path, NAME, "ada")) == 3


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "a/b", "..\\up", "new\nline", "nul\0", "x" * 300, "\udcff"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    course = tmp_path / "course"
    for bad in (result(name), result(assignment=name)):
        with pytest.raises(records.RecordError, match=r"student|assignment"):
            records.save(course, bad)
    assert not course.exists()


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    records.write_text(path, "old")

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        records.write_text(path, "new", durable=True)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "damaged"), ("[]", "is no result"), (json.dumps(result("eve")), "renamed or copied")],
)
def test_a_file_that_is_no_result_is_named(tmp_path, text, says):
    records.save(tmp_path, result())
    records.path_of(tmp_path, NAME, "ada").write_text(text)
    with pytest.raises(records.RecordError, match=rf"ada\.json.*{says}"):
        records.load_all(tmp_path)


def test_the_log_says_who_did_what(tmp_path):
    records.save(tmp_path, result(), who="lovelace")
    audit.append(tmp_path, "export", who="babbage", format="csv")
    saved, exported = audit.events(tmp_path)
    assert (saved["who"], saved["what"], saved["student"]) == ("lovelace", "result", "ada")
    assert saved["submission"] == result()["submission_hash"]
    assert (exported["who"], exported["format"]) == ("babbage", "csv")
    assert audit.verify(tmp_path) == []


def _lines(course):
    return (course / audit.NAME).read_bytes().splitlines(keepends=True)


@pytest.fixture
def course(tmp_path):
    for student in ("ada", "bob", "eve"):
        records.save(tmp_path, result(student))
    assert audit.verify(tmp_path) == []
    return tmp_path


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_line_is_noticed(course, number):
    lines = _lines(course)
    lines[number] = lines[number].replace(b'"score": 5.0', b'"score": 7.0')
    (course / audit.NAME).write_bytes(b"".join(lines))
    assert audit.verify(course) == [
        f"line {number + 1} of audit.jsonl was changed after it was written"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[1]],
        lambda lines: lines[:2],  # found by the result that nothing tells of
    ],
)
def test_removed_swapped_and_repeated_lines_are_noticed(course, change):
    (course / audit.NAME).write_bytes(b"".join(change(_lines(course))))
    assert audit.verify(course)


def test_a_result_changed_by_hand_is_noticed(course):
    path = records.path_of(course, NAME, "bob")
    path.write_text(path.read_text().replace('"score": 5.0', '"score": 7.0'))
    records.path_of(course, NAME, "eve").unlink()
    records.write_text(records.path_of(course, NAME, "mallory"), json.dumps(result("mallory")))
    changed, unknown, gone = audit.verify(course)
    assert "bob.json" in changed
    assert "changed by hand" in changed
    assert "mallory.json is not in audit.jsonl" in unknown
    assert "eve.json is in audit.jsonl, but the file is gone" in gone


@pytest.mark.parametrize(
    "line",
    [
        {"what": "result", "assignment": [], "student": {}},
        {"when": 3, "who": None},
        {"what": "result", "assignment": NAME},
        {"text": "half of a character: \ud800"},
    ],
)
def test_a_forged_line_is_reported_whatever_it_holds(course, line):
    line |= {"previous": audit.events(course)[-1]["hash"]}
    line["hash"] = hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
    with (course / audit.NAME).open("a") as log:
        log.write(json.dumps(line) + "\n")
    assert audit.verify(course)
    assert all(event["when"] and event["who"] for event in audit.events(course))


def test_a_line_of_brackets_is_reported(course):
    (course / audit.NAME).write_text("[" * 100_000)
    assert "line 1 of audit.jsonl cannot be read" in audit.verify(course)[0]


def test_the_log_goes_on_after_a_line_cut_by_a_crash(course):
    path = course / audit.NAME
    path.write_bytes(path.read_bytes() + b'{"when": "2026-')
    audit.append(course, "export", who="babbage")
    assert [event["what"] for event in audit.events(course)] == ["result"] * 3 + ["export"]
    assert audit.verify(course) == [
        "line 4 of audit.jsonl cannot be read: changed, or cut by a crash"
    ]


def test_long_lines_are_chained_too(tmp_path):
    for length in (10, 200_000, 10):
        audit.append(tmp_path, "note", who="ada", text="ü" * length)
    assert audit.verify(tmp_path) == []


def _append_ten(course):
    for number in range(10):
        audit.append(course, "note", who="worker", number=number)


def test_several_processes_may_log_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append_ten, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(audit.events(tmp_path)) == 30
    assert audit.verify(tmp_path) == []
