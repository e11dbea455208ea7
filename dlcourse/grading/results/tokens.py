"""Code and answers as rows of tokens, so that a copy with other names still looks like one."""

import re
from typing import NamedTuple

_MOST_TOKENS, _MOST_CHARACTERS = 2_000, 20_000  # of one task; an honest one has some hundred


class Token(NamedTuple):
    """A token as it is compared, and the line of the source that it stands on, from 0."""

    text: str
    line: int


def clean(source: str) -> str:
    """Return `source` with one kind of line break, cut where it is too long to be honest."""
    return source[:_MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")


def row(source: str, words: bool, starter: str = "") -> list[Token]:
    """Return the tokens of a clean `source`: of an answer in `words`, or of code."""
    return (of_words if words else of_code)(source, starter)[:_MOST_TOKENS]


def of_code(source: str, starter: str = "") -> list[Token]:
    """Return the tokens of code without the lines of `starter`, comments and docstrings.

    Names and texts become the placeholders v and s. Names behind a dot stay: they are mostly
    those of a library, which nobody can rename. Works for code that is no valid Python too.
    """
    from pygments.lexers import PythonLexer
    from pygments.token import Comment, Name, String, Text

    skipped = _given(source, starter)
    found: list[Token] = []
    line = 0
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        here, line = line, line + text.count("\n")
        if kind in Comment or kind in String.Doc or kind in Text or here in skipped:
            continue
        before = found[-1].text if found else ""
        if kind in String:
            text = "s"
        elif kind in Name and kind not in Name.Builtin and before != ".":
            text = "v"
        if (text, before) != ("s", "s"):  # the lexer cuts one text into several
            found.append(Token(text, here))
    return found


def of_words(text: str, starter: str = "") -> list[Token]:
    """Return the words of an answer without the lines of `starter`, the question."""
    skipped = _given(text, starter)
    return [
        Token(word, number)
        for number, line in enumerate(text.split("\n"))
        if number not in skipped
        for word in re.findall(r"\w+", line.casefold())
    ]


def _given(source: str, starter: str) -> set[int]:
    """Return the lines of `source`, from 0, that stand in `starter` too."""
    given = {line.strip() for line in starter.splitlines()}
    return {n for n, line in enumerate(source.split("\n")) if line.strip() in given}
