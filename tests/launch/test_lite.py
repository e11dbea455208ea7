"""The chapters that run in the browser, as far as that can be tried without its network."""

import importlib.util
import json
import os
import runpy
import subprocess
import sys

import nbformat
import pytest

from dlcourse.course import catalogue, launch
from dlcourse.course.assemble import assemble
from tests.launch.service import Service

ROOT = catalogue.root()
LITE = runpy.run_path(str(ROOT / "docs/lite/build.py"))


def in_browser(name: str):
    return LITE["for_browser"](assemble(catalogue.find([name])[0]))


@pytest.mark.parametrize("name", launch.IN_BROWSER)
def test_the_course_comes_from_the_site(name):
    (install,) = (cell for cell in in_browser(name).cells if "Run this cell first" in cell.source)
    assert "%pip install --quiet dlcourse" in install.source
    assert "subprocess" not in install.source


def test_links_lead_somewhere():
    first, second = (in_browser(name).cells[-1].source for name in launch.IN_BROWSER)
    notebooks = f"{catalogue.repository()}/blob/main/notebooks"
    assert f"({notebooks}/exercises/01_tensors.ipynb)" in first
    assert "(02_backprop.ipynb)" in first
    assert f"({notebooks}/03_mnist.ipynb)" in second


def test_the_site_has_the_chapters_and_the_course(tmp_path):
    if importlib.util.find_spec("jupyterlite_core") is None:
        answer = pytest.fail if os.environ.get("CI") else pytest.skip
        answer("JupyterLite is not installed: pip install -e '.[docs]'")
    command = [sys.executable, ROOT / "docs/lite/build.py", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    site = tmp_path / "site"
    assert list(json.loads((site / "pypi/all.json").read_text())) == ["dlcourse"]
    for name in launch.IN_BROWSER:
        notebook = nbformat.read(site / f"files/{name}.ipynb", as_version=4)
        assert any("image/png" in o.get("data", {}) for c in notebook.cells
                   for o in c.get("outputs", []))  # fmt: skip
    listed = json.loads((site / "api/contents/all.json").read_text())["content"]
    assert {entry["name"] for entry in listed} == {f"{name}.ipynb" for name in launch.IN_BROWSER}


@pytest.mark.parametrize("name", launch.IN_BROWSER)
def test_a_chapter_runs_to_its_end_without_frameworks(name, tmp_path, wheel):
    frameworks = ("tensorflow", "torch", "jax", "keras")
    service = Service(tmp_path, *frameworks, DLCOURSE_PACKAGE=wheel, DLCOURSE_PROFILE="quick")
    chapter = in_browser(name)
    for cell in chapter.cells:
        if cell.source == LITE["INSTALL"]:  # %pip is the browser's
            cell.source = launch.install_code()
    service.run_all(chapter)
    assert "No module named 'keras'" in service.run("-c", "import keras").stderr
