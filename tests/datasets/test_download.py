"""Downloads from a real server that misbehaves on purpose."""

import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import requests

from dlcourse import datasets
from dlcourse.datasets import DataError, catalogue, download, store
from dlcourse.datasets.download import Unavailable
from dlcourse.datasets.files import File
from tests.datasets.conftest import needs_full_data

GOOD = b"0123456789" * 20_000
FILE = File("small.bin", len(GOOD), hashlib.sha256(GOOD).hexdigest())


class Server(http.server.ThreadingHTTPServer):
    """It answers GET number n as `plan[n]` says; the last entry stays in force."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan = ["good"]
        self.files = {FILE.name: GOOD}
        self.asked = Counter()
        self.stalled = threading.Event()  # half a file was sent
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def next(self) -> str:
        return self.plan.pop(0) if len(self.plan) > 1 else self.plan[0]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked["HEAD"] += 1
        if "silent" in self.server.plan:
            self.server.released.wait(10)
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        self.server.asked["GET"] += 1
        behaviour = self.server.next()
        body = self.server.files.get(self.path.strip("/"))
        if body is None or behaviour == "404":
            return self.send_error(404)
        if behaviour == "500":
            return self.send_error(500)
        length = len(body)
        if behaviour == "html":
            body = b"\n <!DOCTYPE html><title>Welcome to the hotel</title>" + b" " * 1000
            length = len(body)
        elif behaviour == "wrong":
            body = body[:-1] + b"x"
        elif behaviour in ("truncated", "stall"):
            body = body[: length // 2]
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if behaviour == "stall":
            self.server.stalled.set()
            self.server.released.wait(60)  # until the test is over

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        monkeypatch.setenv("DLCOURSE_DATA_URL", server.url)
        monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


def contents(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_a_download_is_checked_and_kept(server, cache):
    found = download.get(FILE)
    assert found.content == GOOD
    assert found.where == "cache"
    assert contents(cache) == [FILE.name]
    download.get(FILE)
    assert server.asked["GET"] == 1


def test_the_address_works_without_a_slash_at_its_end(server, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA_URL", server.url.rstrip("/"))
    assert download.fetch(FILE).content == GOOD


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("truncated", r"small.bin failed: .*IncompleteRead"),
        ("html", "gave a web page instead of data. Does your network ask you to log in"),
        ("wrong", f"not the file it should be .SHA-256 {FILE.sha256}"),
        ("404", "small.bin failed: 404"),
        ("500", "small.bin failed: 500"),
        ("stall", r"small.bin failed: .*timed out"),
    ],
)
def test_misbehaviour_is_explained_and_leaves_nothing(
    server, cache, monkeypatch, behaviour, message
):
    monkeypatch.setattr(download, "READ_SECONDS", 0.3)
    server.plan = [behaviour]
    with pytest.raises(Unavailable, match=message):
        download.fetch(FILE)
    assert contents(cache) == []


@pytest.mark.parametrize("first", ["500", "truncated", "wrong", "404"])
def test_a_passing_failure_is_tried_again(server, first):
    server.plan = [first, "good"]
    assert download.fetch(FILE).content == GOOD
    assert server.asked["GET"] == 2


def test_a_good_file_replaces_a_half_written_one(server, cache):
    cache.mkdir()
    (cache / FILE.name).write_bytes(GOOD[:100])
    assert download.get(FILE).content == GOOD
    assert contents(cache) == [FILE.name]


def test_a_failed_download_leaves_the_damaged_file_as_it_was(server, cache):
    server.plan = ["404"]
    cache.mkdir()
    (cache / FILE.name).write_bytes(GOOD[:100])
    with pytest.raises(Unavailable):
        download.get(FILE)
    assert (cache / FILE.name).read_bytes() == GOOD[:100]


def test_nobody_answers():
    with pytest.raises(Unavailable, match="no answer from http://127.0.0.1:9/.*offline"):
        download.fetch(FILE)


def test_a_server_that_says_nothing_counts_as_away(server, monkeypatch):
    monkeypatch.setattr(download, "PROBE_SECONDS", 0.2)
    server.plan = ["silent"]
    with pytest.raises(Unavailable, match="no answer"):
        download.fetch(FILE)
    assert server.asked["GET"] == 0


def test_a_name_that_takes_for_ever_to_look_up(monkeypatch):
    lookup = threading.Event()
    monkeypatch.setattr(download, "PROBE_SECONDS", 0.1)
    monkeypatch.setattr(requests, "head", lambda *args, **kwargs: lookup.wait(10))
    with pytest.raises(Unavailable, match="no answer"):
        download.fetch(FILE)
    lookup.set()


@pytest.mark.parametrize("url", ["nonsense", "http://[bad", "ftp://127.0.0.1/"])
def test_an_odd_address(monkeypatch, url):
    monkeypatch.setenv("DLCOURSE_DATA_URL", url)
    with pytest.raises(Unavailable, match="no answer from"):
        download.fetch(FILE)


def test_an_address_that_was_away_is_asked_again_on_demand(server, monkeypatch):
    download._silent.add(server.url)
    with pytest.raises(Unavailable, match="offline"):
        download.fetch(FILE)
    download.try_again()
    assert download.fetch(FILE).content == GOOD


def test_a_cache_that_cannot_be_written(server, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(Unavailable, match="cannot be written .* set DLCOURSE_CACHE"):
        download.fetch(FILE)


def test_a_full_disk(server, monkeypatch, cache):
    def full(url, output_file, site):
        Path(output_file).write_bytes(b"a part")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_download", full)
    with pytest.raises(Unavailable, match="is full: make room, or set DLCOURSE_CACHE"):
        download.fetch(FILE)
    assert contents(cache) == []


def test_another_process_that_never_ends(server, monkeypatch, cache):
    monkeypatch.setattr(download, "LOCK_SECONDS", 0.1)
    cache.mkdir()
    with (
        download.FileLock(cache / f".{FILE.name}.lock"),
        pytest.raises(Unavailable, match="another process"),
    ):
        download.fetch(FILE)


FETCH = f"""
from dlcourse.datasets import download
from dlcourse.datasets.files import File
found = download.get(File({FILE.name!r}, {FILE.size}, {FILE.sha256!r}))
print(len(found.content))
"""


def start() -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", FETCH], stdout=subprocess.PIPE, text=True)


def test_two_processes_download_once(server):
    processes = [start(), start()]
    assert [process.communicate()[0].strip() for process in processes] == [str(len(GOOD))] * 2
    assert server.asked["GET"] == 1


@pytest.mark.skipif(os.name != "posix", reason="kills a process with a signal")
def test_a_killed_download_is_no_obstacle(server, cache):
    server.plan = ["stall", "good"]
    with start() as process:
        assert server.stalled.wait(60)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (cache / FILE.name).exists()
    assert store.find(FILE) is None
    assert download.get(FILE).content == GOOD


def test_auto_falls_back_and_full_does_not(server, capsys):
    server.plan = ["html"]
    server.files[catalogue.CALIFORNIA_NPZ.name] = b""
    assert datasets.load("california_housing").info.variant == "embedded"
    assert "web page" in capsys.readouterr().out
    with pytest.raises(DataError, match="web page"):
        datasets.load("california_housing", "full")


@needs_full_data
def test_load_downloads_the_full_variant(server, full_data, monkeypatch):
    name = catalogue.CALIFORNIA_NPZ.name
    server.files[name] = (full_data / name).read_bytes()
    monkeypatch.delenv("DLCOURSE_DATA")
    first, second = datasets.load("california_housing"), datasets.load("california_housing")
    assert first.info.variant == second.info.variant == "full"
    assert first.info.where == second.info.where == "cache"
    assert np.array_equal(first.x_train, second.x_train)
    assert server.asked["GET"] == 1


@needs_full_data
def test_own_file_is_used_without_asking_the_server(server, full_data, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(full_data / "california_housing.npz", own)
    monkeypatch.setenv("DLCOURSE_DATA", str(own))
    assert datasets.load("california_housing").info.where == "$DLCOURSE_DATA"
    assert not server.asked
