"""What a matrix of runs leaves: the report, the page of results, and rows that can be kept."""

import json
import re
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from dlcourse import machine
from dlcourse.course import modules, store
from dlcourse.course import run as running
from dlcourse.course.judge import Row
from dlcourse.course.recorded import Record
from dlcourse.course.report import Plan, follow, table
from dlcourse.course.summary import write_summary
from dlcourse.shard import Shard


def row_of(request, **changes):
    values = {
        "chapter": request.work.name,
        "backend": request.backend,
        "device": request.device,
        "profile": request.profile,
        "variant": "none",
        "seconds": 12.3,
        "peak_rss_mb": 456.0,
        "results": {"answer": 42.0},
        "notebook": f"{request.stem}.ipynb",
        "page": f"{request.stem}.html",
    }
    return Row(**values | changes)


class Runner:
    """Stands in for the runs themselves: it leaves a row, which a test may change."""

    def __init__(self):
        self.made, self.changes = [], {}

    def __call__(self, request, folder, **_):
        self.made.append(request)
        row = row_of(request, **self.changes.get(request.stem, {}))
        for name in (row.notebook, row.page):
            (folder / name).write_text("left by a run")
        store.save(request, row, modules.digests(["dlcourse.machine"], modules.snapshot()), folder)
        return row


@pytest.fixture
def runner(monkeypatch):
    runner = Runner()
    monkeypatch.setattr(running, "run_one", runner)
    return runner


def go(folder, *requests, **settings):
    return follow(list(requests), Plan(folder, **settings), Console())


class TestResume:
    def test_a_good_run_of_the_same_content_is_not_made_again(self, small, tmp_path, runner):
        first = go(tmp_path, small.request(), resume=True)
        again = go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 1
        assert [row.resumed for row in first + again] == [False, True]
        assert "from an earlier run" in (tmp_path / "index.html").read_text()
        console = Console(record=True, width=200)
        console.print(table(again))
        assert "ok, resumed" in console.export_text()

    def test_full_data_that_came_since_then_are_used(self, small, tmp_path, runner, monkeypatch):
        runner.changes[small.request().stem] = {"variant": "embedded"}
        here = {"imdb": ""}
        monkeypatch.setattr(store.places, "where", lambda entry: here.get(entry.name, ""))
        go(tmp_path, small.request())
        assert go(tmp_path, small.request(), resume=True)[0].resumed
        here["imdb"] = "cache"
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    @pytest.mark.parametrize("name", ["version", "manifest"])
    def test_other_libraries_or_samples_are_other_content(
        self, small, tmp_path, runner, monkeypatch, name
    ):
        go(tmp_path, small.request())
        monkeypatch.setattr(store, name, lambda *_: "another")
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    def test_the_folders_of_several_machines_make_one_page(self, small, tmp_path, runner):
        requests = [small.request(backend=name) for name in ("jax", "torch", "tensorflow")]
        for number in range(2):
            go(tmp_path / str(number), *Record().share(requests, Shard(number, 2)))
            shutil.copytree(tmp_path / str(number), tmp_path / "all", dirs_exist_ok=True)
        rows = go(tmp_path / "all", *requests, resume=True)
        assert len(runner.made) == 3
        assert all(row.resumed for row in rows)
        assert "3 of 3 runs finished, 3 ok" in (tmp_path / "all" / "index.html").read_text()

    def test_without_being_asked_for_everything_is_run(self, small, tmp_path, runner):
        go(tmp_path, small.request())
        go(tmp_path, small.request())
        assert len(runner.made) == 2

    @pytest.mark.parametrize("status", ["failed", "out of range", "over budget"])
    def test_what_was_not_good_is_run_again(self, small, tmp_path, runner, status):
        runner.changes[small.request().stem] = {"status": status}
        go(tmp_path, small.request(), resume=True)
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    @pytest.mark.parametrize("change", [{"seed": 2}, {"variant": "embedded"}])
    def test_other_parameters_are_other_content(self, small, tmp_path, runner, change):
        go(tmp_path, small.request())
        go(tmp_path, small.request(**change), resume=True)
        assert len(runner.made) == 2

    def test_another_source_is_other_content(self, small, tmp_path, runner):
        go(tmp_path, small.request())
        small.add("1 + 1")
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    def test_other_expectations_are_other_content(self, small, tmp_path, runner):
        go(tmp_path, small.request())
        small.expect(small.chapter.expected.read_text().replace("min = 41", "min = 40"))
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    def test_another_framework_is_other_content(self, small, tmp_path, runner, monkeypatch):
        go(tmp_path, small.request())
        described = store.machine.describe()
        described["packages"]["jax"] = "99"
        monkeypatch.setattr(store.machine, "describe", lambda: described)
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    def test_changed_package_code_is_other_content(self, small, tmp_path, runner, monkeypatch):
        go(tmp_path, small.request())
        monkeypatch.setattr(modules, "_digest", lambda path: "another")
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    @pytest.mark.parametrize("text", ["", "{", "[1]", '{"key": 1}', '{"row": {"chapter": 1}}'])
    def test_a_broken_row_is_none(self, small, tmp_path, runner, text):
        go(tmp_path, small.request())
        (tmp_path / f"{small.request().stem}.json").write_text(text)
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2

    def test_a_row_whose_page_is_gone_is_none(self, small, tmp_path, runner):
        go(tmp_path, small.request())
        (tmp_path / f"{small.request().stem}.html").unlink()
        go(tmp_path, small.request(), resume=True)
        assert len(runner.made) == 2


