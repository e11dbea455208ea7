"""Outputs as they are stored."""

from nbformat.v4 import new_code_cell, new_notebook, new_output

from dlcourse.course.tidy import tidy


def stored(*texts):
    outputs = [new_output("stream", name="stdout", text=text) for text in texts]
    cell = new_code_cell("fit()", outputs=outputs, metadata={"tags": ["t"], "papermill": {}})
    (cell,) = tidy(new_notebook(cells=[cell], metadata={"papermill": {}, "widgets": {}})).cells
    return cell


def test_a_progress_bar_keeps_its_last_state():
    bar = (
        "Epoch 1\n",
        "\r\x1b[1m 1/2\x1b[0m ━ loss: 9" + "\x08" * 14,
        "\r\x1b[1m2/2\x1b[0m ━━ loss: 3\n",
    )
    assert stored(*bar).outputs[0].text == "Epoch 1\n2/2 ━━ loss: 3\n"


def test_neighbouring_prints_become_one_output():
    assert [output.text for output in stored("a\n", "b\n").outputs] == ["a\nb\n"]


def test_timings_are_taken_out():
    cell = stored("a")
    assert dict(cell.metadata) == {"tags": ["t"]}


def test_a_folded_cell_stays_folded():
    cell = new_code_cell("install()", metadata={"jupyter": {"source_hidden": True}})
    (cell,) = tidy(new_notebook(cells=[cell])).cells
    assert cell.metadata.jupyter.source_hidden


def test_controls_are_taken_out_and_their_picture_stays():
    picture = new_output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure>"})
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "VBox()"}
    cell = new_code_cell("explore()", outputs=[picture, new_output("display_data", data=view)])
    (cell,) = tidy(new_notebook(cells=[cell])).cells
    assert [set(output.data) for output in cell.outputs] == [{"image/png", "text/plain"}]
