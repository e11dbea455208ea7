"""A part of a class, for machines that share a course folder and each grade one part."""

import os
import re
import zlib
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Shard:
    """Part `index`, counted from 0, of `count` parts of a class.

    Which part a student is in depends on the name alone. So the parts stay apart whatever is
    handed in while they are graded.
    """

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

    def __contains__(self, student: str) -> bool:
        return zlib.crc32(os.fsencode(student)) % self.count == self.index
