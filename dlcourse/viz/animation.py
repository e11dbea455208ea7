"""Animations: figures in a row, as one picture that still says what it has to when it stands."""

import io
from collections.abc import Iterable

import matplotlib.pyplot as plt
from IPython.display import Image as DisplayedImage
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from dlcourse import viz

LOOPS = 3  # endless motion distracts from the text beside it
HOLD = 3  # how many times longer the last frame stays than the others


def animate(figures: Iterable[Figure], alt: str, seconds: float = 0.5, still: int = -1) -> None:
    """Display `figures` as one animated PNG, which runs three times and rests on the last of them.

    A generator may yield one figure again and again, changed in between: each is drawn, and
    closed, as it comes. All are of one size in pixels; colours are reduced to 256 in all.

    Args:
        figures: the frames, two or more.
        alt: a sentence or two for readers who cannot see it, as in `viz.show`.
        seconds: how long a frame stays; the last stays three times as long.
        still: the number of the frame that paper, or a program without animations, shows.

    Raises:
        ValueError: `alt` is too short, `seconds` not positive; there are fewer than two frames,
            or frames of several sizes; `still` is not the number of a frame.
    """
    metadata = viz.described(alt)
    if not seconds > 0:
        raise ValueError(f"animate: seconds={seconds} must be above 0: it is the time of a frame")
    frames = [_drawn(figure) for figure in figures]
    if len(frames) < 2:
        raise ValueError(f"animate: figures gave {len(frames)} frame(s); to move takes 2 or more")
    if not -len(frames) <= still < len(frames):
        raise ValueError(f"animate: still={still} is not the number of one of {len(frames)} frames")
    sizes = sorted({frame.size for frame in frames})
    if len(sizes) > 1:
        raise ValueError(
            f"animate: the frames have the sizes {sizes} in pixels, but must have one. Make every "
            "figure with the same figsize and dpi."
        )
    picture = DisplayedImage(data=_encoded(frames, seconds, still), format="png")
    display(picture, metadata=metadata)


def _drawn(figure: Figure) -> Image.Image:
    """Draw a figure on white, and close it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    plt.close(figure)
    pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    white = Image.new("RGBA", pixels.size, "white")
    return Image.alpha_composite(white, pixels).convert("RGB")


def _encoded(frames: list[Image.Image], seconds: float, still: int) -> bytes:
    """Return the bytes of the animated PNG; a PNG has one palette, so the frames share it."""
    width, height = frames[0].size
    strip = Image.new("RGB", (width, height * len(frames)))
    for number, frame in enumerate(frames):
        strip.paste(frame, (0, height * number))
    strip = strip.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    few = [strip.crop((0, height * i, width, height * (i + 1))) for i in range(len(frames))]
    times = [round(1000 * seconds)] * (len(few) - 1) + [round(1000 * seconds * HOLD)]
    file = io.BytesIO()
    few[still].save(
        file, "PNG", save_all=True, append_images=few, default_image=True, duration=times,
        loop=LOOPS, optimize=True,
    )  # fmt: skip
    return file.getvalue()
