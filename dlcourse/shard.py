"""One of several parts of some work, for machines that do one part each."""

import os
import re
import zlib
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Shard:
    """Part `index`, counted from 0, of `count` parts."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the shard that `text` names, such as 0/4. Raises ValueError."""
        numbers = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
        if numbers is None or not int(numbers[1]) < int(numbers[2]):
            raise ValueError(
                f"--shard {text}: give INDEX/COUNT; the first of four parts is 0/4, the last 3/4"
            )
        return cls(int(numbers[1]), int(numbers[2]))

    def __contains__(self, name: str) -> bool:
        """Say whether `name` is in this part, which depends on nothing but the name.

        So parts stay apart whatever comes in while they are worked on.
        """
        return zlib.crc32(os.fsencode(name)) % self.count == self.index
