import matplotlib as mpl
import numpy as np
import pytest

from dlcourse.viz import RED, photos


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (7, 8, 8, 3), dtype=np.uint8)


def pictured(figure):
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.images]


def test_mistakes_are_sorted_by_how_sure_the_network_was(images):
    labels = np.array([0, 1, 1, 0, 1, 0, 0])
    probabilities = np.array([0.9, 0.9, 0.01, 0.2, 0.45, 0.6, 0.1])
    figure = photos.mistakes(images, labels, probabilities, ("cat", "dog"), count=3)
    assert titles(figure) == [
        "dog taken for\ncat, 99.0%",
        "cat taken for\ndog, 90.0%",
        "cat taken for\ndog, 60.0%",
    ]
    assert np.array_equal(pictured(figure), images[[2, 0, 5]])
    assert all(axis.title.get_color() == RED for axis in figure.axes if axis.images)


def test_mistakes_want_some_and_fitting_lengths(images):
    with pytest.raises(ValueError, match="all 7 images were classified correctly"):
        photos.mistakes(images, np.zeros(7, int), np.full(7, 0.1), ("4", "9"))
    with pytest.raises(ValueError, match=r"probabilities \(7, 1\), 2 class names: wanted one"):
        photos.mistakes(images, np.zeros(7, int), np.full((7, 1), 0.9), ("4", "9"))


def test_pairs_join_the_two_accuracies_of_a_seed():
    figure = photos.pairs([0.6, 0.7], [0.8, 0.76], ("plain", "augmented"))
    axis = figure.axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
    assert lines["seed 0"] == [0.6, 0.8]
    assert lines["seed 1"] == [0.7, 0.76]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["plain", "augmented"]
    assert {text.get_text() for text in axis.texts} == {"mean\n0.650", "mean\n0.780"}


@pytest.mark.parametrize(("before", "after"), [([], []), ([0.5], [0.6, 0.7])])
def test_pairs_want_one_pair_a_seed(before, after):
    with pytest.raises(ValueError, match="wanted one pair a seed"):
        photos.pairs(before, after, ("a", "b"))


def test_few_examples_draw_the_means_and_every_draw():
    tables = {"scratch": np.array([[0.5, 0.6], [0.7, 0.8]]), "frozen": np.array([[0.9, 1.0]])}
    axis = photos.few_examples([10, 50], tables).axes[0]
    means = {line.get_label(): line.get_ydata() for line in axis.lines}
    assert means["scratch"] == pytest.approx([0.6, 0.7])
    assert means["frozen"] == pytest.approx([0.9, 1.0])
    draws = [tuple(line.get_ydata()) for line in axis.lines if line.get_marker() == "."]
    assert draws == [(0.5, 0.6), (0.7, 0.8), (0.9, 1.0)]
    assert axis.get_xscale() == "log"
    assert [label.get_text() for label in axis.get_xticklabels()] == ["10", "50"]


@pytest.mark.parametrize("tables", [{}, {"a": [0.5, 0.6]}, {"a": [[0.5]]}])
def test_few_examples_want_a_column_for_each_size(tables):
    with pytest.raises(ValueError, match=r"wanted one to 4 tables of shape \(draws, 2\)"):
        photos.few_examples([10, 50], tables)
