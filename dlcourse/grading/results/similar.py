"""Which submissions are alike beyond what the task explains: a hint to look, never a proof.

Work is compared task by task, as a row of tokens. In code, names and texts become placeholders,
comments and docstrings go, so that renaming does not hide a copy; lines of the starter code go
too. In answers in words, the words are compared. Two rows are as similar as the part they have in
common is long (Indel similarity of the library RapidFuzz, 0 to 1). In a task with one obvious
solution everybody is similar, so a similarity only counts as far as it is above the median of all
pairs in the class.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from dlcourse.grading.results import exports
from dlcourse.grading.results.tokens import Token, clean, row

THRESHOLD = 0.8  # similarity of one task from which a pair is reported
MIN_TOKENS = 25  # what is shorter is alike by chance
_CLASS = 10  # pairs from which on a median says what is usual
_BLOCK = 4  # common tokens in a row from which on they are marked


@dataclass(frozen=True)
class TaskMatch:
    """One task in which two submissions are alike.

    `words` says that the task is answered in words. `usual` is the median similarity of the class
    (0 in a small one), `same_text` says that the texts differ in nothing but white space, names
    and comments included. `sources` are the two texts.
    """

    task: str
    words: bool
    similarity: float
    usual: float
    tokens: int
    same_text: bool
    sources: tuple[str, str]

    @property
    def weight(self) -> float:
        """Return how many tokens are alike beyond what is usual."""
        return self.tokens * max(0.0, self.similarity - self.usual) / max(1e-9, 1 - self.usual)


@dataclass(frozen=True)
class Pair:
    """Two students whose submissions are alike in at least one task."""

    students: tuple[str, str]
    matches: tuple[TaskMatch, ...]

    @property
    def weight(self) -> float:
        """Return how many tokens are alike beyond what is usual, over all tasks."""
        return sum(match.weight for match in self.matches)


def compare(
    code: Mapping[str, Mapping[str, str]],
    answers: Mapping[str, Mapping[str, str]],
    starter: Mapping[str, str],
    threshold: float = THRESHOLD,
) -> list[Pair]:
    """Return the pairs of students that are alike, the most striking first.

    `code` and `answers` are the source texts and the answers in words, by student and task;
    `starter` is by task what students were given.
    """
    found: dict[tuple[str, str], list[TaskMatch]] = {}
    for words, texts in ((False, code), (True, answers)):
        for task in dict.fromkeys(task for one in texts.values() for task in one):
            sources = {
                name: clean(texts[name][task]) for name in sorted(texts) if task in texts[name]
            }
            for students, match in _matches(task, words, sources, starter, threshold):
                found.setdefault(students, []).append(match)
    pairs = [Pair(students, tuple(matches)) for students, matches in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.students))


def table(assignment: str, pairs: Iterable[Pair]) -> str:
    """Return the pairs as CSV, a row for each task in which two submissions are alike."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        ["assignment", "student", "other", "task", "similarity", "usual", "tokens", "same_text"]
    )
    for pair in pairs:
        names = [exports.harmless(name) for name in pair.students]
        for m in pair.matches:
            figures = [f"{m.similarity:.3f}", f"{m.usual:.3f}", m.tokens, m.same_text]
            writer.writerow([assignment, *names, m.task, *figures])
    return text.getvalue()


def page(
    assignment: str,
    pairs: Sequence[Pair],
    starter: Mapping[str, str],
    students: int,
    most: int = 50,
) -> str:
    """Return an HTML page with the `most` striking pairs side by side; for the instructor."""
    from dlcourse.templates import environment

    return (
        environment("dlcourse.grading.results")
        .get_template("similar.html")
        .render(
            assignment=assignment,
            pairs=pairs[:most],
            total=len(pairs),
            students=students,
            marked=lambda match: _marked(match, starter),
        )
    )


def _matches(
    task: str,
    words: bool,
    sources: Mapping[str, str],
    starter: Mapping[str, str],
    threshold: float,
) -> Iterator[tuple[tuple[str, str], TaskMatch]]:
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    rows = {name: row(text, words, starter.get(task, "")) for name, text in sources.items()}
    names = [name for name, row in rows.items() if len(row) >= MIN_TOKENS]
    pairs = list(combinations(range(len(names)), 2))
    if not pairs:
        return
    texts = _as_strings([rows[name] for name in names])
    matrix = process.cdist(texts, texts, scorer=Indel.normalized_similarity)
    usual = median(float(matrix[pair]) for pair in pairs) if len(pairs) >= _CLASS else 0.0
    for i, j in pairs:
        similarity = float(matrix[i, j])
        if similarity >= threshold and similarity > usual:
            both = sources[names[i]], sources[names[j]]
            same = both[0].split() == both[1].split()
            size = min(len(texts[i]), len(texts[j]))
            yield (
                (names[i], names[j]),
                TaskMatch(task, words, similarity, usual, size, same, both),
            )


def _marked(match: TaskMatch, starter: Mapping[str, str]) -> tuple[set[int], set[int]]:
    """Return the lines of the two sources, from 0, that have longer parts in common."""
    from rapidfuzz.distance import LCSseq

    left, right = (row(s, match.words, starter.get(match.task, "")) for s in match.sources)
    opcodes = LCSseq.opcodes(*_as_strings([left, right]))
    blocks = [block for block in opcodes.as_matching_blocks() if block.size >= _BLOCK]
    return (
        {token.line for block in blocks for token in left[block.a : block.a + block.size]},
        {token.line for block in blocks for token in right[block.b : block.b + block.size]},
    )


def _as_strings(rows: Sequence[Sequence[Token]]) -> list[str]:
    """Return each row as a string, one character a token: RapidFuzz is fastest with strings."""
    numbers = {text: n for n, text in enumerate({token.text for row in rows for token in row})}
    return ["".join(chr(0x100 + numbers[t.text] % 0xD000) for t in row) for row in rows]
