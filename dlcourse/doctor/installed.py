"""What is here: Python, packages, chapters, data."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from dlcourse.doctor.finding import BROKEN, LIMITED, OK, Finding, how_to_get

_SHOWN = 4  # packages that are named; the way out is the same for any number
# Builds of one package under another name.
_OTHER_BUILDS = {"tensorflow-cpu": "tensorflow"}


def python() -> Finding:
    """Compare this Python with what the package's metadata ask for."""
    found, wanted = platform.python_version(), metadata("dlcourse")["Requires-Python"]
    if SpecifierSet(wanted).contains(found, prereleases=True):
        return Finding(OK, found)
    way = "set the course up with such a Python: make clean course PYTHON=/path/to/python3.12"
    return Finding(BROKEN, f"{found} is not {wanted}", way)


def base() -> Finding:
    """Look at the packages that dlcourse itself cannot do without."""
    return _packages("", BROKEN, "pip install dlcourse")


def course() -> Finding:
    """Look at the packages that chapters need; they may be missing where no chapters are."""
    return _packages("course", BROKEN if _chapters_are_here() else LIMITED, how_to_get("course"))


def grading() -> Finding:
    """Look at the packages that instructors need."""
    return _packages("grading", LIMITED, how_to_get("course,grading"))


def chapters() -> Finding:
    """Say whether the chapters are here; hosted notebooks have the package alone."""
    from dlcourse.course import catalogue

    if _chapters_are_here():
        return Finding(OK, f"{len(catalogue.chapters())} in {catalogue.root() / 'notebooks'}")
    way = f"git clone {catalogue.repository()}, then make course in it"
    return Finding(LIMITED, "not here, this is the package alone", way)


def data() -> Finding:
    """Read every file that ships; say which data sets are whole, and which only a sample."""
    from dlcourse.datasets import catalogue, store
    from dlcourse.datasets.files import DataError
    from dlcourse.datasets.places import where

    try:
        for name in store.manifest():
            store.embedded(name)
        samples = [entry.name for entry in catalogue.ENTRIES if not where(entry)]
    except DataError as error:
        return Finding(BROKEN, str(error))
    whole = ", ".join(name for name in catalogue.names() if name not in samples)
    if not samples:
        return Finding(OK, f"full: {whole}")
    found = f"full: {whole}; only the sample that ships: {', '.join(samples)}"
    way = "dlcourse data fetch; dlcourse data list says how to get what that leaves"
    return Finding(LIMITED, found, way)


def _chapters_are_here() -> bool:
    from dlcourse.course import catalogue

    try:
        catalogue.root()
    except FileNotFoundError:
        return False
    return True


def _packages(extra: str, state: str, way: str) -> Finding:
    wanted = list(_requirements(extra))
    faults = [fault for requirement in wanted if (fault := _fault(requirement))]
    if not faults:
        return Finding(OK, f"{len(wanted)} packages, each in its range")
    more = [f"{len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return Finding(state, ", ".join(faults[:_SHOWN] + more), way)


def _requirements(extra: str) -> Iterator[Requirement]:
    """Yield what `extra` adds to the package's own requirements; these where it is empty."""
    for requirement in map(Requirement, requires("dlcourse") or ()):
        marker = requirement.marker
        always = marker is None or marker.evaluate({"extra": ""})
        if always != bool(extra) and (always or marker.evaluate({"extra": extra})):
            yield requirement


def _fault(requirement: Requirement) -> str:
    """Return what is wrong with a package; an empty text where nothing is."""
    for name in (requirement.name, _OTHER_BUILDS.get(requirement.name)):
        try:
            found = version(name) if name else None
        except PackageNotFoundError:
            continue
        if found:
            inside = requirement.specifier.contains(found, prereleases=True)
            return "" if inside else f"{name} {found} is not {requirement.specifier}"
    return f"{requirement.name} is missing"
