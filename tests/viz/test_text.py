import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dlcourse.viz import ORANGE, SKY, text


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


def background(label):
    return label.get_bbox_patch().get_facecolor()[:3]


def test_words_stand_in_reading_order_with_the_colour_of_their_effect():
    figure = text.coloured_words(["a", "great", "bore"], [0.0, 2.0, -2.0], "Review 3")
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.texts] == ["a", "great", "bore"]
    colours = [background(label) for label in axis.texts]
    np.testing.assert_allclose(colours[0], (1, 1, 1), atol=0.01)
    np.testing.assert_allclose(colours[1], to_rgb(SKY), atol=0.01)
    np.testing.assert_allclose(colours[2], to_rgb(ORANGE), atol=0.01)
    assert axis.get_title(loc="left") == "Review 3"


def test_a_weak_effect_is_paler_than_a_strong_one_of_the_same_text():
    weak, strong = text.coloured_words(["fine", "superb"], [0.1, 1.0]).axes[0].texts
    assert sum(background(weak)) > sum(background(strong)) + 0.5


def test_words_without_any_effect_stay_white():
    labels = text.coloured_words(["of", "the"], [0, 0]).axes[0].texts
    for label in labels:
        np.testing.assert_allclose(background(label), (1, 1, 1), atol=0.01)


def test_lines_break_before_a_word_that_does_not_fit():
    figure = text.coloured_words(["one", "two", "three"], [1, 2, 3], width=7)
    assert [label.get_position() for label in figure.axes[0].texts] == [(0, 0), (4, 0), (0, 1)]


def test_a_word_longer_than_a_line_stays_on_the_figure():
    figure = text.coloured_words(["a", "supercalifragilistic", "b"], [1, 2, 3], width=8)
    axis = figure.axes[0]
    assert [label.get_position() for label in axis.texts] == [(0, 0), (0, 1), (0, 2)]
    figure.canvas.draw()
    box = axis.texts[1].get_window_extent()
    assert box.x1 <= axis.get_window_extent().x1


@pytest.mark.parametrize(
    ("words", "effects"), [([], []), (["a"], [1.0, 2.0]), (["a", "b"], [[1.0, 2.0]])]
)
def test_words_want_one_effect_each(words, effects):
    with pytest.raises(ValueError, match="one effect for each word"):
        text.coloured_words(words, effects)


def test_an_effect_without_a_value_is_named():
    with pytest.raises(ValueError, match="word 1, 'b', is nan"):
        text.coloured_words(["a", "b"], [1.0, np.nan])


CURVES = {"16-16": [0.5, 0.3, 0.4], "4-4": [0.6, 0.5, 0.45], "512": [0.3, 0.6, 0.9]}


def test_each_panel_compares_one_curve_with_the_reference():
    figure = text.against_reference(CURVES, "16-16")
    drawn = [axis for axis in figure.axes if axis.axison]
    assert [axis.get_title() for axis in drawn] == ["4-4", "512"]
    for axis in drawn:
        lines = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
        assert lines["16-16"] == CURVES["16-16"]
        assert lines[axis.get_title()] == CURVES[axis.get_title()]
        assert list(axis.lines[0].get_xdata()) == [1, 2, 3]


def test_a_dot_marks_the_lowest_point_of_each_curve():
    axis = text.against_reference(CURVES, "16-16").axes[0]
    dots = [line.get_xydata().tolist() for line in axis.lines if line.get_marker() == "o"]
    assert dots == [[[2, 0.3]], [[3, 0.45]]]


def test_panels_share_their_axes_and_spare_ones_stay_empty():
    figure = text.against_reference(CURVES | {"L2": [1.2, 0.5, 0.4]}, "16-16", "loss")
    drawn = [axis for axis in figure.axes if axis.axison]
    assert len(figure.axes) == 4
    assert len(drawn) == 3
    assert len({axis.get_ylim() for axis in drawn}) == 1
    assert figure.get_supylabel() == "loss"


@pytest.mark.parametrize("curves", [{}, {"16-16": [1.0]}, {"4-4": [1.0]}, CURVES | {"L2": []}])
def test_a_comparison_wants_the_reference_and_another_curve(curves):
    with pytest.raises(ValueError, match="'16-16' and at least one other"):
        text.against_reference(curves, "16-16")
