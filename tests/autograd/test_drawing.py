import io
import subprocess
import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Annotation
from PIL import Image

from dlcourse.autograd import Tensor, animate, draw
from dlcourse.autograd.drawing import frames
from dlcourse.autograd.layout import THIN, place
from dlcourse.viz import animation


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def chapter_graph():
    x, y_true = Tensor(2.0, name="x"), Tensor(4.0, name="y_true")
    w, b = Tensor(3.0, requires_grad=True, name="w"), Tensor(1.0, requires_grad=True, name="b")
    loss = (y_true - (x * w + b)).abs()
    loss.name = "loss"
    return loss


def texts(figure, visible=False):
    shown = [t for t in figure.axes[0].texts if t.get_text() and (t.get_visible() or not visible)]
    return sorted(t.get_text() for t in shown)


def boxes(figure):
    return [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]


def test_the_graph_before_backward():
    figure = draw(chapter_graph())
    values = ["x", "2", "w", "3", "b", "1", "y_true", "4", "6", "7", "−3", "loss", "3"]
    assert texts(figure) == sorted([*values, "×", "+", "−", "abs"])
    assert len(boxes(figure)) == 8 + 4
    assert figure.get_facecolor() == (1, 1, 1, 1)


def test_gradients_are_drawn_after_backward():
    loss = chapter_graph()
    loss.backward(retain_graph=True)
    gradients = [text for text in texts(draw(loss)) if text.startswith("grad")]
    assert gradients == sorted(["grad 2", "grad 1", "grad 1", "grad 1", "grad −1", "grad 1"])


def overlap(a, b):
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


@pytest.mark.parametrize("kind", ["chapter", "crossing", "network"])
def test_nothing_overlaps_and_texts_stay_in_their_boxes(kind):
    if kind == "chapter":
        out = chapter_graph()
    elif kind == "crossing":
        x, y = Tensor(3.0, requires_grad=True, name="x"), Tensor(4.0, requires_grad=True)
        h = x * y
        out = (h + x).exp() * h.sigmoid() - (x / y).tanh() * h
    else:
        w = Tensor(np.ones((28, 28, 64)), requires_grad=True, name="a long name for a kernel")
        out = (Tensor(np.ones((12, 1, 1, 1))) * w).relu().mean((1, 2)).sum()
    out.backward(retain_graph=True)
    figure = draw(out)
    figure.canvas.draw()
    frames = [box.get_window_extent() for box in boxes(figure)]
    for i, a in enumerate(frames):
        assert figure.bbox.x0 <= a.x0 and a.x1 <= figure.bbox.x1  # noqa: PT018
        assert figure.bbox.y0 <= a.y0 and a.y1 <= figure.bbox.y1  # noqa: PT018
        assert not any(overlap(a, b) for b in frames[:i])
    extents = [t.get_window_extent() for t in figure.axes[0].texts if t.get_text()]
    for i, text in enumerate(extents):
        assert any(
            f.x0 <= text.x0 and text.x1 <= f.x1 and f.y0 <= text.y0 and text.y1 <= f.y1
            for f in frames
        )
        assert not any(overlap(text, other) for other in extents[:i])


def test_what_cannot_be_drawn_is_explained():
    with pytest.raises(RuntimeError, match=r"no operation was recorded.*requires_grad=True"):
        draw(Tensor(1.0) * 2)
    loss = chapter_graph()
    with pytest.raises(RuntimeError, match=r"no gradients yet.*retain_graph=True"):
        next(frames(loss))
    loss.backward()
    with pytest.raises(RuntimeError, match=r"freed this graph.*retain_graph=True"):
        draw(loss)
    y = Tensor(1.0, requires_grad=True)
    for _ in range(30):
        y = -y
    with pytest.raises(ValueError, match="61 nodes"):
        draw(y)


def test_frames_show_values_forward_then_gradients_backward():
    loss = chapter_graph()
    loss.backward(retain_graph=True)
    steps = [texts(figure, visible=True) for figure in frames(loss)]
    assert len(steps) == 1 + 4 + 4 + 1
    assert not any(t.startswith("grad") for step in steps[:5] for t in step)
    names = {"x", "w", "b", "y_true", "loss", "×", "+", "−", "abs"}
    appeared = [
        sorted((set(after) - set(before)) - names)
        for before, after in zip([[], *steps], steps, strict=False)
    ]
    assert appeared[:4] == [["1", "2", "3", "4"], ["6"], ["7"], ["−3"]]
    assert [sum(t.startswith("grad") for t in step) for step in steps[5:]] == [1, 2, 3, 4, 6]
    assert steps[-1] == texts(draw(loss))


def test_animate_displays_the_frames(monkeypatch):
    shown = []
    monkeypatch.setattr(
        animation, "display", lambda x, **k: shown.append(SimpleNamespace(data=x.data, **k))
    )
    loss = chapter_graph()
    loss.backward(retain_graph=True)
    animate(loss, alt="the values appear from left to right, then the gradients")
    picture = Image.open(io.BytesIO(shown[0].data))
    assert picture.n_frames == 1 + 10  # the still comes first
    assert len(shown[0].data) < 60_000


def test_layout_places_parents_to_the_left_and_keeps_distances():
    parents = [[], [], [0, 1], [2], [3], [0, 4], [], [5, 6, 2]]
    layout = place(parents)
    for node, above in enumerate(parents):
        for parent in above:
            assert layout.columns[parent] < layout.columns[node]
            passed = [column for column, _ in layout.routes[parent, node]]
            assert passed == list(range(layout.columns[parent] + 1, layout.columns[node]))
    assert layout.columns[6] == layout.columns[7] - 1  # a leaf stands beside its use
    for column in set(layout.columns):
        nodes = [layout.heights[n] for n in range(8) if layout.columns[n] == column]
        lines = {
            height
            for (parent, _), route in layout.routes.items()
            for at, height in route
            if at == column
        }
        for i, a in enumerate(nodes):
            assert all(abs(a - b) > 1 - 1e-9 for b in nodes[:i])
            assert all(abs(a - b) > (1 + THIN) / 2 - 1e-9 for b in lines)


def test_layout_untangles_what_need_not_cross():
    layout = place([[], [], [], [2], [1], [0], [3, 4], [4, 5]])
    left = sorted([2, 1, 0], key=lambda n: layout.heights[n])
    right = sorted([3, 4, 5], key=lambda n: layout.heights[n])
    assert list(zip(left, right, strict=True)) in (
        [(2, 3), (1, 4), (0, 5)],
        [(0, 5), (1, 4), (2, 3)],
    )


def test_the_engine_loads_without_matplotlib():
    code = "import sys, dlcourse.autograd; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_value_that_is_used_twice_by_one_operation_has_two_arrows():
    x = Tensor(3.0, requires_grad=True)
    texts = draw(x * x).axes[0].texts
    assert len({text.xy for text in texts if isinstance(text, Annotation)}) == 2 + 1
