"""What grading a class takes: `dlcourse grade` against `nbgrader autograde` on the same work.

`python -m dlcourse.bench.grading --out docs/benchmarks` writes grading.json, from which the
instructors' guide quotes; on an idle machine. nbgrader has no sandbox, runs one notebook at a time
and is given the visible checks alone, since it would show a student the hidden ones.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from dlcourse import machine
from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises import release
from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.running import batch, hand_in
from dlcourse.grading.sandbox import Limits

SLOTS = 2  # sandboxes at a time
# An exercise that needs NumPy alone, and one that trains with Keras; ours and nbgrader's share of
# submissions, which keep the start of either below a twentieth of the whole.
CLASSES = {"01_tensors": (200, 20), "04_frameworks": (100, 10)}


@dataclass(frozen=True)
class Run:
    """Seconds that grading so many submissions took, the start of the program included."""

    submissions: int
    seconds: float

    @property
    def each(self) -> float:
        """Return the seconds a submission."""
        return self.seconds / self.submissions


def time_dlcourse(exercise: Exercise, submissions: int, level: str = "bubblewrap") -> Run:
    """Grade a class of solved notebooks in SLOTS sandboxes, into a course folder and gradebook.

    Raises RuntimeError where not every notebook ran to its end.
    """
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        folder = Path(scratch)
        _hand_in(folder, exercise, submissions)
        plan = batch.Plan(folder / "course", level, Limits(), slots=SLOTS)
        plan.course.mkdir()
        jobs = hand_in.jobs(folder / "submitted", exercise)
        begin = time.perf_counter()
        results = list(batch.grade_class(jobs, exercise, plan))
        seconds = time.perf_counter() - begin
    if [result["exit_reason"] for result in results] != ["ok"] * submissions:
        raise RuntimeError(f"some solution of {exercise.name} did not run to its end: {results}")
    return Run(submissions, seconds)


def time_nbgrader(exercise: Exercise, submissions: int) -> Run:
    """Grade a class of the same notebooks with nbgrader's command."""
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        folder = Path(scratch)
        _hand_in(folder, exercise, submissions)
        path = folder / "source" / exercise.name / f"{exercise.name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(_for_nbgrader(exercise), path)
        _nbgrader(folder, "generate_assignment", exercise.name)
        begin = time.perf_counter()
        _nbgrader(folder, "autograde", exercise.name)
        return Run(submissions, time.perf_counter() - begin)


def _hand_in(folder: Path, exercise: Exercise, submissions: int) -> None:
    text = nbformat.writes(release.solved(exercise))
    for number in range(submissions):
        path = folder / "submitted" / f"s{number:03}" / exercise.name / f"{exercise.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")


def _for_nbgrader(exercise: Exercise) -> nbformat.NotebookNode:
    """Return nbgrader's source notebook: solutions in its markers, visible checks."""
    notebook = release.solved(exercise)
    for node, cell in zip(notebook.cells, release.layout(exercise), strict=True):
        if cell.kind in ("solution", "answer"):
            node.source = cell.source
    return notebook


def _nbgrader(folder: Path, *arguments: str) -> None:
    tools = Path(sys.executable).parent  # nbgrader looks for `alembic` on the PATH
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"nbgrader {arguments[0]} failed:\n{done.stderr[-3000:]}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both exercises and write grading.json."""
    parser = argparse.ArgumentParser(description="Time dlcourse's and nbgrader's graders.")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="folder")
    parser.add_argument("--share", type=float, default=1.0, help="of the classes, for a trial")
    given = parser.parse_args(arguments)
    measured = {}
    for name, sizes in CLASSES.items():
        (exercise,) = exercises.find(names=[name])
        ours, theirs = (max(1, round(given.share * size)) for size in sizes)
        runs = {
            "dlcourse": time_dlcourse(exercise, ours),
            "nbgrader": time_nbgrader(exercise, theirs),
        }
        measured[name] = {who: asdict(run) for who, run in runs.items()}
        each = ", ".join(f"{who} {run.each:.3f} s" for who, run in runs.items())
        ratio = runs["nbgrader"].each / runs["dlcourse"].each
        print(f"{name}: a submission takes {each}: {ratio:.1f} times as fast", flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    machine.write_report(given.out / "grading.json", slots=SLOTS, exercises=measured)


if __name__ == "__main__":
    main()
