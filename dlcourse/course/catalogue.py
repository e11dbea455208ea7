"""Where the course lies on disk, and which chapters it has."""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class ChapterFiles:
    """One chapter: its name, its title, its source and the notebook built from it."""

    name: str
    title: str
    source: Path
    notebook: Path

    @property
    def expected(self) -> Path:
        """Return the file that says what the chapter must give."""
        return self.notebook.parent / "expected.toml"

    @property
    def label(self) -> str:
        """Return number and title, as in "8a · ConvNets: …"."""
        return f"{number(self.name)} · {self.title}"

    @property
    def summary(self) -> str:
        """Return what one sees in the chapter, in a line."""
        return tomllib.loads(self.expected.read_text(encoding="utf-8"))[self.name]["summary"]


def number(name: str) -> str:
    """Return the number of the chapter or exercise `name` as readers know it: "1", "8a"."""
    return name.split("_")[0].lstrip("0")


@cache
def root() -> Path:
    """Return the checkout's folder, which holds `notebooks/`, `data/` and `pyproject.toml`.

    Raises FileNotFoundError where the package was installed without the course's sources.
    """
    folder = Path(__file__).resolve().parents[2]
    if not (folder / "notebooks" / "src").is_dir():
        raise FileNotFoundError(
            "the chapters' sources (notebooks/src) are not here: building and running chapters "
            f"needs a clone of the repository ({repository()})"
        )
    return folder


@cache
def repository() -> str:
    """Return the repository's address, the single setting that launch links come from."""
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if pyproject.exists():
        return tomllib.loads(pyproject.read_text())["project"]["urls"]["Repository"]
    from importlib.metadata import metadata

    urls = dict(x.split(", ", 1) for x in metadata("dlcourse").get_all("Project-URL"))
    return urls["Repository"]


def chapters(folder: Path | None = None) -> tuple[ChapterFiles, ...]:
    """Return all chapters in reading order: one for each `src/NN_topic.py` in `folder`.

    By default that is the course's own folder `notebooks`.
    """
    folder = folder or root() / "notebooks"
    return tuple(
        ChapterFiles(source.stem, _title(source), source, folder / f"{source.stem}.ipynb")
        for source in sorted((folder / "src").glob("[0-9][0-9]*_*.py"))
    )


def find(names: list[str] | None) -> tuple[ChapterFiles, ...]:
    """Return the chapters called `names` ("03_mnist", "mnist" or "03"); all if None or empty.

    Raises ValueError for a name that no chapter has, with the nearest match.
    """
    everything = chapters()
    if not names:
        return everything
    by_alias = {
        alias: chapter
        for chapter in everything
        for alias in (chapter.name, *chapter.name.split("_", 1))
    }
    for name in names:
        if name not in by_alias:
            near = difflib.get_close_matches(name, by_alias, 1, cutoff=0.3)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            known = ", ".join(chapter.name for chapter in everything)
            raise ValueError(f"no chapter is called {name!r}. {hint}Chapters: {known}")
    return tuple(dict.fromkeys(by_alias[name] for name in names))


def _title(source: Path) -> str:
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("# # "):
            return line.removeprefix("# # ").strip()
    raise ValueError(f"{source.name} has no title: its first markdown cell must start '# # Title'")
