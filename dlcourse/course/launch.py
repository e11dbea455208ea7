"""Launch links, badges and the cell that installs the course on hosted services.

All addresses come from the one setting of the repository's address in pyproject.toml.
"""

import re
from collections.abc import Collection

from nbformat import NotebookNode

from dlcourse.course.catalogue import repository

BRANCH = "main"
START_PAGE = "notebooks/START.md"

# Colab offers a GPU for these: on a CPU, their convolutions take minutes.
FASTER_ON_GPU = ("08a_convnets", "08c_small_data")
GPU_HINT = {"accelerator": "GPU", "colab": {"gpuType": "T4"}}

# These run in a browser, which has NumPy and matplotlib, and no framework: docs/lite/build.py.
IN_BROWSER = ("01_tensors", "02_backprop")

_NOTEBOOK = re.compile(r"\]\((?!https?:)([^)]+\.ipynb)\)")  # a link of Markdown to a notebook here

# Metadata of the cell that installs the course, which readers need not see: folded in JupyterLab,
# and on the site.
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}

# Colab and Kaggle bring all frameworks, in versions that fit each other and the machine. So pip
# gets all that is there as constraints: it adds what is missing, and fails rather than upgrade.
_INSTALL = """\
# Run this cell first. It installs the course where that is missing, as on Colab and Kaggle.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("dlcourse") is None:
    print("Installing the course. What is installed here already stays as it is.")
    published = "{archive}"
    package = os.environ.get("DLCOURSE_PACKAGE", published)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    present = subprocess.run([*pip, "list", "--format=freeze"], capture_output=True, check=True)
    install = [*pip, "install", "--quiet", "--constraint", "/dev/stdin", package]
    done = subprocess.run(install, input=present.stdout, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(
            f"{{done.stderr.decode()}}\\npip could not install the course; it says why above. It "
            "needs the internet: on Kaggle, turn that on under Settings, then run this again."
        )
    importlib.invalidate_caches()"""


def install_code() -> str:
    """Return the code of the cell that installs the course where `import dlcourse` would fail."""
    return _INSTALL.format(archive=f"{repository()}/archive/refs/heads/{BRANCH}.zip")


def colab_url(notebook: str) -> str:
    """Return the address that opens `notebook` (a path in the repository) in Google Colab."""
    return f"https://colab.research.google.com/github/{_slug()}/blob/{BRANCH}/{notebook}"


def kaggle_url(notebook: str) -> str:
    """Return the address that copies `notebook` (a path in the repository) to Kaggle."""
    source = f"https://github.com/{_slug()}/blob/{BRANCH}/{notebook}"
    return f"https://kaggle.com/kernels/welcome?src={source}"


def binder_url(path: str = START_PAGE) -> str:
    """Return the address that opens `path` (in the repository) in JupyterLab on Binder."""
    return f"https://mybinder.org/v2/gh/{_slug()}/{BRANCH}?labpath={path.replace('/', '%2F')}"


def lite_url(chapter: str) -> str:
    """Return the address that runs `chapter`, one of `IN_BROWSER`, on a page of the web site."""
    owner, name = _slug().split("/")
    return f"https://{owner}.github.io/{name}/lite/lab/index.html?path={chapter}.ipynb"


def link_to_repository(notebook: NotebookNode, beside: Collection[str] = ()) -> None:
    """Let links to other notebooks lead to the repository, except to those that lie `beside`."""

    def published(match: re.Match[str]) -> str:
        found = match[1] in beside
        return match[0] if found else f"]({repository()}/blob/{BRANCH}/notebooks/{match[1]})"

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _NOTEBOOK.sub(published, cell.source)


def badges(notebook: str) -> str:
    """Return Markdown with a launch badge for `notebook` on each of Colab, Kaggle and Binder."""
    colab = "https://colab.research.google.com/assets/colab-badge.svg"
    kaggle = "https://kaggle.com/static/images/open-in-kaggle.svg"
    binder = "https://mybinder.org/badge_logo.svg"
    return (
        f"[![Open in Colab]({colab})]({colab_url(notebook)}) "
        f"[![Open in Kaggle]({kaggle})]({kaggle_url(notebook)}) "
        f"[![Launch on Binder]({binder})]({binder_url(notebook)})"
    )


def _slug() -> str:
    return repository().removeprefix("https://github.com/").removesuffix(".git").strip("/")
