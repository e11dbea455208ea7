"""Executed notebooks as HTML pages that need no network."""

import copy
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import NotebookNode

from dlcourse.course import launch
from dlcourse.course.tidy import tidy

# Formulas are typeset by MathJax, which lies beside the pages: the folder, and the script in it
# with the one configuration that the package of that name brings.
_MATHJAX = "mathjax"
_SCRIPT = f"{_MATHJAX}/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe"
# The lab template, with four changes: folded code stays folded, figures keep their alternative
# text, the script loader from the network, which only widgets need, is left out, and MathJax uses
# the one font that is there.
_TEMPLATE = """\
{%- extends "lab/index.html.j2" -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}
<script type="text/x-mathjax-config">
MathJax.Hub.Config({"HTML-CSS": {availableFonts: [], webFont: "STIX-Web"}});
</script>
{{ super() }}
{%- endblock -%}
{%- block input scoped -%}
{%- if cell.metadata.get("jupyter", {}).get("source_hidden") -%}
<details><summary><code>{{ cell.source.splitlines()[0] | escape_html }}</code></summary>
{{ super() }}</details>
{%- else -%}
{{ super() }}
{%- endif -%}
{%- endblock -%}
{%- block data_png scoped -%}
<div class="jp-RenderedImage jp-OutputArea-output">
<img alt="{{ (output | get_metadata('alt', 'image/png') or 'A figure') | escape_html }}"
     src="data:image/png;base64,{{ output.data['image/png'] | escape_html }}">
</div>
{%- endblock -%}
"""


def write_page(notebook: NotebookNode, path: Path, title: str) -> Path:
    """Write `notebook`, tidied, as a page called `title` to `path` and return `path`."""
    exporter = HTMLExporter(raw_template=_TEMPLATE, mathjax_url=_SCRIPT)
    notebook = tidy(copy.deepcopy(notebook))  # controls would ask the network for their scripts
    launch.link_to_repository(notebook)
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    path.write_text(page, encoding="utf-8")
    add_mathjax(path.parent)
    return path


def add_mathjax(folder: Path) -> None:
    """Put what typesets the formulas of pages into `folder`, if it is not there."""
    beside = folder / _MATHJAX
    if not beside.exists():
        with (
            as_file(files("jupyter_server_mathjax") / "static") as static,
            tempfile.TemporaryDirectory(dir=folder, prefix=f".{_MATHJAX}-") as partial,
        ):
            whole = shutil.copytree(static, Path(partial) / _MATHJAX)
            try:
                whole.rename(beside)
            except OSError:
                if not beside.exists():  # else another run was first
                    raise
