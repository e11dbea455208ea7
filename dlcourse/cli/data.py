"""`dlcourse data`: list the data sets, fetch the full ones, verify every file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dlcourse.datasets.catalogue import Entry
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
        _say(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(1) from error


@app.command("list")
def list_() -> None:
    """Show each data set and variant: its size, where it is now, its licence."""
    from dlcourse.datasets import catalogue, store

    table = Table()
    for column in ("name", "variant", "size", "where it is now"):
        table.add_column(column, no_wrap=True)
    table.add_column("licence", overflow="fold")
    for entry in catalogue.ENTRIES:
        shipped = [store.embedded_file(name) for name in entry.embedded_files]
        full = shipped if entry.name == "mnist" else entry.downloads
        missing = "by hand, see below" if entry.by_hand else "not here"
        where = _where(entry) or missing
        table.add_row(entry.name, "full", _size(full), where, entry.full.licence)
        table.add_row("", "embedded", _size(shipped), "data/", entry.embedded.licence)
    Console().print(table)
    for where, folder in [*store.homes(), ("data/", store.embedded_folder())]:
        _say(f"{where} is {escape(str(folder))}")
    for entry in catalogue.ENTRIES:
        if entry.by_hand and not _where(entry):
            _say(f"To get {entry.name} by hand: {escape(entry.by_hand)}.")


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

    by_hand = {e.name: e.by_hand for e in catalogue.ENTRIES if e.by_hand and not _where(e)}
    failed = False
    for name in names or [name for name in datasets.names() if name not in by_hand]:
        try:
            info = datasets.load(name, "full").info
            _say(f"[green]here[/]     {info}")
        except (ValueError, DataError) as error:
            failed = True
            _say(f"[red]failed[/]   {escape(str(error))}")
    for name, way in ({} if names else by_hand).items():
        _say(f"[yellow]by hand[/]  {name}: {escape(way)}.")
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
            _say(f"[green]ok[/]       {where} {file.name}")
        except DataError as error:
            bad.add(where)
            _say(f"[red]damaged[/]  {where} {escape(str(error))}")
    for where in sorted(bad):
        _say(f"What to do for {where}: {CURES[where]}.")
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


def _where(entry: Entry) -> str:
    """Say where the full variant is; an empty text where it is not."""
    from dlcourse.datasets import store

    for form in entry.forms:
        places = [store.candidates(file) for file in form]
        if all(places):
            return ", ".join(sorted({found[0][0] for found in places}))
    if store.own_copy(entry.own_copies):
        return "$DLCOURSE_DATA"
    return "data/" if entry.name == "mnist" else ""


def _size(files: Iterable[File]) -> str:
    return f"{sum(file.size for file in files) / 1e6:.1f} MB"


def _say(text: str) -> None:
    Console().print(text, soft_wrap=True, highlight=False)
