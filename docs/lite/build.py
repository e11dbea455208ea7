"""Build the chapters that run in the browser, without a server: python docs/lite/build.py [FOLDER].

JupyterLite runs Python in the reader's browser. There, NumPy and matplotlib are to be had, and no
framework; so these chapters climb the ladder as far as NumPy. Cells tagged `frameworks` become a
note, above the outputs that they had elsewhere.

Built is a static site, by default in build/lite. The browser fetches Python itself, NumPy and
matplotlib from the network; the course's package and data are part of the site.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dlcourse.course import catalogue, launch

# A page cannot start threads, which downloads need, and its memory and speed are modest.
INSTALL = """\
# Run this cell first. It gets the course, which takes about a minute.
%pip install --quiet dlcourse ipywidgets
import os

os.environ |= {"DLCOURSE_PROFILE": "quick", "DLCOURSE_VARIANT": "embedded"}"""

NOTE = """\
# Left out: this needs frameworks, which do not run in a browser. What it gave elsewhere:
#
"""


def for_browser(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` changed for JupyterLite: another installation, no cell with frameworks."""
    launch.link_to_repository(notebook, [f"{name}.ipynb" for name in launch.IN_BROWSER])
    for cell in notebook.cells:
        if cell.source == launch.install_code():
            cell.source, cell.metadata = INSTALL, {}
        elif "frameworks" in cell.metadata.get("tags", []):
            code = "\n".join(f"# {line}".rstrip() for line in cell.source.splitlines())
            cell.source = NOTE + code
    return notebook


def main(folder: Path) -> int:
    """Build the site in `folder`; return the exit status."""
    with tempfile.TemporaryDirectory() as scratch:
        contents, wheels = Path(scratch, "contents"), Path(scratch, "wheels")
        contents.mkdir()
        for chapter in catalogue.find(list(launch.IN_BROWSER)):
            notebook = nbformat.read(chapter.notebook, as_version=4)
            nbformat.write(for_browser(notebook), contents / chapter.notebook.name)
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
        subprocess.run([*pip, wheels, catalogue.root()], check=True)
        (wheel,) = wheels.glob("dlcourse-*.whl")
        lite = [sys.executable, "-m", "jupyterlite_core", "build", "--contents", contents]
        lite += ["--piplite-wheels", wheel, "--output-dir", folder.resolve()]
        return subprocess.run(lite, cwd=scratch, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:] or [catalogue.root() / "build/lite"])))
