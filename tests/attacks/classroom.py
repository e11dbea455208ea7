"""A class whose work is graded: a private course folder, honest students, and attackers."""

import json
from functools import cache

from nbformat.v4 import new_code_cell

from dlcourse.grading.exercises import exercise, release
from tests.attacks.attack import SETUP

NAME = "01_doubling"
# What no student may ever see: a line of the hidden checks, and a number that one of them wants.
CHECK_TEXT = "nobody but the grader reads this line"
WANTED = 90_210_417
# What no other student may see: it stands in the work of all honest ones.
HONEST_TEXT = "the thoughts of an honest student"

SOURCE = f'''# %% [markdown]
# # Exercises: Doubling
#
# A function, a number, an explanation.

# %%
import numpy as np

# %% solution="double"
def double(x):
    """Return two times x; ValueError for a text."""
    ### BEGIN SOLUTION
    if isinstance(x, str):
        raise ValueError("no text")
    return 2 * x
    ### END SOLUTION


# %% check="double" points=4
assert double(1) == 2, "double(1) should be 2"
### BEGIN HIDDEN TESTS
# {CHECK_TEXT}
@check(1, "zero comes out wrong")
def zero(ask, rng):
    equal(ask("double(0)"), 0)


@check(1, "arrays come out wrong")
def arrays(ask, rng):
    x = rng.normal(size=(3, 4)) + 5
    near(ask("double(x)", x=x), 2 * x)


@check(1, "lists come out wrong")
def lists(ask, rng):
    x = rng.integers(1, 10**6, size=5).tolist()
    equal(ask("[double(one) for one in x]", x=x), [2 * one for one in x])


@check(1, "a text must raise ValueError")
def texts(ask, rng):
    x = rng.normal() + 5
    near(ask("double(x)", x=x), 2 * x)
    raises("ValueError", ask, "double(x)", x="text")


### END HIDDEN TESTS

# %% solution="parameters"
parameters = None
### BEGIN SOLUTION
parameters = {WANTED}
### END SOLUTION

# %% check="parameters" points=2
assert parameters is not None, "count them"
### BEGIN HIDDEN TESTS
@check(2, "not the number of parameters")
def exact(ask, rng):
    equal(ask("parameters"), {WANTED})
### END HIDDEN TESTS

# %% [markdown] answer="why" points=2
# ## Why?
#
# Why is it worth while to double a number?
#
# ### BEGIN SOLUTION
# One point for a reason.
# ### END SOLUTION
'''

SOLVED = {
    "double": f"""def double(x):
    if isinstance(x, str):
        raise ValueError("no text")  # {HONEST_TEXT}
    return x + x""",
    "parameters": f"parameters = {WANTED}",
    "why": f"## Why?\n\nWhy is it worth while to double a number?\n\nSo say {HONEST_TEXT}.",
}
# Right for zero alone. The kind of the error, which a student is told, says whether an attack got
# hold of anything.
LOOT = "LookupError"
WRONG = {
    "double": f"""def double(x):
    if isinstance(x, int) and x == 0:
        return 0
    raise ({LOOT} if globals().get("loot") else ArithmeticError)""",
    "parameters": "parameters = 1",
    "why": "## Why?\n\nWhy is it worth while to double a number?\n\nI do not know.",
}


def course(folder):
    """Write the exercise into the course folder, and return it."""
    path = folder / "exercises" / f"{NAME}.py"
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE, encoding="utf-8")
    return exercise.load(path, private=True)


@cache
def _blank(of):
    return json.dumps(release.released(of))


def notebook(of, answers):
    """Return the students' notebook with these answers filled in, as JSON has it."""
    found = json.loads(_blank(of))
    for cell in found["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    return found


def attacked(of, attack, world, grader):
    """Return the notebook with the wrong answers, and beside them an attack as a student's cells.

    `grader` is the number of the process that grades.
    """
    found = notebook(of, WRONG)
    setup = SETUP.format(world=str(world.folder), port=world.port, grader=grader)
    ids = [cell["id"] for cell in found["cells"]]
    place = ids.index(f"{NAME}-double") + attack.after
    found["cells"][place:place] = [dict(new_code_cell(text)) for text in (setup, attack.code)]
    return found


def hand_in(folder, student, work):
    """Put a notebook, or the bytes of one, where a class hands in."""
    path = folder / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(work if isinstance(work, bytes) else json.dumps(work).encode())
