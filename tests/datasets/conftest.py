"""No test here touches the network, the user's cache or the user's own data folder."""

import os
from pathlib import Path

import pytest

from dlcourse import datasets
from dlcourse.datasets import download

FULL_DATA = os.environ.get("DLCOURSE_DATA")
needs_full_data = pytest.mark.skipif(
    FULL_DATA is None,
    reason="needs the full data sets: set DLCOURSE_DATA to a folder that has them",
)


@pytest.fixture(autouse=True)
def _isolated(monkeypatch, tmp_path):
    for name in ("DLCOURSE_DATA", "DLCOURSE_VARIANT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DLCOURSE_DATA_URL", "http://127.0.0.1:9/")  # nobody answers there
    monkeypatch.setattr(datasets, "_loaded", [])
    monkeypatch.setattr(datasets, "_noted", set())
    monkeypatch.setattr(download, "_silent", set())
    monkeypatch.setattr(download, "PROBE_SECONDS", 1.0)


@pytest.fixture
def cache(tmp_path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def full_data(monkeypatch) -> Path:
    """Use the folder with the full data sets, which DLCOURSE_DATA named when pytest started."""
    monkeypatch.setenv("DLCOURSE_DATA", FULL_DATA)
    return Path(FULL_DATA)
