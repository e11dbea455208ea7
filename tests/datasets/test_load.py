import subprocess
import sys

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import DataError, download


def test_names():
    assert datasets.names() == ("mnist", "imdb", "reuters", "california_housing", "cats_vs_dogs")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("minst", "mnist"),
        ("IMDB", "imdb"),
        ("california", "california_housing"),
        ("cats_dogs", "cats_vs_dogs"),
    ],
)
def test_unknown_name_suggests_the_nearest(name, meant):
    with pytest.raises(ValueError, match=f"no data set '{name}'. Did you mean '{meant}'"):
        datasets.load(name)


def test_unknown_variant_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"variant='embeded' is not .* mean 'embedded'"):
        datasets.load("mnist", "embeded")


def test_unknown_option_lists_those_there_are():
    with pytest.raises(TypeError, match=r"imdb takes no option 'num_word' .*num_words"):
        datasets.load("imdb", num_word=100)
    with pytest.raises(TypeError, match=r"mnist takes no option 'num_words' .*none"):
        datasets.load("mnist", num_words=100)


@pytest.mark.parametrize("num_words", [0, -1, 2.5, "100", True])
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_num_words_must_be_a_positive_integer(name, num_words, monkeypatch):
    monkeypatch.setattr("dlcourse.datasets.store.embedded", None)  # said before anything is read
    for variant in ("embedded", "full"):
        with pytest.raises(ValueError, match="num_words="):
            datasets.load(name, variant, num_words=num_words)


def test_version_must_be_known():
    with pytest.raises(ValueError, match="version='medium': choose one of small, large"):
        datasets.load("california_housing", "embedded", version="medium")


def test_mnist_needs_no_download_and_is_full():
    auto, embedded = datasets.load("mnist"), datasets.load("mnist", "embedded")
    assert auto.info.variant == "full"
    assert embedded.info.variant == "embedded"
    assert "identical" in embedded.info.title
    for name in ("x_train", "y_train", "x_test", "y_test"):
        assert np.array_equal(getattr(auto, name), getattr(embedded, name))


def test_repr_is_one_honest_line():
    info = datasets.load("mnist").info
    assert repr(info) == str(info)
    assert repr(info) == (
        "mnist · full · 60,000 train / 10,000 test · the original files, ships with the course"
    )
    sample = datasets.load("imdb", "embedded")
    assert "imdb · embedded · 10,177 train / 2,631 test" in repr(sample)
    assert "not IMDb reviews" in repr(sample)


def test_info_is_frozen():
    dataset = datasets.load("california_housing", "embedded")
    with pytest.raises(AttributeError):
        dataset.info.variant = "full"
    with pytest.raises(AttributeError):
        dataset.x_train = None


def test_environment_variable_replaces_auto_only(monkeypatch):
    monkeypatch.setenv("DLCOURSE_VARIANT", "embedded")
    assert datasets.load("mnist").info.variant == "embedded"
    assert datasets.load("mnist", "full").info.variant == "full"


def test_environment_variable_with_an_unknown_variant(monkeypatch):
    monkeypatch.setenv("DLCOURSE_VARIANT", "ful")
    with pytest.raises(ValueError, match=r"DLCOURSE_VARIANT='ful'.*mean 'full'"):
        datasets.load("mnist")


def test_environment_variable_full_forbids_the_stand_in(monkeypatch):
    monkeypatch.setenv("DLCOURSE_VARIANT", "full")
    with pytest.raises(DataError, match="not at hand"):
        datasets.load("imdb")


def test_loaded_tells_what_was_loaded_in_order():
    assert datasets.loaded() == []
    first = datasets.load("california_housing", "embedded")
    second = datasets.load("california_housing", "embedded", version="large")
    with pytest.raises(ValueError, match="nothing"):
        datasets.load("nothing")
    assert datasets.loaded() == [first.info, second.info]
    datasets.loaded().clear()
    assert len(datasets.loaded()) == 2


def test_auto_without_network_says_once_that_the_sample_is_used(capsys):
    for _ in range(2):
        dataset = datasets.load("california_housing")
        assert dataset.info.variant == "embedded"
    output = capsys.readouterr().out
    assert output.count("Note: california_housing · embedded is used") == 1
    assert "dlcourse data fetch california_housing" in output
    datasets.load("imdb")
    assert "Note: imdb · embedded" in capsys.readouterr().out


def test_embedded_on_request_is_silent(capsys):
    datasets.load("california_housing", "embedded")
    assert capsys.readouterr().out == ""


def test_full_without_network_says_the_ways_out():
    with pytest.raises(DataError, match="offline") as caught:
        datasets.load("imdb", "full")
    for way in ("fetch imdb", "imdb.npz, imdb_word_index.json", "DLCOURSE_DATA", "embedded"):
        assert way in str(caught.value)


def test_only_auto_remembers_that_the_network_is_away(monkeypatch):
    asked = []
    monkeypatch.setattr(download, "_answers", lambda url: asked.append(url))
    datasets.load("imdb")
    datasets.load("california_housing")
    assert len(asked) == 1
    with pytest.raises(DataError):
        datasets.load("california_housing", "full")
    assert len(asked) == 2


def test_an_error_of_the_sample_does_not_hide_behind_the_download(monkeypatch):
    def broken(name):
        raise DataError("broken sample")

    monkeypatch.setattr("dlcourse.datasets.store.embedded", broken)
    with pytest.raises(DataError, match="broken sample") as caught:
        datasets.load("california_housing")
    assert caught.value.__context__ is None


def test_import_loads_no_framework():
    code = (
        "import sys, dlcourse.datasets\n"
        "heavy = {'tensorflow', 'torch', 'jax', 'keras', 'sklearn', 'pandas', 'matplotlib'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
