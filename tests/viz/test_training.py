import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dlcourse.viz import BLUE, ORANGE, training


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


HISTORY = {
    "accuracy": [0.8, 0.9, 0.95],
    "loss": [0.5, 0.3, 0.2],
    "val_accuracy": [0.82, 0.88, 0.9],
    "val_loss": [0.45, 0.35, 0.3],
}


def lines(axis):
    return {line.get_label(): list(line.get_ydata()) for line in axis.lines}


def test_learning_curves_pair_each_metric_with_its_validation():
    figure = training.learning_curves(HISTORY, validation="test")
    assert [axis.get_title() for axis in figure.axes] == ["loss", "accuracy"]
    loss, accuracy = figure.axes
    assert lines(loss) == {"training": HISTORY["loss"], "test": HISTORY["val_loss"]}
    assert lines(accuracy) == {"training": HISTORY["accuracy"], "test": HISTORY["val_accuracy"]}
    legend = [text.get_text() for text in accuracy.get_legend().get_texts()]
    assert legend == ["training", "test"]


def test_learning_curves_count_epochs_from_one():
    axis = training.learning_curves(HISTORY).axes[0]
    assert list(axis.lines[0].get_xdata()) == [1, 2, 3]
    assert axis.get_xlabel() == "epoch"


def test_learning_curves_show_a_single_epoch():
    figure = training.learning_curves({"loss": [0.5]})
    figure.canvas.draw()
    (axis,) = figure.axes
    assert lines(axis) == {"training": [0.5]}
    assert all(float(tick).is_integer() for tick in axis.get_xticks())


@pytest.mark.parametrize(
    "history", [{}, {"val_loss": [1.0]}, {"loss": []}, {"loss": [1.0, 0.5], "val_loss": [1.0]}]
)
def test_learning_curves_want_a_value_an_epoch(history):
    with pytest.raises(ValueError, match="a value an epoch"):
        training.learning_curves(history)


def test_losses_are_averaged_over_windows():
    figure = training.losses({"a": [4.0, 2.0, 3.0, 1.0], "b": [1.0, 1.0]}, smooth=2)
    (axis,) = figure.axes
    assert lines(axis) == {"a": pytest.approx([3, 2.5, 2]), "b": pytest.approx([1])}
    # Updates count from 1, so the middle of the first window of two is 1.5.
    assert list(axis.lines[0].get_xdata()) == [1.5, 2.5, 3.5]
    assert axis.get_yscale() == "log"


