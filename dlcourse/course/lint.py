"""Rules that every built chapter keeps; `dlcourse build` refuses to store one that does not."""

import ast
import re
from itertools import pairwise

from nbformat import NotebookNode

from dlcourse.viz import MIN_ALT_WORDS

MAX_LINES = 25
# Folders of the machine that built the notebook, and addresses of objects in its memory.
_LOCAL = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|Users|work|private)/\S+|\bat 0x[0-9a-f]{6,}")

# A comparison that came out wrong would else be stored, and compared with itself for ever.
_DISAGREES = re.compile(r"\b(?:agree|equal|same|match)(?:es|s)?\b[^\n]*\bFalse\b", re.IGNORECASE)

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def lint(notebook: NotebookNode) -> list[str]:
    """Return a sentence for each rule that `notebook` breaks, naming the cell."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    findings = [
        f"{cell.id}: {finding}"
        for cell in code
        for finding in (*_input_findings(cell), *_output_findings(cell))
    ]
    if not any("nbval-check-output" in cell.metadata.get("tags", []) for cell in code):
        findings.append("no cell is tagged nbval-check-output: nothing of the output is checked")
    levels = [
        len(line) - len(line.lstrip("#"))
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in _FENCED.sub("", cell.source).splitlines()
        if re.match(r"#+ ", line)
    ]
    if any(after > before + 1 for before, after in pairwise(levels)):
        findings.append("a heading skips a level")
    return findings


def _input_findings(cell: NotebookNode) -> list[str]:
    lines = cell.source.splitlines()
    findings = []
    if len(lines) > MAX_LINES:
        findings.append(f"{len(lines)} lines of code; split it, {MAX_LINES} are the most")
    if cell.source.lstrip().startswith(("%", "!")):
        return [*findings, "magics and shell commands can hide work that was not done"]
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        return [*findings, f"line {error.lineno} is not Python: {error.msg}"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Name) and side.id == "backend"
            for side in (node.left, *node.comparators)
        ):
            findings.append(
                "compares `backend`: a chapter does the same work on every backend "
                "(choose from a dictionary instead)"
            )
    return findings


def _output_findings(cell: NotebookNode) -> list[str]:
    findings = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = output.get("text", "") or data.get("text/plain", "")
        if output.output_type == "error":
            findings.append(f"ends in {output.ename}")
        if output.get("name") == "stderr":
            findings.append(f"writes to stderr: {text.strip()[:80]!r}")
        if match := _LOCAL.search(text):
            findings.append(f"prints what differs from machine to machine: {match[0]!r}")
        if match := _DISAGREES.search(text):
            findings.append(f"prints that an agreement is missing: {match[0]!r}")
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        if "image/png" in data and len(alt.split()) < MIN_ALT_WORDS:
            findings.append("a figure has no alternative text; use viz.show(figure, alt=…)")
    return findings
