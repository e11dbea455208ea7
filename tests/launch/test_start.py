"""The start page, the services that open it, and what they need."""

import json
import re
import runpy
import subprocess
import sys

import pytest

from dlcourse import bootstrap
from dlcourse.course import catalogue, launch, recorded, session

ROOT = catalogue.root()
START = ROOT / launch.START_PAGE
BINDER_MB = 2000


def test_the_start_page_is_current():
    page = runpy.run_path(str(ROOT / "docs/start.py"))["page"](
        recorded.whole("full"), recorded.whole("quick")
    )
    assert START.read_text(encoding="utf-8") == page, "stale: run python docs/start.py"


def test_it_leads_to_every_chapter_and_every_exercise():
    links = set(re.findall(r"\]\(([^)]+)\)", START.read_text(encoding="utf-8")))
    folders = (START.parent, START.parent / "exercises")
    found = [path for folder in folders for path in folder.glob("*.ipynb")]
    notebooks = {path.relative_to(START.parent).as_posix() for path in found}
    assert {link for link in links if link.endswith(".ipynb")} == notebooks
    assert all((START.parent / link).exists() for link in links)


def test_lab_opens_it_and_shows_markdown_as_a_page():
    opened = json.loads((ROOT / ".jupyter/jupyter_lab_config.json").read_text())
    assert opened["LabApp"]["default_url"] == f"/lab/tree/{launch.START_PAGE}"
    assert launch.binder_url().endswith("?labpath=notebooks%2FSTART.md")


@pytest.mark.parametrize("path", ["Makefile", "binder/start", ".devcontainer/devcontainer.json"])
def test_every_way_into_lab_uses_these_settings(path):
    assert re.search(r"JUPYTER_CONFIG_PATH\W.*/\.jupyter\b", (ROOT / path).read_text())


def test_binder_starts_its_server_with_the_quick_profile_on_the_start_page(tmp_path):
    server = "import os; print(*(os.environ[x] for x in %r))"
    names = ["DLCOURSE_PROFILE", "DLCOURSE_VARIANT", "JUPYTER_CONFIG_PATH"]
    command = [ROOT / "binder/start", sys.executable, "-c", server % names]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["quick", "embedded", str(ROOT / ".jupyter")]


@pytest.mark.parametrize("chapter", catalogue.chapters(), ids=lambda chapter: chapter.name)
def test_a_chapter_fits_into_binders_memory(chapter):
    runs = recorded.load("quick").of(chapter.name)
    assert len(runs) == len(session.BACKENDS)
    assert max(row.peak_rss_mb for row in runs) < BINDER_MB


class TestDevContainer:
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())

    def test_its_python_is_one_that_the_course_supports(self):
        found = re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:(\d)\.(\d+)-bookworm",
                             self.settings["image"])  # fmt: skip
        assert bootstrap.OLDEST <= tuple(map(int, found.groups())) <= bootstrap.NEWEST

    def test_it_is_set_up_as_everywhere(self):
        target = self.settings["updateContentCommand"].removeprefix("make ")
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert "bubblewrap" in self.settings["onCreateCommand"]

    def test_the_editor_uses_the_courses_python_and_starts_on_its_page(self):
        custom = self.settings["customizations"]
        interpreter = custom["vscode"]["settings"]["python.defaultInterpreterPath"]
        relative = interpreter.removeprefix("${containerWorkspaceFolder}/")
        assert str(ROOT / relative) == str(ROOT / ".venv/bin/python")
        assert custom["codespaces"]["openFiles"] == [launch.START_PAGE]
