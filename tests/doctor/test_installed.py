"""What `dlcourse doctor` says of Python, packages, chapters and data."""

import platform
import shutil
from importlib.metadata import PackageNotFoundError

import pytest

from dlcourse.course import catalogue
from dlcourse.datasets import store
from dlcourse.doctor import BROKEN, LIMITED, OK, installed


@pytest.fixture
def alone(monkeypatch):
    """Make it look as though the package were installed without the chapters."""

    def root():
        raise FileNotFoundError

    monkeypatch.setattr(catalogue, "root", root)


@pytest.fixture
def packages(monkeypatch):
    """Set what dlcourse requires, and what is installed."""

    def set_them(required, found):
        def version(name):
            if name not in found:
                raise PackageNotFoundError(name)
            return found[name]

        monkeypatch.setattr(installed, "requires", lambda name: required)
        monkeypatch.setattr(installed, "version", version)

    return set_them


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("3.10.14", BROKEN),
        ("3.11.0", OK),
        ("3.13.9", OK),
        ("3.14.0rc1", BROKEN),
        ("3.14.0", BROKEN),
    ],
)
def test_pythons_in_and_out_of_range(monkeypatch, version, state):
    monkeypatch.setattr(platform, "python_version", lambda: version)
    finding = installed.python()
    assert finding.state == state
    assert version in finding.found
    assert ("make" in finding.way) == (state == BROKEN)


def test_a_package_that_is_too_old_is_named_with_the_range(monkeypatch, tmp_path):
    (tmp_path / "numpy-1.26.4.dist-info").mkdir()
    (tmp_path / "numpy-1.26.4.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\n"
    )
    assert installed.base().state == OK
    monkeypatch.syspath_prepend(tmp_path)
    finding = installed.base()
    assert (finding.state, finding.found) == (BROKEN, "numpy 1.26.4 is not >=2.0")
    assert finding.way.startswith("pip install")


REQUIRED = [
    "numpy>=2",
    "tomli; python_version < '3'",
    "jax>=0.6; extra == 'course'",
    "pywin32; sys_platform == 'nowhere' and extra == 'course'",
    "nbgrader>=0.9; extra == 'grading'",
]


def test_each_extra_is_looked_at_by_itself(packages):
    packages(REQUIRED, {"numpy": "1.9", "nbgrader": "0.8.1"})
    assert installed.base().found == "numpy 1.9 is not >=2"
    assert installed.course().found == "jax is missing"
    assert installed.grading().found == "nbgrader 0.8.1 is not >=0.9"
    assert installed.grading().state == LIMITED
    assert installed.grading().way == "pip install 'dlcourse[course,grading]'"


def test_chapters_need_their_packages(packages):
    packages(REQUIRED, {"numpy": "2.1"})
    assert installed.course().state == BROKEN
    assert installed.course().way == "pip install 'dlcourse[course]'"


def test_the_package_alone_does_not(packages, alone):
    packages(REQUIRED, {"numpy": "2.1"})
    assert installed.course().state == LIMITED


def test_of_many_packages_that_are_missing_a_few_are_named(packages):
    packages([f"absent{i}; extra == 'course'" for i in range(9)], {})
    assert installed.course().found.endswith("absent3 is missing, 5 more")


@pytest.mark.parametrize(("version", "state"), [("2.21.0", OK), ("2.19.0", BROKEN)])
def test_another_build_of_tensorflow_will_do(packages, version, state):
    packages(["tensorflow-cpu>=2.20; extra == 'course'"], {"tensorflow": version})
    assert installed.course().state == state


def test_chapters_that_are_here():
    assert installed.chapters().state == OK
    assert installed.chapters().found.startswith(f"{len(catalogue.chapters())} in ")


def test_chapters_that_are_not_here_can_be_cloned(alone):
    assert installed.chapters().state == LIMITED
    assert f"git clone {catalogue.repository()}" in installed.chapters().way


class TestData:
    @pytest.fixture(autouse=True)
    def nothing_but_what_ships(self, monkeypatch, tmp_path):
        monkeypatch.delenv("DLCOURSE_DATA", raising=False)
        monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "cache"))

    def test_samples_are_told_from_the_full_data_sets(self, tmp_path):
        (tmp_path / "cache").mkdir()
        for name in ("reuters.npz", "reuters_word_index.json"):
            (tmp_path / "cache" / name).touch()
        finding = installed.data()
        assert finding.state == LIMITED
        assert "full: mnist, reuters; " in finding.found
        assert finding.found.endswith("ships: imdb, california_housing, cats_vs_dogs")
        assert "dlcourse data fetch" in finding.way

    def test_all_full(self, monkeypatch, tmp_path):
        for name in (
            "imdb.npz", "imdb_word_index.json", "reuters.npz", "reuters_word_index.json",
            "california_housing.npz", "cats_vs_dogs_2002.zip",
        ):  # fmt: skip
            (tmp_path / name).touch()
        monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
        assert installed.data().state == OK
        assert "cats_vs_dogs" in installed.data().found

    def test_what_ships_must_be_whole(self, monkeypatch, tmp_path):
        shutil.copytree(store.embedded_folder(), tmp_path / "data")
        monkeypatch.setattr(store, "embedded_folder", lambda: tmp_path / "data")
        assert installed.data().state == LIMITED
        with (tmp_path / "data" / "sacramento.csv").open("a") as file:
            file.write("1\n")
        finding = installed.data()
        assert finding.state == BROKEN
        assert "sacramento.csv is not the file it should be" in finding.found

    def test_a_folder_that_is_none(self, monkeypatch):
        monkeypatch.setenv("DLCOURSE_DATA", "/no/such/folder")
        assert installed.data().state == BROKEN
        assert "Correct the environment variable" in installed.data().found
