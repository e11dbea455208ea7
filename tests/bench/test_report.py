"""Tables, pictures and the JSON file, from measurements made up here."""

import io
import json

import matplotlib.pyplot as plt
import pytest
from rich.console import Console

from dlcourse.bench import report
from dlcourse.bench.clock import Timing
from dlcourse.bench.operations import Row

ROWS = [
    Row("matmul", "small", direction, name, Timing(median, 0.9 * median, 1.1 * median, 10))
    for direction, factor in (("forward", 1), ("gradient", 3))
    for name, median in (("naive", 2e-3 * factor), ("numpy", 1e-6 * factor))
]
EPOCHS = {
    "products": [0.4, 0.5, 0.6],
    "nn": [0.9, 0.8, 0.7],
    "jax": [1.0, 1.0, 1.0],
    "torch": [4.0, 3.0, 5.0],
}


def text(table):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_the_table_has_medians_spread_and_ratio():
    shown = text(report.operations_table(ROWS))
    for part in ("2 ms", "1 µs", "6 ms", "3 µs", "±10 %", "2,000", "small, gradient"):
        assert part in shown


def test_a_missing_implementation_leaves_a_dash():
    shown = text(report.operations_table([ROWS[1]]))
    assert "–" in shown


def test_training_is_compared_with_the_fastest_keras():
    lines = {
        line.split("│")[1].strip(): line
        for line in text(report.training_table(EPOCHS)).splitlines()
        if "│" in line
    }
    assert "0.80" in lines["dlcourse.nn (NumPy)"].split("│")[-2]
    assert "4.00" in lines["Keras on torch"].split("│")[-2]


def test_training_without_keras_has_no_ratio():
    assert "–" in text(report.training_table({"nn": [1.0]}))


def test_json_holds_everything_and_the_machine(tmp_path):
    path = tmp_path / "bench.json"
    report.write(path, ROWS, EPOCHS, "jax")
    document = json.loads(path.read_text())
    assert document["operations"][0]["timing"]["median"] == pytest.approx(2e-3)
    assert document["training"]["nn"]["epoch_seconds"] == EPOCHS["nn"]
    assert document["threads"] >= 1
    assert {"packages", "processor", "made", "keras_backend"} <= document.keys()
    assert list(tmp_path.iterdir()) == [path]


def test_figures_show_every_measurement():
    figure = report.operations_figure(ROWS, "small")
    forward, backward = figure.axes
    assert [t.get_text() for t in forward.get_yticklabels()] == ["matmul"]
    drawn = [point for line in backward.containers for point in line.lines[0].get_xdata()]
    assert drawn == [pytest.approx(6000), pytest.approx(3)]
    bars = report.training_figure(EPOCHS).axes[0].patches
    assert [bar.get_width() for bar in bars] == [4.0, 1.0, 0.8, 0.5]
    plt.close("all")
