import matplotlib as mpl
import numpy as np
import pytest

from dlcourse.viz import regression


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


def lines(axis):
    return {line.get_label(): line for line in axis.lines}


def test_histogram_counts_every_value_and_marks_some():
    figure = regression.histogram([1, 1, 1, 2, 5], "price, $", {"cap": 5.0}, count="districts")
    (axis,) = figure.axes
    heights = [bar.get_height() for bar in axis.patches]
    assert (sum(heights), max(heights)) == (5, 3)
    assert list(lines(axis)["cap"].get_xdata()) == [5, 5]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("price, $", "districts")


def test_histogram_without_marks_has_no_legend():
    assert regression.histogram([1, 2], "price", {}).axes[0].get_legend() is None


def test_folds_show_the_rows_each_is_scored_on():
    (axis,) = regression.folds([[0, 1], [2, 3], [4, 5]], rows=6).axes
    (picture,) = axis.images
    expected = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]]
    np.testing.assert_array_equal(picture.get_array(), expected)
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert labels == ["fold 1", "fold 2", "fold 3"]
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert legend == ["trained on", "scored on"]


@pytest.mark.parametrize("validation", [[], [[]], [[0, 6]], [[-1, 2]]])
def test_folds_must_lie_within_the_rows(validation):
    with pytest.raises(ValueError, match="from 0 to 5"):
        regression.folds(validation, rows=6)


def test_error_curve_marks_the_lowest_smoothed_value():
    errors, smooth = [9, 3, 1, 2.5], [8, 4, 2, 3]
    (axis,) = regression.error_curve(errors, smooth, "error", training=[9, 3, 1, 0.5]).axes
    drawn = lines(axis)
    assert list(drawn["validation"].get_ydata()) == errors
    assert list(drawn["validation, smoothed"].get_xdata()) == [1, 2, 3, 4]
    assert list(drawn["training"].get_ydata()) == [9, 3, 1, 0.5]
    mark = drawn["lowest: epoch 3"]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (3, 2)


def test_error_curve_is_not_flattened_by_the_first_epochs():
    errors = np.r_[[50.0, 40.0], np.linspace(1, 0.5, 38)]
    (axis,) = regression.error_curve(errors, errors, "error").axes
    low, high = axis.get_ylim()
    assert low < 0.5
    assert high < 2


def test_error_curve_of_one_epoch_has_some_height():
    (axis,) = regression.error_curve([1.0], [1.0], "error").axes
    assert axis.get_ylim() == pytest.approx((0.9, 1.1))


@pytest.mark.parametrize(("smooth", "training"), [([1.0], None), ([1.0, 2.0], [1.0])])
def test_error_curves_must_be_equally_long(smooth, training):
    with pytest.raises(ValueError, match="the same epochs"):
        regression.error_curve([1.0, 2.0], smooth, "error", training=training)


def test_predictions_lie_over_their_true_values():
    (axis,) = regression.against_truth([1, 2, 5], [2, 2, 4], "$100,000").axes
    diagonal, points = axis.lines
    assert list(points.get_xdata()) == [1, 2, 5]
    assert list(points.get_ydata()) == [2, 2, 4]
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata()) == [1, 5]
    assert axis.get_xlabel() == "true, $100,000"


def test_predictions_come_in_pairs():
    with pytest.raises(ValueError, match="wanted pairs"):
        regression.against_truth([1, 2], [1], "$")


def test_an_empty_row_is_named():
    with pytest.raises(ValueError, match=r"true has shape \(0,\)"):
        regression.against_truth([], [], "$")
    with pytest.raises(ValueError, match="values has shape"):
        regression.histogram([[1, 2]], "price", {})
