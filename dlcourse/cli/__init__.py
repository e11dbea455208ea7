"""The command `dlcourse`: run and build the course, fetch its data.

Each command imports what it needs when it is called, so that `dlcourse --help` answers at once.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dlcourse import (
    __version__,
    cli_bench,
    cli_data,
    cli_exercises,
    cli_grade,
    cli_grading,
    cli_run,
)
from dlcourse.cli_say import console, give_up


class _Commands(TyperGroup):
    """The commands; one that needs a package which is not installed says how to get it."""

    def invoke(self, ctx: typer.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ImportError as error:
            missing = error.__cause__ or error
            if not isinstance(missing, ModuleNotFoundError) or missing.name.startswith("dlcourse"):
                raise
            from dlcourse.course import catalogue

            give_up(
                f"this needs the package {missing.name}, which is not installed here. Get all "
                "packages with: pip install 'dlcourse[course,grading]'. "
                "To run chapters, rather clone the course and call make course in it: "
                f"{catalogue.repository()}"
            )


app = typer.Typer(
    cls=_Commands,
    help="Run, build and check the course.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(cli_run.run)
app.add_typer(cli_data.app, name="data", help="List, fetch and verify the data sets.")
app.add_typer(cli_exercises.app, name="exercises", help="List, release and check exercises.")
app.command()(cli_grade.grade)
app.add_typer(cli_grading.app, name="grades", help="Export grades, feedback, similar work.")
app.command()(cli_bench.bench)

Chapters = Annotated[
    list[str] | None, typer.Argument(help="Chapters, such as 03_mnist, mnist or 03. All if none.")
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"dlcourse {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Deep learning as loops, as NumPy, and in four frameworks."""


@app.command()
def build(
    chapters: Chapters = None,
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
