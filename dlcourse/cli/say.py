"""How the commands print: no name or text from elsewhere steers Rich or the terminal."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

console = Console()
_PACKAGES = ("distributed", "nbgrader", "rapidfuzz")


def quote(text: object) -> str:
    """Return `text` for Rich to print as it is, without what could steer a terminal."""
    shown = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(text))
    return escape(shown)


def say(text: str) -> None:
    """Print a line of Rich's markup; what comes from elsewhere must be quoted in it."""
    console.print(text, soft_wrap=True, highlight=False)


def give_up(message: object) -> NoReturn:
    """Print why a command cannot go on, and end it with exit status 1."""
    say(f"[red]{quote(message)}[/]")
    raise typer.Exit(1)


@contextmanager
def explained() -> Iterator[None]:
    """End a command with the message of what is wrong with its files; also a decorator.

    A damaged file, a policy or an exercise that cannot be used is a ValueError of ours. A package
    that is missing is named before any work is done: raises ModuleNotFoundError.
    """
    for name in _PACKAGES:
        if importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(name=name)
    try:
        yield
    except (ValueError, OSError) as error:
        give_up(error)
