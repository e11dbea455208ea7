"""What hidden checks are written with, and how a task's points come about."""

import pickle

import numpy as np
import pytest

from dlcourse.grading.running.checks import AskError, Wrong, equal, near, raises, run_checks
from tests.grading.conftest import asking


def results(exercise, *sources, task="matmul", seed=7):
    code = "\n".join(sources)
    return run_checks(exercise.task(task), asking(*sources), seed, lambda task: code)


def solutions(exercise):
    return [cell.solved for cell in exercise.cells if cell.kind in ("given", "solution")]


class TestNear:
    @pytest.mark.parametrize(
        ("got", "wanted"),
        [
            (1.0000001, 1),
            ([1, 2], np.array([1.0, 2.0])),
            (np.float32([[1.5]]), [[1.5]]),
            (np.array([np.nan, np.inf]), [np.nan, np.inf]),
            (np.array([True, False]), [True, False]),
            ([1, 0], np.array([True, False])),
            (1 + 2j, 1 + 2j),
            (np.zeros((0, 3)), np.zeros((0, 3))),
        ],
    )
    def test_equal_but_for_rounding(self, got, wanted):
        near(got, wanted)

    @pytest.mark.parametrize(
        ("got", "wanted", "message"),
        [
            (1.1, 1, "^the number is wrong$"),
            ([1, 2.1, 3.1], [1, 2, 3], "^2 of 3 numbers are wrong$"),
            (
                np.ones((2, 3)),
                np.ones((3, 2)),
                r"shape \(2, 3\) came out where \(3, 2\) was wanted",
            ),
            ([1], 1, r"shape \(1,\) came out where \(\) was wanted"),
            (np.nan, 1, "the number is wrong"),
            (np.inf, -np.inf, "the number is wrong"),
            (None, 1, "None came out where numbers were wanted"),
            ("1", 1, "a text came out"),
            ({"a": 1}, 1, "a dictionary came out"),
            ([1, [2, 3]], [1, 2], "rows of different lengths"),
            ([1, None], [1, 2], "a list came out"),
            (np.array([True, False]), [1, 0], "truth values came out where numbers were wanted"),
            (10**30, 1, "wrong|numbers were wanted"),
        ],
    )
    def test_anything_else_is_wrong(self, got, wanted, message):
        with pytest.raises(Wrong, match=message):
            near(got, wanted)

    def test_the_sizes_of_an_empty_array_are_not_told(self):
        with pytest.raises(Wrong, match=r"^an empty array came out where \(2,\) was wanted$"):
            near(np.zeros((0, 271828)), [1, 2])

    def test_tolerances_are_the_checks_own(self):
        near(1.05, 1, rtol=0.1)
        with pytest.raises(Wrong):
            near(1.05, 1)


class TestEqual:
    @pytest.mark.parametrize(
        ("got", "wanted"),
        [
            (3, 3.0),
            ([2, 3], (2, 3)),
            (np.array([[1, 2]]), [[1, 2]]),
            ([[1, 2]], np.array([[1, 2]])),
            ({"a": [1]}, {"a": (1,)}),
            ("text", "text"),
            (None, None),
            (True, np.bool_(True)),
            (float("nan"), float("nan")),
        ],
    )
    def test_the_same(self, got, wanted):
        equal(got, wanted)

    @pytest.mark.parametrize(
        ("got", "wanted", "message"),
        [
            (401_921, 401_920, "^not the number that was wanted$"),
            (True, 1, "a truth value came out where a number was wanted"),
            (1, True, "a number came out where a truth value was wanted"),
            (None, 1, "None came out: is something not filled in"),
            (1, None, "a number came out where None was wanted"),
            ([1, 2], [1, 2, 3], "not the list"),
            ([True], [1], "not the list"),
            ({"a": 1}, {"b": 1}, "not the dictionary"),
            ("b", "a", "not the text"),
        ],
    )
    def test_anything_else_is_wrong(self, got, wanted, message):
        with pytest.raises(Wrong, match=message):
            equal(got, wanted)

    def test_messages_do_not_give_the_answer_away(self):
        for compare, wanted in ((equal, 401_920), (near, 401_920), (equal, "secret")):
            for got in (1, None, "x", [1]):
                with pytest.raises(Wrong) as raised:
                    compare(got, wanted)
                assert str(wanted) not in str(raised.value)


class TestRaises:
    def test_the_wanted_error(self):
        raises("ValueError", asking(), "int(text)", text="x")

    def test_another_error(self):
        with pytest.raises(Wrong, match="TypeError was raised where ValueError was wanted"):
            raises("ValueError", asking(), "int([])")

    def test_no_error(self):
        with pytest.raises(Wrong, match="no error was raised; ValueError was wanted"):
            raises("ValueError", asking(), "int('1')")


def test_an_ask_error_survives_pickling():
    error = pickle.loads(pickle.dumps(AskError("ValueError", "inner sizes differ", "line 3")))
    assert (error.kind, error.told) == ("ValueError", "line 3")
    assert str(error) == "ValueError: inner sizes differ"
    assert str(AskError("Timeout")) == "Timeout"


