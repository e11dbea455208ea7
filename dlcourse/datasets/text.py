"""Texts as sequences of word numbers, numbered and shuffled exactly as Keras does it."""

import bz2
import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.datasets import download, store
from dlcourse.datasets.dataset import OFFSET, START, UNKNOWN, Part
from dlcourse.datasets.files import File, FlatFile, parse_npz

SEED = 113  # Keras's

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Corpus:
    """Labelled texts end to end: text i is `tokens[offsets[i]:offsets[i + 1]]`.

    Attributes:
        tokens: int32, the rank of each word: 1 = most frequent.
        offsets: int64, one more than there are texts.
        labels: one integer a text.
    """

    tokens: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray


def check_num_words(num_words: int | None) -> None:
    """Raise ValueError if num_words is neither None nor a positive integer."""
    number = isinstance(num_words, int | np.integer) and not isinstance(num_words, bool)
    if num_words is not None and not (number and num_words > 0):
        raise ValueError(
            f"num_words={num_words!r}: give the number of word numbers to keep, for example "
            "10000, or None to keep all."
        )


def sequences(corpora: list[Corpus], num_words: int | None) -> list[Part]:
    """Return, for each corpus, its shuffled texts as word numbers, and their labels.

    A text is an int32 array: 1, then rank + 3 for each word, 2 in place of every number that
    is `num_words` or more. Texts are in an object array, labels in an int64 array.
    """
    random = np.random.RandomState(SEED)
    numbered = [_numbered(corpus, random) for corpus in corpora]
    # Without num_words, Keras takes the largest number as the limit, so that the one word
    # with this number becomes unknown. Its results are the reference: the same happens here.
    limit = num_words or max(int(numbers.max()) for numbers, *_ in numbered)
    return [(_cut(numbers, ends, limit), labels) for numbers, ends, labels in numbered]


def _numbered(
    corpus: Corpus, random: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.arange(len(corpus.labels))
    random.shuffle(order)
    starts, ends = corpus.offsets[:-1][order], corpus.offsets[1:][order]
    mark = np.array([START - OFFSET], np.int32)
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        pieces += mark, corpus.tokens[start:end]
    numbers = np.concatenate(pieces) + np.int32(OFFSET)
    return numbers, np.cumsum(ends - starts + 1), corpus.labels[order].astype(np.int64)


def _cut(numbers: np.ndarray, ends: np.ndarray, limit: int) -> np.ndarray:
    numbers[numbers >= limit] = UNKNOWN
    texts = np.empty(len(ends), dtype=object)
    for i, text in enumerate(np.split(numbers, ends[:-1])):
        texts[i] = text
    return texts


def unpacked(flat: FlatFile, npz: File, unpack: Callable[[Any], Arrays]) -> tuple[Arrays, str]:
    """Return the arrays of `flat` and where they were found.

    Where only Keras's own `npz` is to be had, whose texts are pickled, unpack that one with
    `unpack`, and keep the result in the cache.
    """
    if found := store.find(flat):
        return found.content, found.where
    found = download.get(npz)
    # Safe: the SHA-256 of this content was checked when it was read.
    with parse_npz(found.content, trusted=True) as archive:
        arrays = unpack(archive)
    store.keep(flat.name, arrays)
    return arrays, found.where


def flatten(texts: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return tokens (int32) and offsets (int64) for texts as lists of ranks."""
    lengths = [len(text) for text in texts]
    tokens = np.fromiter((rank for text in texts for rank in text), np.int32, count=sum(lengths))
    return tokens, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of an embedded text file, a csv file packed with bzip2."""
    content = bz2.decompress(store.embedded(name)).decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def index(rows: list[tuple[str, list[str], int]]) -> tuple[Corpus, Corpus, dict[str, int]]:
    """Return training corpus, test corpus and word index of rows (split, words, label).

    Ranks count the training texts only: 1 is the most frequent word, and words equally
    frequent are in alphabetical order. Words that the training texts lack become unknown.
    """
    counts = Counter(word for split, words, _ in rows if split == "train" for word in words)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    word_index = {word: rank for rank, word in enumerate(ranked, start=1)}
    train, test = (
        _corpus([row for row in rows if row[0] == split], word_index) for split in ("train", "test")
    )
    return train, test, word_index


def _corpus(rows: list[tuple[str, list[str], int]], word_index: dict[str, int]) -> Corpus:
    unknown = UNKNOWN - OFFSET
    ranks = [[word_index.get(word, unknown) for word in words] for _, words, _ in rows]
    return Corpus(*flatten(ranks), np.array([label for *_, label in rows]))
