"""Launch links and badges, generated from the one setting of the repository's address."""

from dlcourse.course.catalogue import repository

BRANCH = "main"


def colab_url(notebook: str) -> str:
    """Return the address that opens `notebook` (a path in the repository) in Google Colab."""
    return f"https://colab.research.google.com/github/{_slug()}/blob/{BRANCH}/{notebook}"


def binder_url(notebook: str) -> str:
    """Return the address that opens `notebook` (a path in the repository) on Binder."""
    return f"https://mybinder.org/v2/gh/{_slug()}/{BRANCH}?labpath={notebook.replace('/', '%2F')}"


def badges(notebook: str) -> str:
    """Return Markdown with one launch badge for Colab and one for Binder."""
    colab = "https://colab.research.google.com/assets/colab-badge.svg"
    binder = "https://mybinder.org/badge_logo.svg"
    return (
        f"[![Open in Colab]({colab})]({colab_url(notebook)}) "
        f"[![Launch on Binder]({binder})]({binder_url(notebook)})"
    )


def _slug() -> str:
    return repository().removeprefix("https://github.com/").removesuffix(".git").strip("/")
