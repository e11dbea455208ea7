"""Grading a class in the sandbox against nbgrader's own autograder on the same work."""

import os
import subprocess
import sys
import time

import nbformat
import pytest

from dlcourse.grading.exercises import exercise, release
from dlcourse.grading.running import batch, hand_in
from dlcourse.grading.sandbox import Limits

pytestmark = pytest.mark.usefixtures("bubblewrap")

NAME = "01_tensors"
THEIRS, OURS = 2, 20
# On idle cores 15 times and more; other work on the machine slows the short runs more.
AT_LEAST = 8


@pytest.fixture
def tensors():
    (found,) = exercise.find(names=[NAME])
    return found


def hand_in_solutions(folder, found, count):
    text = nbformat.writes(release.solved(found))
    for number in range(count):
        path = folder / f"student{number}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text)


def nbgrader(folder, *arguments):
    """Run one of nbgrader's commands; it looks for `alembic` on the PATH."""
    tools = os.path.dirname(sys.executable)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def seconds_of_nbgrader(folder, found):
    """Return nbgrader's seconds a submission: with the visible checks alone, and no sandbox."""
    hand_in_solutions(folder / "submitted", found, THEIRS)
    source = release.solved(found)
    for node, cell in zip(source.cells, release.layout(found), strict=True):
        if cell.kind in ("solution", "answer"):
            node.source = cell.source
    path = folder / "source" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(source, path)
    nbgrader(folder, "generate_assignment", NAME)
    begin = time.perf_counter()
    nbgrader(folder, "autograde", NAME)
    return (time.perf_counter() - begin) / THEIRS


def seconds_of_ours(folder, found):
    hand_in_solutions(folder / "submitted", found, OURS)
    plan = batch.Plan(folder / "course", "bubblewrap", Limits(), slots=2)
    plan.course.mkdir()
    begin = time.perf_counter()
    results = list(batch.grade_class(hand_in.jobs(folder / "submitted", found), found, plan))
    seconds = time.perf_counter() - begin
    assert [result["exit_reason"] for result in results] == ["ok"] * OURS
    return seconds / OURS


def test_a_class_takes_a_fraction_of_nbgraders_time(tmp_path, tensors):
    for name in ("theirs", "ours"):
        (tmp_path / name).mkdir()
    theirs = seconds_of_nbgrader(tmp_path / "theirs", tensors)
    ours = seconds_of_ours(tmp_path / "ours", tensors)
    print(f"nbgrader {theirs:.2f} s, dlcourse {ours:.2f} s a submission: {theirs / ours:.0f} times")
    assert theirs > AT_LEAST * ours
