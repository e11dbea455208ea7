import csv
import io
import random
import re

from bs4 import BeautifulSoup
from typer.testing import CliRunner

from dlcourse.cli import grades
from dlcourse.grading.results import gradebook, records, similar, tokens
from tests.grading.course_folder import NAME, answers, released, result, small

STARTER = '''def product(a, b):
    """Return the product of two matrices, computed with loops."""
    # YOUR CODE HERE
    raise NotImplementedError("your code is missing here")
'''
HEAD = STARTER.split("    # YOUR")[0]
LOOPS = (
    HEAD
    + """    rows, columns = a.shape[0], b.shape[1]
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(a.shape[1]):
                total += a[i, k] * b[k, j]
            out[i, j] = total
    return out
"""
)
RENAMED = (
    HEAD
    + """    # my own idea!!
    n, m = a.shape[0], b.shape[1]
    result = np.zeros((n, m))

    for x in range(n):
        for y in range(m):
            s = 0.0  # start
            for z in range(a.shape[1]):
                s += a[x, z] * b[z, y]
            result[x, y] = s
    return result
"""
)
OTHER = (
    HEAD
    + """    columns = list(zip(*b))
    lines = []
    for row in a:
        lines.append([sum(x * y for x, y in zip(row, column)) for column in columns])
    if not lines:
        raise ValueError(f"an empty matrix of shape {len(a)}")
    return np.array(lines, dtype=float)
"""
)
WORDS = (
    "A bias lets the unit move its boundary away from the origin, because without it the output "
    "is zero whenever every input is zero, and no weight can ever change that."
)


def compare(threshold=similar.THRESHOLD, answers=None, **code):
    texts = {student: {"product": source} for student, source in code.items()}
    return similar.compare(texts, answers or {}, {"product": STARTER}, threshold)


def test_a_copy_with_other_names_comments_and_blank_lines_is_found():
    (pair,) = compare(ada=LOOPS, bob=RENAMED, eve=OTHER)
    assert pair.students == ("ada", "bob")
    (match,) = pair.matches
    assert match.similarity == 1.0
    assert not match.same_text


def test_own_work_is_not_reported_and_the_same_text_is_told():
    assert compare(ada=LOOPS, eve=OTHER) == []
    (pair,) = compare(ada=LOOPS, bob=LOOPS.replace("\n", "\r\n") + "\n")
    assert pair.matches[0].same_text


def test_the_starter_code_alone_is_not_alike():
    assert compare(ada=STARTER, bob=STARTER) == []
    long_starter = LOOPS.replace("return out", 'raise NotImplementedError("missing")')
    texts = {s: {"t": long_starter.replace("total = 0.0", f"{s} = 1")} for s in ("ada", "bob")}
    assert similar.compare(texts, {}, {"t": long_starter}) == []


def test_what_everybody_writes_alike_does_not_count():
    same = {f"s{number}": LOOPS for number in range(6)}
    assert compare(**same) == []
    assert len(compare(ada=LOOPS, bob=LOOPS)) == 1  # two alone say nothing of what is usual


def test_copies_stand_out_of_a_class_and_the_most_striking_come_first():
    rng = random.Random(1)
    words = ["+", "-", "*", "(a)", "[0]", ".sum()", "max", "min", "len", "abs", "1", "2"]
    own = {f"s{n}": "x = " + " ".join(rng.choices(words, k=80)) for n in range(8)}
    part = own["s1"].rsplit(" ", 8)[0] + " abs abs abs abs abs abs abs abs"
    pairs = compare(**own, copy=own["s0"], partly=part)
    assert [pair.students for pair in pairs] == [("copy", "s0"), ("partly", "s1")]
    assert pairs[0].weight > pairs[1].weight > 0


def test_short_tasks_are_not_compared():
    assert compare(ada="parameters = 407_050", bob="parameters = 407_050") == []


