import shutil

import pytest
from typer.testing import CliRunner

from dlcourse import datasets
from dlcourse.cli.data import app
from dlcourse.datasets import store
from tests.datasets.conftest import needs_full_data


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str):
        return CliRunner().invoke(app, list(arguments))

    return invoke


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    return folder


def rows(output: str) -> dict[tuple[str, str], list[str]]:
    """Return the cells of the table by name and variant."""
    result, name = {}, ""
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        if len(cells) == 5 and cells[1]:
            name = cells[0] or name
            result[name, cells[1]] = cells[2:]
    return result


def test_list(run):
    result = run("list")
    assert result.exit_code == 0
    table = rows(result.output)
    assert len(table) == 10
    assert table["mnist", "full"] == ["11.6 MB", "data/", "CC BY-SA 3.0"]
    assert table["imdb", "full"][:2] == ["19.1 MB", "not here"]
    assert table["imdb", "embedded"][:2] == ["0.5 MB", "data/"]
    assert table["reuters", "embedded"][2].startswith("free for research only")
    assert table["california_housing", "embedded"][1] == "data/"
    assert table["cats_vs_dogs", "full"][:2] == ["30.4 MB", "by hand, see below"]
    assert "To get cats_vs_dogs by hand: sign in to kaggle.com, accept the rules of the compe" in (
        result.output
    )


def test_list_says_where_a_data_set_is(run, own):
    for name in ("imdb.npz", "imdb_word_index.json", "reuters.npz"):
        (own / name).touch()
    result = run("list")
    table = rows(result.output)
    assert table["imdb", "full"][1] == "$DLCOURSE_DATA"
    assert table["reuters", "full"][1] == "not here"  # its word index is missing
    assert f"$DLCOURSE_DATA is {own}" in result.output


def test_list_says_where_a_download_of_the_users_own_is(run, own):
    (own / "dogs-vs-cats" / "train").mkdir(parents=True)
    result = run("list")
    assert rows(result.output)["cats_vs_dogs", "full"][1] == "$DLCOURSE_DATA"
    assert "by hand" not in result.output


def test_fetch_says_what_is_to_be_done_by_hand(run, monkeypatch):
    result = run("fetch", "cats_vs_dogs")
    assert result.exit_code == 1
    assert "failed   The full data set cats_vs_dogs is not at hand" in result.output
    assert "dogs-vs-cats.zip" in result.output
    monkeypatch.setattr(datasets, "names", lambda: ("mnist", "cats_vs_dogs"))
    result = run("fetch")  # all of them: what nobody may download is no failure
    assert result.exit_code == 0
    assert "here     mnist · full" in result.output
    assert "by hand  cats_vs_dogs: sign in to kaggle.com" in result.output


def test_fetch_explains_a_failure_and_goes_on(run):
    result = run("fetch", "california_housing", "mnist")
    assert result.exit_code == 1
    assert "failed   The full data set california_housing is not at hand" in result.output
    assert "here     mnist · full" in result.output


def test_fetch_of_an_unknown_name(run):
    result = run("fetch", "imbd")
    assert result.exit_code == 1
    assert "Did you mean 'imdb'?" in result.output


@needs_full_data
def test_fetch_all(run, full_data):
    result = run("fetch")
    assert result.exit_code == 0
    assert result.output.count("here ") == 5


@needs_full_data
def test_verify_full(run, full_data):
    result = run("verify")
    assert result.exit_code == 0
    for name in ("imdb_flat.npz", "reuters_word_index.json", "california_housing.npz"):
        assert f"ok       $DLCOURSE_DATA {name}" in result.output


def test_verify_what_ships(run):
    result = run("verify")
    assert result.exit_code == 0
    assert result.output.count("ok       data/ ") == len(store.manifest())
    assert "damaged" not in result.output


def test_verify_finds_every_damaged_file_and_changes_none(run, own, cache, tmp_path, monkeypatch):
    cache.mkdir()
    ships = tmp_path / "ships"
    shutil.copytree(store.embedded_folder(), ships)
    monkeypatch.setattr(store, "embedded_folder", lambda: ships)
    (ships / "sacramento.csv").write_text("price\n")
    (ships / "imdb_snippets.csv.bz2").unlink()
    (cache / "reuters_flat.npz").write_bytes(b"half")
    (own / "imdb.npz").write_bytes(b"<html>")
    result = run("verify")
    assert result.exit_code == 1
    assert result.output.count("damaged") == 4
    for cure in (
        "for $DLCOURSE_DATA: replace it",
        "for cache: run: dlcourse data fetch",
        "for data/: install dlcourse again",
    ):
        assert cure in result.output
    assert (own / "imdb.npz").read_bytes() == b"<html>"
    assert (cache / "reuters_flat.npz").read_bytes() == b"half"


@pytest.mark.parametrize("command", ["list", "fetch", "verify"])
def test_a_folder_that_is_none_is_explained(run, monkeypatch, tmp_path, command):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "nowhere"))
    result = run(command)
    assert result.exit_code == 1
    assert "which is not a folder. Correct the environment variable" in result.output
