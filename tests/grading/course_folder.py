"""A small exercise and results of it, for the tests of what happens after grading."""

import hashlib
from pathlib import Path

from nbformat import NotebookNode

from dlcourse.grading.exercises import exercise, release

NAME = "01_small"
HIDDEN = "the secret of the hidden check"
RUBRIC = "one point for the origin"

SOURCE = f'''# %% [markdown]
# # Exercises: Small
#
# A function, a number, an explanation.

# %% solution="double"
def double(x):
    """Return two times x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="double" points=3
assert double(1) == 2, "double(1) should be 2"
print("The visible checks pass. Grading tries more inputs.")
### BEGIN HIDDEN TESTS
@check(3, "{HIDDEN}")
def secret(ask, rng):
    equal(ask("double(21)"), 42)
### END HIDDEN TESTS

# %% solution="params"
parameters = None
### BEGIN SOLUTION
parameters = 7
### END SOLUTION

# %% check="params" points=2
assert parameters is not None, "count them"
print("The visible checks pass. Grading looks at the number.")
### BEGIN HIDDEN TESTS
@check(2, "not the number")
def exact(ask, rng):
    equal(ask("parameters"), 7)
### END HIDDEN TESTS

# %% [markdown] answer="why" points=2
# ## Why?
#
# Why has a layer a bias?
#
# ### BEGIN SOLUTION
# {RUBRIC}
# ### END SOLUTION
'''


def small(folder: Path) -> exercise.Exercise:
    """Write the exercise into `folder` and load it."""
    path = folder / f"{NAME}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE, encoding="utf-8")
    return exercise.load(path, private=True)


def released(folder: Path) -> NotebookNode:
    """Return the students' notebook of the exercise."""
    return release.released(small(folder))


def answers(student: str = "ada") -> dict[str, str]:
    """Return a student's cells by task."""
    return {
        "double": f'def double(x):\n    """Return two times x."""\n    return x + x  # {student}',
        "params": "parameters = 7",
        "why": f"## Why?\n\nWhy has a layer a bias?\n\nTo move the boundary, says {student}.",
    }


def result(student: str = "ada", double: float = 3.0, work: str = "", **changes: object) -> dict:
    """Return a result as the grader makes it; `work` tells one submission from the next."""
    digest = hashlib.sha256(f"{student}{work}".encode(errors="replace")).hexdigest()
    wrong = [] if double == 3 else ["double of other numbers is wrong: got 3, wanted 4"]
    return {
        "student": student,
        "assignment": NAME,
        "attempt": 1,
        "status": "graded",
        "score": double + 2.0,
        "max_score": 7.0,
        "tasks": [
            task("double", "code", double, 3.0, wrong),
            task("params", "value", 2.0, 2.0),
            task("why", "words", None, 2.0, answer=answers(student)["why"]),
        ],
        "notes": [],
        "review": [],
        "level": "bubblewrap",
        "exit_reason": "ok",
        "submission_hash": digest,
        "checks_hash": "c" * 64,
        "submitted": "2026-11-20T10:00:00+00:00",
        "graded": "2026-11-21T10:00:00+00:00",
    } | changes


def task(
    id: str,
    kind: str,
    points: float | None,
    max_points: float,
    messages: list[str] | None = None,
    answer: str | None = None,
) -> dict:
    """Return what a result says of one task."""
    return {
        "id": id,
        "kind": kind,
        "points": points,
        "max_points": max_points,
        "messages": messages or [],
        "answer": answer,
    }
