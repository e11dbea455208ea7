"""The README says what is so: files, links, measured figures, results."""

import json
import re
import statistics

import pytest

from dlcourse.course import catalogue, launch
from dlcourse.course import expected as expectations

ROOT = catalogue.root()
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHAPTERS = catalogue.chapters()


def row(chapter) -> list[str]:
    (line,) = (x for x in README.splitlines() if f"](notebooks/{chapter.name}.ipynb)" in x)
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_every_local_link_leads_to_a_file(link):
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_each_chapter_has_its_launch_badges(chapter):
    assert row(chapter)[-1] == launch.badges(f"notebooks/{chapter.name}.ipynb")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_times_and_memory_are_those_measured(chapter):
    expected = expectations.load(chapter)
    for cell, profile in zip(row(chapter)[2:4], ("full", "quick"), strict=True):
        cost = expected.measured(profile)
        assert cell == f"{cost.seconds:.0f} s, {cost.memory_mb / 1000:.1f} GB"


def test_results_are_those_that_every_run_is_checked_against():
    ranges = {
        chapter.name: expectations.load(chapter).ranges("full", "full") for chapter in CHAPTERS
    }
    tensors, backprop, mnist, frameworks = ranges.values()
    assert f"about {tensors['naive_over_numpy'].quoted:.0f} times" in README
    assert f"would take {backprop['minutes_a_step'].quoted:.0f} min" in README
    assert f"momentum needs {backprop['steps_momentum'].quoted:.0f} steps" in README
    assert f"plain descent needs {backprop['steps_plain'].quoted:.0f}" in README
    assert f"loss {frameworks['linear_loss'].quoted:.4f}" in README
    assert f"accuracy {frameworks['linear_accuracy'].quoted:.4f}" in README
    assert f"test accuracy {mnist['test_accuracy'].quoted:.3f}" in README
    assert f"from scratch {mnist['scratch_sgd_accuracy'].quoted:.2f} with SGD" in README
    assert f"{mnist['scratch_tuned_accuracy'].quoted:.2f} with the right rate" in README


def test_speeds_are_those_of_the_recorded_benchmark():
    training = json.loads((ROOT / "docs/benchmarks/bench.json").read_text())["training"]
    seconds = {who: statistics.median(x["epoch_seconds"]) for who, x in training.items()}
    text = " ".join(README.split())
    assert f"takes {seconds['nn']:.2f} s with `dlcourse.nn`" in text
    assert f"products alone are {seconds['products']:.2f} s" in text
    for backend, name in (("jax", "JAX"), ("tensorflow", "TensorFlow"), ("torch", "PyTorch")):
        assert f"{seconds[backend]:.2f} s on {name}" in text


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_every_make_target_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
