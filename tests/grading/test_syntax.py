"""Student's code as text."""

import gc
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlcourse.grading.exercises import syntax
from dlcourse.grading.exercises.calls import calls

MONSTERS = [
    "(" * 5000,
    "-" * 19_000 + "1",
    "a" + ".b" * 9_900,
    "a" + "()" * 9_900,
    "1+" * 9_900 + "1",
    "x = " + "9" * 20_000,
    "\0",
    "'\ud800'",
    "def f(:",
    "x = 1\n" * 20_000,  # Python, but too long
]


@pytest.mark.parametrize("source", MONSTERS, ids=lambda source: repr(source[:12]))
def test_what_is_no_python_is_taken_for_empty(source):
    assert syntax.parse(source) is None
    assert syntax.without_magics(source) == source
    assert calls(source) == set()
    assert syntax.definitions(source) == {}
    assert syntax.imports(source) == []


def test_deep_but_valid_code_is_analysed():
    source = "x = " + "+".join("a" * 400) + "\ny = b" + ".c" * 400
    assert syntax.defined(syntax.parse(source)) == {"x", "y"}
    assert len(max(calls(source), key=len)) == 801


def test_a_long_chain_of_branches_is_analysed():
    source = "if a: pass\n" + "elif a: x = 1\n" * 1300
    assert syntax.defined(syntax.parse(source)) == {"x"}
    assert syntax.definitions(source)["x"].startswith("x = 1")
    assert calls(source) == set()


def test_a_warning_in_a_students_text_is_not_the_graders():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert syntax.parse("text = '\\d'; 1 is 1") is not None


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("x = 1 % 2", "x = 1 % 2"),
        ("%matplotlib inline\nx = 1", "pass  # %matplotlib inline\nx = 1"),
        ("if x:\n    !pip install y", "if x:\n    pass  # !pip install y"),
        ("np.dot?\nx = 1", "pass  # np.dot?\nx = 1"),
        ("%%time\nx = 1", "# %%time\nx = 1"),
        ("\n%%timeit -n 1\n%matplotlib inline", "\n# %%timeit -n 1\npass  # %matplotlib inline"),
        ("%%bash\nls\nrm x", "# %%bash\n# ls\n# rm x"),
        ("%matplotlib inline\nx = = 1", "%matplotlib inline\nx = = 1"),
        ("text = '''\n%d\n'''", "text = '''\n%d\n'''"),
        ("", ""),
    ],
)
def test_magics_become_comments_where_they_are_in_the_way(source, plain):
    assert syntax.without_magics(source) == plain


def test_names_defined_at_the_top_level():
    source = """
import a.b, c as d
from e import f
g: int = 1
h: int
i, (j, *k) = 1, (2, 3)
l += 1
for m in n:
    o = 1
try:
    def p(): q = 1
except E:
    class R: s = 1
with t as u:
    v.w = x[y] = 1
match z:
    case 1:
        aa = 1
"""
    assert syntax.defined(syntax.parse(source)) == {
        "a", "d", "f", "g", "i", "j", "k", "l", "m", "o", "p", "R", "aa",
    }  # fmt: skip


def test_free_names_are_those_that_other_cells_must_define():
    source = (
        "import a\ndef f(b, *c, d=e):\n    g = b\n    return f(g, [h for h in i], a.j)\nprint(k)"
    )
    assert syntax.free(syntax.parse(source)) == {"e", "i", "k", "print"}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("@d\n@e(1)\ndef f():\n    return 1", {"f": "@d\n@e(1)\ndef f():\n    return 1"}),
        ("f = 1\nif True:\n    f = 2", {"f": "f = 1\nf = 2"}),
        ("if True:\n    g = (\n        3)", {"g": "g = (\n    3)"}),
        ("'ü'; f = 'ä' # c", {"f": "f = 'ä'"}),
        ("g = 1; f = (\n 2)", {"f": "f = (\n2)", "g": "g = 1"}),
        ("if x:\n\tf = [\n1,\n\t\t2]", {"f": "f = [\n1,\n\t2]"}),
        ("try: f = 1\nexcept E: g = 2; h = 3", {"f": "f = 1", "g": "g = 2", "h": "h = 3"}),
        ("f, g = 1, 2", {"f": "f, g = 1, 2", "g": "f, g = 1, 2"}),
    ],
)
def test_definitions_are_the_statements_that_make_a_name(source, texts):
    assert syntax.definitions(source) == texts


def test_reachable_follows_the_names_that_definitions_use():
    texts = syntax.definitions("def f(): return g() + x\ng = lambda: h\nh = f\ni = 1\ndef k(x): 0")
    assert syntax.reachable({"f", "missing"}, texts) == (
        "def f(): return g() + x\n\ng = lambda: h\n\nh = f"
    )


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("np.dot(a, b)", {"np.dot"}),
        ("import numpy\nnumpy.linalg.norm(a)", {"np.linalg.norm", "np.linalg"}),
        ("import numpy as n\nn.dot(a)", {"np.dot"}),
        ("import numpy.linalg as la\nla.norm(a)", {"np.linalg.norm", "np.linalg"}),
        ("from numpy import dot\ndot(a)", {"np.dot"}),
        ("from numpy import dot as f", {"np.dot"}),
        ("f = np.dot\ng = f\ng(a)", {"np.dot"}),
        ("a = b\nb = a\na(1)", {"a"}),
        ("map(np.dot, a)", {"map", "np.dot"}),
        ("a @ b", {"@"}),
        ("a @= b", {"@"}),
        ("f(a).sum()", {"f", "sum"}),
        ("a.T.dot(b)", {"a.T", "a.T.dot"}),
        ("from . import x as y", {".x"}),
        ("a * b", set()),
    ],
)
def test_calls_go_by_their_own_names(source, names):
    assert calls(source) == names


def test_several_threads_may_parse_at_once():
    # While a tree is made Python may collect garbage, and call what is registered for that: here
    # it lets another thread go on. Python 3.11's own parser then raises SystemError.
    def let_another_go_on(phase, info):
        time.sleep(0)

    usual = gc.get_threshold()
    sources = [f"x = [{i}, f(a=lambda b: b + {'-' * 30}{i})]\n" * 50 for i in range(100)]
    gc.callbacks.append(let_another_go_on)
    gc.set_threshold(50)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(syntax.tree_of, sources))
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(let_another_go_on)
    assert [len(tree.body) for tree in trees] == [50] * 100
