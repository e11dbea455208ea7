import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.viz import receptive

CONV, POOL = ("conv 3", 3, 1), ("pool 2", 2, 2)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("layers", "counts"),
    [
        ([CONV], [3, 1]),
        ([CONV, CONV, CONV], [7, 5, 3, 1]),
        ([CONV, POOL, CONV, POOL, CONV], [18, 16, 8, 6, 3, 1]),
        ([("wide", 5, 2), CONV], [9, 3, 1]),
    ],
)
def test_receptive_fields_count_from_the_image_to_one_output(layers, counts):
    assert receptive.receptive_fields(layers) == counts


def test_growth_draws_every_output_that_is_needed():
    networks = {"plain": [CONV, CONV], "pooled": [CONV, POOL, CONV]}
    figure = receptive.growth(networks)
    for ax, (title, layers) in zip(figure.axes, networks.items(), strict=True):
        assert ax.get_title() == title
        dots = [line for line in ax.lines if line.get_marker() == "s"]
        rows = {int(line.get_ydata()[0]): len(line.get_xdata()) for line in dots}
        assert rows == dict(enumerate(receptive.receptive_fields(layers)))
        written = [text.get_text() for text in ax.texts]
        assert written[::2] == ["image", *(name for name, _, _ in layers)]
        assert written[1::2] == [str(rows[row]) for row in sorted(rows)]


def test_growth_joins_an_output_to_the_window_below_it():
    (ax,) = receptive.growth({"one": [POOL, CONV]}).axes
    joins = sorted(tuple(line.get_xdata()) for line in ax.lines if line.get_marker() != "s")
    top = [(0.0, -2.0), (0.0, 0.0), (0.0, 2.0)]  # two pixels lie between pooled outputs
    assert joins == sorted(top + [(x, x + d) for x in (-2.0, 0.0, 2.0) for d in (-0.5, 0.5)])


@pytest.mark.parametrize("networks", [{}, {"empty": []}])
def test_growth_wants_layers(networks):
    with pytest.raises(ValueError, match="at least one network, and a layer or more"):
        receptive.growth(networks)


def test_reach_colours_only_the_pixels_that_matter():
    image, mask = np.arange(12.0).reshape(3, 4), np.zeros((3, 4), bool)
    mask[1, 2] = True
    (ax,) = receptive.reach({"digit": image}, [mask]).axes
    below, above = (picture.get_array() for picture in ax.images)
    assert np.array_equal(below, image)
    assert np.array_equal(above.mask, ~mask)
    assert ax.get_title() == "digit"


def test_reach_wants_a_mask_in_the_shape_of_its_image():
    with pytest.raises(ValueError, match=r"images of shapes \[\(3, 4\)\] and masks of shapes"):
        receptive.reach({"digit": np.zeros((3, 4))}, [np.zeros((4, 4), bool)])
