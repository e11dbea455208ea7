"""Exercise sources: what they hold, and what is wrong in them."""

import pytest

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises.cells import ExerciseError
from tests.grading.conftest import SMALL

TITLE = "# %% [markdown]\n# # Exercises: Small\n\n"
SOLUTION = (
    '# %% solution="f"\ndef f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n\n'
)
CHECK = """# %% check="f" points=2
assert f(1) == 1
### BEGIN HIDDEN TESTS
@check(2, "wrong")
def numbers(ask, rng):
    equal(ask("f(3)"), 3)
### END HIDDEN TESTS

"""
ANSWER = """# %% [markdown] answer="why" points=2
# Why?
# ### BEGIN SOLUTION
# So.
# ### END SOLUTION
"""


def test_tasks_say_what_they_are(small):
    assert [(task.id, task.kind, task.points) for task in small.tasks] == [
        ("matmul", "code", 3),
        ("params", "value", 2),
        ("why", "words", 2),
    ]
    assert [sorted(task.names) for task in small.tasks] == [["naive_matmul"], ["parameters"], []]
    assert (small.name, small.title, small.points) == ("01_small", "Exercises: A small set", 7)


def test_each_cell_knows_its_line(small):
    lines = SMALL.read_text().splitlines()
    assert all(lines[cell.line - 1].startswith("# %%") for cell in small.cells)
    assert lines[small.task("params").cell.line - 1] == '# %% solution="params"'


def test_blank_and_solved_versions_of_code(small):
    cell = small.task("matmul").cell
    assert cell.blank.splitlines()[-2:] == [
        "    # YOUR CODE HERE",
        '    raise NotImplementedError("your code is missing here")',
    ]
    assert "np.zeros" in cell.solved
    assert "SOLUTION" not in cell.solved + cell.blank


@pytest.mark.parametrize(
    ("default", "replaced"),
    [
        ("answer = None", False),
        ("answer: int = None", False),
        ("a, b = None, None", False),
        ('shapes = {\n    "dense": None,\n    "conv": [None, None],\n}  # fill in', False),
        ("answer = None\n# a comment\n", False),
        ("pass", False),
        ("answer = 0", True),
        ("answer = None\nother = 1", True),
        ("if True:\n    answer = None", True),
        ("def f():\n    pass", True),
        ("shapes = {}", True),
    ],
)
def test_a_default_before_a_solution_stands_for_it(write, default, replaced):
    source = f'# %% solution="f"\n{default}\n### BEGIN SOLUTION\nanswer = 1\n### END SOLUTION\n\n'
    cell = exercises.load(write(TITLE + source + CHECK)).task("f").cell
    assert ("NotImplementedError" in cell.blank) is replaced
    assert "answer = 1" not in cell.blank


