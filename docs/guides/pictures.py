"""Make the pictures of the guides: the guides' own commands, run, and photographed in a browser.

Needs Chromium and bubblewrap, and `pip install playwright`. Run it when something that they show
has changed: python docs/guides/pictures.py; then look at each of them.
"""

import contextlib
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.results.database import connect

HERE = Path(__file__).resolve().parent
NAME = "01_tensors"
PORT = 8877
WAIT = 300_000  # milliseconds; a busy machine takes its time

OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--expose-app-in-browser",
    "--IdentityProvider.token=",
    "--ServerApp.port_retries=0",
)
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # or cells out of sight are not there
    "apputils-extension/notification": {"fetchNews": "false"},
}
TERMINAL = "margin: 0; padding: 16px; font-size: 15px; color: #eee; background: #222"

WRONG_CROP = "def centre_crop(images, size):\n    return images[:, :size, :size]"
ROW_MEANS = """\
The means have the shape (32,). Shapes are aligned at the right, so 32 stands under 10: an error.
With (10, 10) they fit, but entry (i, j) loses the mean of row j. It should be
`x - x.mean(axis=1, keepdims=True)`."""
COPIED = """\
def broadcast_shape(first, second):
    {a}, {b} = list(first), list(second)
    while len({a}) < len({b}):
        {a}.insert(0, 1)
    while len({b}) < len({a}):
        {b}.insert(0, 1)
    {out} = []
    for {i} in range(len({a})):
        if {a}[{i}] == {b}[{i}] or {b}[{i}] == 1:
            {out}.append({a}[{i}])
        elif {a}[{i}] == 1:
            {out}.append({b}[{i}])
        else:
            raise ValueError("these shapes do not fit")
    return tuple({out})"""
LOOPS = """def naive_product(x, y):
    rows = x.reshape(-1, x.shape[-1])
    out = np.zeros((len(rows), y.shape[1]))
    for i in range(len(rows)):
        for j in range(y.shape[1]):
            out[i, j] = sum(a * b for a, b in zip(rows[i], y[:, j]))
    return out.reshape(*x.shape[:-1], y.shape[1])"""
# What each student wrote other than the solution; None is a blank answer.
CLASS: dict[str, dict[str, str | None]] = {
    "ada": {"row_means": ROW_MEANS},
    "bob": {
        "centre_crop": "def centre_crop(images, size):\n"
        "    start = (images.shape[1] - size) // 2\n"
        "    return images[:, start : start + size, start : start + size]",
        "blend": "def blend(first, second):\n    return first // 2 + second // 2",
        "broadcast_shape": COPIED.format(a="a", b="b", out="shape", i="i"),
        "naive_product": LOOPS,
        "collapse": "def collapse(layers):\n    (W1, b1), (W2, b2) = layers\n"
        "    return W1 @ W2, b1 @ W2 + b2",
        "deaf_from": 'deaf_from = {"float16": 2048, "float32": 2**24, "float64": 2**53}',
        "row_means": "Because 32 is not 10. With (10, 10) it is right.",
    },
    "chen": {
        "centre_crop": None,
        "broadcast_shape": COPIED.format(a="left", b="right", out="result", i="axis"),
        "naive_product": "def naive_product(x, y):\n    return x @ y",
        "collapse": None,
        "deaf_from": None,
        "row_means": None,
    },
    "dora": {
        "centre_crop": WRONG_CROP,
        "broadcast_shape": "def broadcast_shape(first, second):\n"
        "    return np.broadcast_shapes(first, second)",
        "naive_product": None,
        "collapse": None,
        "deaf_from": None,
        "row_means": "32 means and 10 columns do not fit. She should write keepdims=True.",
    },
    "emil": {
        "centre_crop": None,
        "broadcast_shape": None,
        "naive_product": "def naive_product(x, y):\n    while True:\n        pass",
        "collapse": None,
        "deaf_from": None,
        "row_means": None,
    },
}


def notebook(changes: Mapping[str, str | None]) -> nbformat.NotebookNode:
    """Return the solved notebook with some answers replaced, or left as they were released."""
    (found,) = exercise.find(names=[NAME])
    made, blank = release.solved(found), release.released(found)
    for node, empty in zip(made.cells, blank.cells, strict=True):
        task = node.metadata.get("nbgrader", {}).get("grade_id")
        if task in changes and node.metadata["nbgrader"]["solution"]:
            node.source = empty.source if changes[task] is None else changes[task]
    return made


def hand_in(folder: Path) -> None:
    """Write what the class handed in; one file was cut short on its way."""
    for student, changes in CLASS.items():
        path = folder / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook(changes), path)
    cut = folder / "fay" / NAME / f"{NAME}.ipynb"
    cut.parent.mkdir(parents=True)
    cut.write_text(path.read_text()[:2000])


