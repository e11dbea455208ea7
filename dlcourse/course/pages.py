"""Executed notebooks as HTML pages that need no network."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import NotebookNode

# Formulas are typeset by MathJax, which lies beside the pages.
_MATHJAX = "mathjax"


def write_page(notebook: NotebookNode, path: Path, title: str) -> Path:
    """Write `notebook` as a page called `title` to `path` and return `path`."""
    exporter = HTMLExporter(
        template_name="lab", mathjax_url=f"{_MATHJAX}/MathJax.js?config=TeX-AMS_CHTML-full,Safe"
    )
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    path.write_text(page, encoding="utf-8")
    beside = path.parent / _MATHJAX
    if not beside.exists():
        with as_file(files("jupyter_server_mathjax") / "static") as static:
            shutil.copytree(static, beside, dirs_exist_ok=True)
    return path
