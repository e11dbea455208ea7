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


def test_grid_draws_every_image_once_in_order(images):
    figure = photos.grid(images, titles=range(7), columns=3)
    assert np.array_equal(pictured(figure), images)
    assert titles(figure) == ["0", "1", "2", "3", "4", "5", "6"]
    assert len(figure.axes) == 9  # three rows of three, the last two places empty
    assert not any(axis.axison for axis in figure.axes)


def test_grid_shows_one_photo_at_several_resolutions(images):
    photo = images[0]
    figure = photos.grid([photo[::4, ::4], photo[::2, ::2], photo])
    assert [picture.shape for picture in pictured(figure)] == [(2, 2, 3), (4, 4, 3), (8, 8, 3)]
    assert all(axis.images[0].get_interpolation() == "nearest" for axis in figure.axes)


def test_grid_makes_room_for_each_line_of_the_titles(images):
    heights = [
        photos.grid(images, titles=title and [title] * 7).get_figheight()
        for title in (None, "one", "one\ntwo")
    ]
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (2, 8, 8, 3)])
def test_grid_names_the_image_it_cannot_draw(images, shape):
    with pytest.raises(ValueError, match=r"image 1 has shape \(.*wanted \(height, width, 3\)"):
        photos.grid([images[0], np.zeros(shape, np.uint8)])


@pytest.mark.parametrize("spoilt", [np.full((8, 8, 3), 0.5), np.full((8, 8, 3), 256)])
def test_grid_refuses_values_that_are_no_pixels(spoilt):
    with pytest.raises(ValueError, match="image 0 is .* wanted integers from 0 to 255"):
        photos.grid([spoilt])


def test_grid_wants_an_image_and_a_title_for_each(images):
    with pytest.raises(ValueError, match="images is empty"):
        photos.grid([])
    with pytest.raises(ValueError, match="7 images but 2 titles"):
        photos.grid(images, titles=["a", "b"])


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
    figure = photos.pairs([0.6, 0.7], [0.8, 0.76], ("plain", "augmented"), {"linear": 0.55})
    axis = figure.axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
    assert lines["seed 0"] == [0.6, 0.8]
    assert lines["seed 1"] == [0.7, 0.76]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["plain", "augmented"]
    assert {text.get_text() for text in axis.texts} == {"mean\n0.650", "mean\n0.780", "linear"}
    assert [0.55, 0.55] in [list(line.get_ydata()) for line in axis.lines]


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
