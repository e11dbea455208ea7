import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.contour import ContourSet

from dlcourse.viz import BLUE, RED, descent


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def valley(w):
    return (w - 1) ** 2


def bowl(w1, w2):
    return w1**2 + w2**2


def test_on_curve_puts_each_step_on_the_curve_of_its_panel():
    paths = {"slow": [-2, -1.5], "fast": [-2, 3, 0]}
    figure = descent.on_curve(valley, paths, window=(-3, 4))
    assert [ax.get_title() for ax in figure.axes] == list(paths)
    for ax, path in zip(figure.axes, paths.values(), strict=True):
        curve, steps, start, end = (line.get_xydata() for line in ax.lines)
        np.testing.assert_allclose(curve[:, 1], valley(curve[:, 0]))
        np.testing.assert_allclose(steps, np.transpose([path, valley(np.array(path))]))
        assert start.tolist() == [[-2, 9]]
        assert end.tolist() == [[path[-1], valley(path[-1])]]


def test_on_curve_shows_the_window_up_to_the_top():
    (ax,) = descent.on_curve(valley, {"a": [0.0]}, window=(-3, 4), top=5).axes
    assert ax.get_xlim() == (-3, 4)
    bottom, top = ax.get_ylim()
    assert top == 5
    assert bottom < 0  # the lowest point is not cut off
    (ax,) = descent.on_curve(valley, {"a": [0.0]}, window=(-3, 4)).axes
    assert ax.get_ylim()[1] == pytest.approx(16)


def test_on_map_draws_a_path_with_its_start_and_end():
    path = np.array([(2.0, 1.0), (0.5, -0.5), (0.0, 0.25)])
    (ax,) = descent.on_map(bowl, {"a": path}, x=(-3, 3), y=(-2, 2)).axes
    steps, start, end = (line.get_xydata() for line in ax.lines)
    assert np.array_equal(steps, path)
    assert (start.tolist(), end.tolist()) == ([[2, 1]], [[0, 0.25]])
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3, 3), (-2, 2))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$w_1$", "$w_2$")


@pytest.mark.parametrize("below", [False, True])
def test_on_map_arranges_panels_beside_or_below(below):
    paths = {name: [(0, 0), (1, 1)] for name in "ab"}
    first, second = descent.on_map(bowl, paths, x=(-3, 3), y=(-2, 2), below=below).axes
    assert (first.get_position().x0 == second.get_position().x0) == below
    assert (first.get_position().y0 == second.get_position().y0) != below


def test_growing_shows_a_path_up_to_the_steps_of_the_frame():
    short, long = np.array([(2.0, 1.0), (1.0, 0.5)]), np.linspace((2.0, 1.0), (0.0, 0.0), 5)
    paths, seen = {"short": short, "long": long}, []
    for figure in descent.growing(bowl, paths, x=(-3, 3), y=(-2, 2), steps=(0, 3)):
        seen.append(figure)
        shown = [[line.get_xydata() for line in ax.lines] for ax in figure.axes]
        count = 3 * (len(seen) - 1)
        assert [ax.get_title() for ax in figure.axes] == [f"{name}, step {count}" for name in paths]
        for path, (steps, start, end) in zip(paths.values(), shown, strict=True):
            assert np.array_equal(steps, path[: count + 1])
            assert start.tolist() == [[2, 1]]
            assert np.array_equal(end, steps[-1:])
    assert seen[0] is seen[1]  # one figure, drawn again: its contours are found only once


@pytest.mark.parametrize(
    ("paths", "message"),
    [({}, "paths is empty"), ({"a": [(0, 0, 0)]}, r"'a' has shape \(1, 3\)"),
     ({"a": [1, 2]}, r"shape \(2,\); wanted \(steps \+ 1, 2\)"),
     ({"a": np.empty((0, 2))}, r"shape \(0, 2\)")],
)  # fmt: skip
def test_on_map_says_which_path_it_cannot_draw(paths, message):
    with pytest.raises(ValueError, match=message):
        descent.on_map(bowl, paths, x=(-1, 1), y=(-1, 1))


def test_on_curve_wants_one_weight_a_step():
    with pytest.raises(ValueError, match=r"'a' has shape \(2, 2\); wanted \(steps \+ 1,\)"):
        descent.on_curve(valley, {"a": [(0, 0), (1, 1)]}, window=(-1, 1))


POINTS = np.array([(-1.0, 0.0), (1.0, 0.5), (2.0, -1.0)])
LABELS = np.array([0, 1, 1])


def right_half(points):
    return 1 / (1 + np.exp(-4 * points[:, 0]))


def test_decision_draws_the_border_where_the_chance_is_one_half():
    (ax,) = descent.decision({"half": right_half}, POINTS, LABELS).axes
    border = next(c for c in ax.collections if isinstance(c, ContourSet) and not c.filled)
    np.testing.assert_allclose(border.get_paths()[0].vertices[:, 0], 0, atol=1e-3)


def test_decision_gives_each_class_its_colour_and_marker():
    (ax,) = descent.decision({"half": right_half}, POINTS, LABELS).axes
    zeros, ones = (c for c in ax.collections if c.get_offsets().any())
    assert zeros.get_offsets().tolist() == POINTS[:1].tolist()
    assert ones.get_offsets().tolist() == POINTS[1:].tolist()
    colours = [plt.matplotlib.colors.to_hex(c.get_facecolor()[0]) for c in (zeros, ones)]
    assert [c.lower() for c in colours] == [RED.lower(), BLUE.lower()]
    assert len(zeros.get_paths()[0].vertices) != len(ones.get_paths()[0].vertices)


def test_decision_draws_a_classifier_that_is_undecided_everywhere():
    figure = descent.decision({"none": lambda p: np.full(len(p), 0.4)}, POINTS, LABELS)
    figure.canvas.draw()
    assert figure.axes[0].get_title() == "none"


@pytest.mark.parametrize(("points", "labels"), [(POINTS.T, LABELS), (POINTS, LABELS[:2])])
def test_decision_wants_a_label_a_point(points, labels):
    with pytest.raises(ValueError, match=r"wanted \(N, 2\) and \(N,\)"):
        descent.decision({"half": right_half}, points, labels)
