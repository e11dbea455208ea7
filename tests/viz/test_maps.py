import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from dlcourse.viz import RED, maps


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


LONGITUDE, LATITUDE = [-122.0, -121.0, -120.0], [36.0, 37.0, 38.0]


def dots_of(figure):
    (dots,) = figure.axes[0].collections
    return dots


def test_each_place_lies_where_it_is_in_the_colour_of_its_value():
    dots = dots_of(maps.coloured(LONGITUDE, LATITUDE, [1.0, 9.0, 2.0], "price"))
    drawn = dict(zip(map(tuple, dots.get_offsets().data), dots.get_array(), strict=True))
    assert drawn == {(-122, 36): 1, (-121, 37): 9, (-120, 38): 2}


def test_extreme_values_are_drawn_last():
    assert dots_of(maps.coloured(LONGITUDE, LATITUDE, [1, 9, 2], "p")).get_array()[-1] == 9
    errors = maps.coloured(LONGITUDE, LATITUDE, [-7, 0.5, 2], "error", centre=0)
    assert list(dots_of(errors).get_array()) == [0.5, 2, -7]


def test_colours_around_a_centre_reach_equally_far():
    dots = dots_of(maps.coloured(LONGITUDE, LATITUDE, [-2, 4, 4], "error", centre=1))
    assert dots.get_clim() == pytest.approx((-2, 4))
    assert dots.to_rgba(1.0)[:3] == pytest.approx((0.97, 0.97, 0.97), abs=0.02)


def test_one_huge_value_does_not_wash_out_the_others():
    places = np.linspace(0, 1, 21)
    errors = np.r_[np.tile([-1.0, 1.0], 10), 500.0]
    dots = dots_of(maps.coloured(places, places, errors, "error", centre=0))
    assert dots.get_clim() == (-1, 1)


def test_equal_values_have_a_scale():
    dots = dots_of(maps.coloured(LONGITUDE, LATITUDE, [2, 2, 2], "error", centre=2))
    assert dots.get_clim() == (1, 3)


def test_the_scale_says_what_the_colours_mean():
    figure = maps.coloured(LONGITUDE, LATITUDE, [1, 2, 3], "price, $1,000")
    assert figure.axes[1].get_ylabel() == "price, $1,000"


def test_a_degree_of_longitude_is_as_short_as_on_the_globe():
    figure = maps.coloured([0, 1], [60, 60], [1, 2], "height")
    assert figure.axes[0].get_aspect() == pytest.approx(2)  # cos 60° = ½


def test_many_places_get_small_dots():
    size = {}
    for count in (100, 20_000):
        places = np.linspace(0, 1, count)
        size[count] = dots_of(maps.coloured(places, places, places, "x")).get_sizes()[0]
    assert size[100] > 2 * size[20_000]


def test_the_frame_lies_around_the_part():
    frame = maps.bounds([-122.0, -121.5], [37.0, 38.0], margin=0.25)
    assert frame == (-122.25, -121.25, 36.75, 38.25)
    figure = maps.coloured(LONGITUDE, LATITUDE, [1, 2, 3], "price", frame=frame)
    (patch,) = figure.axes[0].patches
    assert patch.get_bbox().extents == pytest.approx([-122.25, 36.75, -121.25, 38.25])
    assert patch.get_edgecolor() == to_rgba(RED)


@pytest.mark.parametrize(
    "places", [([], [], []), ([1, 2], [1, 2], [1]), ([1], [1, 2], [1]), ([[1]], [[1]], [[1]])]
)
def test_places_and_values_must_fit(places):
    with pytest.raises(ValueError, match="one number a place"):
        maps.coloured(*places, "price")


@pytest.mark.parametrize("frame", [(2, 1, 0, 1), (0, 1, 3, 3)])
def test_a_frame_inside_out_is_refused(frame):
    with pytest.raises(ValueError, match="west < east"):
        maps.coloured(LONGITUDE, LATITUDE, [1, 2, 3], "price", frame=frame)


def test_no_places_have_no_bounds():
    with pytest.raises(ValueError, match="no places"):
        maps.bounds([], [])
