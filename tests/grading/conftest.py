"""A small exercise, and a way to ask without a sandbox."""

import ast
from pathlib import Path

import pytest

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises.vocabulary import AskError
from tests import sandboxes

SMALL = Path(__file__).with_name("01_small.py")


@pytest.fixture(scope="session")
def bubblewrap():
    """For tests that run the strongest level of the sandbox."""
    sandboxes.need("bubblewrap")


@pytest.fixture
def small():
    """A real exercise: one task in code, one value, one in words."""
    return exercises.load(SMALL)


@pytest.fixture
def write(tmp_path):
    """Write the text of an exercise's source; return its path."""

    def write(text, name="01_small.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.fixture
def variant(write):
    """Load the small exercise with one piece of its text replaced."""

    def variant(old, new):
        text = SMALL.read_text()
        assert old in text
        return exercises.load(write(text.replace(old, new)))

    return variant


def asking(*sources):
    """Run cells in one namespace, each though another failed; return `ask`. No sandbox at all."""
    namespace = {}
    for source in sources:
        try:
            exec(source, namespace)
        except Exception as error:
            namespace.setdefault("errors", []).append(error)

    def ask(code, **inputs):
        *statements, last = ast.parse(code).body
        scope = namespace | inputs
        try:
            exec(compile(ast.Module(statements, []), "ask", "exec"), scope)
            return eval(compile(ast.Expression(last.value), "ask", "eval"), scope)
        except Exception as error:
            raise AskError(type(error).__name__, str(error)) from error

    return ask
