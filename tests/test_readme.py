"""The README says what is so: recorded runs, links, measured figures."""

import json
import re
import statistics
from dataclasses import asdict

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from dlcourse import viz
from dlcourse.course import catalogue, recorded, session, work
from dlcourse.course.assemble import BACKEND_NAMES
from dlcourse.course.judge import Row
from dlcourse.course.recorded import Record

ROOT = catalogue.root()
README = (ROOT / "README.md").read_text(encoding="utf-8")

with pytest.MonkeyPatch.context() as _path:
    _path.syspath_prepend(ROOT / "docs")
    import matrix
    import readme


def made_up(**bad: str) -> Record:
    """Return a quick record in which chapter 4 is `bad` on some backends, as in torch="failed"."""
    runs = [
        Row(name, backend, "cpu", "quick", "embedded", seconds, 1000.0 + seconds)
        for name in work.names()
        for backend, seconds in zip(session.BACKENDS, (18.2, 20.0, 24.8), strict=True)
    ]
    for run in runs:
        if run.chapter == "04_frameworks":
            run.status = bad.get(run.backend, run.status)
    return made_on("Abacus 9000", runs)


def made_up_full(**changes: str) -> Record:
    """Return a full record; chapter 4 with `changes`, as in backend="torch"."""
    runs = [
        Row(chapter.name, "jax", "cpu", "full", "full", 61.6, 2345.0)
        for chapter in catalogue.chapters()
    ]
    vars(runs[3]).update(changes)
    return made_on("Abacus 9001", runs)


def made_on(processor: str, runs: list[Row]) -> Record:
    return Record(
        {
            "made": "2031-02-03T04:05:06+00:00",
            "processor": processor,
            "threads": 64,
            "python": "3.12.99",
            "packages": {"jax": "7.1", "keras": "7.2", "tensorflow": "7.3", "torch": "7.4+cpu"},
            "runs": [asdict(run) for run in runs],
        }
    )


def made_page(record: Record | None = None, full: Record | None = None, text=README) -> str:
    return readme.page(text, record or made_up(), full or made_up_full())


def row(page: str, chapter: str) -> list[str]:
    (line,) = (x for x in page.splitlines() if f"](notebooks/{chapter}.ipynb)" in x)
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    return [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]


class TestRecordedRun:
    stale = "stale: run python docs/readme.py, and look at what it changes"

    @pytest.fixture
    def record(self) -> Record:
        return recorded.whole("quick")

    def test_the_page_is_what_the_script_makes_of_it(self, record):
        assert readme.page(README, record, recorded.whole("full")) == README, self.stale

    def test_the_badges_are_those_of_it(self, record):
        wanted = {badge.path: badge.svg for badge in readme.badges(record)}
        found = {path: path.read_text("utf-8") for path in (ROOT / "docs/badges").iterdir()}
        assert found == wanted, self.stale

    @pytest.mark.parametrize("theme", [matrix.LIGHT, matrix.DARK], ids=["light", "dark"])
    def test_the_picture_shows_it(self, record, theme):
        with Image.open(theme.path) as picture:
            assert picture.text["Comment"] == matrix.facts(record), self.stale


