"""The command `dlcourse`: run and build the course, fetch its data.

Each command imports what it needs when it is called, so that `dlcourse --help` answers at once.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dlcourse import __version__
from dlcourse.cli import bench, build, data, doctor, exercises, grade, grades, run
from dlcourse.cli.say import give_up


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
app.command()(run.run)
app.command()(doctor.doctor)
app.command()(build.build)
app.add_typer(data.app, name="data", help="List, fetch and verify the data sets.")
app.add_typer(exercises.app, name="exercises", help="List, release and check exercises.")
app.command()(grade.grade)
app.add_typer(grades.app, name="grades", help="Export grades, feedback, similar work.")
app.command()(bench.bench)


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
