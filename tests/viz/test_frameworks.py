from itertools import pairwise

import matplotlib as mpl
import pytest

from dlcourse.viz import frameworks


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


EVENTS = {"later": 2015.9, "old": 1964, "first": 2009, "last": 2023.2, "middle": 2015.2}


def labels(ax):
    """Return the place of each event's text, by its name."""
    return {t.get_text().split("\n")[0]: t.get_position() for t in ax.texts}


def test_timeline_places_events_at_their_years_and_writes_them():
    (ax,) = frameworks.timeline(EVENTS, start=2006).axes
    places = {name: x for name, (x, _) in labels(ax).items()}
    assert {name: places[name] for name in ("first", "middle", "later", "last")} == {
        "first": 2009, "middle": 2015.2, "later": 2015.9, "last": 2023.2,
    }  # fmt: skip
    written = {t.get_text() for t in ax.texts}
    assert {"old\n1964", "first\n2009", "later\n2015", "last\n2023"} <= written


def test_timeline_breaks_before_an_early_event():
    (ax,) = frameworks.timeline(EVENTS, start=2006).axes
    places = labels(ax)
    assert ax.get_xlim()[0] < places["old"][0] < places["//"][0] < 2006


def test_timeline_without_an_early_event_has_no_break():
    (ax,) = frameworks.timeline({"a": 2009, "b": 2011}, start=2006).axes
    assert "//" not in labels(ax)


def test_timeline_separates_neighbours_by_height():
    (ax,) = frameworks.timeline(EVENTS, start=2006).axes
    places = labels(ax)
    heights = [places[name][1] for name in ("old", "first", "middle", "later", "last")]
    assert all(a * b < 0 for a, b in pairwise(heights))
    assert abs(heights[0]) != abs(heights[2])


@pytest.mark.parametrize("events", [{}, {"a": 1950, "b": 1960, "c": 2010}])
def test_timeline_wants_events_and_at_most_one_early(events):
    with pytest.raises(ValueError, match="at most one of them before start=2006"):
        frameworks.timeline(events, start=2006)


ROWS = [{"top": "used first"}, {"left": "one", "right": ""}]


def test_layers_stack_rows_and_share_their_width():
    (ax,) = frameworks.layers(ROWS).axes
    boxes = {
        name: patch.get_window_extent()
        for name, patch in zip(("top", "left", "right"), ax.patches, strict=True)
    }
    assert boxes["top"].y0 > boxes["left"].y1  # the first row is on top
    assert boxes["left"].x1 < boxes["right"].x0
    assert boxes["left"].width == pytest.approx(boxes["right"].width)
    assert boxes["top"].width > 2 * boxes["left"].width


def test_layers_write_names_and_lines_and_centre_a_lonely_name():
    (ax,) = frameworks.layers(ROWS).axes
    places = {t.get_text(): t.get_position() for t in ax.texts if t.get_text()}
    assert set(places) == {"top", "used first", "left", "one", "right"}
    assert places["right"] == (9, 1.5)
    assert places["left"][1] < 1.5 < places["one"][1]


@pytest.mark.parametrize("rows", [[], [{"a": ""}, {}]])
def test_layers_want_boxes_in_every_row(rows):
    with pytest.raises(ValueError, match="at least one box each"):
        frameworks.layers(rows)
