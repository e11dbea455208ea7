"""Texts that would come alive on a page, steer a terminal, or keep their reader busy for ever."""

import json

from tests.attacks.attack import FileAttack

HOSTILE = (
    '</pre></code></section><script>alert(1)</script><img src="x" onerror="alert(2)">'
    "<svg onload=alert(3)></svg><iframe src='javascript:alert(4)'></iframe>{{7*7}}{% raw %}"
    "[link](javascript:alert(5)) $\\href{javascript:alert(6)}{x}$ \x1b[2J\x1b]0;title\x07\u202e"
)


def _cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"].endswith(f"-{name}"))


def _adds(name, *sources, type="code"):
    def change(notebook):
        for source in sources:
            notebook["cells"].append({"cell_type": type, "metadata": {}, "source": source})

    return FileAttack(name, change)


def _hostile_words(notebook):
    _cell(notebook, "why")["source"] += (
        f"\n\n{HOSTILE}\n\n```\n{HOSTILE}\n```\n~~~\n\n    {HOSTILE}"
    )


def _hostile_code(notebook):
    _cell(notebook, "double")["source"] += f"\n# {HOSTILE}\nmark = {HOSTILE!r}"


def _hostile_errors(notebook):
    _cell(notebook, "double")["source"] = (
        f"Evil = type({HOSTILE!r}, (ValueError,), {{}})\n"
        f"def double(x):\n    raise Evil({HOSTILE!r})  # {HOSTILE}"
    )


def _hostile_prose(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = f"{HOSTILE}\n{cell['source']}"
            cell["attachments"] = {HOSTILE: {"text/html": HOSTILE}}


def _hostile_names(notebook):
    notebook["metadata"]["dlcourse"] = {"exercise": HOSTILE, "version": HOSTILE}
    for cell in notebook["cells"]:
        cell["id"] = cell["cell_type"] = HOSTILE
        cell["metadata"] = {"name": HOSTILE, "nbgrader": {"grade_id": HOSTILE}}


def _words_turned_to_code(notebook):
    _cell(notebook, "why")["source"] = "\n".join(
        ["### BEGIN SOLUTION", "One point for a reason.", "### END SOLUTION", "{{ result }}"]
    )


def _odd_characters(notebook):
    _cell(notebook, "double")["source"] += "\n# \x00 \ud800 \r \x0c \u2028 \ufeff \u202e"
    _cell(notebook, "parameters")["source"] = "\ufeffparameters = 1\x00\n\ud800"
    _cell(notebook, "why")["source"] += " \x00\x08\ud800\u202e\u2028"


def _another_encoding(notebook):
    return json.dumps(notebook, ensure_ascii=False).encode("utf-16")


def _two_files_in_one(notebook):
    data = json.dumps(notebook).encode()
    return data + data


def _lists_of_odd_lines(notebook):
    for cell in notebook["cells"]:
        cell["source"] = [*cell["source"].splitlines(keepends=True), None, 1, ["x"], {"a": "b"}]


ATTACKS = [
    FileAttack("HTML, Markdown and formulas in an answer in words", _hostile_words),
    FileAttack("HTML in code", _hostile_code),
    FileAttack("HTML in the names and messages of errors", _hostile_errors),
    FileAttack("HTML in the text around, and in what is attached", _hostile_prose),
    FileAttack("HTML in the names of everything", _hostile_names),
    FileAttack("an answer that reads like the model answer's frame", _words_turned_to_code),
    FileAttack("half characters, zeros, marks that turn the line round", _odd_characters),
    FileAttack("another encoding", _another_encoding),
    FileAttack("two files in one", _two_files_in_one),
    FileAttack("lines that are no text", _lists_of_odd_lines),
    _adds("blank lines without end, then a word", "\n" * 60_000 + "x", type="markdown"),
    _adds("spaces and tabs without end, then a word", " \t" * 300_000 + "x", type="raw"),
    _adds("thousands of statements in a line", ";".join(f"a{n}=1" for n in range(2_500))),
    _adds("names that need each other", *(f"a{n} = a{n + 1} + a{n - 1}" for n in range(1_500))),
    _adds("brackets without end", "(" * 19_000, "[" * 19_000, "{" * 19_000, "f(" * 9_000),
    _adds("signs without end", "-" * 19_000 + "1", "not " * 4_000 + "1", "a" + ".b" * 9_000),
    _adds("blocks in blocks", "".join(" " * n + "if 1:\n" for n in range(150)) + " " * 150 + "1"),
    _adds("numbers without end", "9" * 19_000, "1e" + "9" * 9_000, "0x" + "f" * 19_000),
    _adds("texts in texts", f"f'{'{' * 500}{'}' * 500}'", "'a'" * 6_000, "f'{x!r:{y}}'" * 1_500),
    _adds("lines of other languages", "%" * 19_000, "%%bash\n" * 2_000, "!" * 19_000, "?" * 19_000),
]
