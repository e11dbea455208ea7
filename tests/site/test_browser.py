"""The pages in a browser: contrast, headings and more by axe, width on a phone, search.

It needs Chromium. Without one it is skipped here, and fails in CI.
"""

import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# Blocks that reach over the edge of the page, but for those in a box that can be scrolled.
TOO_WIDE = """
() => [...document.querySelectorAll("article :is(h1, h2, h3, h4, p, li, dt, dd, img)")].filter(
  (element) => {
    const wide = element.getBoundingClientRect().right > innerWidth + 1
      || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    for (let box = element; wide && box.tagName !== "ARTICLE"; box = box.parentElement)
      if (getComputedStyle(box).overflowX === "auto") return false;
    return wide;
  }
).map((element) => element.outerHTML.slice(0, 100))
"""
KINDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": KINDS}, "resultTypes": ["violations"]}
# Pages of the reference are made alike: these stand for all.
REFERENCE = ("index", "commands", "dlcourse.ops", "dlcourse.ops.protocol", "dlcourse.nn.layers")
# Code has the same few colours everywhere, in thousands of words: it is checked on one page.
CODE = "notebooks/03_mnist"


@pytest.fixture(scope="module")
def browser():
    """Return Chromium, as it is installed on this machine."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        answer = pytest.fail if os.environ.get("CI") else pytest.skip
        answer("no Chromium here. On Debian and Ubuntu: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


def page_of(browser: Browser, theme: str = "light", width: int = 1280) -> Page:
    """Return an empty page without a network."""
    viewport = {"width": width, "height": 900}
    return browser.new_context(viewport=viewport, color_scheme=theme, offline=True).new_page()


def pages(html: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the file of each page to look at."""
    for path in sorted(html.rglob("*.html")):
        name = str(path.relative_to(html))[: -len(".html")]
        folder, _, module = name.partition("/")
        if folder != "_static" and (folder != "api" or module in REFERENCE):
            yield name, path


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_cut_off(browser, html, theme, width):
    page = page_of(browser, theme, width)
    found = []
    for name, path in pages(html):
        page.goto(path.as_uri())
        assert page.locator("html").get_attribute("data-theme") == theme
        context = None if name == CODE else {"exclude": [[".highlight"]]}
        results = Axe().run(page, context, OPTIONS)
        found += [
            (name, violation["id"], node["html"][:100], node["failureSummary"])
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        found += [(name, "too wide", element) for element in page.evaluate(TOO_WIDE)]
    assert found == []


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_animations_stand_still_for_who_asked_for_less_motion(browser, html, motion, moves):
    page = page_of(browser)
    page.emulate_media(reduced_motion=motion)
    page.goto((html / "notebooks/02_backprop.html").as_uri())
    shown = page.evaluate("""async () => Promise.all(
        [...document.querySelectorAll("article picture img")].map(async (image) => {
            await image.decode();
            return image.currentSrc;
        }))""")
    assert len(shown) == 2
    for address in shown:
        with urllib.request.urlopen(address) as picture:
            assert (b"acTL" in picture.read()) == moves  # the chunk that makes a PNG move


def test_search_finds_a_chapter_without_a_network(browser, html):
    page = page_of(browser)
    page.goto((html / "search.html").as_uri() + "?q=backpropagation")
    page.locator("#search-results a", has_text="Backpropagation: how").first.wait_for()
