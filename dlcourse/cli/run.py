"""`dlcourse run`: run chapters and exercises over backends, and check what comes of it."""

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from dlcourse.cli.say import console, give_up, quote, say


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CHAPTER]...",
            help="Chapters, such as 03_mnist, mnist or 03; exercises with their solutions, such "
            "as exercises/03; chapters or exercises for all of these. All chapters if none.",
        ),
    ] = None,
    backend: Annotated[
        str,
        typer.Option(
            help="jax, tensorflow, torch; several with commas; all; or built, the one that each "
            "notebook's stored outputs come from."
        ),
    ] = os.environ.get("DLCOURSE_BACKEND", "jax"),
    device: Annotated[str, typer.Option(help="auto, cpu or gpu.")] = os.environ.get(
        "DLCOURSE_DEVICE", "auto"
    ),
    profile: Annotated[str, typer.Option(help="quick or full.")] = os.environ.get(
        "DLCOURSE_PROFILE", "quick"
    ),
    data: Annotated[
        str, typer.Option(help="auto, full or embedded: the variant of the data sets.")
    ] = os.environ.get("DLCOURSE_VARIANT", "auto"),
    seed: Annotated[int, typer.Option(help="Seed of every random number.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Runs at a time.")] = 1,
    shard: Annotated[
        str,
        typer.Option(
            help="INDEX/COUNT, such as 0/4: do this part of the runs; all parts take about the "
            "same time."
        ),
    ] = "0/1",
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, whose workers run.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Keep the report's good runs of the very same content."),
    ] = False,
    allow_over_budget: Annotated[
        bool,
        typer.Option(
            "--allow-over-budget", help="Exit with 0 where time or memory is all that was wrong."
        ),
    ] = False,
    report: Annotated[
        Path, typer.Option(help="Folder for notebooks, pages and report.json.")
    ] = Path("build/run"),
) -> None:
    """Run chapters, each in a fresh kernel, and check what they record.

    Leaves executed notebooks, an HTML page each, report.json and the page of results, index.html,
    in the report's folder. The exit status is 1 when any run failed, skipped a cell, left its
    range or broke its budget.
    """
    from dlcourse.course import judge, recorded, session, work
    from dlcourse.course.report import Plan, follow
    from dlcourse.datasets.catalogue import VARIANTS
    from dlcourse.shard import Shard
    from dlcourse.spread import ClusterError

    backends = session.BACKENDS if backend == "all" else tuple(backend.split(","))
    for name in backends:
        _choice("--backend", name, (*session.BACKENDS, "all", "built"))
    _choice("--device", device, session.DEVICES)
    _choice("--profile", profile, session.PROFILES)
    _choice("--data", data, VARIANTS)
    try:
        requests = [
            work.Request(
                found, found.built if name == "built" else name, device, profile, data, seed
            )
            for found in work.find(names)
            for name in backends
        ]
        last = recorded.load(profile)
        share = last.share(requests, Shard.parse(shard))
        rows = follow(share, Plan(report, jobs, resume, scheduler, last), console)
    except (ValueError, OSError, ClusterError) as error:
        give_up(error)
    if len(rows) < len(share):
        # In full, for whoever typed no more than `make course`.
        again = [each for each in sys.argv if each != "--resume"] + ["--resume"]
        say(f"What is finished is kept. To go on from there: {quote(shlex.join(again))}")
    good = {judge.OK, judge.OVER_BUDGET} if allow_over_budget else {judge.OK}
    if any(row.status == judge.OVER_BUDGET for row in rows):
        say(
            "Over budget: every cell ran and every result is right, but it took more time or "
            "memory than planned. On a slow or busy machine nothing is wrong."
        )
    raise typer.Exit(0 if len(rows) == len(share) and all(r.status in good for r in rows) else 1)


def _choice(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        give_up(f"{option} {value}: choose from {', '.join(allowed)}")
