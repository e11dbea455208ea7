"""`dlcourse build` as a command: what it has the builder do, and its exit status."""

import pytest
from typer.testing import CliRunner

from dlcourse.cli import app
from dlcourse.course import build as builder
from dlcourse.course import catalogue


@pytest.fixture
def call():
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_check_passes_where_everything_is_current(call, monkeypatch):
    monkeypatch.setattr(builder, "stale", lambda chapter: [])
    result = call("build", "--check")
    assert result.exit_code == 0
    assert "current 03_mnist" in result.output


def test_check_fails_and_builds_nothing_where_a_notebook_is_stale(call, monkeypatch):
    monkeypatch.setattr(builder, "stale", lambda chapter: ["cell 3 differs from the source"])
    monkeypatch.setattr(builder, "build", pytest.fail)
    result = call("build", "--check", "03")
    assert result.exit_code == 1
    assert "stale 03_mnist" in result.output
    assert "cell 3 differs from the source" in result.output
    assert "run `dlcourse build`" in result.output


def test_only_stale_notebooks_are_built(call, monkeypatch):
    built = []
    row = type("Row", (), {"seconds": 1.0, "results": {}})
    monkeypatch.setattr(builder, "stale", lambda chapter: ["x"] * (chapter.name == "03_mnist"))
    monkeypatch.setattr(builder, "build", lambda chapter: built.append(chapter.name) or row)
    monkeypatch.setattr(builder, "rewrite", lambda chapter: False)
    assert call("build").exit_code == 0
    assert built == ["03_mnist"]
    assert call("build", "--force").exit_code == 0
    assert built[1:] == [chapter.name for chapter in catalogue.chapters()]


def test_a_chapter_of_which_only_prose_changed_is_not_executed(call, monkeypatch):
    monkeypatch.setattr(builder, "stale", lambda chapter: ["x"])
    monkeypatch.setattr(builder, "rewrite", lambda chapter: chapter.name == "03_mnist")
    monkeypatch.setattr(builder, "build", lambda chapter: pytest.fail("it was executed"))
    result = call("build", "03")
    assert result.exit_code == 0
    assert "rewrote the prose of 03_mnist.ipynb" in result.output


def test_a_chapter_that_cannot_be_built_ends_in_its_message(call, monkeypatch):
    def fail(chapter):
        raise builder.BuildError("03_mnist: failed: cell 7: KeyError: lost")

    monkeypatch.setattr(builder, "stale", lambda chapter: ["x"])
    monkeypatch.setattr(builder, "rewrite", lambda chapter: False)
    monkeypatch.setattr(builder, "build", fail)
    result = call("build", "03")
    assert result.exit_code == 1
    assert "KeyError: lost" in result.output
