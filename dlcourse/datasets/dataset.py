"""What `datasets.load` returns: the arrays, and an account of what they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from dlcourse.datasets.catalogue import Source

# In text sets the first word numbers are marks; word number r of `word_index` is r + OFFSET.
PADDING, START, UNKNOWN, OFFSET = 0, 1, 2, 3

WHERE = {
    "$DLCOURSE_DATA": "found in $DLCOURSE_DATA",
    "cache": "from the download cache",
    "embedded": "ships with the course",
}


@dataclass(frozen=True, repr=False)
class Info:
    """An account of a loaded data set.

    Attributes:
        name: as given to `load`.
        variant: "full" or "embedded": what was really loaded.
        title: what this variant is, in a few words.
        description: what an example and its target are.
        source: where the data comes from.
        licence: the terms it may be used on.
        where: "$DLCOURSE_DATA", "cache" or "embedded".
        train: number of training examples.
        test: number of test examples.
        classes: names of the classes, at the position of their label; empty for a regression.
        columns: names of the columns of `x_train`; empty where they have none.
        word_index: rank of each word, 1 = most frequent; empty where there are no words.
    """

    name: str
    variant: str
    title: str
    description: str
    source: str
    licence: str
    where: str
    train: int
    test: int
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    word_index: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return one line that no reader can mistake: what was loaded, how much, from where."""
        return (
            f"{self.name} · {self.variant} · {self.train:,} train / {self.test:,} test · "
            f"{self.title}, {WHERE[self.where]}"
        )

    def decode(self, sequence: Iterable[int]) -> str:
        """Return a text for a sequence of word numbers, with "?" for each unknown word.

        The start mark and padding are left out. Raises TypeError if this is not a text set.
        """
        if not self.word_index:
            raise TypeError(f"{self.name} holds no text: there is nothing to decode.")
        marks = (PADDING, START)
        return " ".join(self._words.get(int(i), "?") for i in sequence if i not in marks)

    @cached_property
    def _words(self) -> dict[int, str]:
        return {rank + OFFSET: word for word, rank in self.word_index.items()}


@dataclass(frozen=True, repr=False)
class Dataset:
    """Training and test examples, their targets, and the account `info` of what they are."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    info: Info

    def __repr__(self) -> str:
        """Return the line of `info`, not the arrays."""
        return f"Dataset({self.info})"


Part = tuple[np.ndarray, np.ndarray]  # examples, targets


def make(
    name: str, variant: str, source: Source, where: str, parts: Iterable[Part], **details: Any
) -> Dataset:
    """Put training part, test part and the account of them together; `details` go to `Info`."""
    (x_train, y_train), (x_test, y_test) = parts
    info = Info(
        name=name,
        variant=variant,
        title=source.title,
        description=source.description,
        source=source.source,
        licence=source.licence,
        where=where,
        train=len(x_train),
        test=len(x_test),
        **details,
    )
    return Dataset(x_train, y_train, x_test, y_test, info)
