"""Files that students hand in, read whatever their state."""

import json
import os

import pytest

from dlcourse.grading.submissions import notebook_file
from dlcourse.grading.submissions.notebook_file import Unreadable, parse, read_bytes


def notebook(*cells, **more):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} | more


def read(content):
    return parse(json.dumps(content).encode())


def sources(content):
    return [cell.source for cell in read(content).cells]


def test_text_type_and_names_of_cells():
    cell = code(["x = 1\n", "y"], id="a", metadata={"nbgrader": {"grade_id": "g"}, "id": "b"})
    (found,) = read(notebook(cell)).cells
    assert found == notebook_file.StudentCell("code", "x = 1\ny", "g", ("a", "b"))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x\r\ny\rz", "x\ny\nz"),
        (["x = 1", "y = 2"], "x = 1\ny = 2"),
        (["x = 1\n", None, 3, "y"], "x = 1\ny"),
        (None, ""),
        ({"a": 1}, ""),
        ("half \ud800", "half ?"),
    ],
)
def test_texts_are_mended(source, text):
    assert sources(notebook(code(source))) == [text]


@pytest.mark.parametrize(
    "metadata",
    [None, [], "x", {"nbgrader": None}, {"nbgrader": {"grade_id": 3}}, {"nbgrader": [1], "id": 3}],
)
def test_damaged_metadata_names_nothing(metadata):
    (cell,) = read(notebook(code("x", metadata=metadata, id=5))).cells
    assert (cell.grade_id, cell.ids) == ("", ())


def test_unknown_cell_types_are_raw_and_other_entries_are_noted():
    found = read(notebook(code("x", cell_type="heading"), 3, None, {"source": "y"}))
    assert [(cell.type, cell.source) for cell in found.cells] == [("raw", "x"), ("raw", "y")]
    assert found.notes == ("2 entries of the notebook are no cells",)


def test_notebook_format_3():
    cell = {"cell_type": "code", "input": ["x = 1\n", "y"], "language": "python"}
    found = read({"worksheets": [{"cells": [cell]}, None, {"cells": 3}], "nbformat": 3})
    assert [cell.source for cell in found.cells] == ["x = 1\ny"]
    assert found.notes == ("it is in the old notebook format 3",)


def test_what_it_was_made_from():
    found = read(notebook(metadata={"dlcourse": {"exercise": "01_small", "version": "abc"}}))
    assert (found.exercise, found.version) == ("01_small", "abc")
    found = read(notebook(metadata={"dlcourse": {"exercise": ["x"], "version": 3}}))
    assert (found.exercise, found.version) == ("", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_encodings(encoding):
    data = json.dumps(notebook(code("größe = 1")), ensure_ascii=False).encode(encoding)
    assert parse(data).cells[0].source == "größe = 1"


def test_text_that_is_no_utf8_is_read_as_far_as_possible():
    data = json.dumps(notebook(code("x = 1  # gr?n"))).encode().replace(b"?", b"\xfc")
    assert parse(data).cells[0].source == "x = 1  # gr\ufffdn"


def test_padding_after_the_end_is_ignored():
    assert parse(json.dumps(notebook(code("x"))).encode() + b"\n\0\0").cells


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\0\0", "empty"),
        (b"<html>", "not valid JSON"),
        (b'{"cells": [', "not valid JSON"),
        (b'{"cells": [{"outputs": ["' + b'\\"' * 10**6, "not valid JSON"),
        (b"[" * 10**5, "not valid JSON"),
        (b'{"cells": ' + b"9" * 10**5 + b"}", "not valid JSON"),
        (b"[]", "no notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(data, reason):
    with pytest.raises(Unreadable, match=reason):
        parse(data)


class TestSize:
    def test_outputs_are_dropped_before_the_file_is_parsed(self, monkeypatch):
        monkeypatch.setattr(notebook_file, "MAX_TEXT", 1000)
        image = {"data": {"image/png": "A" * 10**6, "text/plain": ['"[{\\'] * 1000}}
        found = read(
            notebook(
                code('x = "\\"outputs\\": [1"', outputs=[image] * 12),
                code("y", attachments={"a.png": "A" * 10**6}),
                metadata={"widgets": {"state": ["A" * 10**6]}, "dlcourse": {"exercise": "e"}},
            )
        )
        assert [cell.source for cell in found.cells] == ['x = "\\"outputs\\": [1"', "y"]
        assert found.exercise == "e"
        assert found.notes == ("14 MB of outputs were left out",)

    def test_only_keys_name_what_is_dropped(self):
        assert sources(notebook(code(["outputs", "attachments"]))) == ["outputs\nattachments"]
        assert sources(notebook(code("x", outputs="odd", widgets=None))) == ["x"]

    def test_too_much_text_is_refused(self, monkeypatch):
        monkeypatch.setattr(notebook_file, "MAX_TEXT", 10**6)
        with pytest.raises(Unreadable, match="2 MB of text; 1 MB are allowed"):
            read(notebook(code("x" * 2 * 10**6)))

    def test_too_many_brackets_are_refused(self, monkeypatch):
        monkeypatch.setattr(notebook_file, "MAX_TOKENS", 1000)
        with pytest.raises(Unreadable, match="too intricate"):
            read(notebook(code("x", outputs=[[]] * 1000)))

    def test_too_much_code_is_refused(self):
        cells = [code("x" * 600_000), code("y" * 300_000), code("z" * 500_000, cell_type="raw")]
        assert read(notebook(*cells)).cells
        with pytest.raises(Unreadable, match="1,500,000 characters of code; 1,000,000 are"):
            read(notebook(cells[0], *cells))

    def test_too_many_cells_are_refused(self):
        with pytest.raises(Unreadable, match="it has 2,001 cells; 2,000 are allowed"):
            read(notebook(*[code("x")] * 2001))

    def test_a_file_over_the_cap_is_refused(self, monkeypatch, tmp_path):
        monkeypatch.setattr(notebook_file, "MAX_FILE", 10**6)
        path = tmp_path / "huge.ipynb"
        with path.open("wb") as file:
            file.truncate(10**12)  # takes no space on the disk
        data = read_bytes(path)
        assert len(data) == 10**6 + 1
        with pytest.raises(Unreadable, match="larger than 1 MB; ask for it again"):
            parse(data)


class TestFiles:
    def test_an_ordinary_file(self, tmp_path):
        path = tmp_path / "odd \n näme '$(x)'.ipynb"
        path.write_bytes(b"content")
        assert read_bytes(path) == b"content"

    def test_a_symbolic_link_is_not_followed(self, tmp_path):
        (tmp_path / "other").write_bytes(b"another student's work")
        (tmp_path / "link").symlink_to(tmp_path / "other")
        with pytest.raises(Unreadable, match="symbolic link"):
            read_bytes(tmp_path / "link")

    def test_a_pipe_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(Unreadable, match="no ordinary file"):
            read_bytes(tmp_path / "pipe")

    @pytest.mark.parametrize(("name", "reason"), [("", "ordinary|directory"), ("none", "No such")])
    def test_other_things(self, tmp_path, name, reason):
        with pytest.raises(Unreadable, match=reason):
            read_bytes(tmp_path / name)
