"""Sentiment: IMDb film reviews, or critics' snippets in their stead."""

import json
import re

import numpy as np

from dlcourse.datasets import catalogue, download, text
from dlcourse.datasets.dataset import Dataset, make

ENTRY = catalogue.entry("imdb")
CLASSES = ("negative", "positive")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def full(num_words: int | None = None) -> Dataset:
    """Return 25,000 + 25,000 film reviews, equal to what Keras's `imdb.load_data` gives.

    `text.sequences` describes their form.
    """
    text.check_num_words(num_words)
    arrays, where = text.unpacked(catalogue.IMDB_FLAT, catalogue.IMDB_NPZ, unpack)
    word_index = json.loads(download.get(catalogue.IMDB_WORDS).content)
    train, test = (
        text.Corpus(arrays[f"{part}_tokens"], arrays[f"{part}_offsets"], arrays[f"y_{part}"])
        for part in ("train", "test")
    )
    parts = text.sequences([train, test], num_words)
    return make("imdb", "full", ENTRY.full, where, parts, classes=CLASSES, word_index=word_index)


def embedded(num_words: int | None = None) -> Dataset:
    """Return 12,808 critics' snippets in the form of the full variant, split by film."""
    text.check_num_words(num_words)
    rows = text.rows(ENTRY.embedded_files[0])
    *corpora, word_index = text.index(
        [(row["split"], words(row["text"]), int(row["label"])) for row in rows]
    )
    parts = text.sequences(corpora, num_words)
    return make(
        "imdb",
        "embedded",
        ENTRY.embedded,
        "embedded",
        parts,
        classes=CLASSES,
        word_index=word_index,
    )


def words(snippet: str) -> list[str]:
    """Return the words of a text in small letters, without punctuation: "It’s" → "it's"."""
    return WORD.findall(snippet.lower().replace("’", "'"))


def unpack(archive: np.lib.npyio.NpzFile) -> dict[str, np.ndarray]:
    """Return the flat arrays of Keras's imdb.npz."""
    arrays = {}
    for part in ("train", "test"):
        tokens, offsets = text.flatten(archive[f"x_{part}"])
        arrays[f"{part}_tokens"], arrays[f"{part}_offsets"] = tokens, offsets
        arrays[f"y_{part}"] = archive[f"y_{part}"].astype(np.uint8)
    return arrays
