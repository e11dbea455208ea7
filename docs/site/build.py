"""Build the course's web site into build/site/html: python docs/site/build.py [FOLDER].

Sphinx wants all sources in one folder. This copies what the site shows there, each file under its
path in the repository, so that links between pages, written for readers of the repository, hold on
the site too. The notebooks are shown as they are stored; nothing is executed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx

SITE = Path(__file__).resolve().parent
ROOT = SITE.parents[1]
SHOWN = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "notebooks")
IGNORED = shutil.ignore_patterns(".ipynb_checkpoints", "START.md", "__pycache__", "site", "src")


def collect(folder: Path) -> None:
    """Make `folder` hold the sources of all pages."""
    for path in SHOWN:
        copy(ROOT / path, folder / path)
    copy(SITE, folder)
    for picture in ROOT.glob("docs/matrix*.png"):  # the README shows it by HTML, unseen by Sphinx
        copy(picture, folder / "pictures/docs" / picture.name)
    write_commands(folder / "api/commands.md")


def copy(source: Path, target: Path) -> None:
    """Copy a file or what is in a folder; times of change are kept, so Sphinx sees what changed."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=IGNORED, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def write_commands(path: Path) -> None:
    """Write a page with the help of every command of `dlcourse`."""
    typer = [sys.executable, "-m", "typer", "dlcourse.cli", "utils", "docs", "--name", "dlcourse"]
    subprocess.run([*typer, "--output", str(path)], check=True, stdout=subprocess.DEVNULL)


def main(folder: Path) -> int:
    """Build the site in `folder`, with warnings as errors; return the exit status."""
    source, html = folder / "source", folder / "html"
    for stale in (source, html):  # a page that was removed must not stay
        shutil.rmtree(stale, ignore_errors=True)
    collect(source)
    options = ["--jobs", "2", "--fail-on-warning", "--keep-going", "--quiet", "-b", "html"]
    status = sphinx([*options, "-d", str(folder / "doctrees"), str(source), str(html)])
    if status == 0:
        pages = len(list(html.rglob("*.html")))
        print(f"{pages} pages; open {html / 'index.html'} in a browser")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:] or [ROOT / "build/site"])))
