"""Source → notebook."""

import nbformat
import pytest

from dlcourse.course import catalogue, launch
from dlcourse.course.assemble import assemble


def test_the_same_source_gives_the_same_notebook_byte_for_byte(small):
    assert nbformat.writes(assemble(small.chapter)) == nbformat.writes(assemble(small.chapter))


def test_ids_say_chapter_and_position(small):
    assert [cell.id for cell in assemble(small.chapter).cells] == [
        f"01_small-{position:03d}" for position in range(7)
    ]


def test_the_last_cell_leads_on(small):
    assert "Next" not in assemble(small.chapter).cells[-1].source  # nothing follows
    source, known = small.chapter.source, small.chapter.expected.read_text()
    for name, title in (("02a_more", "Another"), ("02b_most", "The last")):
        source.with_stem(name).write_text(source.read_text().replace("A small", title))
        known += "\n" + small.chapter.expected.read_text().replace("01_small", name)
    small.expect(known)
    (source.parent / "exercises").mkdir()
    (source.parent / "exercises" / "02_more.py").touch()
    first, middle, last = (assemble(x).cells[-1].source for x in catalogue.chapters(small.folder))
    assert first == "**Next:** [2a · Another chapter](02a_more.ipynb)."
    assert middle == "**Next:** [2b · The last chapter](02b_most.ipynb)."
    assert last == "**Next:** the [exercises](exercises/02_more.ipynb)."


def test_badges_installation_settings_and_start_follow_the_title(small):
    title, facts, install, parameters, start, *_ = assemble(small.chapter).cells
    assert title.source.startswith("# A small chapter")
    assert launch.colab_url("notebooks/01_small.ipynb") in facts.source
    assert launch.kaggle_url("notebooks/01_small.ipynb") in facts.source
    assert launch.binder_url("notebooks/01_small.ipynb") in facts.source
    assert install.source == launch.install_code()
    assert install.metadata["jupyter"] == {"source_hidden": True}
    assert parameters.metadata["tags"] == ["parameters"]
    assert '"01_small"' in start.source


def test_the_facts_say_what_the_full_profile_took_when_it_was_recorded(small):
    assert "Full profile" not in assemble(small.chapter).cells[1].source
    small.record({"seconds": 22.5})
    small.expect(small.chapter.expected.read_text() + '\n[01_small.built]\nbackend = "torch"\n')
    facts = assemble(small.chapter).cells[1].source.replace("\N{NO-BREAK SPACE}", " ")
    assert facts.endswith("*Full profile on a CPU with 2 cores, Keras on PyTorch: about 20 s.*")


@pytest.mark.parametrize("name", ["backend", "device", "profile"])
def test_environment_variables_change_the_defaults(small, monkeypatch, name):
    code = assemble(small.chapter).cells[3].source
    defaults, changed = {}, {}
    monkeypatch.delenv(f"DLCOURSE_{name.upper()}", raising=False)
    exec(code, defaults)
    monkeypatch.setenv(f"DLCOURSE_{name.upper()}", "other")
    exec(code, changed)
    assert defaults[name] in ("jax", "auto", "full")
    assert changed[name] == "other"
    assert defaults["seed"] == changed["seed"] == 1


def test_quoted_numbers_come_from_expected_toml(small):
    assert "It says 42.0." in assemble(small.chapter).cells[0].source


def test_a_quote_without_a_number_is_refused(small):
    chapter = small.write("# %% [markdown]\n# # Title\n# {{nothing}}\n")
    with pytest.raises(ValueError, match=r"quotes \{\{nothing\}\}.*it has: answer"):
        assemble(chapter)


def test_a_chapter_without_title_is_refused(small):
    with pytest.raises(ValueError, match=r"01_small.py has no title"):
        small.write("# %%\nprint('# # not a title')\n")


def test_only_tags_survive_of_a_cells_metadata(small):
    chapter = small.add("1", tags=' tags=["keep"] collapsed=true')
    assert dict(assemble(chapter).cells[-1].metadata) == {"tags": ["keep"]}


def test_chapters_that_gain_from_a_gpu_ask_colab_for_one():
    asking = [
        chapter.name
        for chapter in catalogue.chapters()
        if assemble(chapter).metadata.get("accelerator") == "GPU"
    ]
    assert asking == list(launch.FASTER_ON_GPU)
