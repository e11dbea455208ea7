"""The package as a whole: what importing it costs, and what it carries."""

import subprocess
import sys
import tomllib

import pytest

from dlcourse.course import catalogue

FRAMEWORKS = {"jax", "keras", "matplotlib", "numpy", "tensorflow", "torch"}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_next_to_nothing():
    assert not loaded_by("import dlcourse") & FRAMEWORKS


@pytest.mark.parametrize("part", ["ops", "datasets", "viz", "course", "cli"])
def test_importing_a_part_loads_no_framework(part):
    deep_learning = {"jax", "keras", "tensorflow", "torch"}
    assert not loaded_by(f"import dlcourse.{part}") & deep_learning


def test_the_version_is_the_same_everywhere():
    from dlcourse import __version__

    root = catalogue.root()
    assert tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"] == __version__
    assert f"version: {__version__}" in (root / "CITATION.cff").read_text()
    assert f"## {__version__}" in (root / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("name", ["ruff check", "ruff format --check"])
def test_style(name):
    done = subprocess.run(
        [sys.executable, "-m", *name.split(), str(catalogue.root())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_parts_depend_on_each_other_one_way_only():
    forbidden = {
        "ops": ("datasets", "viz", "course", "autograd", "nn"),
        "datasets": ("ops", "viz", "course"),
        "viz": ("ops", "datasets", "course"),
    }
    for part, others in forbidden.items():
        for path in (catalogue.root() / "dlcourse" / part).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for other in others:
                assert f"dlcourse.{other}" not in text, f"{path} imports {other}"
                assert f"from dlcourse import {other}" not in text, f"{path} imports {other}"
