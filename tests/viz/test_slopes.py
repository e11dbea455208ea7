import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.viz import slopes


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_zoom_frames_what_the_next_panel_shows():
    figure = slopes.zoom(np.cos, slope=-np.sin(2), at=2, widths=[4, 1, 0.25])
    assert [ax.get_title() for ax in figure.axes] == ["4 wide", "1 wide", "0.25 wide"]
    for ax, smaller in zip(figure.axes, figure.axes[1:], strict=False):
        (frame,) = ax.patches
        corners = frame.get_bbox()
        assert smaller.get_xlim() == pytest.approx((corners.x0, corners.x1))
        assert smaller.get_ylim() == pytest.approx((corners.y0, corners.y1))
        assert ax.get_aspect() == 1  # a slope of 1 is drawn at 45 degrees
    assert not figure.axes[-1].patches


def test_zoom_draws_a_tangent_of_the_slope_given_through_the_point():
    (ax,) = slopes.zoom(np.square, slope=6, at=3, widths=[2]).axes
    curve, tangent, point = (line.get_xydata() for line in ax.lines)
    np.testing.assert_allclose(curve[:, 1], curve[:, 0] ** 2)
    np.testing.assert_allclose(tangent[:, 1] - 9, 6 * (tangent[:, 0] - 3))
    assert point.tolist() == [[3, 9]]


@pytest.mark.parametrize("widths", [[], [1, 2], [1, 1], [1, 0]])
def test_zoom_wants_falling_widths(widths):
    with pytest.raises(ValueError, match="positive widths, each smaller"):
        slopes.zoom(np.cos, slope=0, at=0, widths=widths)


CHAIN = {"u": lambda x: x * x / 2, "y": lambda u: 6 / u}


def test_chain_moves_each_number_by_what_its_function_gives():
    (ax,) = slopes.chain(CHAIN, at=2, nudge=0.1).axes
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 5]
    moved = 2.1**2 / 2
    np.testing.assert_allclose([bar[1] for bar in bars], [0.1, moved - 2, 6 / moved - 3])
    written = [text.get_text() for text in ax.texts]
    assert written[:2] == ["x = 2", "moves by +0.100"]
    assert {"u = 2", "moves by +0.205", "× 2.05"} <= set(written)
    assert {"y = 3", "moves by −0.279", "× −1.36"} <= set(written)


def test_chain_joins_the_ends_of_neighbouring_nudges():
    (ax,) = slopes.chain(CHAIN, at=2, nudge=0.1).axes
    first, second = (patch.get_xy()[:4] for patch in ax.patches)
    np.testing.assert_allclose(first, [(0, 0), (0.1, 0), (0.205, -1), (0, -1)])
    np.testing.assert_allclose(first[2], second[1])


@pytest.mark.parametrize(("functions", "nudge"), [({}, 0.1), (CHAIN, 0)])
def test_chain_wants_functions_and_a_nudge(functions, nudge):
    with pytest.raises(ValueError, match=rf"{len(functions)} and nudge={nudge}"):
        slopes.chain(functions, at=2, nudge=nudge)


def bowl(w1, w2):
    return w1**2 + 2 * w2**2


def test_gradients_are_arrows_from_their_points():
    figure = slopes.gradients(bowl, lambda a, b: (2 * a, 4 * b), [(1, -1), (0, 2)], scale=0.5)
    arrows = [(tuple(a.xyann), tuple(a.xy)) for a in figure.axes[0].texts]
    assert arrows == [((1, -1), (2, -3)), ((0, 2), (0, 6))]


def test_gradients_want_two_partial_derivatives():
    with pytest.raises(ValueError, match=r"at \(1, 1\) has shape \(3,\)"):
        slopes.gradients(bowl, lambda a, b: (1, 2, 3), [(1, 1)])


def test_contours_lie_closer_together_at_the_bottom():
    _, ax = plt.subplots()
    levels = slopes.contours(ax, bowl, (-1, 1), (-1, 1)).levels
    assert (levels[0], levels[-1]) == pytest.approx((0, 3))
    assert (np.diff(levels, n=2) > 0).all()


def test_powers_draws_a_power_law_as_a_straight_line():
    x = [1, 10, 100]
    (ax,) = slopes.powers({"square": (x, np.square(x)), "one": ([5], [7])}, "n", "time").axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    on_paper = ax.transData.transform(ax.lines[0].get_xydata())
    np.testing.assert_allclose(on_paper[2] - on_paper[1], on_paper[1] - on_paper[0])
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["square", "one"]


def test_powers_can_leave_the_horizontal_axis_linear():
    (ax,) = slopes.powers({"a": ([0, 1], [1, 2])}, "layer", "length", xscale="linear").axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")


def test_powers_keeps_curves_apart_without_colour():
    curves = {name: ([1, 2], [1, 2]) for name in "abcd"}
    lines = slopes.powers(curves, "x", "y").axes[0].lines
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 4


@pytest.mark.parametrize("curves", [{}, {"a": ([], [])}, {"a": ([1, 2], [1])}])
def test_powers_wants_as_many_x_as_y(curves):
    with pytest.raises(ValueError, match="as many x as y"):
        slopes.powers(curves, "x", "y")
