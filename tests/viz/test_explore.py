"""Figures with sliders, run in a real kernel: the picture stands alone, and follows a slider."""

import pytest
from jupyter_client.manager import start_new_kernel

from dlcourse.viz.explore import explore

CELL = """
import matplotlib.pyplot as plt
from dlcourse.viz.explore import explore
calls = []
def line(slope=2, name="<a>"):
    calls.append((slope, name))
    if slope == 3:
        raise ValueError("3 does not fit: choose 1 or 2")
    figure, axes = plt.subplots()
    axes.plot([0, slope])
    return figure, f"A line called {name} that rises by {slope} from left to right."
explore(line, slope=[1, 2, 3], name=["<a>", "b"])
"""
CONTROLS = """
from ipywidgets import HTML, SelectionSlider
import gc
def find(kind, **state):
    return next(
        each for each in gc.get_objects() if type(each) is kind
        and all(getattr(each, key) == value for key, value in state.items())
    )
slope, name = find(SelectionSlider, description="slope"), find(SelectionSlider, description="name")
words = find(HTML)
"""


@pytest.fixture(scope="module")
def run():
    """A function that runs code in a kernel and returns the displays, first ones and updates."""
    manager, client = start_new_kernel()

    def run(code):
        shown = []

        def hear(message):
            if message["msg_type"] in ("display_data", "update_display_data", "error"):
                shown.append((message["msg_type"], message["content"]))

        reply = client.execute_interactive(code, output_hook=hear, timeout=60)
        assert reply["content"]["status"] == "ok", reply["content"]
        return shown

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_picture_and_its_words_follow_the_sliders(run):
    (_, sliders), (kind, picture), (_, words) = run(CELL)
    assert kind == "display_data"
    alt = picture["metadata"]["image/png"]["alt"]
    assert alt == "A line called <a> that rises by 2 from left to right."
    for widget in (sliders, words):
        assert "application/vnd.jupyter.widget-view+json" in widget["data"]
    run(CONTROLS)
    assert run("assert (slope.value, name.value) == (2, '<a>')") == []
    assert run("assert words.value.startswith('A line called &lt;a&gt; that rises by 2')") == []

    ((kind, steeper),) = run("slope.value = 1")
    assert kind == "update_display_data"
    assert steeper["transient"] == picture["transient"]
    assert steeper["data"]["image/png"] != picture["data"]["image/png"]
    ((_, renamed),) = run("name.value = 'b'")
    alt = renamed["metadata"]["image/png"]["alt"]
    assert alt == "A line called b that rises by 1 from left to right."
    assert run(f"assert words.value == {alt!r}") == []

    ((_, refused),) = run("slope.value = 3")  # a mistake is said, and the next choice mends it
    assert refused["data"] == {"text/plain": "3 does not fit: choose 1 or 2"}
    assert run("assert words.value == ''") == []
    ((_, mended),) = run("slope.value = 2")
    assert mended["data"]["image/png"]
    assert run("import matplotlib.pyplot as p; assert p.get_fignums() == []") == []


def named(slope=2):
    raise AssertionError("nothing is drawn before the choices are known to be good")


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"steepness": [1, 2]}, "named has no argument of that name; it has slope"),
        ({"slope": [1, 3]}, "must hold what the picture starts with.*slope in named: 2"),
    ],
)
def test_choices_that_do_not_fit_are_refused(choices, said):
    with pytest.raises(ValueError, match=said):
        explore(named, **choices)
