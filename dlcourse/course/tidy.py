"""Make executed outputs fit to be stored: readable, and free of what changes by itself."""

from nbconvert.filters import strip_ansi
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor
from nbformat import NotebookNode

KEPT = ("tags", "jupyter")  # of a cell's metadata: "jupyter" says that its input is folded
CONTROLS = "application/vnd.jupyter.widget-view+json"


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` with outputs fit to be stored; it is changed in place.

    A progress bar keeps its last state only; colour codes, the timings that the runner wrote, and
    controls, which need a running kernel, are taken out.
    """
    # Joins neighbouring streams of one kind, then applies their carriage returns.
    notebook, _ = CoalesceStreamsPreprocessor().preprocess(notebook, {})
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT}
        if "outputs" in cell:
            cell.outputs = [each for each in cell.outputs if CONTROLS not in each.get("data", {})]
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = strip_ansi(output.text)
    for key in ("papermill", "widgets"):
        notebook.metadata.pop(key, None)
    return notebook
