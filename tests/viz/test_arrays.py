import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from dlcourse.viz import arrays


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def rectangles(figure):
    return [patch for ax in figure.axes for patch in ax.patches if isinstance(patch, Rectangle)]


def test_boxes_draws_one_box_for_each_entry_and_names_shape_and_axes():
    values = {
        "scalar": np.array(12),
        "vector": np.arange(5),
        "matrix": np.ones((3, 5)),
        "stack": np.zeros((2, 3, 4)),
    }
    figure = arrays.boxes(values)
    assert len(rectangles(figure)) == 1 + 5 + 15 + 24
    found = texts(figure)
    assert {"scalar", "vector", "matrix", "stack"} <= set(found)
    shapes = {"shape ()", "shape (5,)", "shape (3, 5)", "shape (2, 3, 4)"}
    assert shapes <= set(found)
    # Only the front sheet of the stack has its numbers written.
    assert found.count("0") == 12 + 1
    assert found.count("axis 0 →") == 1
    assert found.count("← axis 0") == 1
    assert found.count("axis 0 ↗") == 1
    assert found.count("axis 2 →") == 1


def test_boxes_follow_gives_equal_values_equal_colours_in_every_array():
    matrix = np.array([[1, 2], [3, 4], [5, 6]])
    figure = arrays.boxes({"a": matrix, "b": matrix.T}, follow=True)
    colours = [to_hex(box.get_facecolor()) for box in rectangles(figure)]
    before, after = np.array(colours[:6]).reshape(3, 2), np.array(colours[6:]).reshape(2, 3)
    assert (before == after.T).all()
    assert len(set(colours)) == 6


def test_boxes_refuses_rank_four_and_says_what_to_do():
    with pytest.raises(ValueError, match=r"'batch' has rank 4, shape \(1, 2, 3, 4\).*slice"):
        arrays.boxes({"batch": np.zeros((1, 2, 3, 4))})


def test_broadcasting_shows_the_sum_and_every_shape_on_the_way():
    figure = arrays.broadcasting(np.arange(12).reshape(4, 3), np.array([100, 200, 300]))
    found = texts(figure)
    assert found.count("(3,)") == 1
    assert found.count("(1, 3)") == 1
    assert found.count("(4, 3)") == 5
    for entry in ("100", "201", "302", "109", "210", "311"):
        assert entry in found


@pytest.mark.parametrize(
    ("x_shape", "y_shape", "repeated"),
    [
        ((4, 3), (3,), 9),
        ((4, 3), (4, 1), 8),
        ((4, 1), (3,), 8 + 9),
        ((4, 1), (1, 3), 8 + 9),
        ((4, 3), (4, 3), 0),
        ((3,), (3,), 0),
        ((2, 3), (1,), 5),
    ],
)
def test_broadcasting_dashes_exactly_the_entries_that_are_not_in_memory(x_shape, y_shape, repeated):
    figure = arrays.broadcasting(np.ones(x_shape), np.ones(y_shape))
    dashed = [box for box in rectangles(figure) if box.get_linestyle() == "--"]
    assert len(dashed) == repeated


def test_broadcasting_draws_repeated_entries_below_the_originals():
    figure = arrays.broadcasting(np.zeros((4, 3)), np.array([5, 6, 7]))
    (ax,) = figure.axes
    sixes = sorted(text.get_position() for text in ax.texts if text.get_text() == "6")
    # Given, with its axis, then four times in one column; the sum repeats it once more.
    columns = [x for x, _ in sixes]
    assert [columns.count(x) for x in dict.fromkeys(columns)] == [1, 1, 4, 4]


@pytest.mark.parametrize(
    ("x_shape", "y_shape", "message"),
    [
        ((4, 3), (4,), r"\(4, 3\) and \(4,\) do not broadcast.*axis -1 has size 3 against 4"),
        ((4, 3), (2, 3), r"axis -2 has size 4 against 2"),
        ((2, 3, 4), (4,), r"x has shape \(2, 3, 4\).*rank 1 or 2"),
        ((4, 3), (), r"y has shape \(\).*rank 1 or 2"),
    ],
)
def test_broadcasting_says_why_shapes_cannot_be_drawn(x_shape, y_shape, message):
    with pytest.raises(ValueError, match=message):
        arrays.broadcasting(np.ones(x_shape), np.ones(y_shape))


A = np.array([[1, 2, 3], [4, 5, 6]])
B = np.array([[1, 0], [0, 2], [1, 1]])


def test_product_spells_out_the_marked_entry():
    figure = arrays.product(A, B, row=1, column=1)
    assert "row 1 · column 1 = 4·0 + 5·2 + 6·1 = 16" in texts(figure)
    assert len(rectangles(figure)) == A.size + B.size + 4


def test_product_marks_one_row_one_column_and_their_entry():
    figure = arrays.product(A, B, row=1, column=0)
    # The marked boxes are the darker ones of their colour.
    dark = [sum(box.get_facecolor()[:3]) < 2.5 for box in rectangles(figure)]
    assert dark[:6] == [False] * 3 + [True] * 3
    assert dark[6:12] == [True, False] * 3
    assert dark[12:] == [False, False, True, False]


def test_product_puts_each_entry_where_its_row_and_column_meet():
    figure = arrays.product(A * 100, B, row=0, column=0)
    boxes = [box.get_xy() for box in rectangles(figure)]
    a, b, result = boxes[:6], boxes[6:12], boxes[12:]
    assert [y for _, y in result] == [a[0][1], a[0][1], a[3][1], a[3][1]]
    assert [x for x, _ in result] == [b[0][0], b[1][0]] * 2


@pytest.mark.parametrize(("a", "b"), [((2, 3), (2, 3)), ((3,), (3, 2)), ((2, 2, 2), (2, 2))])
def test_product_refuses_shapes_that_do_not_fit(a, b):
    with pytest.raises(ValueError, match=r"needs \(m, k\) and \(k, n\)"):
        arrays.product(np.ones(a), np.ones(b))


def test_pixels_frames_the_crop_and_writes_its_numbers():
    image = np.arange(100, dtype=np.uint8).reshape(10, 10)
    figure = arrays.pixels(image, slice(3, -3), slice(-4, None))
    whole, part = figure.axes
    (frame,) = whole.patches
    assert frame.get_xy() == (5.5, 2.5)
    assert (frame.get_width(), frame.get_height()) == (4, 4)
    written = [int(text.get_text()) for text in part.texts]
    assert written == image[3:7, 6:].ravel().tolist()
    assert (part.images[0].get_array() == image[3:7, 6:]).all()


@pytest.mark.parametrize(
    ("shape", "rows"), [((10, 10, 3), slice(0, 5)), ((10, 10), slice(5, 5)), ((100,), slice(0, 5))]
)
def test_pixels_refuses_what_is_not_a_grey_image_with_a_crop(shape, rows):
    with pytest.raises(ValueError, match="wanted rank 2"):
        arrays.pixels(np.zeros(shape), rows, slice(0, 5))
