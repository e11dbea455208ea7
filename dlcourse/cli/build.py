"""`dlcourse build`: build the committed notebooks from their sources."""

from typing import Annotated

import typer

from dlcourse.cli.say import console, give_up


def build(
    chapters: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, such as 03_mnist, mnist or 03. All if none."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Build nothing; fail where a notebook is stale.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build also what is current.")] = False,
) -> None:
    """Build the committed notebooks from notebooks/src; only those that are stale.

    A chapter of which nothing but prose changed keeps its outputs, and is not executed.
    """
    from dlcourse.course import build as builder
    from dlcourse.course import catalogue

    try:
        found = catalogue.find(chapters)
        reasons = {chapter: builder.stale(chapter) for chapter in found}
    except (ValueError, FileNotFoundError) as error:
        give_up(error)
    for chapter, why in reasons.items():
        state = "[red]stale[/]" if why else "[green]current[/]"
        console.print(f"{state} {chapter.name}" + "".join(f"\n  · {reason}" for reason in why[:5]))
    if check:
        if any(reasons.values()):
            give_up("stale notebooks: run `dlcourse build` and commit what it changes")
        return
    for chapter in [chapter for chapter, why in reasons.items() if why or force]:
        try:
            if not force and builder.rewrite(chapter):
                console.print(f"rewrote the prose of {chapter.notebook.name}")
                continue
            with console.status(f"executing {chapter.name} (full profile, CPU)"):
                row = builder.build(chapter)
        except builder.BuildError as error:
            give_up(error)
        console.print(f"built {chapter.notebook.name}: {row.seconds:.0f} s, {row.results}")
