"""Tampering with what a notebook says of its cells, of itself, and of its points."""

import copy
import json

from tests.attacks.attack import FileAttack

_LIKE_A_RELEASE = {"exercise": "01_doubling", "version": "ffffffffffff", "points": 100}


def _graded(notebook):
    """Return nbgrader's metadata of all cells that have some."""
    found = [cell["metadata"].get("nbgrader") for cell in notebook["cells"]]
    return [one for one in found if one]


def _cell(notebook, name):
    """Return the cell with this grade id."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
            return cell
    raise KeyError(name)


def _code(source, id="own", **metadata):
    return {
        "cell_type": "code", "id": id, "metadata": metadata, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def _nbgrader(name, points=100.0, **more):
    return {
        "schema_version": 3, "grade_id": name, "grade": True, "solution": False, "locked": True,
        "task": False, "points": points,
    } | more  # fmt: skip


def _raise_points(notebook):
    for graded in _graded(notebook):
        graded.update(points=1000, grade=True)


def _odd_points(notebook):
    values = (float("nan"), float("inf"), -1e308, "4", [4], {"points": 4}, None, True)
    for graded, points in zip(_graded(notebook), values, strict=False):
        graded["points"] = points


def _exchange_tasks(notebook):
    one, other = _cell(notebook, "double"), _cell(notebook, "parameters")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


def _all_of_one_task(notebook):
    for graded in _graded(notebook):
        graded["grade_id"] = "parameters"


def _copies_of_an_id(notebook):
    cell = _cell(notebook, "parameters")
    for number in range(50):
        notebook["cells"].append(copy.deepcopy(cell) | {"source": f"parameters = {number}"})


def _other_schemas(notebook):
    for graded, version in zip(_graded(notebook), (0, 1, 99, "3", None, [3], 1e400), strict=False):
        graded["schema_version"] = version


def _unlock(notebook):
    for graded in _graded(notebook):
        graded.update(locked=False, solution=True)
    _cell(notebook, "double-checks")["source"] = "double = lambda x: 2 * x"


def _checks_that_pass(notebook):
    for name in ("double", "parameters"):
        cell = _cell(notebook, f"{name}-checks")
        cell["source"] = "print('4 of 4 points')"
        notebook["cells"].append(
            _code("assert True", cell["id"], **copy.deepcopy(cell["metadata"]))
        )


def _checks_without_checks(notebook):
    for name in ("double-checks", "parameters-checks"):
        notebook["cells"].remove(_cell(notebook, name))


def _words_as_checks(notebook):
    cell = _cell(notebook, "why")
    cell["cell_type"] = "code"
    cell["metadata"]["nbgrader"] |= {"solution": False, "locked": True, "points": 2}
    cell["source"] = "assert True"


def _checks_as_words(notebook):
    for name in ("double", "double-checks"):
        cell = _cell(notebook, name)
        cell["cell_type"] = "markdown"
        cell["metadata"]["nbgrader"] |= {"grade": True, "solution": True, "points": 4}


def _hidden_tests(notebook):
    tests = """### BEGIN HIDDEN TESTS
@check(100, "all of it")
def mine(ask, rng):
    pass
### END HIDDEN TESTS"""
    notebook["cells"].append(_code(tests, nbgrader=_nbgrader("double-checks")))
    _cell(notebook, "double-checks")["source"] = tests
    _cell(notebook, "double")["source"] += f"\n{tests}\n### BEGIN SOLUTION\n### END SOLUTION"


def _own_checks(notebook):
    for name in ("bonus", "bonus-checks", "double-checks-2", "01_doubling-double-checks"):
        notebook["cells"].append(_code("assert 1", f"own-{name}", nbgrader=_nbgrader(name)))


def _imitate_the_release(notebook):
    notebook["metadata"]["dlcourse"] = _LIKE_A_RELEASE | {"status": "graded", "score": 8}
    notebook["metadata"] |= {"celltoolbar": "Create Assignment", "nbgrader": _LIKE_A_RELEASE}


def _say_that_it_is_another(notebook):
    notebook["metadata"]["dlcourse"] = {"exercise": "../../02_easy", "version": {"$ref": "#"}}


def _own_kernel(notebook):
    notebook["metadata"]["kernelspec"] = {
        "name": "evil", "language": "sh", "argv": ["touch", "/tmp/evil-kernel"],
        "env": {"PYTHONSTARTUP": "/tmp/evil.py"},
    }  # fmt: skip
    notebook["metadata"]["language_info"] = {"name": "sh", "pygments_lexer": "evil"}


