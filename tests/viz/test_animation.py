import io
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from dlcourse import viz
from dlcourse.viz import animation

ALT = "a bar that grows from step to step"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr(animation, "display", lambda x, **kwargs: calls.append((x, kwargs)))
    return calls


def bars(count, size=(4, 2)):
    """One figure, changed and yielded again: a bar of the palette's blue grows to the right."""
    figure = plt.figure(figsize=size, dpi=50, facecolor="white", layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, count), ylim=(0, 1))
    ax.set_axis_off()
    for step in range(1, count + 1):
        ax.barh(0.5, step, height=0.8, color=viz.BLUE)
        yield figure


def width(picture):
    """How many columns of the middle row are blue."""
    row = np.asarray(picture.convert("RGB"))[50].astype(int)
    return int((abs(row - (0, 0x72, 0xB2)).max(axis=1) < 8).sum())


def decoded(shown):
    ((picture, _),) = shown
    return Image.open(io.BytesIO(picture.data))


def test_frames_still_and_times(shown):
    viz.animate(bars(5), alt=ALT, seconds=0.2)
    picture = decoded(shown)
    assert picture.default_image
    assert picture.n_frames == 1 + 5
    assert picture.info["loop"] == 3
    assert picture.size == (200, 100)
    assert width(picture) == 200  # the still is the last frame
    widths, times = [], []
    for frame in range(1, 6):
        picture.seek(frame)
        widths.append(width(picture))
        times.append(picture.info["duration"])
    assert widths == [40, 80, 120, 160, 200]
    assert times == [200, 200, 200, 200, 600]


def test_another_still(shown):
    viz.animate(bars(5), alt=ALT, still=1)
    assert width(decoded(shown)) == 80


def test_description_and_format_reach_the_output(shown):
    viz.animate(bars(2), alt=ALT)
    ((picture, kwargs),) = shown
    assert kwargs == {"metadata": {"image/png": {"alt": ALT}}}
    assert picture.format == "png"
    assert picture.data.startswith(b"\x89PNG")


def test_background_is_opaque_white(shown):
    figures = [plt.figure(figsize=(2, 1), facecolor="none") for _ in range(2)]
    figures[1].text(0.5, 0.5, "x")
    viz.animate(figures, alt=ALT)
    assert decoded(shown).convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_figures_are_closed_as_they_come(shown):
    def many():
        for step in range(25):  # pyplot warns when more than 20 are open
            figure, ax = plt.subplots(figsize=(2, 1))
            ax.plot([0, step])
            yield figure

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        viz.animate(many(), alt=ALT)
    assert plt.get_fignums() == []


def test_thirty_frames_stay_small(shown):
    def waves():
        figure, ax = plt.subplots(figsize=(8, 4))
        x = np.linspace(0, 6, 200)
        for step in range(30):
            ax.clear()
            ax.plot(x, np.sin(x + step / 5))
            ax.imshow(np.sin(np.add.outer(x, x) + step), extent=(0, 2, 0, 1), cmap="viridis")
            ax.set(xlim=(0, 6), ylim=(-1, 1), aspect="auto")
            yield figure

    viz.animate(waves(), alt=ALT)
    picture = decoded(shown)
    assert picture.n_frames == 31
    assert len(shown[0][0].data) < 500_000


def test_mistakes_are_explained(shown):
    with pytest.raises(ValueError, match="alt='bars' is too short"):
        viz.animate(bars(3), alt="bars")
    with pytest.raises(ValueError, match="seconds=0 must be above 0"):
        viz.animate(bars(3), alt=ALT, seconds=0)
    with pytest.raises(ValueError, match=r"1 frame\(s\)"):
        viz.animate(bars(1), alt=ALT)
    with pytest.raises(ValueError, match=r"still=3 .* 3 frames"):
        viz.animate(bars(3), alt=ALT, still=3)
    with pytest.raises(ValueError, match=r"\(100, 100\), \(200, 100\).*same figsize"):
        viz.animate([*bars(1), *bars(1, size=(2, 2))], alt=ALT)
    assert shown == []
