import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.viz import geometry


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def drawn_letter(ax):
    """The filled letter of a panel, as points of shape (2, N)."""
    return next(patch for patch in ax.patches if patch.get_fill()).get_xy().T


def test_letter_is_closed_and_lies_where_its_docstring_says():
    letter = geometry.letter_f(201)
    assert letter.shape == (2, 201)
    assert np.array_equal(letter[:, 0], letter[:, -1])
    np.testing.assert_allclose(letter.min(axis=1), [-0.5, -1])
    np.testing.assert_allclose(letter.max(axis=1), [0.7, 1])
    x, y = letter
    area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    # Stem, upper bar and lower bar.
    assert area == pytest.approx(0.4 * 2 + 0.8 * 0.35 + 0.55 * 0.35)


def test_letter_of_as_many_points_as_corners_is_the_smallest():
    assert geometry.letter_f(11).shape == (2, 11)
    with pytest.raises(ValueError, match=r"points=10 is too few.*at least 11"):
        geometry.letter_f(10)


def test_grid_has_straight_lines_in_both_directions():
    lines = geometry.grid(lines=3, points=5)
    assert lines.shape == (6, 2, 5)
    assert np.ptp(lines[:3, 0], axis=1).max() == 0
    assert np.ptp(lines[3:, 1], axis=1).max() == 0
    assert np.unique(lines[:3, 0]).tolist() == [-2, 0, 2]
    assert lines[0, 1].tolist() == [-2, -1, 0, 1, 2]


def test_moved_draws_what_each_function_returns():
    quarter_turn = np.array([[0, -1], [1, 0]])
    shift = np.array([[0.5], [-1]])
    functions = {
        "turn": lambda points: quarter_turn @ points,
        "shift": lambda points: points + shift,
        "relu": lambda points: np.maximum(points, 0),
    }
    figure = geometry.moved(functions, reach=2.5)
    assert [ax.get_title() for ax in figure.axes] == ["turn", "shift", "relu"]
    letter = geometry.letter_f()
    expected = {
        "turn": np.array([-letter[1], letter[0]]),
        "shift": np.array([letter[0] + 0.5, letter[1] - 1]),
        "relu": np.where(letter > 0, letter, 0),
    }
    for ax in figure.axes:
        outline = drawn_letter(ax)
        np.testing.assert_allclose(outline[:, : letter.shape[1]], expected[ax.get_title()])
        assert ax.get_xlim() == (-2.5, 2.5)
        assert ax.get_ylim() == (-2.5, 2.5)


def test_moved_draws_the_grid_moved_and_the_letter_unmoved():
    figure = geometry.moved({"double": lambda points: 2 * points})
    (ax,) = figure.axes
    before = next(patch for patch in ax.patches if not patch.get_fill()).get_xy().T
    np.testing.assert_allclose(before[:, :201], geometry.letter_f())
    # The first two lines are the axes.
    lines = np.array([line.get_xydata().T for line in ax.lines[2:]])
    np.testing.assert_allclose(lines, 2 * geometry.grid())


def test_moved_hides_panels_that_are_not_used():
    figure = geometry.moved({str(i): lambda points: points for i in range(4)})
    assert [ax.axison for ax in figure.axes] == [True] * 4 + [False] * 2


def test_moved_explains_a_shift_of_the_wrong_shape():
    matrix = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"'lift' turned points of shape \(2, .*\(3, .*\(2, N\)"):
        geometry.moved({"lift": lambda points: matrix @ points})


def test_vector_sum_places_the_second_arrow_at_the_head_of_the_first():
    figure = geometry.vector_sum([0.5, 1], [1, 0.25])
    points, _, chain = figure.axes
    assert [line.get_xydata()[0].tolist() for line in points.lines[2:]] == [[0.5, 1], [1, 0.25]]
    ends = [(tuple(a.xyann), tuple(a.xy)) for a in chain.texts if getattr(a, "arrow_patch", None)]
    assert ends == [((0, 0), (0.5, 1)), ((0.5, 1), (1.5, 1.25)), ((0, 0), (1.5, 1.25))]
    x, y = chain.get_xlim(), chain.get_ylim()
    assert x[0] < 0 < 1.5 < x[1]
    assert y[0] < 0 < 1.25 < y[1]


@pytest.mark.parametrize("vector", [[1], [1, 2, 3], [[1, 2]]])
def test_vector_sum_wants_two_coordinates(vector):
    with pytest.raises(ValueError, match=r"b has shape .*two coordinates"):
        geometry.vector_sum([0, 1], vector)
