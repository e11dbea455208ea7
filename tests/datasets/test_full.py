"""The full variants equal what `keras.datasets.*.load_data` gives."""

import hashlib
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import catalogue, files, imdb, reuters
from tests.datasets import keras_reference
from tests.datasets.conftest import FULL_DATA, needs_full_data
from tests.datasets.keras_reference import digest

pytestmark = [needs_full_data, pytest.mark.usefixtures("full_data")]


def test_mnist():
    dataset = datasets.load("mnist", "full")
    assert dataset.info.where == "$DLCOURSE_DATA"
    assert dataset.x_train.shape == (60_000, 28, 28)


def test_imdb():
    dataset = datasets.load("imdb")
    assert dataset.info.variant == "full"
    assert (len(dataset.x_train), len(dataset.x_test)) == (25_000, 25_000)
    assert dataset.x_train[0][:8].tolist() == [1, 14, 22, 16, 43, 530, 973, 1622]
    assert dataset.y_train[:10].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]
    assert np.mean([len(text) for text in dataset.x_train]) == pytest.approx(238.71364, abs=1e-9)
    assert len(dataset.info.word_index) == 88_584
    assert dataset.info.decode(dataset.x_train[0]).startswith("this film was just brilliant")


def test_reuters():
    dataset = datasets.load("reuters", num_words=10_000)
    assert dataset.info.variant == "full"
    assert (len(dataset.x_train), len(dataset.x_test)) == (8_982, 2_246)
    assert dataset.x_train[0][:8].tolist() == [1, 2, 2, 8, 43, 10, 447, 5]
    assert dataset.y_train[:10].tolist() == [3, 4, 3, 4, 4, 4, 4, 3, 3, 16]
    assert len(dataset.info.classes) == 46
    assert dataset.info.classes[3:5] == ("earn", "acq")


def test_california_housing():
    small = datasets.load("california_housing")
    assert (small.x_train.shape, small.x_test.shape) == ((480, 8), (120, 8))
    assert small.y_train[:5].tolist() == [228400, 132900, 60000, 95200, 107000]
    assert small.info.columns[0] == "longitude"
    assert -123 < small.x_train[:, 0].min() < small.x_train[:, 0].max() < -121
    large = datasets.load("california_housing", version="large")
    assert (large.x_train.shape, large.x_test.shape) == ((16_512, 8), (4_128, 8))


def lists(tokens: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    texts = np.empty(len(offsets) - 1, dtype=object)
    for i, (start, end) in enumerate(itertools.pairwise(offsets)):
        texts[i] = tokens[start:end].tolist()
    return texts


@pytest.fixture(scope="module")
def keras_files(tmp_path_factory) -> Path:
    """Write the files that Keras publishes anew from the flat ones."""
    folder, source = tmp_path_factory.mktemp("keras"), Path(FULL_DATA)
    flat = np.load(source / "reuters_flat.npz")
    x = lists(flat["tokens"], flat["offsets"])
    np.savez(folder / "reuters.npz", x=x, y=flat["labels"].astype(int))
    flat = np.load(source / "imdb_flat.npz")
    arrays = {}
    for part in ("train", "test"):
        arrays[f"x_{part}"] = lists(flat[f"{part}_tokens"], flat[f"{part}_offsets"])
        arrays[f"y_{part}"] = flat[f"y_{part}"].astype(int)
    np.savez(folder / "imdb.npz", **arrays)
    shutil.copy(source / "california_housing.npz", folder)
    return folder


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="Keras is not installed")
def test_equal_to_keras(keras_files):
    # Keras runs in a process of its own, because it settles its backend once a process.
    command = [sys.executable, "-W", "ignore", keras_reference.__file__, str(keras_files)]
    environment = os.environ | {"KERAS_BACKEND": "numpy", "TF_CPP_MIN_LOG_LEVEL": "3"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    expected = json.loads(result.stdout)
    assert len(expected) == len(keras_reference.CASES)
    for (name, options), digests in zip(keras_reference.CASES, expected, strict=True):
        ours = datasets.load(name, "full", **options)
        found = [digest(ours.x_train, ours.y_train), digest(ours.x_test, ours.y_test)]
        assert found == digests, (name, options)


@pytest.mark.parametrize(
    ("name", "module", "flat"),
    [("imdb", imdb, catalogue.IMDB_FLAT), ("reuters", reuters, catalogue.REUTERS_FLAT)],
)
def test_unpacking_a_file_of_keras_gives_the_flat_arrays(name, module, flat, keras_files):
    content = (keras_files / f"{name}.npz").read_bytes()
    with files.parse_npz(content, trusted=True) as archive:
        arrays = module.unpack(archive)
    assert tuple(arrays) == flat.arrays
    assert files.digest(arrays) == flat.sha256


@pytest.fixture
def only_keras_files(full_data, keras_files, monkeypatch):
    """Have Reuters in the form of Keras only, as after a download."""
    shutil.copy(full_data / "reuters_word_index.json", keras_files)
    sha256 = hashlib.sha256((keras_files / "reuters.npz").read_bytes()).hexdigest()
    monkeypatch.setattr(catalogue, "REUTERS_NPZ", replace(catalogue.REUTERS_NPZ, sha256=sha256))
    monkeypatch.setenv("DLCOURSE_DATA", str(keras_files))


@pytest.mark.usefixtures("only_keras_files")
def test_a_file_of_keras_is_unpacked_once_and_kept_flat(monkeypatch, cache):
    first = datasets.load("reuters", "full")
    assert first.info.where == "$DLCOURSE_DATA"
    assert [path.name for path in cache.iterdir()] == ["reuters_flat.npz"]
    monkeypatch.setattr(reuters, "unpack", None)  # not called again
    second = datasets.load("reuters", "full")
    assert second.info.where == "cache"
    assert all(map(np.array_equal, first.x_train, second.x_train))


@pytest.mark.usefixtures("only_keras_files")
def test_a_half_written_flat_file_is_unpacked_anew(cache):
    cache.mkdir()
    (cache / "reuters_flat.npz").write_bytes(b"PK\x03\x04 half an archive")
    assert datasets.load("reuters", "full").info.where == "$DLCOURSE_DATA"
    assert datasets.load("reuters", "full").info.where == "cache"


@pytest.mark.usefixtures("only_keras_files")
def test_a_cache_that_cannot_be_written_does_no_harm(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "file" / "cache"))
    assert len(datasets.load("reuters", "full").x_train) == 8_982
