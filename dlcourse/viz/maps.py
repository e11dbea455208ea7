"""Maps of places coloured by a value, with a frame around a part of them."""

from collections.abc import Sequence
from math import cos, radians

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from dlcourse.viz import GREY, RED

HEIGHT = 4.4  # inches of map, for a part of the country as high as it is wide


def coloured(
    longitude: ArrayLike,
    latitude: ArrayLike,
    values: ArrayLike,
    label: str,
    *,
    centre: float | None = None,
    frame: tuple[float, float, float, float] | None = None,
) -> Figure:
    """Draw a dot for each place, coloured by its value, with east and north true to scale.

    Where there are many places the dots are small, and extreme values lie on top.

    Args:
        longitude: degrees east of Greenwich, shape (N,); negative in America.
        latitude: degrees north of the equator, shape (N,).
        values: shape (N,), any unit.
        label: what the colours mean, with the unit.
        centre: draw values below and above this one in two colours, white between, with both
            scales equally long: nine values in ten lie on them, more extreme ones share the colour
            at the end. By default one scale, from the lowest value to the highest.
        frame: west, east, south and north end of a red frame around a part of the map.

    Raises:
        ValueError: no places, the three arrays differ in shape, or the frame is inside out.
    """
    longitude, latitude, values = (np.asarray(a, float) for a in (longitude, latitude, values))
    shapes = longitude.shape, latitude.shape, values.shape
    if values.ndim != 1 or not values.size or len(set(shapes)) > 1:
        names = ("longitude", "latitude", "values")
        found = ", ".join(f"{name} {shape}" for name, shape in zip(names, shapes, strict=True))
        raise ValueError(f"wanted one number a place, three arrays of the same length, got {found}")
    figure, axis = plt.subplots(figsize=(6.2, HEIGHT))
    # A place of average value hides nothing when it lies at the bottom.
    order = np.argsort(np.abs(values - (np.median(values) if centre is None else centre)))
    colours: dict[str, object] = {"cmap": "viridis"}
    if centre is not None:
        # A single huge error would else leave all the others white.
        reach = float(np.quantile(np.abs(values - centre), 0.9)) or 1.0
        colours = {"cmap": "RdBu", "vmin": centre - reach, "vmax": centre + reach}
    dots = axis.scatter(
        longitude[order],
        latitude[order],
        c=values[order],
        s=float(np.clip(9_000 / values.size, 3, 26)),
        # Two pale colours would vanish on white paper without an edge.
        edgecolors="none" if centre is None else GREY,
        linewidths=0.4,
        **colours,
    )
    figure.colorbar(
        dots, ax=axis, label=label, shrink=0.8, extend="neither" if centre is None else "both"
    )
    if frame is not None:
        _draw_frame(axis, frame)
    axis.set(xlabel="longitude, degrees", ylabel="latitude, degrees")
    # A degree of longitude is shorter than one of latitude, the more so the further north.
    axis.set_aspect(1 / cos(radians(float(latitude.mean()))))
    axis.ticklabel_format(useOffset=False)
    return figure


def bounds(
    longitude: ArrayLike, latitude: ArrayLike, margin: float = 0.1
) -> tuple[float, float, float, float]:
    """Return the frame around some places: west, east, south, north, `margin` degrees outside.

    Args:
        longitude: degrees, shape (N,).
        latitude: degrees, shape (N,).
        margin: degrees between the outermost places and the frame.

    Raises:
        ValueError: there are no places.
    """
    longitude, latitude = np.asarray(longitude, float), np.asarray(latitude, float)
    if not longitude.size or not latitude.size:
        raise ValueError(f"no places: longitude {longitude.shape}, latitude {latitude.shape}")
    west, east = longitude.min() - margin, longitude.max() + margin
    south, north = latitude.min() - margin, latitude.max() + margin
    return float(west), float(east), float(south), float(north)


def _draw_frame(axis: Axes, frame: Sequence[float]) -> None:
    west, east, south, north = frame
    if west >= east or south >= north:
        raise ValueError(f"frame={tuple(frame)}: wanted west < east, then south < north")
    style = {"fill": False, "edgecolor": RED, "linewidth": 2}
    axis.add_patch(Rectangle((west, south), east - west, north - south, **style))
