"""Photos made here stand in for those of cats and dogs: their colour says kind and number."""

import hashlib
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from dlcourse import datasets
from dlcourse.datasets import DataError, catalogue, cats_vs_dogs
from tests.datasets.conftest import needs_full_data

NUMBERS = range(6)  # four for training, two for the test


def jpeg(kind: str, number: int, shape: tuple[int, int] = (50, 40)) -> bytes:
    """Return a picture of one colour: red is 200 for dogs, blue is ten times the number."""
    stream = io.BytesIO()
    colour = (200 if kind == "dog" else 0, 100, 10 * number)
    Image.new("RGB", shape, colour).save(stream, "JPEG", quality=95)
    return stream.getvalue()


PHOTOS = {f"{kind}.{n}.jpg": jpeg(kind, n) for kind in ("cat", "dog") for n in NUMBERS}


def pack(path, folder: str, photos: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in photos.items():
            archive.writestr(folder.format(kind=name[:3]) + name, content)


def packed(own, monkeypatch) -> None:
    path = own / "cats_vs_dogs_2002.zip"
    pack(path, "{kind}/", PHOTOS)
    content = path.read_bytes()
    file = replace(catalogue.CATS_VS_DOGS_ZIP, sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(catalogue, "CATS_VS_DOGS_ZIP", file)


def own_zip(own, monkeypatch) -> None:
    pack(own / "dogs-vs-cats" / "train.zip", "train/", PHOTOS)


def own_folder(own, monkeypatch) -> None:
    folder = own / "dogs-vs-cats" / "train"
    folder.mkdir(parents=True)
    for name, content in PHOTOS.items():
        (folder / name).write_bytes(content)


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    monkeypatch.setattr(cats_vs_dogs, "TRAIN", 4)
    monkeypatch.setattr(cats_vs_dogs, "TEST", 2)
    return folder


@pytest.mark.parametrize("put", [packed, own_zip, own_folder])
def test_photos_are_split_by_number_and_shuffled(own, monkeypatch, put):
    put(own, monkeypatch)
    dataset = datasets.load("cats_vs_dogs", size=32)
    assert dataset.info.variant == "full"
    assert dataset.info.where == "$DLCOURSE_DATA"
    assert dataset.info.classes == ("cat", "dog")
    assert ("not checked" in repr(dataset)) == (put is not packed)
    for x, y, numbers in (
        (dataset.x_train, dataset.y_train, range(4)),
        (dataset.x_test, dataset.y_test, range(4, 6)),
    ):
        assert x.dtype == np.uint8
        assert x.shape == (2 * len(numbers), 32, 32, 3)
        assert y.dtype == np.int64
        red, _, blue = x.mean(axis=(1, 2)).T
        assert ((red > 100) == (y == 1)).all()
        for label in (0, 1):
            assert sorted(np.round(blue[y == label] / 10)) == list(numbers)
    assert dataset.y_train.tolist() != sorted(dataset.y_train)
    again = datasets.load("cats_vs_dogs", size=32)
    assert np.array_equal(dataset.x_train, again.x_train)


def test_the_checked_file_comes_before_an_unchecked_one(own, monkeypatch):
    own_zip(own, monkeypatch)
    packed(own, monkeypatch)
    assert "not checked" not in repr(datasets.load("cats_vs_dogs"))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_square_in_the_middle_is_taken(mode):
    """White square in the middle of a wide black picture, as a JPEG of any kind."""
    stream = io.BytesIO()
    wide = np.zeros((160, 480), np.uint8)
    wide[:, 160:320] = 255
    Image.fromarray(wide).convert(mode).save(stream, "JPEG")
    for size in (16, 40, 200):  # decoded at a quarter, at a half or so, and enlarged
        square = cats_vs_dogs._shrink(stream.getvalue(), size)
        assert square.shape == (size, size, 3)
        assert square[:, size // 8 : -size // 8].min() > 200


def test_scaling_down_takes_means():
    """A fine chessboard becomes an even grey, as it would not if pixels were left out."""
    stream = io.BytesIO()
    board = np.indices((192, 192)).sum(axis=0) % 2 * 255
    Image.fromarray(board.astype(np.uint8)).save(stream, "PNG")
    square = cats_vs_dogs._shrink(stream.getvalue(), 24)
    assert np.abs(square[4:-4, 4:-4].astype(int) - 127).max() <= 6


@pytest.mark.parametrize("size", [15, 201, 0, -64, 64.0, "64", None, True])
@pytest.mark.parametrize("variant", ["full", "embedded"])
def test_size_must_be_a_whole_number_that_makes_sense(size, variant):
    with pytest.raises(ValueError, match=r"size=.*from 16 to 200, for example size=64"):
        datasets.load("cats_vs_dogs", variant, size=size)


@pytest.mark.parametrize("put", [own_zip, own_folder])
@pytest.mark.parametrize("name", ["cat.0.jpg", "dog.5.jpg"])
def test_a_missing_picture_is_named(own, monkeypatch, put, name):
    monkeypatch.delitem(PHOTOS, name)
    put(own, monkeypatch)
    with pytest.raises(DataError, match=rf"train.* has no picture .*{name}.*first 6 cats"):
        datasets.load("cats_vs_dogs")


@pytest.mark.parametrize("put", [own_zip, own_folder])
@pytest.mark.parametrize(
    "content", [b"", b"<html>log in</html>", PHOTOS["cat.1.jpg"][:-200]], ids=len
)
def test_a_damaged_picture_is_named(own, monkeypatch, put, content):
    monkeypatch.setitem(PHOTOS, "dog.3.jpg", content)
    put(own, monkeypatch)
    with pytest.raises(DataError, match=r"dog.3.jpg in .*train.* cannot be read: .*Download it"):
        datasets.load("cats_vs_dogs")


def test_a_damaged_zip_file_is_an_error_in_auto_too_and_stays(own, monkeypatch):
    own_zip(own, monkeypatch)
    path = own / "dogs-vs-cats" / "train.zip"
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[60:80] = bytes(20)  # inside the first picture: its check sum is wrong
    for content in (b"", b"PK\x03\x04 half", whole[: len(whole) // 2], bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"train.zip cannot be read: .*It was left as it is"):
            datasets.load("cats_vs_dogs")
        assert path.read_bytes() == content


def test_a_damaged_packed_file_is_an_error(own):
    (own / "cats_vs_dogs_2002.zip").write_bytes(b"PK half")
    with pytest.raises(DataError, match="cats_vs_dogs_2002.zip is not the file it should be"):
        datasets.load("cats_vs_dogs")


def test_a_picture_outside_the_users_folder_is_not_looked_for(tmp_path, monkeypatch, cache):
    monkeypatch.delenv("DLCOURSE_DATA", raising=False)
    own_folder(cache, monkeypatch)
    assert datasets.load("cats_vs_dogs").info.variant == "embedded"


def test_nothing_is_ever_downloaded(monkeypatch, capsys):
    monkeypatch.setattr("dlcourse.datasets.download.fetch", None)  # would raise TypeError
    assert datasets.load("cats_vs_dogs").info.variant == "embedded"
    note = capsys.readouterr().out
    with pytest.raises(DataError) as caught:
        datasets.load("cats_vs_dogs", "full")
    for text in (note, str(caught.value)):
        for part in ("terms forbid", "kaggle.com", '"Dogs vs. Cats"', "train.zip", "DLCOURSE_DATA"):
            assert part in text
    assert "digits, 4 against 9, not photos" in note
    assert 'variant="embedded"' in str(caught.value)
    assert "data fetch" not in note


def test_fours_and_nines_stand_in():
    dataset = datasets.load("cats_vs_dogs", "embedded", size=28)
    assert dataset.info.classes == ("4", "9")
    assert "handwritten digits, 4 against 9, not photos" in repr(dataset)
    digits = datasets.load("mnist")
    for x, y, count, (images, labels) in (
        (dataset.x_train, dataset.y_train, 601, (digits.x_train, digits.y_train)),
        (dataset.x_test, dataset.y_test, 400, (digits.x_test, digits.y_test)),
    ):
        assert np.bincount(y).tolist() == [count, count]
        assert y.dtype == np.int64
        assert x.shape == (2 * count, 28, 28, 3)
        assert x.dtype == np.uint8
        assert (x == x[..., :1]).all()
        known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
        found = [known[image[..., 0].tobytes()] for image in x]  # at 28 nothing is scaled
        assert found == np.where(y == 0, 4, 9).tolist()


def test_digits_fill_the_size_asked_for():
    dataset = datasets.load("cats_vs_dogs", "embedded", size=96)
    assert dataset.x_train.shape == (1202, 96, 96, 3)
    assert dataset.x_train.max() == 255


@needs_full_data
def test_the_real_photos(full_data):
    dataset = datasets.load("cats_vs_dogs")
    assert dataset.info.variant == "full"
    assert "not checked" not in repr(dataset)
    assert dataset.x_train.shape == (1202, 64, 64, 3)
    assert dataset.x_test.shape == (800, 64, 64, 3)
    assert np.bincount(dataset.y_train).tolist() == [601, 601]
    assert np.bincount(dataset.y_test).tolist() == [400, 400]
    assert dataset.x_train.mean(axis=(0, 1, 2)) == pytest.approx([124, 116, 106], abs=3)
    pictures = {image.tobytes() for image in np.concatenate([dataset.x_train, dataset.x_test])}
    assert len(pictures) > 1990  # hardly any photo is there twice
