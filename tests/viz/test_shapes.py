import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse.viz import shapes


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def extent(patch):
    low, high = patch.get_xy().min(axis=0), patch.get_xy().max(axis=0)
    return tuple(np.round(high - low, 3))


def test_blocks_writes_title_shape_and_each_axis():
    figure = shapes.blocks({"prices": {"days": 250, "minutes": 390, "features": 3}})
    panel, empty = figure.axes
    assert panel.get_title() == "prices: (250, 390, 3)"
    names = {text.get_text() for text in panel.texts}
    assert names == {"days 250", "minutes 390", "features 3"}
    assert not empty.patches
    assert not empty.axison


@pytest.mark.parametrize(("rank", "drawn"), [(2, 1), (3, 1), (4, 3), (5, 6)])
def test_blocks_repeats_a_block_for_the_axes_before_the_last_three(rank, drawn):
    figure = shapes.blocks({"x": {f"axis{i}": 10 for i in range(rank)}})
    # Front, top and side of each block.
    assert len(figure.axes[0].patches) == 3 * drawn


def test_blocks_draws_the_same_image_for_both_orders_of_its_axes():
    last = {"images": 8, "height": 20, "width": 300, "channels": 3}
    first = {"images": 8, "channels": 3, "height": 20, "width": 300}
    figure = shapes.blocks({"last": last, "first": first})
    panels = figure.axes
    fronts = [extent(panel.patches[0]) for panel in panels]
    assert fronts[0] == fronts[1]
    wide, high = fronts[0]
    assert wide > high
    assert panels[0].get_title() != panels[1].get_title()


def test_blocks_draws_larger_axes_longer():
    figure = shapes.blocks({"tall": {"rows": 1000, "columns": 10}})
    wide, high = extent(figure.axes[0].patches[0])
    assert high > wide


@pytest.mark.parametrize("rank", [1, 6])
def test_blocks_says_which_shape_it_cannot_draw(rank):
    axes = {f"axis{i}": 2 for i in range(rank)}
    with pytest.raises(ValueError, match=f"'odd' has {rank} axes .*draws 2 to 5"):
        shapes.blocks({"odd": axes})
