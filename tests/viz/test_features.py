import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dlcourse.viz import BLACK, BLUE, ORANGE, features


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def pictured(figure):
    """Return the arrays that the figure draws as pictures, in reading order."""
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def color_of(image, value):
    return to_rgba(image.cmap(image.norm(value)))


def test_filters_draw_each_kernel_on_one_scale(rng):
    kernels = rng.normal(size=(3, 3, 5))
    figure = features.filters(kernels)
    assert np.array_equal(pictured(figure), kernels.transpose(2, 0, 1))
    assert [axis.get_title() for axis in figure.axes] == ["0", "1", "2", "3", "4"]
    limit = np.abs(kernels).max()
    for axis in figure.axes:
        assert axis.images[0].get_clim() == pytest.approx((-limit, limit))


def test_filters_are_blue_above_zero_orange_below_and_white_at_zero(rng):
    image = features.filters(np.array([[[-2.0], [0.0], [2.0]]])).axes[0].images[0]
    assert color_of(image, 2) == pytest.approx(to_rgba(BLUE), abs=0.01)
    assert color_of(image, -2) == pytest.approx(to_rgba(ORANGE), abs=0.01)
    assert color_of(image, 0) == pytest.approx((1, 1, 1, 1), abs=0.01)


@pytest.mark.parametrize("shape", [(3, 3), (3, 3, 1, 8), (3, 3, 0)])
def test_filters_name_the_shape_they_cannot_draw(shape):
    with pytest.raises(ValueError, match=r"kernels has shape \(3, 3.*wanted \(rows, columns, N\)"):
        features.filters(np.zeros(shape))


def test_filters_want_a_title_for_each(rng):
    with pytest.raises(ValueError, match="5 kernels but 2 titles"):
        features.filters(rng.normal(size=(3, 3, 5)), titles=["a", "b"])