class TestPage:
    def test_every_run_has_its_place_time_memory_and_links(self, small, tmp_path, runner):
        requests = [small.request(backend=name) for name in ("jax", "torch")]
        runner.changes[requests[1].stem] = {"seconds": 65.4}
        go(tmp_path, *requests)
        page = (tmp_path / "index.html").read_text()
        assert "2 of 2 runs finished, 2 ok" in page
        assert re.findall(r'<th scope="col">(jax|torch) · cpu</th>', page) == ["jax", "torch"]
        assert {"12.3 s · 456 MB", "65.4 s · 456 MB"} <= set(re.findall(r"[\d.]+ s · \d+ MB", page))
        for request in requests:
            assert f'href="{request.stem}.html"' in page
            assert f'href="{request.stem}.ipynb"' in page
        for link in re.findall(r'href="([^#"]+)"', page):
            assert (tmp_path / link).is_file()

    def test_it_loads_nothing_and_knows_dark_pages_and_phones(self, small, tmp_path, runner):
        go(tmp_path, small.request())
        page = (tmp_path / "index.html").read_text()
        assert not re.search(r"<script|<link|<img|@import|url\(|src=", page)
        assert "prefers-color-scheme: dark" in page
        assert 'name="viewport"' in page

    def test_a_failure_is_told_with_cell_and_traceback_and_nothing_is_markup(
        self, small, tmp_path, runner
    ):
        runner.changes[small.request().stem] = {
            "status": "failed",
            "error": "exception",
            "message": "KeyError: <b>",
            "cell": "01_small-006",
            "traceback": "line 2 <script>alert(1)</script>",
        }
        go(tmp_path, small.request())
        page = (tmp_path / "index.html").read_text()
        assert "✗ failed (exception)" in page
        assert "KeyError: &lt;b&gt;" in page
        assert "#cell-id=01_small-006" in page
        assert "<pre>line 2 &lt;script&gt;" in page

    def test_results_stand_beside_their_ranges(self, small, tmp_path, runner):
        runner.changes[small.request().stem] = {
            "status": "out of range",
            "results": {"answer": 50.0},
        }
        go(tmp_path, small.request())
        page = (tmp_path / "index.html").read_text()
        cells = re.findall(r'<td class="number ?(\w*)">([^<]*)</td>', page)
        assert cells == [("bad", "50"), ("", "41"), ("", "43")]

    def test_what_was_not_run_is_not_hidden(self, small, tmp_path, monkeypatch):
        def interrupted(requests, folder, **_):
            yield requests[0], row_of(requests[0])
            raise KeyboardInterrupt

        monkeypatch.setattr(running, "run_all", interrupted)
        rows = go(tmp_path, small.request(), small.request(backend="torch"))
        assert len(rows) == 1
        page = (tmp_path / "index.html").read_text()
        assert "1 of 2 runs finished" in page
        assert "not run" in page
        assert json.loads((tmp_path / "report.json").read_text())["planned"] == 2

    def test_the_page_of_an_earlier_report_does_not_stay(
        self, small, tmp_path, runner, monkeypatch
    ):
        def interrupted(requests, folder, **_):
            raise KeyboardInterrupt
            yield

        go(tmp_path, small.request())
        monkeypatch.setattr(running, "run_all", interrupted)
        assert go(tmp_path, small.request()) == []
        page = (tmp_path / "index.html").read_text()
        assert "0 of 1 runs finished" in page
        assert json.loads((tmp_path / "report.json").read_text())["runs"] == []

    def test_it_is_replaced_only_when_it_is_whole(self, small, tmp_path, runner, monkeypatch):
        go(tmp_path, small.request())
        before = (tmp_path / "index.html").read_text()

        def full_disk(path, text, **_):
            path.write_bytes(text[:100].encode())
            raise OSError("no space left on device")

        monkeypatch.setattr(Path, "write_text", full_disk)
        with pytest.raises(OSError, match="no space"):
            write_summary([small.request()], {}, Record(), tmp_path)
        assert (tmp_path / "index.html").read_text() == before


def recorded(*runs):
    made = {"made": "2026-01-02T03:04:05+00:00"}
    return machine.describe() | made | {"runs": list(runs)}


def test_a_run_that_takes_much_more_than_the_recorded_one_has_drifted(small, tmp_path, runner):
    request = small.request()
    before = vars(row_of(request, seconds=4.0))
    (row,) = go(tmp_path, request, record=Record(recorded(before)))
    assert row.drift == ["time 4 → 12 s"]
    page = (tmp_path / "index.html").read_text()
    assert "Since the run recorded on 2026-01-02 03:04 UTC (" in page
    assert "time 4 → 12 s" in page


def test_the_longest_run_begins_first(small, tmp_path, runner):
    requests = [small.request(profile="full"), small.request()]
    runs = [vars(row_of(requests[0], seconds=5.0)), vars(row_of(requests[1], seconds=50.0))]
    go(tmp_path, *requests, record=Record(recorded(*runs)))
    assert [request.profile for request in runner.made] == ["quick", "full"]
