import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dlcourse.viz import BLUE, ORANGE, RED, digits


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)


def pictured(figure):
    """Return the arrays that the figure draws as pictures, in reading order."""
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.images]


def bar_colors(figure):
    return [bar.get_facecolor() for bar in figure.axes[1].patches]


def test_prediction_draws_the_probabilities_and_the_label(images):
    probabilities = np.full(10, 0.02)
    probabilities[7] = 0.82
    figure = digits.prediction(images[0], probabilities, true=7)
    left, right = figure.axes
    assert np.array_equal(left.images[0].get_array(), images[0])
    assert left.get_title() == "label: 7"
    assert [bar.get_height() for bar in right.patches] == pytest.approx(probabilities)
    assert [text.get_text() for text in right.texts] == ["0.820"]
    assert bar_colors(figure)[7] == to_rgba(BLUE)
    assert to_rgba(RED) not in bar_colors(figure)


def test_prediction_marks_a_wrong_answer(images):
    figure = digits.prediction(images[0], np.array([0.7, 0.2, 0.1]), true=1)
    assert bar_colors(figure) == [to_rgba(RED), to_rgba(BLUE), to_rgba(ORANGE)]
    assert {text.get_text() for text in figure.axes[1].texts} == {"0.700", "0.200"}


@pytest.mark.parametrize(("probabilities", "true"), [(np.zeros((1, 10)), 3), (np.zeros(10), 10)])
def test_prediction_says_what_it_wants(images, probabilities, true):
    with pytest.raises(ValueError, match=r"probabilities has shape \(.*one probability a class"):
        digits.prediction(images[0], probabilities, true)


def test_mistakes_say_truth_answer_and_confidence(images):
    figure = digits.mistakes(images[:2], np.array([4, 8]), np.array([9, 3]), np.array([0.999, 0.8]))
    assert titles(figure) == ["4 read as 9\n99.9%", "8 read as 3\n80.0%"]
    assert np.array_equal(pictured(figure), images[:2])
    assert all(axis.title.get_color() == RED for axis in figure.axes)


def test_mistakes_refuse_a_correct_answer(images):
    with pytest.raises(ValueError, match="image 1 is no mistake: 8 was read as 8"):
        digits.mistakes(images[:2], np.array([4, 8]), np.array([9, 8]), np.array([0.9, 0.8]))


def test_mistakes_want_as_many_of_each(images):
    with pytest.raises(ValueError, match="7 images, 2 true and 2 predicted classes, 2 confid"):
        digits.mistakes(images, np.array([4, 8]), np.array([9, 3]), np.array([0.9, 0.8]))
