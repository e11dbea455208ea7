"""What can be run is found by name, and is plain data."""

import json
import pickle

import pytest

from dlcourse.course import catalogue, work


def test_all_chapters_are_found_where_nothing_is_named():
    found = work.find(None)
    assert [each.name for each in found] == [chapter.name for chapter in catalogue.chapters()]
    assert not any(each.exercise or each.problem for each in found)


@pytest.mark.parametrize("name", ["exercises/01_tensors", "exercises/tensors", "exercises/01"])
def test_an_exercise_has_its_solutions_and_visible_checks_in_place(name):
    (exercise,) = work.find([name])
    assert exercise.name == "exercises/01_tensors"
    cells = json.loads(exercise.notebook)["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "assert" in code
    assert "NotImplementedError" not in code
    assert "HIDDEN TESTS" not in code


def test_chapters_and_exercises_can_be_mixed_and_come_once():
    found = work.find(["exercises", "03", "mnist", "exercises/mnist"])
    assert [each.name for each in found if not each.exercise] == ["03_mnist"]
    exercises = [each.name for each in found if each.exercise]
    assert len(exercises) == len(set(exercises)) > 5


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("minst", "no chapter is called 'minst'. Did you mean 'mnist'"),
        ("exercises/minst", "no exercise is called 'minst'. Did you mean 'mnist'"),
    ],
)
def test_a_wrong_name_gets_the_nearest(name, hint):
    with pytest.raises(ValueError, match=hint):
        work.find([name])


def test_a_request_can_be_sent_to_another_machine(small):
    request = pickle.loads(pickle.dumps(small.request()))
    assert request.work.notebook == small.request().work.notebook
    assert request.ranges("none")["answer"].max == 43


def test_a_broken_source_is_a_problem_of_its_own(small):
    small.write("# %% [markdown]\n# # Title\n# It says {{unknown}}.\n")
    assert "quotes {{unknown}}" in small.request().work.problem
    assert small.request().ranges("none") == {}


def test_a_broken_exercise_is_a_problem_of_its_own(tmp_path):
    path = tmp_path / "01_small.py"
    path.write_text("# %% [markdown]\n# # Title\n\n# %% colour=3\n1\n")
    assert "01_small.py:4: cannot read colour" in work.of_exercise(path).problem


def test_only_chapters_take_parameters(small):
    chapter = small.request(seed=7)
    exercise = work.Request(
        work.Work("exercises/x", "X", "{}", work.NO_RESULTS), "torch", "cpu", "quick"
    )
    assert chapter.parameters["seed"] == 7
    assert exercise.parameters == {}
    assert exercise.environment["DLCOURSE_BACKEND"] == "torch"
    assert exercise.environment["KERAS_BACKEND"] == "torch"
    assert exercise.environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert exercise.stem == "exercises-x-torch-cpu-quick"
