"""Building notebooks, and finding the stale ones."""

import nbformat
import pytest

from dlcourse.course import build as builder


@pytest.fixture
def built(small):
    builder.build(small.chapter)
    return small


def read(small):
    return nbformat.read(small.chapter.notebook, as_version=4)


def without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return nbformat.writes(notebook)


def test_a_built_notebook_is_current_and_holds_its_outputs(built):
    assert builder.stale(built.chapter) == []
    cells = read(built).cells
    assert cells[5].outputs[0].text == "42\n"
    assert [cell.execution_count for cell in cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]
    assert not any("injected-parameters" in cell.metadata.get("tags", []) for cell in cells)


def test_a_second_build_changes_no_input_id_or_metadata(built):
    first = without_outputs(read(built))
    builder.build(built.chapter)
    assert without_outputs(read(built)) == first


def test_a_chapter_never_built_is_stale(small):
    assert builder.stale(small.chapter) == ["it has never been built"]


def test_a_broken_notebook_is_stale_and_is_built_again(built):
    built.chapter.notebook.write_bytes(built.chapter.notebook.read_bytes()[:-100])
    assert builder.stale(built.chapter) == ["it is no notebook, but broken JSON"]
    assert not builder.rewrite(built.chapter)
    builder.build(built.chapter)
    assert builder.stale(built.chapter) == []


def test_a_changed_source_makes_it_stale(built):
    built.write((built.folder / "src" / "01_small.py").read_text().replace("6 * 7", "6 * 8"))
    assert builder.stale(built.chapter) == ["cell 5 differs from the source"]


def test_an_added_cell_makes_it_stale(built):
    built.add("1")
    assert "it has 7 cells, the source gives 8" in builder.stale(built.chapter)


def test_a_changed_quote_makes_it_stale(built):
    built.expect(built.chapter.expected.read_text().replace("42.04", "42.94"))
    assert builder.stale(built.chapter) == ["cell 0 differs from the source"]


def test_a_hand_edited_notebook_is_stale(built):
    notebook = read(built)
    notebook.cells[4].source = "print(42)"
    nbformat.write(notebook, built.chapter.notebook)
    assert builder.stale(built.chapter) == ["cell 4 differs from the source"]


def test_changed_package_code_makes_it_stale(built):
    notebook = read(built)
    modules = notebook.metadata["dlcourse"]["modules"]
    assert "dlcourse/course/session.py" in modules
    modules["dlcourse/viz/__init__.py"] = "0" * 64
    nbformat.write(notebook, built.chapter.notebook)
    (reason,) = builder.stale(built.chapter)
    assert reason == "dlcourse/viz/__init__.py changed since its outputs were made"


def test_changed_prose_is_rewritten_around_the_same_outputs(built):
    before = [cell.get("outputs") for cell in read(built).cells if cell.cell_type == "code"]
    source = built.folder / "src" / "01_small.py"
    added = "\n# %% [markdown]\n# An afterthought, about {{answer:.2f}}.\n"
    built.write(source.read_text().replace("It says", "It still says") + added)
    built.expect(built.chapter.expected.read_text().replace("42.04", "42.94"))
    assert builder.rewrite(built.chapter)
    assert builder.stale(built.chapter) == []
    cells = read(built).cells
    assert [cell.outputs for cell in cells if cell.cell_type == "code"] == before
    assert "still says 42.9" in cells[0].source
    assert cells[-1].source == "An afterthought, about 42.94."


def test_nothing_is_rewritten_around_outputs_of_other_code(small):
    assert not builder.rewrite(small.chapter)  # never built
    builder.build(small.chapter)
    source = small.folder / "src" / "01_small.py"
    text = source.read_text()
    for changed in (text.replace("6 * 7", "6 * 8"), text + "\n# %%\n1\n"):
        small.write(changed)
        assert not builder.rewrite(small.chapter)
    small.write(text)
    notebook = read(small)
    notebook.metadata["dlcourse"]["modules"]["dlcourse/viz/__init__.py"] = "0" * 64
    nbformat.write(notebook, small.chapter.notebook)
    before = small.chapter.notebook.read_bytes()
    assert not builder.rewrite(small.chapter)
    assert small.chapter.notebook.read_bytes() == before


def test_outputs_of_another_backend_are_stale(built):
    notebook = read(built)
    notebook.metadata["dlcourse"]["built"]["backend"] = "torch"
    nbformat.write(notebook, built.chapter.notebook)
    assert builder.stale(built.chapter) == ["its outputs were made with backend torch, not jax"]
    assert not builder.rewrite(built.chapter)


def test_the_cell_that_installs_is_stored_folded(built):
    assert read(built).cells[2].metadata.jupyter.source_hidden


def test_data_that_nobody_may_publish_are_not_shown(small):
    built = '\n[01_small.built]\nvariant = "embedded"\nbackend = "torch"\n'
    small.expect(small.chapter.expected.read_text() + built)
    small.add("print(os.environ['DLCOURSE_VARIANT'])")
    builder.build(small.chapter)
    cells = read(small).cells
    assert cells[-1].outputs[0].text == "embedded\n"
    assert "Keras on torch" in cells[4].outputs[0].data["text/plain"]


def test_a_failing_chapter_leaves_the_old_notebook(built):
    before = built.chapter.notebook.read_bytes()
    built.add("raise ValueError('broken')")
    with pytest.raises(builder.BuildError, match="01_small: failed: .*broken"):
        builder.build(built.chapter)
    assert built.chapter.notebook.read_bytes() == before


def test_results_out_of_range_are_not_stored(small):
    small.write((small.folder / "src" / "01_small.py").read_text().replace("answer=42", "answer=7"))
    with pytest.raises(builder.BuildError, match="out of range: answer = 7"):
        builder.build(small.chapter)


def test_outputs_on_embedded_samples_are_not_stored(small, monkeypatch):
    code = (
        "import sys, types\n"
        "info = types.SimpleNamespace(variant='embedded')\n"
        "sys.modules['dlcourse.datasets'] = types.SimpleNamespace(loaded=lambda: [info])"
    )
    with pytest.raises(builder.BuildError, match="full data.*dlcourse data fetch"):
        builder.build(small.add(code))


def test_what_lint_finds_is_not_stored(small):
    with pytest.raises(builder.BuildError, match="magics"):
        builder.build(small.add("%time 1"))
