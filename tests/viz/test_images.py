import matplotlib as mpl
import numpy as np
import pytest

from dlcourse.viz import images


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


GREY = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)
PHOTOS = np.random.default_rng(1).integers(0, 256, (7, 8, 8, 3), dtype=np.uint8)
both = pytest.mark.parametrize("given", [GREY, PHOTOS], ids=["grey", "colour"])


def pictured(figure):
    """Return the arrays that the figure draws as pictures, in reading order."""
    return [axis.images[0].get_array() for axis in figure.axes if axis.images]


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.images]


@both
def test_grid_draws_every_image_once_in_order(given):
    figure = images.grid(given, titles=range(7), columns=3)
    assert np.array_equal(pictured(figure), given)
    assert titles(figure) == ["0", "1", "2", "3", "4", "5", "6"]
    assert len(figure.axes) == 9  # three rows of three, the last two places empty


@both
def test_grid_leaves_unused_places_blank(given):
    figure = images.grid(given, columns=4)
    assert not any(axis.axison for axis in figure.axes)
    assert titles(figure) == [""] * 7


def test_grid_is_not_wider_than_its_images():
    figure = images.grid(GREY[:2], columns=10)
    assert len(figure.axes) == 2


@both
def test_grid_makes_room_for_each_line_of_the_titles(given):
    heights = [
        images.grid(given, titles=title and [title] * 7).get_figheight()
        for title in (None, "one", "one\ntwo")
    ]
    assert heights == sorted(set(heights))


def test_grid_draws_ink_dark_in_a_range_of_each_image():
    faint = np.stack([GREY[0], GREY[0] / 1000])
    shown = [axis.images[0] for axis in images.grid(faint).axes]
    assert {image.get_cmap().name for image in shown} == {"gray_r"}
    assert [image.get_clim() for image in shown] == [(x.min(), x.max()) for x in faint]


def test_grid_draws_small_square_patches():
    assert np.array_equal(pictured(images.grid(GREY[:, :3, :3])), GREY[:, :3, :3])


def test_grid_shows_one_photo_at_several_resolutions():
    photo = PHOTOS[0]
    figure = images.grid([photo[::4, ::4], photo[::2, ::2], photo])
    assert [picture.shape for picture in pictured(figure)] == [(2, 2, 3), (4, 4, 3), (8, 8, 3)]
    assert all(axis.images[0].get_interpolation() == "nearest" for axis in figure.axes)


@pytest.mark.parametrize("shape", [(28, 28), (5, 784), (0, 28, 28), (0,), (8, 16, 3)])
def test_grid_names_the_shape_of_what_is_no_stack(shape):
    with pytest.raises(ValueError, match=r"images has shape \(.*wanted \(N, height, width\)"):
        images.grid(np.zeros(shape))


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (2, 8, 8, 3)])
def test_grid_names_the_photo_it_cannot_draw(shape):
    with pytest.raises(ValueError, match=r"image 1 has shape \(.*wanted \(height, width, 3\)"):
        images.grid([PHOTOS[0], np.zeros(shape, np.uint8)])


def test_grid_says_how_to_pass_a_batch_with_one_channel():
    with pytest.raises(ValueError, match=r"with one channel as images\[\.\.\., 0\]"):
        images.grid(GREY[..., None])


@pytest.mark.parametrize("spoilt", [np.full((8, 8, 3), 0.5), np.full((8, 8, 3), 256)])
def test_grid_refuses_values_that_are_no_pixels(spoilt):
    with pytest.raises(ValueError, match="image 0 is .* wanted integers from 0 to 255"):
        images.grid([spoilt])


@both
def test_grid_wants_a_title_for_each_image(given):
    with pytest.raises(ValueError, match="7 images but 2 titles"):
        images.grid(given, titles=["a", "b"])