def _paths_as_ids(notebook):
    ids = ("../../x", "/etc/passwd", "__proto__", "constructor", "..", "a\0b", "double\n", "", "*")
    for graded, cell, id in zip(_graded(notebook), notebook["cells"], ids, strict=False):
        graded["grade_id"] = cell["id"] = id


def _ids_of_other_types(notebook):
    for cell, id in zip(notebook["cells"], (1, None, [], {}, True, 1e400, ["a"] * 9), strict=False):
        cell["id"] = id
        cell["metadata"] = {"nbgrader": {"grade_id": id, "points": 5}, "id": id}


def _metadata_of_other_types(notebook):
    for cell, data in zip(notebook["cells"], (1, None, [], "nbgrader", [[]], True), strict=False):
        cell["metadata"] = data
    notebook["metadata"] = ["kernelspec"]


def _huge_metadata(notebook):
    notebook["metadata"]["evil"] = ["x" * 1000] * 10_000
    for graded in _graded(notebook):
        graded["checksum"] = "f" * 10**5


def _deep_metadata(notebook):
    deep = b'"metadata": {"evil": ' + b"[" * 10**5 + b"]" * 10**5 + b","
    return json.dumps(notebook).encode().replace(b'"metadata": {', deep, 1)


def _keys_twice(notebook):
    more = '"points": 4, "points": 4e9, "grade_id": "parameters"'
    return json.dumps(notebook).replace('"points": 4', more).encode()


def _numbers_that_json_has_not(notebook):
    data = json.dumps(notebook).replace('"points": 4', '"points": -Infinity').encode()
    return data.replace(b'"nbformat": 4', b'"nbformat": NaN')


def _outputs_that_say_so(notebook):
    said = {"output_type": "stream", "name": "stdout", "text": "4 of 4 points\n"}
    data = {"text/html": "<script>alert(1)</script>", "application/json": {"score": 8}}
    shown = {"output_type": "display_data", "metadata": _nbgrader("double"), "data": data}
    for cell in notebook["cells"]:
        cell["outputs"] = [said, shown]
        cell["metadata"]["nbgrader"] = cell["metadata"].get("nbgrader", {}) | {"score": 8}


def _words_for_tools(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {
            "tags": ["parameters", "remove-cell", "raises-exception", "nbgrader-skip"],
            "trusted": True, "deletable": False, "editable": False, "init_cell": True,
        }  # fmt: skip
    notebook["metadata"]["jupytext"] = {"formats": "ipynb,py:percent", "pre_commit": "touch evil"}


ATTACKS = [
    FileAttack("more points for every cell", _raise_points),
    FileAttack("points that are no points", _odd_points),
    FileAttack("tasks exchanged", _exchange_tasks),
    FileAttack("every cell says that it is the same task", _all_of_one_task),
    FileAttack("fifty answers to one task", _copies_of_an_id),
    FileAttack("other versions of the schema", _other_schemas),
    FileAttack("nothing is locked, and a check defines the answer", _unlock),
    FileAttack("checks that always pass, under the ids of the real ones", _checks_that_pass),
    FileAttack("no checks at all", _checks_without_checks),
    FileAttack("what a person grades is graded by itself", _words_as_checks),
    FileAttack("what is checked is graded by a person", _checks_as_words),
    FileAttack("hidden tests of one's own", _hidden_tests),
    FileAttack("check cells of one's own", _own_checks),
    FileAttack("metadata like that of a release, already graded", _imitate_the_release),
    FileAttack("the name of another exercise", _say_that_it_is_another),
    FileAttack("a kernel of one's own", _own_kernel),
    FileAttack("ids that are paths, or mean something to a program", _paths_as_ids),
    FileAttack("ids of other types", _ids_of_other_types),
    FileAttack("metadata of other types", _metadata_of_other_types),
    FileAttack("huge metadata", _huge_metadata),
    FileAttack("metadata nested without end", _deep_metadata),
    FileAttack("keys that stand twice", _keys_twice),
    FileAttack("numbers that JSON has not", _numbers_that_json_has_not),
    FileAttack("outputs that say how many points there are", _outputs_that_say_so),
    FileAttack("tags and flags that mean something to tools", _words_for_tools),
]
