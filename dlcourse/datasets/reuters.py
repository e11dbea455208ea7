"""Topics: Reuters newswires of 1987, in the selection of Keras or in R52."""

import json

import numpy as np

from dlcourse.datasets import catalogue, download, text
from dlcourse.datasets.dataset import Dataset, make

ENTRY = catalogue.entry("reuters")
TRAIN_SHARE = 0.8
# Keras's order: the position of a topic is its label.
TOPICS = (
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply",
    "coffee", "sugar", "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas",
    "cpi", "money-fx", "interest", "gnp", "meal-feed", "alum", "oilseed", "gold", "tin",
    "strategic-metal", "livestock", "retail", "ipi", "iron-steel", "rubber", "heat", "jobs",
    "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
)  # fmt: skip


def full(num_words: int | None = None) -> Dataset:
    """Return 8,982 + 2,246 newswires in 46 topics, equal to Keras's `reuters.load_data`.

    `text.sequences` describes their form.
    """
    text.check_num_words(num_words)
    arrays, where = text.unpacked(catalogue.REUTERS_FLAT, catalogue.REUTERS_NPZ, unpack)
    word_index = json.loads(download.get(catalogue.REUTERS_WORDS).content)
    corpus = text.Corpus(arrays["tokens"], arrays["offsets"], arrays["labels"])
    [(x, y)] = text.sequences([corpus], num_words)
    count = int(len(x) * TRAIN_SHARE)
    parts = [(x[:count], y[:count]), (x[count:], y[count:])]
    return make("reuters", "full", ENTRY.full, where, parts, classes=TOPICS, word_index=word_index)


def embedded(num_words: int | None = None) -> Dataset:
    """Return the 6,532 + 2,568 newswires of R52 in the form of the full variant.

    The 52 topics are numbered in alphabetical order; training and test part are R52's own.
    """
    text.check_num_words(num_words)
    rows = text.rows(ENTRY.embedded_files[0])
    topics = tuple(sorted({row["topic"] for row in rows}))
    *corpora, word_index = text.index(
        [(row["split"], row["text"].split(), topics.index(row["topic"])) for row in rows]
    )
    parts = text.sequences(corpora, num_words)
    return make(
        "reuters",
        "embedded",
        ENTRY.embedded,
        "embedded",
        parts,
        classes=topics,
        word_index=word_index,
    )


def unpack(archive: np.lib.npyio.NpzFile) -> dict[str, np.ndarray]:
    """Return the flat arrays of Keras's reuters.npz."""
    tokens, offsets = text.flatten(archive["x"])
    return {"tokens": tokens, "offsets": offsets, "labels": archive["y"].astype(np.uint8)}
