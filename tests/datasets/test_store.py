import hashlib

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import DataError, store
from dlcourse.datasets.files import File, FlatFile, digest, parse_npz

GOOD = b"good content"
FILE = File("small.bin", len(GOOD), hashlib.sha256(GOOD).hexdigest())


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    return folder


def test_own_folder_comes_before_the_cache(own, cache):
    assert store.find(FILE) is None
    cache.mkdir()
    (cache / FILE.name).write_bytes(GOOD)
    assert store.find(FILE).where == "cache"
    (own / FILE.name).write_bytes(GOOD)
    assert store.find(FILE).where == "$DLCOURSE_DATA"
    assert store.find(FILE).content == GOOD


@pytest.mark.parametrize("content", [GOOD[:-1], b"", b"<html>log in</html>", GOOD + b"!"])
def test_a_wrong_file_of_the_users_is_an_error_and_stays(own, content):
    path = own / FILE.name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        store.find(FILE)
    found = hashlib.sha256(content).hexdigest()
    for part in (str(path), f"expected SHA-256 {FILE.sha256}", f"found {found}", "unset"):
        assert part in str(caught.value)
    assert path.read_bytes() == content


def test_a_wrong_file_of_the_users_is_an_error_in_auto_too(own):
    (own / "california_housing.npz").write_bytes(b"truncated")
    with pytest.raises(DataError, match="california_housing.npz is not the file it should be"):
        datasets.load("california_housing")
    assert (own / "california_housing.npz").read_bytes() == b"truncated"


def test_a_damaged_file_in_the_cache_counts_as_missing(cache):
    cache.mkdir()
    (cache / FILE.name).write_bytes(GOOD[:3])
    assert store.find(FILE) is None
    assert (cache / FILE.name).read_bytes() == GOOD[:3]


def test_own_folder_that_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(
        DataError, match=r"DLCOURSE_DATA is set to .*nowhere, which is not a folder"
    ):
        datasets.load("imdb")


def test_a_folder_in_place_of_a_file_is_passed_over(own):
    (own / FILE.name).mkdir()
    assert store.find(FILE) is None


@pytest.mark.parametrize(
    "content", [b"", b"not an archive", b"PK\x03\x04 half an archive", b"\x93NUMPY\x01\x00"]
)
def test_a_flat_file_that_is_no_archive(own, content):
    (own / "flat.npz").write_bytes(content)
    with pytest.raises(DataError, match="not the npz file it should be"):
        store.find(FlatFile("flat.npz", 10, "0" * 64, ("a",)))


def test_a_flat_file_is_known_by_its_arrays(own):
    arrays = {"a": np.arange(5, dtype=np.int32), "b": np.zeros(2)}
    flat = FlatFile("flat.npz", 10, digest(arrays), ("a", "b"))
    np.savez(own / "flat.npz", **arrays)
    assert store.find(flat).content["a"].tolist() == [0, 1, 2, 3, 4]
    np.savez_compressed(own / "flat.npz", **arrays)  # other bytes, same arrays
    assert store.find(flat) is not None
    for wrong in ({"a": arrays["a"] + 1}, {"b": np.zeros(3)}, {"a": arrays["a"].astype(np.int64)}):
        np.savez(own / "flat.npz", **(arrays | wrong))
        with pytest.raises(DataError, match="expected SHA-256"):
            store.find(flat)


def test_a_truncated_flat_file(own):
    arrays = {"a": np.arange(1000, dtype=np.int32)}
    path = own / "flat.npz"
    np.savez_compressed(path, **arrays)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="not the npz file it should be"):
        store.find(FlatFile("flat.npz", 10, digest(arrays), ("a",)))


class Trap:
    """Unpickled, it would leave a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_in_a_file_that_is_not_the_expected_one_is_never_opened(own, tmp_path):
    trap = np.empty(1, dtype=object)
    trap[0] = Trap(tmp_path / "sprung")
    for name in ("imdb.npz", "imdb_flat.npz", "reuters.npz", "california_housing.npz"):
        np.savez(own / name, train_tokens=trap, x_train=trap, x=trap, y=trap)
    for name in ("imdb", "reuters", "california_housing"):
        with pytest.raises(DataError, match="not the"):
            datasets.load(name)
    with (
        parse_npz((own / "imdb.npz").read_bytes()) as archive,
        pytest.raises(ValueError, match="allow_pickle=False"),
    ):
        archive["x_train"]
    assert not (tmp_path / "sprung").exists()


def test_kept_arrays_replace_a_half_written_file(cache):
    arrays = {"a": np.arange(5, dtype=np.int32)}
    flat = FlatFile("flat.npz", 10, digest(arrays), ("a",))
    cache.mkdir()
    (cache / "flat.npz").write_bytes(b"PK half")
    (cache / ".flat.npz.4711").write_bytes(b"left by a process that was killed")
    assert store.find(flat) is None
    store.keep("flat.npz", arrays)
    assert store.find(flat).content["a"].tolist() == [0, 1, 2, 3, 4]


def test_nothing_is_left_where_keeping_fails(cache, monkeypatch):
    def full(stream, **arrays):
        stream.write(b"a part")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    store.keep("flat.npz", {})
    assert list(cache.iterdir()) == []
