"""The rules that a built chapter keeps."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlcourse.course.lint import lint

CHECKED = {"tags": ["nbval-check-output"]}
FIGURE = {"image/png": "iVBOR", "text/plain": "<Figure>"}


def notebook(*cells):
    return new_notebook(cells=[new_code_cell("1", metadata=CHECKED), *cells])


def code(source="1", *outputs):
    return new_code_cell(source, outputs=list(outputs))


def test_a_clean_notebook_has_no_findings():
    alt = {"image/png": {"alt": "A line that rises from left to right."}}
    figure = new_output("display_data", data=FIGURE, metadata=alt)
    prose = new_markdown_cell("# Title\n## Part\n```python\n#### a comment\n```")
    assert lint(notebook(prose, code("plot()", figure))) == []


@pytest.mark.parametrize(
    ("cell", "finding"),
    [
        (code("\n".join("abcdefghijklmnopqrstuvwxyz")), "26 lines of code"),
        (code("%%script false\nwork()"), "magics"),
        (code("!pip install x"), "magics"),
        (code("x = 1\n%time x"), "line 2 is not Python"),
        (code("if backend == 'jax':\n    work()"), "compares `backend`"),
        (code("x = 1 if 'torch' != backend else 2"), "compares `backend`"),
        (code("1", new_output("error", ename="KeyError", evalue="")), "ends in KeyError"),
        (code("1", new_output("stream", name="stderr", text="Warning!")), "writes to stderr"),
        (code("1", new_output("stream", text="/home/me/data.npz")), "machine to machine"),
        (code("1", new_output("stream", text="<object at 0x7f00dead>")), "machine to machine"),
        (code("1", new_output("stream", text="all agree: False")), "agreement is missing"),
        (code("1", new_output("stream", text="Same weights? [True False]")), "is missing"),
        (code("1", new_output("display_data", data=FIGURE)), "no alternative text"),
        (new_markdown_cell("# A\n### C"), "skips a level"),
    ],
)
def test_each_broken_rule_is_named(cell, finding):
    (found,) = lint(notebook(cell))
    assert finding in found


def test_a_notebook_must_check_some_output():
    assert "nbval-check-output" in lint(new_notebook(cells=[code()]))[0]


def test_addresses_of_pages_are_not_taken_for_local_folders():
    page = "see example.org/home/page and 3/4 or https://a.b/tmp/x"
    assert lint(notebook(code("1", new_output("stream", text=page)))) == []
