"""Every way to install the course gives the same, tested versions."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dlcourse import bootstrap
from dlcourse.course import catalogue

ROOT = catalogue.root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def lock() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [Requirement(line.split("  #")[0]) for line in lines if re.match(r"\w", line)]


def requirements(extra: str) -> list[Requirement]:
    listed = PROJECT["dependencies"] + PROJECT["optional-dependencies"][extra]
    return [Requirement(text) for text in listed]


def test_every_line_of_the_lock_is_one_exact_version():
    for pin in lock():
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), pin


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_lock_pins_each_dependency_inside_its_range(extra):
    pins = {canonicalize_name(pin.name): pin for pin in lock()}
    for wanted in requirements(extra):
        pinned = str(pins[canonicalize_name(wanted.name)].specifier).removeprefix("==")
        assert wanted.specifier.contains(pinned), f"{wanted} but the lock has {pinned}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_holds_one_version_a_package_for_each_python(python):
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    names = [
        pin.name for pin in lock() if pin.marker is None or pin.marker.evaluate(environment | linux)
    ]
    assert len(names) == len(set(names))
    assert {"jax", "keras", "tensorflow-cpu", "torch"} <= set(names)


def test_what_is_installed_here_is_what_the_lock_says():
    pins = {canonicalize_name(pin.name): pin for pin in lock()}
    for wanted in chain(*map(requirements, EXTRAS)):
        if wanted.marker is None or wanted.marker.evaluate():
            installed = version(wanted.name)
            assert pins[canonicalize_name(wanted.name)].specifier.contains(installed), wanted


def pip_lines(text: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in text.splitlines() if line.startswith("--"))


def test_conda_takes_its_versions_from_the_lock():
    text = (ROOT / "environment.yml").read_text()
    block = text.split("- pip:\n")[1]
    options = pip_lines("\n".join(line.strip().removeprefix("- ") for line in block.splitlines()))
    assert options["--constraint"] == "requirements.lock"
    assert options["--extra-index-url"] == bootstrap.TORCH_CPU_INDEX
    assert Requirement(options["--editable"].replace(".", "dlcourse", 1)).extras == set(EXTRAS)
    minor = re.search(r"python=(\S+)", text)[1]
    assert tuple(map(int, minor.split("."))) >= bootstrap.OLDEST


def test_binder_takes_its_versions_from_the_lock():
    folder = ROOT / "binder"
    options = pip_lines((folder / "requirements.txt").read_text())
    assert (folder / options["--constraint"]).resolve() == ROOT / "requirements.lock"
    assert options["--extra-index-url"] == bootstrap.TORCH_CPU_INDEX
    assert options["--editable"] == ".[course]"
    assert (folder / "start").stat().st_mode & 0o111
    assert "DLCOURSE_PROFILE=quick" in (folder / "start").read_text()


def test_binder_would_build_it():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    recipe = done.stdout + done.stderr
    assert done.returncode == 0, recipe[-2000:]
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in recipe
    # Only after the sources are there can pip see the lock and install the package in place.
    assert recipe.index("COPY --chown") < recipe.index("Run assemble scripts")
    assert recipe.index("Run assemble scripts") < recipe.index('-r "binder/requirements.txt"')
    assert "binder/start" in recipe
