"""A level of the sandbox that does not work is seen in CI."""

import re
from pathlib import Path

import pytest

from tests import sandboxes


@pytest.fixture
def broken(monkeypatch):
    monkeypatch.setattr(sandboxes, "why_not", lambda level: "no namespaces")


def test_in_ci_the_tests_of_a_broken_level_fail(broken, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="bubblewrap does not work here: no namespaces"):
        sandboxes.need("bubblewrap")


def test_elsewhere_they_are_skipped_with_the_reason(broken, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="landlock does not work here: no namespaces"):
        sandboxes.need("landlock")


def test_a_level_that_works_is_used(monkeypatch):
    monkeypatch.setattr(sandboxes, "why_not", lambda level: None)
    sandboxes.need("bubblewrap")


@pytest.mark.parametrize("folder", ["grading", "attacks"])
def test_nothing_else_skips_there(folder):
    for path in Path(__file__).parent.joinpath(folder).glob("*.py"):
        found = re.search(r"pytest\.(mark\.)?(skip|importorskip)", path.read_text(encoding="utf-8"))
        assert found is None, path