@contextlib.contextmanager
def lab(folder: Path) -> Iterator[str]:
    """Start JupyterLab in `folder`, with no settings but these; yield its address."""
    address = f"http://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        for plugin, settings in SETTINGS.items():
            path = Path(scratch, "settings", "@jupyterlab", f"{plugin}.jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        tools = Path(sys.executable).parent
        own = {"JUPYTERLAB_SETTINGS_DIR": f"{scratch}/settings", "HOME": scratch}
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--port={PORT}"],
            cwd=folder,
            env=os.environ | own | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
            stderr=subprocess.DEVNULL,
        )
        while server.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api").close()
                break
        else:
            raise RuntimeError(f"JupyterLab did not start; is port {PORT} free?")
        try:
            yield address
        finally:
            server.terminate()
            server.wait()


def photograph_student(page: Page, folder: Path) -> None:
    """Take the first task in JupyterLab: a visible check that fails, then one that passes."""
    for picture, changes in (("check-failed", {"centre_crop": WRONG_CROP}), ("check-passed", {})):
        nbformat.write(notebook(changes), folder / f"{NAME}.ipynb")
        with lab(folder) as address:
            page.goto(f"{address}/lab/tree/{NAME}.ipynb?reset")
            page.wait_for_selector("[data-status=idle]")
            command(page, "application:toggle-left-area")
            command(page, "notebook:run-all-cells")
            said = "how many rows go at the top" if changes else "Grading tries other sizes"
            page.locator(".jp-OutputArea-output", has_text=said).first.wait_for(state="attached")
            # Not what passes: a guide should not give an answer away.
            first = (
                page.locator("h2", has_text="The middle of a picture")
                if changes
                else page.locator(".jp-CodeCell", has_text="numbered =")
            )
            last = page.locator("h2", has_text="Find the bug")
            first.evaluate("node => node.scrollIntoView({block: 'start'})")
            page.wait_for_timeout(2000)
            box = page.locator(".jp-NotebookPanel").bounding_box()
            box["y"] = first.bounding_box()["y"] - 8
            box["height"] = last.bounding_box()["y"] - box["y"] - 8
            page.screenshot(path=HERE / f"{picture}.png", clip=box)


def command(page: Page, name: str) -> None:
    """Run one of JupyterLab's commands, and let it come to rest."""
    page.evaluate(f"() => {{ window.jupyterapp.commands.execute('{name}') }}")
    page.wait_for_timeout(3000)


def photograph_formgrader(page: Page, course: Path) -> None:
    """Take nbgrader's list of submissions, and ada's answer in words while it is given points."""
    with lab(course) as address:
        page.goto(f"{address}/formgrader/gradebook/{NAME}/{NAME}")
        page.wait_for_selector("text=Submission #6")
        shoot(page, "submissions", 560)
        with connect(course) as book:
            ada = book.find_submission_notebook(NAME, NAME, "ada").id
        page.goto(f"{address}/formgrader/submissions/{ada}")
        page.locator("#row_means").fill("3")
        page.locator("#row_means-comment").fill("Well explained.")
        page.locator("#row_means-comment").press("Tab")  # leaving a field saves it
        page.wait_for_timeout(3000)
        page.locator("#deaf_from-checks").evaluate("node => node.scrollIntoView({block: 'start'})")
        shoot(page, "by-hand", 885)


def photograph_pages(page: Page, course: Path) -> None:
    """Take a feedback page and the report of similar work."""
    for picture, path, height in (
        ("feedback", course / "feedback" / "bob" / NAME / f"{NAME}.html", 560),
        ("similar", course / "reports" / f"similar-{NAME}.html", 675),
    ):
        page.goto(path.as_uri())
        shoot(page, picture, height)


def shoot(page: Page, picture: str, height: int) -> None:
    """Take the upper part of what the window shows."""
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    page.screenshot(path=HERE / f"{picture}.png", clip=clip)


def terminal(page: Page, folder: Path, picture: str, *commands: str) -> None:
    """Run commands of ours in `folder`, and take what they print."""
    shown = []
    for command in commands:
        shown.append(f"$ {command}\n{dlcourse(folder, command)}")
    page.set_content(f"<pre style='{TERMINAL}'>{html.escape(''.join(shown))}</pre>")
    page.locator("pre").screenshot(path=HERE / f"{picture}.png")


def dlcourse(folder: Path, command: str) -> str:
    """Run a command of ours in `folder`, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=folder,
        env=os.environ | {"COLUMNS": "104"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def main() -> None:
    """Make every picture anew."""
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch, sync_playwright() as browsers:
        folder = Path(scratch)
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(WAIT)
        (folder / "student").mkdir()
        photograph_student(page, folder / "student")
        hand_in(folder / "submitted")
        grade = "dlcourse grade submitted --course course --jobs 2"
        terminal(page, folder, "grade", grade)
        photograph_formgrader(page, folder / "course")
        again = (grade, "dlcourse grades export --course course --tasks")
        terminal(page, folder, "grade-again", *again)
        for what in ("feedback", f"similar {NAME}"):
            dlcourse(folder, f"dlcourse grades {what} --course course")
        photograph_pages(page, folder / "course")


if __name__ == "__main__":
    main()
