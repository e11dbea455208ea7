"""`dlcourse data`: list the data sets, fetch the full ones, verify every file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dlcourse.cli.say import console, give_up, quote, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dlcourse.datasets.files import File

# The data layer is imported inside each command, so that `dlcourse --help` answers at once.

app = typer.Typer(help="The course's data sets: what there is, where it is.", no_args_is_help=True)

CURES = {
    "$DLCOURSE_DATA": "replace it with a good copy, or unset DLCOURSE_DATA",
    "cache": "run: dlcourse data fetch",
    "data/": "install dlcourse again, or restore data/ in your checkout",
}


@app.callback()
def places() -> None:
    """Stop, and say why, where the folders to look in cannot be used."""
    from dlcourse.datasets import store
    from dlcourse.datasets.files import DataError

    try:
        store.homes()
        store.embedded_folder()
    except DataError as error:
        give_up(error)


@app.command("list")
def list_() -> None:
    """Show each data set and variant: its size, where it is now, its licence."""
    from dlcourse.datasets import catalogue, store
    from dlcourse.datasets.places import where

    table = Table()
    for column in ("name", "variant", "size", "where it is now"):
        table.add_column(column, no_wrap=True)
    table.add_column("licence", overflow="fold")
    for entry in catalogue.ENTRIES:
        shipped = [store.embedded_file(name) for name in entry.embedded_files]
        full = shipped if entry.name == "mnist" else entry.downloads
        missing = "by hand, see below" if entry.by_hand else "not here"
        place = where(entry) or missing
        table.add_row(entry.name, "full", _size(full), place, entry.full.licence)
        table.add_row("", "embedded", _size(shipped), "data/", entry.embedded.licence)
    console.print(table)
    for home, folder in [*store.homes(), ("data/", store.embedded_folder())]:
        say(f"{home} is {quote(folder)}")
    for entry in catalogue.ENTRIES:
        if entry.by_hand and not where(entry):
            say(f"To get {entry.name} by hand: {quote(entry.by_hand)}.")


@app.command()
def fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Data sets; all if none given.")] = None,
) -> None:
    """Download full data sets into the cache, each file checked against its SHA-256.

    Photos that may not be handed on (cats_vs_dogs) are never downloaded: fetch says how to get
    them by hand. That is a failure only where they were asked for by name.
    """
    from dlcourse import datasets
    from dlcourse.datasets import catalogue
    from dlcourse.datasets.files import DataError
    from dlcourse.datasets.places import where

    by_hand = {e.name: e.by_hand for e in catalogue.ENTRIES if e.by_hand and not where(e)}
    failed = False
    for name in names or [name for name in datasets.names() if name not in by_hand]:
        try:
            info = datasets.load(name, "full").info
            say(f"[green]here[/]     {info}")
        except (ValueError, DataError) as error:
            failed = True
            say(f"[red]failed[/]   {quote(error)}")
    for name, way in ({} if names else by_hand).items():
        say(f"[yellow]by hand[/]  {name}: {quote(way)}.")
    raise typer.Exit(1 if failed else 0)


@app.command()
def verify() -> None:
    """Check the SHA-256 of every data file: in data/, in the cache, in $DLCOURSE_DATA.

    Nothing is changed. The exit status is 1 if a file is damaged, or missing from data/.
    """
    from dlcourse.datasets.files import DataError

    bad = set()
    for where, file, path in _present():
        try:
            file.read(path)
            say(f"[green]ok[/]       {where} {file.name}")
        except DataError as error:
            bad.add(where)
            say(f"[red]damaged[/]  {where} {quote(error)}")
    for where in sorted(bad):
        say(f"What to do for {where}: {CURES[where]}.")
    raise typer.Exit(1 if bad else 0)


def _present() -> Iterator[tuple[str, File, Path]]:
    from dlcourse.datasets import catalogue, store

    for name in store.manifest():
        yield "data/", store.embedded_file(name), store.embedded_folder() / name
    files = {
        file.name: file for entry in catalogue.ENTRIES for form in entry.forms for file in form
    }
    for file in files.values():
        for where, path in store.candidates(file):
            yield where, file, path


def _size(files: Iterable[File]) -> str:
    return f"{sum(file.size for file in files) / 1e6:.1f} MB"
