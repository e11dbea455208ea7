"""Make overview.png, the README's picture, from figures stored in the built notebooks.

Run it after `dlcourse build`: python docs/overview.py
"""

import base64
import io
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

from dlcourse.course import catalogue

# Chapter, and the words with which the figure's alternative text begins.
FIGURES = (
    ("01_tensors", "x of shape (4, 3) and y of shape (3,)"),
    ("01_tensors", "Time against array size"),
    ("03_mnist", "Twelve misread digits"),
)


def stored_figure(chapter: str, alt: str) -> bytes:
    """Return the PNG of the figure whose alternative text starts with `alt`."""
    path = catalogue.root() / "notebooks" / f"{chapter}.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("image/png", {}).get("alt", "").startswith(alt):
                return base64.b64decode(output.data["image/png"])
    raise LookupError(f"{chapter} has no figure whose alternative text starts with {alt!r}")


def main() -> None:
    """Put the figures side by side, at one height, on white."""
    images = [plt.imread(io.BytesIO(stored_figure(*figure))) for figure in FIGURES]
    widths = [image.shape[1] / image.shape[0] for image in images]
    height = 14 / sum(widths)
    figure, axes = plt.subplots(
        1, len(images), width_ratios=widths, figsize=(14, height), layout="constrained"
    )
    for ax, image in zip(axes, images, strict=True):
        ax.imshow(image)
        ax.axis("off")
    figure.savefig(Path(__file__).with_name("overview.png"), dpi=110, facecolor="white")


if __name__ == "__main__":
    main()
