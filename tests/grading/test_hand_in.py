"""What students handed in is found, whatever they called it."""

import errno
import os
from datetime import UTC

import pytest

from dlcourse.grading.running import hand_in
from dlcourse.grading.submissions import intake


@pytest.fixture
def put(tmp_path, small):
    def put(student, *names, folder=small.name):
        for name in names:
            path = tmp_path / student / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
        return tmp_path

    return put


def test_each_student_with_the_folder_gets_a_job(put, small):
    put("grace", "01_small.ipynb")
    put("ada", "01_small.ipynb")
    folder = put("bob", "other.ipynb", folder="02_other")
    jobs = hand_in.jobs(folder, small)
    assert [job.student for job in jobs] == ["ada", "grace"]
    assert [job.notebook.name for job in jobs] == ["01_small.ipynb"] * 2
    assert hand_in.assignments(folder, [small]) == [small]
    assert hand_in.unknown(folder, [small]) == {"02_other"}


@pytest.mark.parametrize(
    ("names", "chosen", "note"),
    [
        (["01_small.ipynb"], "01_small.ipynb", ""),
        (["My work (2).ipynb"], "My work (2).ipynb", "was called 'My work (2).ipynb'"),
        (["01_small.ipynb", "old.ipynb"], "01_small.ipynb", "were left alone: 'old.ipynb'"),
        (["a.ipynb", "b.ipynb"], "01_small.ipynb", "none of several"),
        (["My work.ipynb", "._My work.ipynb"], "My work.ipynb", "was called"),  # from a Mac
        (["notes.txt"], "01_small.ipynb", ""),
        (["WORK.IPYNB"], "WORK.IPYNB", "was called"),
    ],
)
def test_the_notebook_is_the_one_with_the_name_or_the_only_one(put, small, names, chosen, note):
    (job,) = hand_in.jobs(put("ada", *names), small)
    assert job.notebook.name == chosen
    assert note in "".join(job.notes)
    assert bool(job.notes) == bool(note)


def test_a_linked_folder_is_not_followed(put, small):
    folder = put("ada", "01_small.ipynb")
    (folder / "bob").symlink_to(folder / "ada")
    (folder / "eve").mkdir()
    (folder / "eve" / "01_small").symlink_to(folder / "ada" / "01_small")
    (folder / "lost").symlink_to(folder / "nowhere")
    ada, bob, eve = hand_in.jobs(folder, small)
    assert [job.student for job in (ada, bob, eve)] == ["ada", "bob", "eve"]
    assert ada.notebook == folder / "ada" / "01_small" / "01_small.ipynb"
    for job in (bob, eve):
        (reason,) = intake.read(job.notebook, small).needs_review
        assert reason == "the file was not read: it is a symbolic link, which is not followed"


@pytest.mark.parametrize("closed", ["ada", "ada/01_small"])
def test_a_folder_that_nobody_may_enter_stops_nobody_else(put, small, monkeypatch, closed):
    put("ada", "01_small.ipynb")
    folder = put("bob", "01_small.ipynb")
    for name in ("stat", "lstat", "scandir", "listdir", "open"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name), f"{folder / closed}/"))
    ada, bob = hand_in.jobs(folder, small)
    (reason,) = intake.read(ada.notebook, small).needs_review
    assert reason == "the file was not read: it cannot be opened: Permission denied"
    assert bob.notebook == folder / "bob" / "01_small" / "01_small.ipynb"
    assert hand_in.unknown(folder, []) <= {"01_small"}


def refusing(function, below):
    """Return `function` refused for all that lies below a folder, as by its mode; root may all."""
    looks_in = function.__name__ in ("scandir", "listdir")

    def refused(path=".", *rest, **more):
        if isinstance(path, str | os.PathLike) and f"{path}{'/' * looks_in}".startswith(below):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return function(path, *rest, **more)

    return refused


def test_notebooks_that_lie_elsewhere_are_told(put, small):
    folder = put("ada", "01_small.ipynb", "extra.ipynb")
    (folder / "bob").mkdir()
    for name in ("bob/01_small.ipynb", "01_small_eve.ipynb"):
        (folder / name).write_text("{}")
    assert hand_in.stray(folder) == ["01_small_eve.ipynb", "bob/01_small.ipynb"]


def test_the_time_of_handing_in_is_read_from_beside_the_notebook(put, small):
    folder = put("ada", "01_small.ipynb")
    (folder / "ada" / "01_small" / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    (job,) = hand_in.jobs(folder, small, UTC)
    assert job.submitted == "2026-11-20T10:00:00+00:00"


def test_a_folder_that_is_not_there_says_what_it_must_hold(tmp_path, small):
    with pytest.raises(FileNotFoundError, match="STUDENT/ASSIGNMENT"):
        hand_in.jobs(tmp_path / "nothing", small)
