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

# What the table claims of each chapter, as it follows from the results that it quotes.
CLAIMS = {
    "01_tensors": ["about {naive_over_numpy:.0f} times as fast"],
    "02_backprop": [
        "would take {minutes_a_step:.0f} min",
        "momentum needs {steps_momentum:.0f} steps where plain descent needs {steps_plain:.0f}",
    ],
    "03_mnist": [
        "test accuracy {test_accuracy:.3f}",
        "from scratch {scratch_sgd_accuracy:.2f} with SGD",
        "{scratch_tuned_accuracy:.2f} with the right rate",
    ],
    "04_frameworks": ["loss {linear_loss:.4f}, accuracy {linear_accuracy:.4f}"],
    "05_imdb": [
        "test accuracy {test_accuracy:.3f} ",
        "a linear model {linear_accuracy:.3f}, with word pairs {best_accuracy:.3f}",
    ],
    "06_reuters": [
        "test accuracy {test_accuracy:.3f} ",
        "tuned {tuned_accuracy:.3f}, a linear SVM {svm_accuracy:.3f}",
    ],
    "07_housing": [
        "MAE {fold_mae:.3f} in four folds",
        "{test_mae:.3f} on the test set",
        "a forest {forest_test:.3f}",
    ],
    "08a_convnets": [
        "test accuracy {convnet_accuracy:.3f} ",
        "our recipe {fast_accuracy:.3f} in {fast_share:.0%} of the time",
    ],
    "08b_features": [
        "gradient × ink foretells {shrinks_ink:.0%}",
        "class maps {shrinks_map:.0%}",
    ],
    "08c_small_data": [
        "{scratch_accuracy:.2f} from scratch, {augmented_accuracy:.2f} augmented",
        "{frozen_accuracy:.3f} on a borrowed backbone",
    ],
}


def row(chapter) -> list[str]:
    (line,) = (x for x in README.splitlines() if f"](notebooks/{chapter.name}.ipynb)" in x)
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_every_local_link_leads_somewhere(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_each_chapter_has_its_launch_badges(chapter):
    assert row(chapter)[-1] == launch.badges(f"notebooks/{chapter.name}.ipynb")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_times_and_memory_are_those_measured(chapter):
    expected = expectations.load(chapter)
    for cell, profile in zip(row(chapter)[2:4], ("full", "quick"), strict=True):
        cost = expected.measured(profile)
        assert cell == f"{cost.seconds:.0f} s, {cost.memory_mb / 1000:.1f} GB"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_results_are_those_that_every_run_is_checked_against(chapter):
    quoted = {
        name: result.quoted
        for name, result in expectations.load(chapter).ranges("full", "full").items()
    }
    for claim in CLAIMS[chapter.name]:
        assert claim.format(**quoted) in row(chapter)[4]


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
