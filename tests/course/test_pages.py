"""Pages can be read without a network."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlcourse.course import catalogue, pages
from dlcourse.course.pages import write_page


@pytest.fixture
def page(tmp_path):
    alt = {"image/png": {"alt": "A rising line & its label"}}
    figure = new_output("display_data", data={"image/png": "iVBORw0KGgo="}, metadata=alt)
    cells = [new_markdown_cell("# Title\n$x^2$"), new_code_cell("plot()", outputs=[figure])]
    return write_page(new_notebook(cells=cells), tmp_path / "page.html", "My page")


def test_it_has_title_picture_and_alternative_text(page):
    text = page.read_text()
    assert "<title>My page</title>" in text
    assert "data:image/png;base64,iVBORw0KGgo=" in text
    assert 'alt="A rising line &amp; its label"' in text


def test_a_picture_without_a_text_is_no_reason_to_fail(tmp_path):
    figure = new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    notebook = new_notebook(cells=[new_code_cell("plot()", outputs=[figure])])
    text = write_page(notebook, tmp_path / "page.html", "My page").read_text()
    assert re.search(r'<img alt="A figure"\s+src="data:image/png;base64,iVBORw0KGgo="', text)


def test_folded_code_stays_folded(tmp_path):
    folded = {"jupyter": {"source_hidden": True}}
    cells = [new_code_cell("# Set <up>\nlong = 1", metadata=folded), new_code_cell("short = 2")]
    text = write_page(new_notebook(cells=cells), tmp_path / "page.html", "My page").read_text()
    ((summary, inside),) = re.findall(
        r"<details><summary><code>(.*?)</code></summary>\n(.*?)</details>", text, re.S
    )
    assert summary == "# Set &lt;up&gt;"
    assert "long" in inside
    assert "short" not in inside


def test_other_notebooks_are_found_in_the_repository(tmp_path):
    cell = new_markdown_cell("[next](02_next.ipynb) [here](#title) [far](https://x.org/a.ipynb)")
    text = write_page(new_notebook(cells=[cell]), tmp_path / "page.html", "My page").read_text()
    published = f"{catalogue.repository()}/blob/main/notebooks/02_next.ipynb"
    assert {published, "#title", "https://x.org/a.ipynb"} <= set(
        re.findall(r'href="([^"]*)"', text)
    )


def test_a_page_with_half_of_mathjax_is_not_left(tmp_path, monkeypatch):
    def killed(source, target):
        target.mkdir()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pages.shutil, "copytree", killed)
        with pytest.raises(KeyboardInterrupt):
            pages.add_mathjax(tmp_path)
    pages.add_mathjax(tmp_path)
    assert (tmp_path / "mathjax" / "MathJax.js").is_file()


def test_every_script_it_loads_lies_beside_it(page):
    scripts = re.findall(r'<script[^>]* src="([^"]*)"', page.read_text())
    assert len(scripts) == 1
    path, _, names = scripts[0].partition("?config=")
    assert (page.parent / path).is_file()
    for name in names.split(","):
        assert (page.parent / "mathjax" / "config" / f"{name}.js").is_file()


def test_controls_need_a_kernel_and_are_left_out(tmp_path):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "VBox()"}
    cell = new_code_cell("explore()", outputs=[new_output("display_data", data=view)])
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}}
    notebook = new_notebook(cells=[cell], metadata={"widgets": state})
    text = write_page(notebook, tmp_path / "page.html", "My page").read_text()
    assert "explore" in text
    assert "VBox" not in text
    assert "html-manager" not in text
    assert notebook.metadata.widgets == state  # the notebook itself stays as it was


def test_formulas_use_a_font_that_lies_beside_it(page):
    (font,) = re.findall(r'webFont: "([^"]+)"', page.read_text())
    assert (page.parent / "mathjax" / "fonts" / "HTML-CSS" / font).is_dir()
    code = page.parent / "mathjax" / "jax" / "output" / "HTML-CSS" / "fonts" / font
    assert (code / "fontdata.js").is_file()


def test_a_second_page_uses_the_same_mathjax(page):
    before = (page.parent / "mathjax" / "MathJax.js").stat().st_mtime_ns
    write_page(new_notebook(), page.parent / "other.html", "Other")
    assert (page.parent / "mathjax" / "MathJax.js").stat().st_mtime_ns == before
