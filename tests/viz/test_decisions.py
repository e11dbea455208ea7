from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dlcourse.viz import BLUE, ORANGE, decisions


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


POINTS = np.array([[0.0, 3.0], [1.0, 4.0], [3.0, 0.0], [4.0, 1.0], [5.0, 1.0]])
CLASSES = np.array([0, 0, 1, 1, 1])


def test_boundaries_draw_each_class_with_its_colour_and_name():
    (ax,) = decisions.boundaries(POINTS, CLASSES, {}).axes
    first, second = ax.collections
    assert np.array_equal(first.get_offsets(), POINTS[:2])
    assert np.array_equal(second.get_offsets(), POINTS[2:])
    assert tuple(first.get_facecolor()[0]) == to_rgba(BLUE)
    assert tuple(second.get_facecolor()[0]) == to_rgba(ORANGE)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]


@pytest.mark.parametrize("w", [[2, -1], [0, 3], [[-0.5], [0.0]]])
def test_boundaries_lie_where_the_output_is_the_threshold(w):
    (ax,) = decisions.boundaries(POINTS, CLASSES, {"line": (w, 1.5)}).axes
    (line,) = ax.lines
    assert line.get_xydata() @ np.ravel(w) == pytest.approx([1.5, 1.5], abs=1e-6)


def test_boundaries_cross_the_picture_without_changing_its_limits():
    (plain,) = decisions.boundaries(POINTS, CLASSES, {}).axes
    (ax,) = decisions.boundaries(POINTS, CLASSES, {"line": ([1, -1], 0)}).axes
    assert ax.get_xlim() == plain.get_xlim()
    assert ax.get_ylim() == plain.get_ylim()
    ends = ax.lines[0].get_xdata()
    assert min(ends) < ax.get_xlim()[0]
    assert max(ends) > ax.get_xlim()[1]


def test_lines_on_top_of_one_another_can_all_be_seen():
    same = {name: ([1, -1], 0) for name in "abcdef"}
    (ax,) = decisions.boundaries(POINTS, CLASSES, same).axes
    widths = [line.get_linewidth() for line in ax.lines]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 6
    assert all(a.get_color() != b.get_color() for a, b in pairwise(ax.lines))


def test_a_line_needs_a_direction():
    with pytest.raises(ValueError, match="'flat' has weights 0 and 0"):
        decisions.boundaries(POINTS, CLASSES, {"flat": ([0, 0], 1)})


def above(points):
    return (points[:, 1] > points[:, 0]).astype(int)


def test_regions_colour_the_plane_by_the_predicted_class():
    figure = decisions.regions(above, POINTS, CLASSES, ["low", "high"], ("x", "y"))
    (ax,) = figure.axes
    areas = ax.collections[0]
    inside = [[path.contains_point(p) for path in areas.get_paths()] for p in ([1, 3.5], [3.5, 1])]
    assert inside == [[False, True], [True, False]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["low", "high"]


def test_regions_reach_beyond_every_point():
    seen = []

    def predict(points):
        seen.append(points)
        return above(points)

    decisions.regions(predict, POINTS, CLASSES, ["low", "high"], ("x", "y"))
    assert (seen[0].min(axis=0) < POINTS.min(axis=0)).all()
    assert (seen[0].max(axis=0) > POINTS.max(axis=0)).all()


def test_regions_draw_the_true_boundary():
    arguments = (above, POINTS, CLASSES, ["low", "high"], ("x", "y"))
    without = decisions.regions(*arguments).axes[0].collections
    figure = decisions.regions(*arguments, truth=lambda points: (points[:, 0] > 2).astype(int))
    (ax,) = figure.axes
    assert len(ax.collections) == len(without) + 1
    boundary = np.concatenate([path.vertices for path in ax.collections[1].get_paths()])
    assert boundary[:, 0] == pytest.approx(np.full(len(boundary), 2), abs=0.05)


@pytest.mark.parametrize(
    ("points", "classes", "message"),
    [
        (POINTS.T, CLASSES, r"shape \(2, 5\)"),
        (POINTS, CLASSES[:3], r"classes \(3,\)"),
        (POINTS, CLASSES + 3, "from 0 to 3"),
        (POINTS, CLASSES - 1, "from 0 to 3"),
    ],
)
def test_points_and_classes_must_fit(points, classes, message):
    with pytest.raises(ValueError, match=message):
        decisions.boundaries(points, classes, {})
    with pytest.raises(ValueError, match=message):
        decisions.regions(above, points, classes, ["a", "b"], ("x", "y"))


def test_every_class_needs_a_name():
    with pytest.raises(ValueError, match="class 1 has no name"):
        decisions.regions(above, POINTS, CLASSES, ["only"], ("x", "y"))