class TestRunChecks:
    @pytest.mark.parametrize("task", ["matmul", "params"])
    def test_the_solution_gets_all_points(self, small, task):
        result = results(small, *solutions(small), task=task)
        assert (result.points, result.messages, result.faults) == (result.max_points, [], [])

    @pytest.mark.parametrize("task", ["matmul", "params"])
    def test_a_blank_notebook_gets_none(self, small, task):
        blank = [cell.blank for cell in small.cells if cell.kind in ("given", "solution")]
        result = results(small, *blank, task=task)
        assert result.points == 0
        assert len(result.messages) == {"matmul": 3, "params": 1}[task]
        assert not result.needs_review

    def test_each_check_counts_for_itself(self, small):
        code = "import numpy as np\ndef naive_matmul(a, b):\n    return np.dot(a, b)"
        result = results(small, code)
        assert result.points == 2
        assert result.messages == ["the loops should be your own (the code uses dot, "
                                   "which does the loops for you)"]  # fmt: skip

    def test_later_checks_run_after_a_failed_one(self, small):
        code = "def naive_matmul(a, b):\n    if len(a) == 3: return a @ a.T\n    return a"
        result = results(small, code)
        assert result.points == 0
        assert result.messages == [
            "matrices of other shapes give wrong numbers "
            "(shape (3, 3) came out where (3, 2) was wanted)",
            "a wrong inner size must raise ValueError "
            "(shape (2, 3) came out where (2, 2) was wanted)",
            "the loops should be your own (the code uses @, which does the loops for you)",
        ]

    def test_of_an_error_only_what_may_be_told_is_told(self, small):
        def ask(code, **inputs):
            raise AskError("KeyError", f"the message holds {inputs}", "in the line " + 999 * "x")

        result = run_checks(small.task("matmul"), ask, 7)
        start = (
            "matrices of other shapes give wrong numbers (your code ended in KeyError: in the line"
        )
        assert result.messages[0].startswith(f"{start} xxx")
        assert "holds" not in "".join(result.messages)
        assert len(result.messages[0]) < 400
        assert not result.needs_review

    @pytest.mark.parametrize(
        "broken",
        [
            "1 / 0",
            "ask('naive_matmul(a, a)', a=np.eye(2))[0]['x']",
            "undefined",
            "near(1)",
            "raise OSError",
        ],
    )
    def test_a_check_that_breaks_is_the_graders_fault(self, variant, broken):
        exercise = variant('    near(ask("naive_matmul(a, b)", a=a, b=b), a @ b)', f"    {broken}")
        result = results(exercise, *solutions(exercise)[:-1])
        assert (result.points, result.messages) == (2, [])
        assert result.needs_review
        (fault,) = result.faults
        line = exercise.path.read_text().splitlines().index(f"    {broken}") + 1
        assert "'matrices of other shapes give wrong numbers' is broken" in fault
        assert f"(line {line} of the exercise's source)" in fault

    def test_checks_that_do_not_even_start_are_the_graders_fault(self, variant):
        exercise = variant("shortcuts = {", "shortcuts = undefined = {} | no_such_name, {")
        result = results(exercise, *solutions(exercise))
        assert (result.points, result.messages) == (0, [])
        assert "the hidden checks do not run: NameError" in result.faults[0]
        assert "of the exercise's source" in result.faults[0]

    def test_an_assertion_in_a_check_is_the_students_mistake(self, variant):
        exercise = variant(
            'equal(ask("parameters"), 401_920)', 'assert ask("parameters") == 401_920, "count"'
        )
        result = results(exercise, "parameters = 1", task="params")
        assert result.messages == ["not the number of weights and biases (count)"]
        assert not result.needs_review

    def test_the_seed_decides_the_inputs(self, small):
        def inputs(seed):
            seen = []

            def ask(code, **values):
                seen.append(values["a"])
                raise AskError("Timeout")

            run_checks(small.task("matmul"), ask, seed)
            return seen[0]

        assert (inputs(1) == inputs(1)).all()
        assert (inputs(1) != inputs(2)).all()

    def test_no_check_depends_on_what_another_drew(self, variant):
        draw = "    ask('number', number=rng.random())"
        first = '    near(ask("naive_matmul(a, b)", a=a, b=b), a @ b)'
        second = '    near(ask("naive_matmul(a, b)", a=np.ones((2, 3)), '
        numbers = []
        for more in ("", "    rng.normal(size=10)\n"):
            exercise = variant(first, f"{more}{draw}\n{first}")
            path = exercise.path
            path.write_text(path.read_text().replace(second, f"{draw}\n{second}"))
            from dlcourse.grading.exercises import exercise as exercises

            seen = []

            def ask(code, number=None, seen=seen, **_):
                seen.append(number)
                return 0

            run_checks(exercises.load(path).task("matmul"), ask, 5)
            numbers.append([number for number in seen if number is not None])
        assert numbers[0][0] != numbers[1][0]
        assert numbers[0][1] == numbers[1][1]

    def test_words_have_no_checks_to_run(self, small):
        with pytest.raises(ValueError, match="'why' is graded by hand"):
            results(small, task="why")

    def test_the_result_is_plain_data(self, small):
        result = results(small, task="params").as_dict()
        assert result == {
            "id": "params",
            "points": 0,
            "max_points": 2,
            "messages": ["not the number of weights and biases (your code ended in NameError)"],
            "faults": [],
            "needs_review": False,
        }
