"""JupyterLab as `make lab` starts it, in a real browser.

It leaves build/lab.png, of which the README's picture docs/lab.png is a copy.
"""

import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import urllib.request

import nbformat
import pytest

from dlcourse.course import catalogue
from dlcourse.course.assemble import assemble

ROOT = catalogue.root()
CHAPTER = catalogue.find(["01"])[0]
MINUTES = 60_000  # milliseconds, as playwright counts
KERNEL = ".jp-Notebook-ExecutionIndicator"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def need_browser() -> str:
    """Return the path of a browser; without one, or without playwright, skip, but in CI fail."""
    answer = pytest.fail if os.environ.get("CI") else pytest.skip
    if importlib.util.find_spec("playwright") is None:
        answer("playwright is not installed: pip install playwright")
    paths = [path for name in BROWSERS if (path := shutil.which(name))]
    if not paths:
        answer(f"none of {', '.join(BROWSERS)} is installed; on Debian: apt install chromium")
    return paths[0]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of what Lab shows, so that running and saving change nothing here."""
    folder = tmp_path_factory.mktemp("course")
    for name in (".jupyter", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    # Without outputs: whatever appears comes from this run.
    nbformat.write(assemble(CHAPTER), folder / "notebooks" / CHAPTER.notebook.name)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """What Lab and its kernels print."""
    return tmp_path_factory.mktemp("log") / "lab.log"


@pytest.fixture(scope="module")
def address(course, log, tmp_path_factory):
    """Lab's address. It runs with the settings of a user who never opened it before."""
    need_browser()
    home = tmp_path_factory.mktemp("home")
    # Not a word of make's own, also where the tests themselves run under make.
    recipe = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "lab"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    command = recipe.stdout.splitlines()[-1].replace(f"{ROOT}/.jupyter", f"{course}/.jupyter")
    assert f"{course}/.jupyter" in command
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"--no-browser --allow-root --port={port} --port-retries=0 --IdentityProvider.token="
    environment = os.environ | {
        "HOME": str(home),
        "DLCOURSE_PROFILE": "quick",
        "JUPYTER_NO_CONFIG": "",
        "PYTHONPATH": str(ROOT),
    }
    command = command.replace(".venv/bin/", f"{ROOT}/.venv/bin/", 1)
    with log.open("w") as printed:
        lab = subprocess.Popen(
            ["sh", "-c", f"exec env {command} {shlex.join(options.split())}"],
            cwd=course, env=environment, stdout=printed, stderr=printed,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, lab)
        yield url
    finally:
        lab.terminate()
        lab.wait(timeout=60)


def wait_for(url: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("JupyterLab did not answer")


@pytest.fixture(scope="module")
def page(address):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need_browser())
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(3 * MINUTES)
        page.goto(address)
        yield page
        browser.close()


def test_it_opens_at_the_start_page(page):
    page.get_by_role("heading", name="Start here").wait_for()
    for chapter in catalogue.chapters():
        assert page.get_by_role("link", name=chapter.title).count() == 1
    assert page.locator(".jp-toast-button").count() == 0, "a question nobody asked for"
    assert page.get_by_role("menuitem", name="Nbgrader").count() == 0, "not for learners"


@pytest.fixture(scope="module")
def chapter(page, log):
    """The page, with chapter 1 open and run."""
    page.get_by_role("link", name=CHAPTER.title).click()
    page.locator(".jp-NotebookPanel").wait_for()
    show_contents(page)
    page.locator(f"{KERNEL}[data-status=idle]").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    number = sum(cell.cell_type == "code" for cell in assemble(CHAPTER).cells)
    wait_for_cell(page, number, log)
    return page


def wait_for_cell(page, number: int, log) -> None:
    """Wait until the cell with this number has run; where none does, say what the page holds.

    Lab does not draw cells outside of the window: they are attached, and not visible. An exception
    has the MIME type of stderr.
    """
    from playwright.sync_api import TimeoutError

    last = page.get_by_text(f"[{number}]:", exact=True)
    error = page.locator(".jp-Notebook [data-mime-type='application/vnd.jupyter.stderr']")
    try:
        last.or_(error).first.wait_for(state="attached", timeout=8 * MINUTES)
    except TimeoutError:
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_text_contents()
        status = page.locator(KERNEL).get_attribute("data-status")
        dialogs = page.locator(".jp-Dialog-content").all_inner_texts()
        printed = log.read_text()[-4000:]
        pytest.fail(f"kernel {status}, prompts {prompts}, dialogs {dialogs}, Lab's log:\n{printed}")
    assert error.all_text_contents() == []


def test_chapter_1_runs_from_top_to_bottom(chapter, course):
    page = chapter
    assert page.locator(".jp-tocItem-content").all_inner_texts() == headings()

    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_role("menuitem", name="Save Notebook", exact=False).first.click()
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")
    ran = saved(course)
    assert [cell.execution_count for cell in ran] == list(range(1, len(ran) + 1))
    outputs = [output for cell in ran for output in cell.outputs]
    assert not [x for x in outputs if x.output_type == "error" or x.get("name") == "stderr"]
    figures = [x for x in outputs if "image/png" in x.get("data", {})]
    assert len(figures) >= CHAPTER.source.read_text().count("viz.show(")
    picture(page)


def test_a_slider_changes_the_picture_and_its_words(chapter):
    from playwright.sync_api import expect

    page = chapter
    page.locator(".jp-tocItem-content", has_text="Products: how entries meet").click()
    cell = page.locator(".jp-Cell", has_text="explore(addition")
    picture, words = cell.locator("img[src^='data:image/png']"), cell.locator(".widget-html")
    slider, track = cell.locator(".noUi-handle").first, cell.locator(".noUi-base").first

    slider.focus()
    place, seen = settled(slider), [picture.get_attribute("src")]
    assert words.inner_text().startswith("x (4, 1) and y (1, 3)")
    moves = {
        "x (4, 3) and y (1, 3)": lambda: page.keyboard.press("ArrowRight"),
        "x (3,) and y (1, 3)": lambda: track.click(position={"x": 1, "y": 1}),
    }
    for text, move in moves.items():
        move()
        expect(words).to_contain_text(text, timeout=MINUTES)
        expect(picture).not_to_have_attribute("src", seen[-1], timeout=MINUTES)
        seen.append(picture.get_attribute("src"))
        assert slider.bounding_box()["y"] == place, "a picture of another height pushes it away"
    assert len(set(seen)) == 3


def settled(element) -> float:
    """Return where `element` lies on the screen, once the cells above it have been drawn."""
    places = [None, element.bounding_box()["y"]]
    while places[-1] != places[-2]:
        element.page.wait_for_timeout(500)
        places.append(element.bounding_box()["y"])
    return places[-1]


def show_contents(page) -> None:
    page.get_by_role("tab", name="Table of Contents").click()
    page.locator(".jp-tocItem-content").first.wait_for()


def headings() -> list[str]:
    text = "\n".join(c.source for c in assemble(CHAPTER).cells if c.cell_type == "markdown")
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def saved(course) -> list:
    path = course / "notebooks" / CHAPTER.notebook.name
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def picture(page) -> None:
    page.locator(".jp-tocItem-content", has_text="Broadcasting").click()
    figure = page.locator(".jp-NotebookPanel img[src^='data:image/png']").first
    assert figure.evaluate("image => image.naturalWidth") > 100
    page.mouse.move(760, 500)
    page.mouse.wheel(0, 150)  # so that all of the figure is in the picture
    page.wait_for_timeout(1000)
    (ROOT / "build").mkdir(exist_ok=True)
    page.screenshot(path=ROOT / "build" / "lab.png")
