import matplotlib as mpl
import numpy as np
import pytest

from dlcourse.viz import topics


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


def test_sizes_stand_in_order_under_their_names_on_a_log_axis():
    (axis,) = topics.sizes(np.array([5, 300, 0, 40]), ["tin", "earn", "hog", "gold"]).axes
    assert [bar.get_height() for bar in axis.patches] == [300, 40, 5, 0]
    assert [text.get_text() for text in axis.get_xticklabels()] == ["earn", "gold", "tin", "hog"]
    assert axis.get_yscale() == "log"


@pytest.mark.parametrize(
    ("counts", "names"),
    [([1, 2], ["a"]), ([0, 0], ["a", "b"]), ([[1, 2]], ["a"]), ([], [])],
)
def test_sizes_want_a_count_and_a_name_a_class(counts, names):
    with pytest.raises(ValueError, match="one count and one name a class"):
        topics.sizes(np.array(counts), names)


COUNTS = np.array([1000, 10, 0])
PLAIN = np.array([0.9, 0.25, np.nan])
WEIGHTED = np.array([0.8, 0.5, 0.0])


def drawn(axis):
    return {line.get_label(): line.get_xydata().tolist() for line in axis.lines}


def test_recalls_are_drawn_over_the_number_of_training_examples():
    (axis,) = topics.recalls(COUNTS, {"plain": PLAIN}, ["earn", "tin", "hog"], label=[1]).axes
    points = drawn(axis)["plain"]
    assert points[:2] == [[1000, 0.9], [10, 0.25]]
    assert np.isnan(points[2][1])
    assert axis.get_xscale() == "log"
    assert [text.get_text() for text in axis.texts] == ["tin"]
    assert axis.get_legend() is None


def test_recalls_of_two_models_are_joined_class_by_class():
    found = {"plain": PLAIN, "weighted": WEIGHTED}
    (axis,) = topics.recalls(COUNTS, found, ["earn", "tin", "hog"]).axes
    assert list(drawn(axis)) == ["plain", "weighted"]
    first, second = axis.collections[0].get_segments()[:2]
    assert first.tolist() == [[1000, 0.8], [1000, 0.9]]
    assert second.tolist() == [[10, 0.25], [10, 0.5]]
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert legend == ["plain", "weighted"]


def test_recalls_keep_a_class_without_training_examples_on_the_axis():
    (axis,) = topics.recalls(COUNTS, {"weighted": WEIGHTED}, ["earn", "tin", "hog"]).axes
    x, recall = drawn(axis)["weighted"][2]
    assert 0 < x < 1
    assert recall == 0


@pytest.mark.parametrize(
    "found", [{}, {"plain": PLAIN[:2]}, dict.fromkeys(("a", "b", "c", "d"), PLAIN)]
)
def test_recalls_want_one_a_class_for_a_few_models(found):
    with pytest.raises(ValueError, match="1 to 3 models, each with one recall a class"):
        topics.recalls(COUNTS, found, ["earn", "tin", "hog"])


def test_confusions_write_the_columns_names_on_end():
    figure = topics.confusions(np.array([[3, 1], [0, 2]]), ["money-fx", "interest"])
    figure.canvas.draw()
    axis = figure.axes[0]
    labels = axis.get_xticklabels()
    assert [text.get_text() for text in labels] == ["money-fx", "interest"]
    assert {text.get_rotation() for text in labels} == {90}
    assert {text.get_rotation() for text in axis.get_yticklabels()} == {0}


def test_widths_are_drawn_in_order_on_a_doubling_axis():
    (axis,) = topics.widths({64: 0.81, 4: 0.714, 16: 0.8}, "validation accuracy").axes
    assert axis.lines[0].get_xydata().tolist() == [[4, 0.714], [16, 0.8], [64, 0.81]]
    assert [text.get_text() for text in axis.get_xticklabels()] == ["4", "16", "64"]
    assert [text.get_text() for text in axis.texts] == ["0.71", "0.80", "0.81"]
    assert axis.get_ylabel() == "validation accuracy"
    assert axis.get_xscale() == "log"


@pytest.mark.parametrize("reached", [{}, {0: 0.5, 4: 0.7}])
def test_widths_want_a_unit_or_more(reached):
    with pytest.raises(ValueError, match="widths of 1 unit or more"):
        topics.widths(reached, "accuracy")
