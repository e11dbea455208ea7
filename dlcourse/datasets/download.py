"""Checked downloads into the user's cache: one at a time, whole or not at all."""

import errno
import os
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from dlcourse.datasets import store
from dlcourse.datasets.files import DataError, File
from dlcourse.datasets.store import Found

# Where Keras's own dataset modules download from; $DLCOURSE_DATA_URL overrides it.
BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
PROBE_SECONDS = 4.0  # for any answer at all, so that a machine without network does not wait long
READ_SECONDS = 20.0  # for the next piece of a running download
LOCK_SECONDS = 900.0  # for another process that downloads the same file
RETRIES = 2

_silent: set[str] = set()  # addresses that gave no answer in this process


class Unavailable(DataError):
    """A file could not be downloaded: network, server, or no room to keep it."""


def try_again() -> None:
    """Forget which addresses gave no answer, so that the next download asks them again."""
    _silent.clear()


def get(file: File) -> Found:
    """Return the checked content of `file` from where it is, else download it."""
    return store.find(file) or fetch(file)


def fetch(file: File) -> Found:
    """Download `file` into the cache and return its checked content.

    A partial or wrong file never reaches its final name. Where another process downloads the
    same file, wait for it.

    Raises:
        Unavailable: it could not be had; the message says why.
    """
    url = os.environ.get("DLCOURSE_DATA_URL") or BASE_URL
    url = url.rstrip("/") + "/"
    folder = store.cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{file.name}.lock", timeout=LOCK_SECONDS):
            found = store.find(file)  # another process may have been quicker
            if found is None:
                _retrieve(url, file, folder)
                found = Found(file.read(folder / file.name), "cache")
            return found
    except Timeout as error:
        raise Unavailable(
            f"another process has been downloading {file.name} for {LOCK_SECONDS / 60:.0f} minutes"
        ) from error
    except OSError as error:
        raise Unavailable(_no_room(error, folder)) from error


def _retrieve(url: str, file: File, folder: Path) -> None:
    import pooch
    from requests import RequestException

    if url in _silent or not _answers(url + file.name):
        _silent.add(url)
        raise Unavailable(f"no answer from {url}: this machine seems to be offline")
    pooch.get_logger().setLevel("WARNING")
    registry = {file.name: f"sha256:{file.sha256}"}
    site = pooch.create(folder, url, registry=registry, retry_if_failed=RETRIES)
    try:
        site.fetch(file.name, downloader=_download)
    except RequestException as error:
        raise Unavailable(f"downloading {url}{file.name} failed: {error}") from error
    except ValueError as error:
        raise Unavailable(
            f"{url}{file.name} is not the file it should be (SHA-256 {file.sha256}): {error}"
        ) from error


def _download(url: str, output_file: str, site: object) -> None:
    import pooch

    timeout = (PROBE_SECONDS, READ_SECONDS)
    http = pooch.HTTPDownloader(progressbar=True, timeout=timeout, chunk_size=1 << 16)
    http(url, output_file, site)
    with open(output_file, "rb") as stream:
        start = stream.read(64).lstrip()
    if start.startswith(b"<"):
        raise Unavailable(
            f"{url} gave a web page instead of data. Does your network ask you to log in first?"
        )


def _answers(url: str) -> bool:
    """Say whether the server gives any answer in time, an error included.

    The question is asked in a thread because no time-out covers looking up the host's name.
    """
    import requests

    answered = threading.Event()

    def ask() -> None:
        try:
            requests.head(url, timeout=PROBE_SECONDS)
        except (requests.RequestException, ValueError):  # the latter for an odd address
            return
        answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return answered.is_set()


def _no_room(error: OSError, folder: Path) -> str:
    if error.errno == errno.ENOSPC:
        reason = f"the disk with the download cache {folder} is full: make room"
    else:
        reason = f"the download cache {folder} cannot be written ({error.strerror or error})"
    return f"{reason}, or set DLCOURSE_CACHE to a folder elsewhere"
