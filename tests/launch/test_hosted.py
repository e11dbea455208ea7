"""The first cell on Colab and Kaggle: the frameworks are there, the course is not.

The course comes as a wheel here; no checkout is near.
"""

import functools
import http.server
import subprocess
import threading

import pytest

from dlcourse.course import catalogue, launch
from dlcourse.course.assemble import assemble
from tests.datasets.conftest import FULL_DATA, needs_full_data
from tests.launch.service import Service


def test_where_the_course_is_installed_the_cell_does_nothing(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: pytest.fail("it ran pip"))
    exec(launch.install_code(), {})


def test_it_comes_from_the_repository():
    assert f'"{catalogue.repository()}/archive/refs/heads/main.zip"' in launch.install_code()


def test_a_chapter_installs_what_is_missing_upgrades_nothing_and_runs(tmp_path, wheel):
    service = Service(tmp_path, "pooch", DLCOURSE_PACKAGE=wheel, DLCOURSE_PROFILE="quick")
    before = service.versions()
    assert not any(line.startswith(("dlcourse==", "pooch==")) for line in before)
    service.run_all(assemble(catalogue.find(["01"])[0]))
    after = service.versions()
    assert before <= after
    assert {line.split("==")[0] for line in after - before} == {"dlcourse", "pooch"}
    where = service.run("-c", "import dlcourse; print(dlcourse.__file__)").stdout
    assert where.startswith(str(tmp_path))


@needs_full_data
def test_data_are_fetched_with_a_progress_bar(tmp_path, wheel):
    service = Service(tmp_path, DLCOURSE_PACKAGE=wheel)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=FULL_DATA)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        service.environment["DLCOURSE_DATA_URL"] = f"http://127.0.0.1:{server.server_port}"
        load = "from dlcourse import datasets; datasets.load('california_housing', 'full')"
        done = service.run("-c", f"{launch.install_code()}\n{load}")
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert "100%|" in done.stderr


def test_it_fails_rather_than_upgrade(tmp_path, wheel):
    service = Service(tmp_path, DLCOURSE_PACKAGE=wheel)
    service.pretend("rich", "12.0.0")
    done = service.run("-c", launch.install_code())
    assert done.returncode == 1
    assert "rich" in done.stderr
    assert "pip could not install the course; it says why above" in done.stderr
    assert "rich==12.0.0" in service.versions()


def test_without_internet_it_says_where_to_turn_it_on(tmp_path):
    nowhere = "http://127.0.0.1:9/main.zip"
    service = Service(tmp_path, DLCOURSE_PACKAGE=nowhere, PIP_RETRIES="0")
    done = service.run("-c", launch.install_code())
    assert done.returncode == 1
    assert "on Kaggle, turn that on under Settings" in done.stderr
