import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from dlcourse.viz import convolution

IMAGE = np.array([[0, 0, 2, 9], [0, 1, 5, 9], [0, 4, 9, 9]])
KERNEL = np.array([[-1, 1], [0, 2]])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax):
    """Return the numbers written on `ax` by the box (column, row) that they stand in."""
    return {text.get_position(): text.get_text() for text in ax.texts}


def frames(ax):
    """Return x, y, width, height of each unfilled rectangle."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.fill]
    return [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in patches]


def test_sliding_adds_one_sum_a_frame_in_reading_order():
    written = []
    for figure in convolution.sliding(IMAGE, KERNEL):
        written.append(texts(figure.axes[2]))
    assert [len(each) for each in written] == [1, 2, 3, 4, 5, 6]
    sums = {(0, 0): "2", (1, 0): "12", (2, 0): "25", (0, 1): "9", (1, 1): "22", (2, 1): "22"}
    assert written[-1] == sums
    assert written[2] == dict(list(sums.items())[:3])


def test_sliding_frames_the_window_that_the_newest_sum_comes_from():
    figures = convolution.sliding(IMAGE, KERNEL)
    for _ in range(5):  # the fifth place: second row, second column
        figure = next(figures)
    image, _, sums = figure.axes
    assert frames(image) == [(0.5, 0.5, 2, 2)]
    assert frames(sums) == [(0.5, 0.5, 1, 1)]
    assert figure.get_supxlabel() == "1 · (−1) + 5 · 1 + 9 · 2 = 22"
    assert texts(image)[(1, 1)] == "1"


def test_sliding_says_zero_where_every_product_is_zero():
    figure = next(convolution.sliding(np.zeros((2, 2)), KERNEL))
    assert figure.get_supxlabel() == "0 = 0"


@pytest.mark.parametrize("kernel", [np.zeros((4, 2)), np.zeros((2, 5)), np.zeros(3)])
def test_sliding_wants_a_kernel_that_fits(kernel):
    with pytest.raises(ValueError, match=r"image has shape \(3, 4\), kernel has shape"):
        next(convolution.sliding(IMAGE, kernel))


def test_responses_stand_below_their_kernels_with_zero_in_white():
    kernels = {"one": KERNEL, "two": -KERNEL}
    maps = [np.array([[1.0, -3.0]]), np.array([[0.0, 2.0]])]
    figure = convolution.responses(IMAGE, kernels, maps)
    above, below = figure.axes[:3], figure.axes[3:]
    assert [ax.get_title() for ax in above] == ["", "one", "two"]
    assert texts(above[1])[(0, 0)] == "−1"
    assert np.array_equal(below[0].images[0].get_array(), IMAGE)
    for ax, values, largest in zip(below[1:], maps, (3, 2), strict=True):
        (drawn,) = ax.images
        assert np.array_equal(drawn.get_array(), values)
        assert drawn.get_clim() == (-largest, largest)


def test_responses_want_a_map_a_kernel():
    with pytest.raises(ValueError, match="2 kernels and 1 maps"):
        convolution.responses(IMAGE, {"one": KERNEL, "two": KERNEL}, [IMAGE])


def middles(ax):
    (dots,) = ax.lines
    return sorted({float(x) for x in dots.get_xdata()})


@pytest.mark.parametrize(
    ("size", "window", "stride", "padding", "places", "ends"),
    [
        (5, 3, 1, "valid", [1, 2, 3], (0, 2)),
        (5, 3, 1, "same", [0, 1, 2, 3, 4], (-1, 3)),
        (5, 3, 2, "valid", [1, 3], (0, 2)),
        (5, 3, 2, "same", [0, 2, 4], (-1, 3)),
        (6, 3, 2, "same", [1, 3, 5], (0, 4)),  # the one missing column goes after the image
        (5, 5, 1, "same", [0, 1, 2, 3, 4], (-2, 2)),
    ],
)
def test_placements_put_windows_where_the_frameworks_do(
    size, window, stride, padding, places, ends
):
    (ax,) = convolution.placements(size, window, {"one": (stride, padding)}).axes
    assert middles(ax) == places
    assert frames(ax) == [(end - 0.5, end - 0.5, window, window) for end in ends]
    assert ax.get_title() == f"one\n{size} × {size} → {len(places)} × {len(places)}"
    dashed = [patch for patch in ax.patches if patch.get_linestyle() in (":", "dotted")]
    padded = size if padding == "valid" else (len(places) - 1) * stride + window
    assert len(dashed) == padded**2 - size**2


@pytest.mark.parametrize("options", [{}, {"one": (1, "full")}])
def test_placements_know_two_kinds_of_padding(options):
    with pytest.raises(ValueError, match="padding 'valid' or 'same'"):
        convolution.placements(5, 3, options)


def test_placements_want_a_window_that_fits():
    with pytest.raises(ValueError, match="size=5, window=6"):
        convolution.placements(5, 6, {"one": (1, "valid")})


def test_pooling_gives_a_window_the_colour_of_its_result():
    image = np.array([[1, 3, 2, 0], [4, 8, 1, 1]])
    figure = convolution.pooling(image, {"average": np.array([[4, 1]])})
    whole, small = figure.axes
    assert [ax.get_title() for ax in (whole, small)] == ["image", "average"]
    assert texts(small) == {(0, 0): "4", (1, 0): "1"}
    colours = [patch.get_facecolor() for patch in whole.patches]
    left, right = (patch.get_facecolor() for patch in small.patches)
    assert left != right
    assert colours == [left, left, right, right] * 2


def test_pooling_refuses_results_of_another_shape():
    with pytest.raises(ValueError, match=r"'max' has shape \(2, 2\): an image of shape \(3, 4\)"):
        convolution.pooling(IMAGE, {"max": np.zeros((2, 2))})