def test_a_default_counts_only_at_the_indentation_of_the_solution(write):
    source = """# %% solution="f"
def f(x):
    best = None
    for item in x:
        ### BEGIN SOLUTION
        best = item
        ### END SOLUTION
    ### BEGIN SOLUTION
    return best
    ### END SOLUTION

"""
    blank = exercises.load(write(TITLE + source + CHECK)).task("f").cell.blank
    assert blank.count("        raise NotImplementedError") == 1
    assert blank.count("raise NotImplementedError") == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (TITLE + SOLUTION + CHECK + SOLUTION, 18, r"task 'f': the same again; see line 4"),
        (TITLE + SOLUTION + CHECK + CHECK, 18, "checks 'f': the same again"),
        (TITLE + SOLUTION + CHECK + ANSWER + ANSWER, 23, "task 'why': the same again"),
        (TITLE + SOLUTION, 4, 'solution="f" has no cell check="f"'),
        (TITLE + CHECK + SOLUTION, 4, 'no cell with solution="f" before it'),
        (TITLE + SOLUTION + CHECK.replace("points=2", "points=3"), 10, "2 points in all.*points=3"),
        (
            TITLE + SOLUTION.replace("    ### END SOLUTION\n", "") + CHECK,
            6,
            "has no 'END SOLUTION'",
        ),
        (TITLE + SOLUTION.replace("### END", "### BEGIN") + CHECK, 8, "inside the SOLUTION region"),
        (TITLE + SOLUTION.replace("### BEGIN", "# Begin") + CHECK, 6, "nearly a delimiter"),
        (TITLE + SOLUTION.replace("return x", "return x  # end solution") + CHECK, 7, "nearly"),
        (
            TITLE + SOLUTION + CHECK + "# %%\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n",
            19,
            "HIDDEN TESTS region in a cell that is given",
        ),
        (
            TITLE + SOLUTION.replace("SOLUTION", "HIDDEN TESTS") + CHECK,
            6,
            "HIDDEN TESTS region in a cell that is solution",
        ),
        (
            TITLE + SOLUTION + CHECK.replace("HIDDEN TESTS", "SOLUTION"),
            12,
            "in a cell that is check",
        ),
        (TITLE + '# %% solution="f"\nf = 1\n\n' + CHECK, 4, "needs a region ### BEGIN SOLUTION"),
        (TITLE + SOLUTION + '# %% check="f" points=2\nassert f\n', 10, "one region.*HIDDEN TESTS"),
        (TITLE + SOLUTION + CHECK.replace("@check(2", "@check(two"), 14, r"write @check\(points"),
        (TITLE + SOLUTION + CHECK.replace('2, "wrong"', "2"), 14, r"write @check\(points"),
        (
            TITLE + SOLUTION + CHECK.replace('2, "wrong"', '-2, "wrong"'),
            14,
            r"write @check\(points",
        ),
        (TITLE + SOLUTION + CHECK.replace("(ask, rng)", "(ask)"), 14, r"takes \(ask, rng\)"),
        (TITLE + SOLUTION + CHECK.replace('@check(2, "wrong")\n', ""), 10, "no hidden check"),
        (
            TITLE + SOLUTION + CHECK.replace("assert f(1) == 1", "# look"),
            10,
            "nothing but comments",
        ),
        (TITLE + SOLUTION + CHECK.replace(" points=2", ""), 10, "needs points="),
        (TITLE + SOLUTION + CHECK.replace("points=2", 'points="2"'), 10, "needs points="),
        (TITLE + SOLUTION.replace('"f"', '"f" points=2') + CHECK, 4, "points= belongs to"),
        (TITLE + SOLUTION.replace('"f"', '"f" point=2') + CHECK, 4, "cannot read point"),
        (TITLE + SOLUTION.replace('"f"', "f") + CHECK, 4, "cannot read"),
        (TITLE + SOLUTION.replace('"f"', '"F 1"') + CHECK, 4, "task 'F 1': use up to 30"),
        (TITLE + ANSWER.replace("[markdown] ", ""), 4, "a cell of type code cannot be answer"),
        (TITLE + ANSWER.replace("### ", "#### "), 6, "nearly a delimiter"),
        (TITLE + SOLUTION.replace("return x", "retrun x") + CHECK, 7, "not plain Python"),
        (TITLE + "# %%\n%matplotlib inline\n" + SOLUTION + CHECK, 5, "no magics"),
        ("import numpy\n" + TITLE + SOLUTION + CHECK, 1, "must begin with '# %%"),
        (TITLE.replace("# # ", "# ") + SOLUTION + CHECK, 1, "'# # Exercises: Title'"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(write, text, line, message):
    with pytest.raises(ExerciseError, match=message) as raised:
        exercises.load(write(text))
    assert f"01_small.py:{line}: " in str(raised.value)


def test_a_check_that_code_which_always_raises_would_pass_is_refused(variant):
    valid = '    near(ask("naive_matmul(a, b)", a=np.ones((2, 3)), b=np.ones((3, 2))), '
    with pytest.raises(ExerciseError, match="refuses: code that always raises passes"):
        variant(f"{valid}np.full((2, 2), 3))\n", "")


def test_two_checks_of_one_name_are_refused(variant):
    with pytest.raises(ExerciseError, match="two hidden checks are called other_shapes"):
        variant("def refuses", "def other_shapes")


def test_all_findings_are_reported_at_once(write):
    text = TITLE + SOLUTION.replace('"f"', '"F"') + CHECK.replace("(ask, rng)", "(ask)")
    with pytest.raises(ExerciseError) as raised:
        exercises.load(write(text))
    assert len(str(raised.value).splitlines()) == 4


def test_a_file_needs_a_number_in_its_name(write):
    with pytest.raises(ExerciseError, match="must look like 01_tensors.py"):
        exercises.load(write(TITLE + SOLUTION + CHECK, "small.py"))


def test_an_unknown_task_is_named(small):
    with pytest.raises(KeyError, match="01_small has no task 'matrix'"):
        small.task("matrix")


def test_hidden_checks_come_in_order_from_a_fresh_namespace(small):
    task = small.task("matmul")
    found = exercises.hidden_checks(task, str)
    assert [check.points for check in found] == [1, 1, 1]
    assert found[1].message == "a wrong inner size must raise ValueError"
    again = exercises.hidden_checks(task, str)
    assert again[0].function.__globals__ is not found[0].function.__globals__
    assert exercises.hidden_checks(small.task("why"), str) == []


def test_hidden_checks_have_helpers_numpy_and_the_students_code(variant):
    helper = "found = calls(code_of('matmul')) | {np.__name__, len.__name__}\nshortcuts = {"
    task = variant("shortcuts = {", helper).task("matmul")
    (check, *_) = exercises.hidden_checks(task, {"matmul": "np.dot(a, b)"}.get)
    assert check.function.__globals__["found"] == {"np.dot", "numpy", "len"}


class TestFind:
    @pytest.fixture
    def public(self, write, monkeypatch, tmp_path):
        write(TITLE + SOLUTION + CHECK, "notebooks/src/exercises/01_small.py")
        write(TITLE + SOLUTION + CHECK, "notebooks/src/exercises/02_other.py")
        monkeypatch.setattr(exercises.catalogue, "root", lambda: tmp_path)

    def test_all_come_in_order(self, public):
        assert [(e.name, e.private) for e in exercises.find()] == [
            ("01_small", False),
            ("02_other", False),
        ]

    def test_the_instructors_own_come_first_and_may_be_new(self, public, write, tmp_path):
        own = TITLE.replace("Small", "Mine") + SOLUTION + CHECK
        write(own, "mine/exercises/02_other.py")
        write(own, "mine/exercises/09_new.py")
        found = exercises.find(tmp_path / "mine")
        assert [(e.name, e.title, e.private) for e in found] == [
            ("01_small", "Exercises: Small", False),
            ("02_other", "Exercises: Mine", True),
            ("09_new", "Exercises: Mine", True),
        ]

    @pytest.mark.parametrize("name", ["02_other", "other", "02"])
    def test_names_choose(self, public, name):
        assert [e.name for e in exercises.find(names=[name])] == ["02_other"]

    def test_only_what_is_asked_for_is_loaded(self, public, write):
        write("broken", "notebooks/src/exercises/03_broken.py")
        assert [e.name for e in exercises.find(names=["01"])] == ["01_small"]

    def test_an_unknown_name_is_refused_with_the_nearest(self, public):
        with pytest.raises(ValueError, match="'smal'. Did you mean 'small'"):
            exercises.find(names=["smal"])

    def test_a_number_that_two_share_names_neither(self, public, write, tmp_path):
        write(TITLE + SOLUTION + CHECK, "mine/exercises/01_more.py")
        with pytest.raises(ValueError, match="no exercise is called '01'"):
            exercises.find(tmp_path / "mine", ["01"])

    def test_without_the_courses_sources_only_the_instructors_own_are_there(
        self, monkeypatch, write, tmp_path
    ):
        def no_sources():
            raise FileNotFoundError

        monkeypatch.setattr(exercises.catalogue, "root", no_sources)
        assert exercises.find() == []
        write(TITLE + SOLUTION + CHECK, "exercises/01_small.py")
        assert [e.name for e in exercises.find(tmp_path)] == ["01_small"]

    def test_a_course_folder_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="course folder .*nowhere"):
            exercises.find(tmp_path / "nowhere")


def test_the_hash_follows_the_source(small, variant):
    assert small.source_hash != variant("401_920", "401_921").source_hash