class TestWhatFollowsFromARecord:
    def test_what_the_full_profile_took_and_where(self):
        page = made_page(full=made_up_full(backend="torch"))
        assert row(page, "03_mnist")[2] == "62 s, 2.3 GB"
        assert "Abacus 9001, 64 cores, Python 3.12.99, on full data; Keras on JAX, 4 on Py" in page

    def test_a_full_run_that_failed_is_named(self):
        page = made_page(full=made_up_full(status="failed"))
        assert row(page, "04_frameworks")[2] == "failed on JAX, 2.3 GB"

    def test_the_range_of_times_and_the_most_memory(self):
        page = made_page()
        assert row(page, "03_mnist")[3] == "18–25 s, 1.0 GB"

    def test_results_are_quoted_from_what_every_run_is_checked_against(self):
        page = made_page()
        for chapter in catalogue.chapters():
            result = row(page, chapter.name)[4]
            assert re.search(r"\d", result)
            assert "{" not in result

    def test_what_is_written_by_hand_stays(self):
        page = made_page(text=README.replace("## Two commands", "## By hand"))
        assert "## By hand" in page
        assert made_page(text=page) == page

    def test_a_page_without_its_comments_is_refused(self):
        with pytest.raises(ValueError, match="needs the comments <!-- chapters: "):
            made_page(text=README.replace("<!-- end of chapters -->", ""))

    def test_badges_are_green_where_all_is_well(self):
        for badge in readme.badges(made_up())[:2]:
            assert badge.colour == readme.GREEN
        assert "chapters 30 of 30 runs pass" in made_page()

    @pytest.mark.parametrize("status", ["failed", "skipped", "out of range", "over budget"])
    def test_a_bad_run_turns_its_badge_red_and_is_named(self, status):
        record = made_up(torch=status)
        chapters, exercises, *_ = readme.badges(record)
        assert (chapters.value, chapters.colour) == ("29 of 30 runs pass", readme.RED)
        assert readme.RED in chapters.svg
        assert exercises.colour == readme.GREEN
        page = made_page(record)
        assert row(page, "04_frameworks")[3] == f"18–20 s ({status} on PyTorch), 1.0 GB"
        assert f"04_frameworks {status} on PyTorch" in re.search(r'alt="([^"]*)"', page)[1]

    def test_a_chapter_that_runs_nowhere_has_no_time(self):
        record = made_up(jax="failed", tensorflow="failed", torch="skipped")
        for run in record.of("04_frameworks"):
            run.peak_rss_mb = None
        cell = row(made_page(record), "04_frameworks")[3]
        assert cell == "failed on JAX, failed on TensorFlow, skipped on PyTorch"

    @pytest.mark.parametrize("theme", [matrix.LIGHT, matrix.DARK], ids=["light", "dark"])
    def test_a_bad_run_is_red_in_the_picture_and_says_so(self, theme):
        drawn = matrix.figure(made_up(torch="out of range"), theme)
        ax = drawn.axes[0]
        (words,) = (text for text in ax.texts if "out of" in text.get_text())
        names = [chapter.name for chapter in catalogue.chapters()]
        x, y = session.BACKENDS.index("torch"), names.index("04_frameworks")
        assert words.get_position() == (x + 0.5, y + 0.5)
        mesh = ax.collections[0]
        colours = mesh.to_rgba(mesh.get_array())
        assert to_hex(colours[y, x]).upper() == viz.RED
        assert viz.RED.lower() not in map(to_hex, colours[y, :x])
        plt.close(drawn)

    def test_another_machine_is_named(self):
        page, drawn = made_page(), matrix.figure(made_up(), matrix.LIGHT)
        plt.close(drawn)
        assert "2031-02-03, Abacus 9000, 64 cores, Python 3.12.99" in page
        assert "recorded 2031-02-03, CPU, Python 3.12.99" in page
        assert "Keras 7.2 on JAX 7.1, TensorFlow 7.3, PyTorch 7.4]" in page
        assert "Abacus 9000, 64 cores" in drawn.get_suptitle()

    def test_without_a_record_the_script_says_how_to_make_one(self, monkeypatch):
        monkeypatch.setattr(recorded, "load", lambda *where: Record())
        with pytest.raises(SystemExit, match="dlcourse run chapters exercises --backend all"):
            readme.main()
        assert (ROOT / "README.md").read_text(encoding="utf-8") == README

    def test_the_guide_for_contributors_says_the_same(self):
        guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        for line in "\n".join(recorded.COMMANDS.values()).splitlines():
            assert line in guide


LINK = r"\]\((?!https?:)([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\""


@pytest.mark.parametrize("link", [a or b for a, b in re.findall(LINK, README)])
def test_every_local_link_leads_somewhere(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("name", ["README.md", "pyproject.toml"])
def test_the_address_of_the_repository_is_the_one_setting(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    addresses = re.findall(r"https://github\.com/[\w.-]+/[\w.-]+", text)
    assert set(addresses) == {catalogue.repository()}


def test_speeds_are_those_of_the_recorded_benchmark():
    training = json.loads((ROOT / "docs/benchmarks/bench.json").read_text())["training"]
    seconds = {who: statistics.median(x["epoch_seconds"]) for who, x in training.items()}
    text = " ".join(README.split())
    assert f"takes {seconds['nn']:.2f} s with `dlcourse.nn`" in text
    assert f"products alone are {seconds['products']:.2f} s" in text
    for backend, name in BACKEND_NAMES.items():
        assert f"{seconds[backend]:.2f} s on {name}" in text


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_every_make_target_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
