"""Pictures of the graph that the engine recorded: drawn once, or computed before one's eyes."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlcourse import viz
from dlcourse.autograd.engine import Tensor, in_order
from dlcourse.autograd.layout import place

MAX_NODES = 60  # values and operations: more do not fit on a page
# In inches; boxes grow with the longest text.
BOX_WIDTH, BOX_HEIGHT, ROW, GAP, MARGIN, LINE, LETTER = 0.9, 0.66, 0.92, 0.3, 0.15, 0.19, 0.078
WEIGHT, CONSTANT, RESULT = "#D9EDE6", "#EEEEEE", "white"


def draw(tensor: Tensor) -> Figure:
    """Draw how `tensor` was computed: its graph, from left to right; show it with `viz.show`.

    A box is a value: its name, its number (or shape), and in blue its gradient, if it has one.
    Green boxes are the leaves that require a gradient, grey ones constants. A round box is the
    operation that made the value behind it. Draw before `backward`, or after
    `backward(retain_graph=True)`.

    Raises:
        RuntimeError: there is no graph, or `backward` has freed it.
        ValueError: it has more than 60 nodes.
    """
    order = _recorded(tensor)
    return _Drawing(order).figure


def animate(tensor: Tensor, alt: str, seconds: float = 0.8) -> None:
    """Show the values appearing on the way forward, then the gradients on the way back.

    Call `tensor.backward(retain_graph=True)` first. `alt` says what the animation shows, for
    readers who cannot see it; `seconds` is how long a step stays.

    Raises:
        RuntimeError: there is no graph, it has no gradients yet, or `backward` has freed it.
        ValueError: it has more than 60 nodes, or `alt` is too short.
    """
    viz.animate(frames(tensor), alt, seconds)


def frames(tensor: Tensor) -> Iterator[Figure]:
    """Yield one figure again and again: after each operation, then after each gradient."""
    order = _recorded(tensor)
    if tensor.grad is None:
        raise RuntimeError(
            "animate: there are no gradients yet. Call backward(retain_graph=True) first."
        )
    drawing = _Drawing(order)
    leaves = [node for node in order if not node.operation]
    results = [node for node in order if node.operation]
    drawing.hide_numbers()
    drawing.light(leaves, "data")
    yield drawing.figure
    for node in results:
        drawing.light([node], "data")
        yield drawing.figure
    for node in reversed(results):
        drawing.light([node], "grad")
        yield drawing.figure
    drawing.light([leaf for leaf in leaves if leaf.grad is not None], "grad")
    yield drawing.figure


def _recorded(tensor: Tensor) -> list[Tensor]:
    """Return the tensors of the graph, each after its parents, or say why there is none to draw."""
    if not tensor.operation:
        raise RuntimeError(
            "draw: no operation was recorded for this tensor. Make the weights with "
            "Tensor(…, requires_grad=True), compute outside no_grad(), and draw the result."
        )
    order = in_order(tensor, parents)
    count = len(order) + sum(bool(node.operation) for node in order)
    if count > MAX_NODES:
        raise ValueError(
            f"draw: the graph has {count} nodes (values and operations), too many to read; up to "
            f"{MAX_NODES} are drawn. Draw a part of it, such as one step of a loop."
        )
    return order


def parents(node: Tensor) -> list[Tensor]:
    """Return the tensors that `node` was made from, once each."""
    if node._edges is None:
        raise RuntimeError(
            "draw: backward() has freed this graph. Draw it before, or call "
            "backward(retain_graph=True)."
        )
    return list({id(parent): parent for parent, _, _ in reversed(node._edges)}.values())


class _Drawing:
    """A figure whose boxes, arrows and texts can be shown one after another."""

    def __init__(self, order: list[Tensor]) -> None:
        self.order = order
        self.lines = {id(node): _lines(node) for node in order}
        longest = max(len(line) for lines in self.lines.values() for line in lines.values())
        self.width = max(BOX_WIDTH, LETTER * longest + 0.16)
        number = {id(node): i for i, node in enumerate(order)}
        layout = place([[number[id(parent)] for parent in parents(node)] for node in order])
        left = self._columns(layout.columns)
        low = min(layout.heights)
        tall = ROW * (max(layout.heights) - low + 1) + 2 * MARGIN - (ROW - BOX_HEIGHT)
        self.figure = plt.figure(figsize=(left[-1], tall), facecolor="white", layout="none")
        self.ax = self.figure.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(0, left[-1]), ylim=(0, tall))
        self.ax.set_axis_off()
        self.boxes, self.texts = {}, {}

        def y(height: float) -> float:
            return MARGIN + BOX_HEIGHT / 2 + ROW * (height - low)

        middle = [(left[c], y(h)) for c, h in zip(layout.columns, layout.heights, strict=True)]
        for node, (x, height) in zip(order, middle, strict=True):
            self._value(node, x, height)
            if node.operation:
                start = x - GAP - self._operation(node, x - GAP, height)
                self._arrow([(x - GAP, height), (x, height)])
                for parent in parents(node):
                    px, py = middle[number[id(parent)]]
                    points = [(px + self.width, py)]
                    for column, passed in layout.routes[number[id(parent)], number[id(node)]]:
                        points += [
                            (left[column] - GAP, y(passed)),
                            (left[column] + self.width, y(passed)),
                        ]
                    for shift in _shifts(node, parent):
                        way = [*points, (start, height)]
                        self._arrow([(px, py + shift) for px, py in way])

    def _columns(self, columns: list[int]) -> list[float]:
        """Return where the boxes of each column start, and where the last column ends."""
        widths = [0.0] * (max(columns) + 1)
        for node, column in zip(self.order, columns, strict=True):
            if node.operation:
                widths[column] = max(widths[column], _width(node.operation) + 2 * GAP)
        ends, end = [], MARGIN
        for width in widths:
            ends.append(end + width)
            end = ends[-1] + self.width
        return [*ends, end + MARGIN]

    def _value(self, node: Tensor, x: float, y: float) -> None:
        fill = RESULT if node.operation else WEIGHT if node.requires_grad else CONSTANT
        corner = (x, y - BOX_HEIGHT / 2)
        box = FancyBboxPatch(
            corner, self.width, BOX_HEIGHT, facecolor=fill, edgecolor=viz.BLACK, zorder=2,
            linewidth=1, boxstyle="round,pad=0,rounding_size=0.06",
        )  # fmt: skip
        self.ax.add_patch(box)
        lines = self.lines[id(node)]
        for i, (kind, line) in enumerate(lines.items()):
            drawn = self.ax.text(
                x + self.width / 2, y + LINE * ((len(lines) - 1) / 2 - i), line, size=9, zorder=3,
                ha="center", va="center_baseline", color=viz.BLUE if kind == "grad" else viz.BLACK,
                weight="bold" if kind == "name" else "normal",
            )  # fmt: skip
            self.texts[id(node), kind] = drawn
        self.boxes[id(node)] = box

    def _operation(self, node: Tensor, right: float, y: float) -> float:
        """Draw the round box of an operation that ends at `right`; return its width."""
        width = _width(node.operation)
        lines = node.operation.replace("_", "\n").replace("-", "−")
        tall = max(0.3, LINE * (lines.count("\n") + 1) + 0.08)
        self.ax.add_patch(
            FancyBboxPatch(
                (right - width, y - tall / 2), width, tall, facecolor="#FFF3D6", zorder=2,
                boxstyle="round,pad=0,rounding_size=0.15", edgecolor=viz.BLACK, linewidth=1,
            )
        )  # fmt: skip
        self.ax.text(
            right - width / 2, y, lines, size=9, ha="center", va="center", color=viz.BLACK, zorder=3
        )
        return width

    def _arrow(self, points: list[tuple[float, float]]) -> None:
        """Draw the way of a value into an operation, or out of it, round the boxes between."""
        x, y = zip(*points[:-1], strict=True)
        self.ax.plot(x, y, color=viz.GREY, linewidth=1, zorder=1)
        self.ax.annotate(
            "", points[-1], points[-2], zorder=1,
            arrowprops={"arrowstyle": "-|>", "color": viz.GREY, "shrinkA": 0, "shrinkB": 0,
                        "linewidth": 1},
        )  # fmt: skip

    def hide_numbers(self) -> None:
        """Leave only names and operations, as before the first step."""
        for (_, kind), text in self.texts.items():
            text.set_visible(kind == "name")

    def light(self, nodes: list[Tensor], kind: str) -> None:
        """Show the numbers of one kind of these nodes, and mark their boxes, and no others."""
        for box in self.boxes.values():
            box.set(edgecolor=viz.BLACK, linewidth=1)
        for node in nodes:
            self.boxes[id(node)].set(edgecolor=viz.RED, linewidth=2.5)
            self.texts[id(node), kind].set_visible(True)


def _shifts(node: Tensor, parent: Tensor) -> list[float]:
    """Return by how many inches each arrow from `parent` is moved: x × x takes x twice."""
    count = sum(edge[0] is parent for edge in node._edges)
    return [0.08 * (i - (count - 1) / 2) for i in range(count)]


def _width(operation: str) -> float:
    """Return how many inches the round box of an operation takes, one line for each word."""
    return max(0.32, 0.16 + LETTER * max(map(len, operation.split("_"))))


def _lines(node: Tensor) -> dict[str, str]:
    """Return what is written into the box of a value."""
    lines = {"name": node.name, "data": _text(node.data)}
    if node.grad is not None:
        lines["grad"] = f"grad {_text(node.grad)}"
    return {kind: line for kind, line in lines.items() if line}


def _text(array: np.ndarray) -> str:
    """Write a single number with three digits, or the shape of anything larger."""
    number = f"{array.item():.3g}".replace("-", "−") if array.size == 1 else ""
    return number or str(array.shape)