def test_losses_of_many_runs_stay_apart():
    figure = training.losses({name: [2.0, 1.0] for name in "abcdefg"})
    looks = {(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines}
    assert len(looks) == 7


def test_losses_are_labelled_between_the_powers_of_ten():
    figure = training.losses({"a": [2.5, 0.25]})
    figure.canvas.draw()
    labels = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert {"0.3", "0.5", "1", "2"} <= labels


def test_losses_are_drawn_as_they_are_by_default():
    figure = training.losses({"a": [4.0, 2.0, 3.0]})
    assert lines(figure.axes[0]) == {"a": pytest.approx([4, 2, 3])}
    assert list(figure.axes[0].lines[0].get_xdata()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("curves", "smooth", "message"),
    [
        ({}, 1, "no curves"),
        ({"a": [1.0, 2.0]}, 3, r"smooth=3 losses .*\{'a': 2\}"),
        ({"a": [1.0]}, 0, "smooth=0"),
    ],
)
def test_losses_say_what_is_too_few(curves, smooth, message):
    with pytest.raises(ValueError, match=message):
        training.losses(curves, smooth)


ERRORS = np.array([[0.1, 0.2, 0.3], [0.4, np.nan, 0.2], [np.nan, np.inf, 0.5]])


def drawn(ax, label):
    """Return the places of a curve's points that can be seen."""
    (line,) = [each for each in ax.lines if each.get_label() == label]
    x, y = line.get_data()
    return {(a, b) for a, b in zip(x, y, strict=True) if np.isfinite(b)}


def test_rates_join_the_medians_and_count_what_diverged():
    (ax,) = training.rates([0.1, 0.3, 1], {"a": ERRORS}, "error", level=("mean", 1)).axes
    assert drawn(ax, "a") == {(0.1, 0.2), (0.3, 0.4)}


def test_rates_draw_every_run_up_to_four_times_the_level():
    (ax,) = training.rates([0.1, 0.3, 1], {"a": ERRORS}, "error", level=("mean", 0.1)).axes
    pale = [line.get_ydata() for line in ax.lines if line.get_alpha() == 0.25]
    seen = sorted(y for line in pale for y in line if np.isfinite(y))
    assert seen == [0.1, 0.2, 0.2, 0.3, 0.4]
    (level,) = [line for line in ax.lines if line.get_label() == "mean"]
    assert set(level.get_ydata()) == {0.1}


@pytest.mark.parametrize("errors", [{}, {"a": ERRORS[:2]}, {"a": [0.1, 0.2, 0.3]}])
def test_rates_want_a_row_of_errors_for_each_rate(errors):
    with pytest.raises(ValueError, match=r"wanted errors of shape \(3, runs\)"):
        training.rates([0.1, 0.3, 1], errors, "error", level=("mean", 1))


VALUES = {"always 1": 0.1135, "one layer": 0.9128, "network": 0.979}


def test_bars_carry_names_lengths_and_numbers():
    figure = training.bars(VALUES, "accuracy", highlight=["network"])
    (axis,) = figure.axes
    assert [label.get_text() for label in axis.get_yticklabels()] == list(VALUES)
    assert [bar.get_width() for bar in axis.patches] == pytest.approx(list(VALUES.values()))
    assert [text.get_text().strip() for text in axis.texts] == ["0.114", "0.913", "0.979"]
    colors = [bar.get_facecolor() for bar in axis.patches]
    assert colors == [to_rgba(BLUE), to_rgba(BLUE), to_rgba(ORANGE)]
    assert axis.get_xlabel() == "accuracy"


def test_bars_start_with_the_first_on_top():
    axis = training.bars(VALUES, "accuracy").axes[0]
    bottom, top = axis.get_ylim()
    assert bottom > top
    assert axis.patches[0].get_y() < axis.patches[1].get_y()


def test_bars_end_at_their_value_when_the_axis_starts_elsewhere():
    (axis,) = training.bars({"3": 0.96, "5": 0.98}, "accuracy", limits=(0.9, 1)).axes
    ends = [bar.get_x() + bar.get_width() for bar in axis.patches]
    assert ends == pytest.approx([0.96, 0.98])
    assert axis.get_xlim() == (0.9, 1)


def test_bars_write_as_many_decimals_as_asked():
    (axis,) = training.bars({"0": 5923}, "images", digits=0).axes
    assert axis.texts[0].get_text().strip() == "5,923"


def test_bars_name_an_unknown_highlight():
    with pytest.raises(ValueError, match=r"highlight=\['netwrok'\] is not among the bars"):
        training.bars(VALUES, "accuracy", highlight=["netwrok"])
    with pytest.raises(ValueError, match="values is empty"):
        training.bars({}, "accuracy")


COUNTS = np.array([[90, 10, 0], [5, 40, 5], [0, 0, 8]])


def shares(figure):
    """Return the drawn shares of mistakes in percent; the second picture lies over the first."""
    return figure.axes[0].images[1].get_array()


def test_confusion_colours_are_shares_of_the_row():
    drawn = shares(training.confusion_matrix(COUNTS))
    assert drawn[0, 1] == pytest.approx(10)  # 10 of 100
    assert drawn[1, 0] == drawn[1, 2] == pytest.approx(10)  # 5 of 50: half the count, same share
    assert drawn.sum(axis=1)[0] == pytest.approx(100 - 90)


def test_confusion_leaves_right_answers_and_zeros_uncoloured():
    mask = shares(training.confusion_matrix(COUNTS)).mask
    assert np.array_equal(mask, np.eye(3, dtype=bool) | (COUNTS == 0))


def test_confusion_does_not_depend_on_how_many_examples_a_class_has():
    once, thrice = COUNTS.copy(), COUNTS.copy()
    thrice[1] *= 3
    first, second = (shares(training.confusion_matrix(c)) for c in (once, thrice))
    assert np.ma.allclose(first, second)


def test_confusion_writes_the_counts_with_the_true_class_in_the_row():
    figure = training.confusion_matrix(COUNTS, classes=["cat", "dog", "fox"])
    axis = figure.axes[0]
    written = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axis.texts}
    assert written[0, 1] == "10"  # row 0, column 1: a cat read as a dog
    assert len(written) == np.count_nonzero(COUNTS)
    assert axis.get_ylabel() == "true class"
    assert axis.get_xlabel() == "read as"
    assert [label.get_text() for label in axis.get_yticklabels()] == ["cat", "dog", "fox"]


def test_confusion_writes_light_on_dark():
    texts = training.confusion_matrix(np.array([[50, 1], [40, 60]])).axes[0].texts
    assert {t.get_text(): t.get_color() for t in texts if t.get_text() in ["1", "40"]} == {
        "1": "black",
        "40": "white",
    }


def test_confusion_draws_a_perfect_result():
    figure = training.confusion_matrix(np.diag([3, 4]))
    figure.canvas.draw()
    assert shares(figure).mask.all()


@pytest.mark.parametrize(
    ("counts", "classes", "message"),
    [
        (np.ones((2, 3)), None, r"shape \(2, 3\): wanted a square"),
        (np.array([[1, -1], [0, 1]]), None, "numbers ≥ 0"),
        (np.array([[1, 0], [0, 0]]), None, "row 1 of counts is empty"),
        (np.eye(2), ["cat"], "1 class names for counts of shape"),
    ],
)
def test_confusion_says_what_is_wrong(counts, classes, message):
    with pytest.raises(ValueError, match=message):
        training.confusion_matrix(counts, classes)
