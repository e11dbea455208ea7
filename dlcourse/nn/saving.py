"""Weights in a file: one npz archive of plain arrays, nothing that could run as code."""

import os
import tempfile
import zipfile
import zlib
from os import PathLike
from pathlib import Path

import numpy as np

from dlcourse.nn.base import Layer


def save(model: Layer, path: str | PathLike) -> None:
    """Write a model's weights; each array is called as its layer and itself: "dense/kernel".

    The file is written beside its place and moved there when it is whole: whatever goes wrong, a
    file that was there before stays readable.

    Raises:
        ValueError: the model has no weights yet.
    """
    weights = {name: weight.data for name, weight in model.named_weights()}
    if not weights:
        raise ValueError(
            f"save_weights: {model.name!r} has no weights yet. Build it first: give it an Input, "
            "or train it."
        )
    path = Path(path)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **weights)
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise


def load(model: Layer, path: str | PathLike) -> None:
    """Read weights that `save` wrote into a model of the same layers; all of them, or none.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no such file, it is damaged, or it is of a model with other layers.
    """
    saved = _read(path)
    own = dict(model.named_weights())
    if not own:
        raise ValueError(
            f"load_weights: {model.name!r} has no weights yet, so that nothing can be compared. "
            "Build it first: give it an Input, or call build."
        )
    for name in own | saved:
        if name not in saved or name not in own:
            has, lacks = ("model", "file") if name in own else ("file", "model")
            shape = (own | saved)[name].shape
            raise ValueError(
                f"load_weights: the {has} has {name!r} with shape {shape}, the {lacks} has not: "
                f"{os.fspath(path)!r} is of a model with other layers, or other names. Make the "
                "model as the one that was saved."
            )
        if own[name].shape != saved[name].shape:
            raise ValueError(
                f"load_weights: {name!r} has shape {own[name].shape} in the model, but "
                f"{saved[name].shape} in {os.fspath(path)!r}. Make the model as the one that was "
                "saved."
            )
    model.set_weights([saved[name] for name in own])


def _read(path: str | PathLike) -> dict[str, np.ndarray]:
    with open(path, "rb") as stored:
        try:
            arrays = np.load(stored, allow_pickle=False)
            return {name: arrays[name] for name in arrays.files}
        except (ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(
                f"load_weights: {os.fspath(path)!r} does not hold weights, or is damaged: {error}. "
                "Save them again with save_weights."
            ) from error