def test_answers_in_words_are_compared_without_the_question():
    question = "## Why?\n\n" + "Explain at length what a layer could not learn without a bias. " * 5
    own = "It is a shift. " * 12
    texts = {
        "ada": {"why": f"{question}\n\n{WORDS}"},
        "bob": {"why": f"{question}\n\n{WORDS.upper()} Yes!"},
        "eve": {"why": f"{question}\n\n{own}"},
    }
    (pair,) = similar.compare({}, texts, {"why": question})
    assert pair.students == ("ada", "bob")
    assert pair.matches[0].words


def test_code_that_is_no_python_is_compared_too():
    broken = LOOPS.replace("for i in range(rows):", "for i in range(rows:") + "\n'''"
    (pair,) = compare(ada=broken, bob=RENAMED)
    assert pair.matches[0].similarity > 0.9


def test_placeholders_stand_for_what_can_be_renamed_and_library_names_stay():
    found = [token.text for token in tokens.of_code('total = np.sum(x, "axis") + len(f"{y}a")')]
    assert "".join(found[:6]) == "v=v.sum("
    assert {"total", "np", "x", "axis"}.isdisjoint(found)
    assert {"len", "sum", "s"} <= set(found)


def test_very_long_work_is_cut_and_takes_no_time():
    huge = "\n".join(f"x{n} = {n} + (" for n in range(100_000))
    (pair,) = compare(ada=huge, bob=huge)
    assert pair.matches[0].tokens <= 2_000


def test_the_page_marks_what_is_alike_and_nothing_comes_alive():
    hostile = "</pre><script>alert(1)</script>"
    code = {"<b>ada</b>": LOOPS, "=bob": RENAMED.replace("my own idea!!", hostile)}
    pairs = similar.compare({s: {"product": c} for s, c in code.items()}, {}, {"product": STARTER})
    html = BeautifulSoup(similar.page(NAME, pairs, {"product": STARTER}, 2), "html.parser")
    assert not html.find_all(["script", "b", "a"])
    assert hostile in html.get_text()
    left, right = html.find_all("pre")
    assert "for i in range(rows):" in [mark.text.strip() for mark in left.find_all("mark")]
    assert "for x in range(n):" in [mark.text.strip() for mark in right.find_all("mark")]
    assert "def product(a, b):" not in [mark.text for mark in html.find_all("mark")]
    assert left.text.strip("\n") == LOOPS.strip("\n")


def test_the_page_says_how_many_pairs_it_leaves_out():
    code = {f"s{n}": LOOPS for n in range(3)}
    pairs = compare(**code)
    text = BeautifulSoup(similar.page(NAME, pairs, {}, 3, most=1), "html.parser").get_text()
    assert "3 pairs alike; the 1 most striking are shown" in re.sub(r"\s+", " ", text)


def test_the_table_can_be_read_back_and_holds_no_formula():
    pairs = similar.compare(
        {"=ada": {"product": LOOPS}, "bob": {"product": RENAMED}}, {}, {"product": STARTER}
    )
    (row,) = csv.DictReader(io.StringIO(similar.table(NAME, pairs)))
    assert (row["student"], row["other"], row["task"]) == ("'=ada", "bob", "product")
    assert (float(row["similarity"]), row["same_text"]) == (1.0, "False")


def test_the_command_writes_both_and_keeps_them_out_of_the_students_folders(tmp_path):
    course = tmp_path / "course"
    small(course / "exercises")
    with gradebook.open_book(course) as book:
        book.register(released(tmp_path))
        for student in ("ada", "bob"):
            done = result(student)
            done["tasks"][2]["answer"] = WORDS
            records.save(course, done)
            book.write(done, {**answers(), "double": LOOPS})
    done = CliRunner().invoke(grades.app, ["similar", NAME, "--course", str(course)])
    assert done.exit_code == 0, done.output
    (table,) = course.glob("reports/similar-*.csv")
    with table.open(newline="") as file:
        assert {row["task"] for row in csv.DictReader(file)} == {"double", "why"}
    assert table.with_suffix(".html").is_file()
    done = CliRunner().invoke(grades.app, ["similar", "99_none", "--course", str(course)])
    assert done.exit_code == 1
    assert f"there are results of {NAME}" in done.output
