"""The site has every page that it should have, and what is on them holds together."""

import ast
import importlib.util
import json
import pkgutil
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

import dlcourse
from dlcourse.course import catalogue, launch

ROOT = catalogue.root()
CHAPTERS = [f"notebooks/{chapter.name}" for chapter in catalogue.chapters()]
EXERCISES = [
    f"notebooks/exercises/{x.stem}" for x in (ROOT / "notebooks/exercises").glob("*.ipynb")
]
MODULES = [
    module.name
    for module in pkgutil.walk_packages(dlcourse.__path__, "dlcourse.")
    if not module.name.startswith(("dlcourse.cli", "dlcourse.__main__", "dlcourse.bootstrap"))
]
OTHERS = {
    *("index", "CONTRIBUTING", "CHANGELOG", "search"),
    *("notebooks/index", "notebooks/exercises/index", "api/index", "api/commands"),
    *(f"docs/guides/{name}" for name in ("index", "learners", "students", "instructors")),
    *(f"docs/benchmarks/{name}" for name in ("index", "training", "operations", "chapters")),
}


@pytest.fixture(scope="session")
def pages(html) -> dict[str, BeautifulSoup]:
    """Return every page, parsed, under its name."""
    return {
        str(path.relative_to(html).with_suffix("")): BeautifulSoup(path.read_bytes(), "html.parser")
        for path in html.rglob("*.html")
        if "_static" not in path.parts
    }


def test_every_page_is_there_and_no_other(pages):
    assert set(pages) == {*CHAPTERS, *EXERCISES, *(f"api/{name}" for name in MODULES)} | OTHERS


def described_names(module: str) -> list[str]:
    tree = ast.parse(Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8"))
    named = [x for x in tree.body if isinstance(x, ast.FunctionDef | ast.ClassDef)]
    return [x.name for x in named if not x.name.startswith("_") and ast.get_docstring(x)]


def test_the_reference_has_every_public_docstring(pages):
    missing = [
        f"{module}.{name}"
        for module in MODULES
        for name in described_names(module)
        if pages[f"api/{module}"].find(id=f"{module}.{name}") is None
    ]
    # Its base class is Keras's, and no framework is loaded for the reference.
    assert missing == ["dlcourse.pretrained.DepthwiseConv2D"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_figures_keep_the_alternative_text_that_is_stored_with_them(pages, chapter):
    notebook = json.loads((ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    stored = [
        output["metadata"]["image/png"]["alt"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert [image["alt"] for image in pages[chapter].select(".cell_output img")] == stored
    assert stored


def test_every_picture_has_an_alternative_text(pages):
    bare = [(name, str(x)) for name, page in pages.items() for x in page("img") if not x.get("alt")]
    assert bare == []


def test_every_picture_is_there(pages, html):
    shown = {
        (html / name).parent / unquote(address)
        for name, page in pages.items()
        for tag in page(["img", "source"])
        if not (address := tag.get("src") or tag["srcset"]).startswith("data:")
    }
    assert [str(path) for path in shown if not path.exists()] == []


def test_no_page_needs_the_network(pages):
    loaded = [
        (name, address)
        for name, page in pages.items()
        for tag in page(["img", "script", "link", "iframe"])
        if tag.get("rel") != ["canonical"] and (address := tag.get("src") or tag.get("href"))
    ]
    assert [x for x in loaded if "//" in x[1]] == []


def broken(name: str, pages: dict[str, BeautifulSoup], html: Path, ids: dict[str, set[str]]):
    """Yield the links of a page that lead to no file, or to no place in a page."""
    here = html / f"{name}.html"
    for link in pages[name]("a", href=True):
        address = urlsplit(link["href"])
        if address.scheme or address.netloc:
            continue
        target = (here.parent / unquote(address.path)).resolve() if address.path else here
        page = str(target.relative_to(html).with_suffix(""))
        if not target.exists() or (address.fragment and unquote(address.fragment) not in ids[page]):
            yield name, link["href"]


def test_every_link_within_the_site_leads_somewhere(pages, html):
    ids = {name: {x["id"] for x in page(id=True)} for name, page in pages.items()}
    assert [link for name in pages for link in broken(name, pages, html, ids)] == []


def test_links_to_the_repository_lead_to_files_that_it_has(pages):
    blob = f"{catalogue.repository()}/blob/{launch.BRANCH}/"
    links = {x["href"] for page in pages.values() for x in page("a", href=True)}
    paths = [urlsplit(x.removeprefix(blob)).path for x in links if x.startswith(blob)]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_headings_go_down_one_level_at_a_time(pages):
    for name, page in pages.items():
        headings = page.select("#main-content :is(h1, h2, h3, h4, h5, h6)")
        levels = [int(heading.name[1]) for heading in headings]
        assert levels.count(1) == 1, name
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


@pytest.mark.parametrize("name", CHAPTERS + EXERCISES)
def test_notebooks_can_be_launched_from_their_page(pages, name):
    links = {x.get_text(): x["href"] for x in pages[name].article.select("a.launch")}
    assert links["Open in Colab"] == launch.colab_url(f"{name}.ipynb")
    assert links["Launch on Binder"] == launch.binder_url(f"{name}.ipynb")
    chapter = name.removeprefix("notebooks/")
    in_browser = launch.lite_url(chapter) if chapter in launch.IN_BROWSER else None
    assert links.get("Run in the browser") == in_browser


@pytest.mark.parametrize("name", CHAPTERS + EXERCISES)
def test_how_the_course_is_installed_is_folded(pages, name):
    (folded,) = pages[name].article.select("details.hide")
    assert "Run this cell first" in folded.get_text()


def test_one_can_leaf_through_the_chapters(pages):
    for before, after in pairwise(CHAPTERS):
        assert pages[before].select_one("a.right-next")["href"] == f"{Path(after).name}.html"
        assert pages[after].select_one("a.left-prev")["href"] == f"{Path(before).name}.html"
