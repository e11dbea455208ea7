"""Grids of pictures, grey or in colour."""

from collections.abc import Sequence
from math import ceil

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def grid(
    images: Sequence[np.ndarray],
    titles: Sequence[object] | None = None,
    columns: int = 10,
    title_color: str = "black",
) -> Figure:
    """Draw images side by side, row by row, all equally large on the page.

    Args:
        images: grey ones as an array of shape (N, H, W), any numeric dtype: dark pixels are the
            large values, and each image uses its own full range of greys. Or colour ones, each of
            shape (H, W, 3), integers from 0 to 255; their sizes may differ, so that the same photo
            can be shown at several resolutions.
        titles: one for each image, written above it.
        columns: images in a row.
        title_color: any matplotlib colour.

    Raises:
        ValueError: no image, one of another shape or range, or a wrong number of titles.
    """
    in_colour = len(images) > 0 and np.ndim(images[0]) > 2
    pictures = [_photo(image, i) for i, image in enumerate(images)] if in_colour else stack(images)
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(f"{len(pictures)} images but {len(titles)} titles: give one for each")
    columns = min(columns, len(pictures))
    rows = ceil(len(pictures) / columns)
    lines = max((str(title).count("\n") + 1 for title in titles or ()), default=0)
    size = (columns, (0.95 + 0.22 * lines) * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for i, (axis, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        axis.imshow(picture, cmap="gray_r", interpolation="nearest")  # colours need no cmap
        if titles is not None:
            axis.set_title(str(titles[i]), fontsize=9, color=title_color)
    return figure


def stack(images: np.ndarray) -> np.ndarray:
    """Return grey images as an array of shape (N, H, W), once it is clear that they are that.

    Raises:
        ValueError: another shape, no image, or what can only be a single photo.
    """
    images = np.asarray(images)
    one_photo = images.ndim == 3 and images.shape[2] == 3 != images.shape[1]  # 3 × 3 is a patch
    if images.ndim != 3 or not images.size or one_photo:
        raise ValueError(
            f"images has shape {images.shape}: wanted (N, height, width) with at least one image; "
            "for a single one write images[None], for flat rows of 784 pixels "
            "images.reshape(-1, 28, 28), for a batch with one channel images[..., 0]"
        )
    return images


def _photo(image: np.ndarray, place: int) -> np.ndarray:
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(
            f"image {place} has shape {image.shape}: wanted (height, width, 3); a stack of photos "
            "(N, height, width, 3) is passed as it is, a batch with one channel as images[..., 0]"
        )
    if not np.issubdtype(image.dtype, np.integer) or image.min() < 0 or image.max() > 255:
        raise ValueError(
            f"image {place} is {image.dtype} from {image.min():g} to {image.max():g}: wanted "
            "integers from 0 to 255, for example image.astype('uint8')"
        )
    return image.astype(np.uint8)
