"""What may be wrong on a learner's machine must not stop a chapter: every data set, each way."""

import shutil

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import DataError, catalogue
from tests.datasets.conftest import needs_full_data

ALWAYS_FULL = {"mnist"}  # it ships whole
HALVES = [b"", b"PK\x03\x04 half an archive", b"<!DOCTYPE html><title>log in</title>"]
every_data_set = pytest.mark.parametrize("name", datasets.names())


def files(name: str) -> list[catalogue.File]:
    return [file for form in catalogue.entry(name).forms for file in form]


def load_without_network(name: str) -> None:
    """Load with nothing at hand: auto gets what ships and says so, full says what to do."""
    auto = datasets.load(name)
    assert auto.info.variant == ("full" if name in ALWAYS_FULL else "embedded")
    assert auto.info.where == "embedded"
    assert len(auto.x_train) == len(auto.y_train) == auto.info.train > 0
    assert len(auto.x_test) == len(auto.y_test) == auto.info.test > 0
    if name in ALWAYS_FULL:
        assert datasets.load(name, "full").info.variant == "full"
    else:
        with pytest.raises(DataError, match=f"{name} is not at hand.*DLCOURSE_DATA.*embedded"):
            datasets.load(name, "full")


@every_data_set
def test_no_network_and_nothing_at_hand(name, cache, capsys):
    load_without_network(name)
    assert capsys.readouterr().out.count(f"Note: {name} ") == (name not in ALWAYS_FULL)
    assert [path for path in cache.rglob("*") if path.suffix not in ("", ".lock")] == []


@every_data_set
def test_a_folder_of_the_users_that_lacks_the_data_set(name, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "holiday.jpg").touch()
    monkeypatch.setenv("DLCOURSE_DATA", str(own))
    load_without_network(name)
    assert [path.name for path in own.iterdir()] == ["holiday.jpg"]


@every_data_set
@pytest.mark.parametrize("half", HALVES, ids=["empty", "half", "web page"])
def test_a_half_written_cache_and_no_network(name, half, cache):
    for file in files(name):
        path = cache / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(half)
        path.with_name(f".{path.name}.4711").write_bytes(b"left by a process that was killed")
    load_without_network(name)
    assert all((cache / file.name).read_bytes() == half for file in files(name))


@every_data_set
def test_a_cache_that_cannot_be_used(name, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "file" / "cache"))
    load_without_network(name)


@needs_full_data
@every_data_set
def test_a_half_written_cache_beside_good_files(name, cache, full_data):
    for file in files(name):
        (cache / file.name).parent.mkdir(parents=True, exist_ok=True)
        (cache / file.name).write_bytes(HALVES[1])
    info = datasets.load(name, "full").info
    assert (info.variant, info.where) == ("full", "$DLCOURSE_DATA")


@needs_full_data
@every_data_set
def test_a_cache_with_half_of_the_files_is_no_full_data_set(name, cache, full_data, monkeypatch):
    """All but the last file of each form are there: a download was stopped in between."""
    monkeypatch.delenv("DLCOURSE_DATA")
    for form in catalogue.entry(name).forms:
        for file in form[:-1]:
            if (full_data / file.name).is_file():
                (cache / file.name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(full_data / file.name, cache / file.name)
    load_without_network(name)


@every_data_set
def test_what_is_loaded_may_be_changed_without_harm(name):
    first = datasets.load(name, "embedded")
    first.x_train[0] = first.x_train[1]
    second = datasets.load(name, "embedded")
    assert not np.array_equal(second.x_train[0], second.x_train[1])