def test_channels_lie_in_reading_order_each_on_its_own_scale(rng):
    maps = rng.random((4, 6, 5)) * [1, 10, 100, 0, 5]
    figure = features.channels({"relu1": maps}, columns=3)
    (block,) = pictured(figure)
    assert block.shape == (2 * 5 + 1, 3 * 7 + 1)
    for k in range(5):
        top, left = 5 * (k // 3) + 1, 7 * (k % 3) + 1
        part = block[top : top + 4, left : left + 6]
        np.testing.assert_allclose(part, maps[:, :, k] / max(maps[:, :, k].max(), 1e-12))
    assert not block[6:10, 15:21].any()  # the place after the last channel stays white


def test_channels_give_each_layer_a_block_under_its_name(rng):
    figure = features.channels({"first": rng.random((8, 8, 4)), "second": rng.random((3, 2, 20))})
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles == ["first: 4 channels of 8 × 8", "second: 20 channels of 3 × 2"]
    assert [block.shape for block in pictured(figure)] == [(10, 37), (9, 49)]


def test_channels_say_what_they_want(rng):
    with pytest.raises(ValueError, match="activations is empty"):
        features.channels({})
    with pytest.raises(ValueError, match=r"activations\['relu1'\] has shape \(1, 4, 4, 2\)"):
        features.channels({"relu1": np.zeros((1, 4, 4, 2))})


def test_table_draws_the_matrix_from_zero_with_a_row_downwards(rng):
    values = rng.random((10, 6))
    axis = features.table(values, "channel", "digit").axes[0]
    assert np.array_equal(axis.images[0].get_array(), values)
    assert axis.images[0].get_clim() == pytest.approx((0, values.max()))
    assert axis.get_ylim()[0] > axis.get_ylim()[1]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("channel", "digit")


def test_table_wants_a_matrix():
    with pytest.raises(ValueError, match=r"values has shape \(3,\): wanted a matrix"):
        features.table(np.zeros(3), "x", "y")


def test_framed_puts_the_frame_around_its_pixels(rng):
    images = rng.random((2, 9, 9))
    figure = features.framed(images, np.array([[2, 3], [-4, 0]]), 5, titles=[7, 1])
    assert np.array_equal(pictured(figure), images)
    assert [axis.get_title() for axis in figure.axes] == ["7", "1"]
    frames = [axis.patches[0].get_bbox().extents for axis in figure.axes]
    # Pixel (row 2, column 3) is drawn from 2.5 to 3.5 across and from 1.5 to 2.5 down.
    assert frames[0] == pytest.approx([2.5, 1.5, 7.5, 6.5])
    assert frames[1] == pytest.approx([-0.5, -4.5, 4.5, 0.5])
    for axis in figure.axes:  # all are drawn at one scale, and no frame is cut off
        assert axis.get_ylim()[1] < -4.5
        assert axis.get_xlim() == figure.axes[0].get_xlim()


def test_framed_wants_a_corner_for_each_image(rng):
    with pytest.raises(ValueError, match=r"corners has shape \(3, 2\) for 2 images"):
        features.framed(rng.random((2, 9, 9)), np.zeros((3, 2)), 5)


def test_maps_draw_a_row_for_each_kind_below_the_images(rng):
    images, first, second = rng.random((3, 2, 8, 8))
    figure = features.maps(images, {"gradient": first, "occlusion": second - 0.5}, titles=[4, 9])
    assert np.array_equal(pictured(figure), [*images, *first, *(second - 0.5)])
    assert [axis.get_title() for axis in figure.axes] == ["4", "9", "", "", "", ""]
    assert [axis.get_ylabel() for axis in figure.axes] == ["", "", "gradient", "", "occlusion", ""]


def test_maps_have_a_scale_of_their_own_around_zero():
    images = np.zeros((2, 4, 4))
    images[:, 1:3, 1:3] = 1
    values = np.stack([np.full((4, 4), -3.0), np.full((4, 4), 0.1)])
    figure = features.maps(images, {"map": values})
    left, right = (axis.images[0] for axis in figure.axes[2:])
    assert (left.get_clim(), right.get_clim()) == ((-3, 3), (-0.1, 0.1))
    assert color_of(right, 0.1) == pytest.approx(to_rgba(BLUE), abs=0.01)


def test_maps_outline_the_ink_of_their_image():
    images = np.zeros((2, 10, 10))
    images[0, 3:7, 2:5] = 1  # the second image is blank and has no outline
    figure = features.maps(images, {"map": np.ones_like(images)})
    inked, blank = figure.axes[2:]
    corners = inked.collections[0].get_paths()[0].vertices
    assert corners.min(axis=0) == pytest.approx([1.5, 2.5])
    assert corners.max(axis=0) == pytest.approx([4.5, 6.5])
    assert not blank.collections


@pytest.mark.parametrize(
    ("images", "rows", "message"),
    [
        (np.zeros((5, 5)), {"map": np.zeros((5, 5))}, r"images has shape \(5, 5\)"),
        (np.zeros((1, 5, 5)), {}, "rows is empty"),
        (np.zeros((2, 5, 5)), {"map": np.zeros((2, 3, 3))}, r"rows\['map'\] has shape \(2, 3, 3\)"),
    ],
)
def test_maps_say_what_they_want(images, rows, message):
    with pytest.raises(ValueError, match=message):
        features.maps(images, rows)


def test_clusters_draw_points_marks_and_the_number_of_each_class():
    points = np.array([[0, 0], [2, 0], [5, 5], [7, 7.0]])
    marked = np.array([False, True, False, False])
    axis = features.clusters(points, np.array([3, 3, 8, 8]), marked).axes[0]
    dots, crosses = axis.collections
    assert np.array_equal(dots.get_offsets(), points)
    assert np.array_equal(crosses.get_offsets(), [[2, 0]])
    assert to_rgba(crosses.get_edgecolor()[0]) == to_rgba(BLACK)
    assert {t.get_text(): t.get_position() for t in axis.texts} == {"3": (1, 0), "8": (6, 6)}
    assert [t.get_text() for t in axis.get_legend().get_texts()] == ["misread"]


def test_clusters_color_points_by_class():
    labels = np.array([0, 9, 0])
    axis = features.clusters(np.zeros((3, 2)), labels, np.zeros(3, bool)).axes[0]
    dots = axis.collections[0]
    dots.update_scalarmappable()
    first, other, again = dots.get_facecolors()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("points", "labels", "marked"), [((3, 3), 3, 3), ((3, 2), 2, 3), ((3, 2), 3, 4), ((3,), 3, 3)]
)
def test_clusters_want_shapes_that_fit(points, labels, marked):
    with pytest.raises(ValueError, match=r"wanted \(N, 2\), \(N,\) and \(N,\)"):
        features.clusters(np.zeros(points), np.zeros(labels), np.zeros(marked))
