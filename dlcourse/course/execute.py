"""Execute one notebook in a fresh kernel with papermill, and learn what really ran in it."""

import ast
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

_ASK_STATE = (
    "__import__('json').dumps(__import__('dlcourse.course.session', fromlist=['_']).state())"
)


@dataclass
class Outcome:
    """What one execution left: the notebook, the time, what the kernel said, the error if any.

    `state` is the dictionary of `dlcourse.course.session.state`; empty where the kernel died.
    """

    notebook: NotebookNode
    seconds: float
    state: dict[str, Any] = field(default_factory=dict)
    error: str | None = None


class _Client(PapermillNotebookClient):
    """papermill's client; before the kernel stops, it asks the kernel what ran."""

    def papermill_execute_cells(self) -> None:
        super().papermill_execute_cells()
        request = self.kc.execute("", silent=True, user_expressions={"state": _ASK_STATE})
        answer = self.wait_for_reply(request)["content"]["user_expressions"]["state"]
        if answer["status"] == "ok":
            text = ast.literal_eval(answer["data"]["text/plain"])
            self.nb.metadata["dlcourse_state"] = json.loads(text)


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        cell_timeout: int,
        on_cell: Callable[[], None],
        log: IO[str],
        transport: dict[str, str],
        kernel: dict[str, Any],
        **_: Any,
    ) -> NotebookNode:
        """Run the cells; papermill hands over the arguments that are not its own."""
        return _Client(
            nb_man,
            kernel_name=kernel_name,
            timeout=cell_timeout,
            startup_timeout=120,
            shutdown_kernel="immediate",  # all is said; taking three frameworks down takes seconds
            coalesce_streams=True,  # else every flushed print is an output of its own
            on_cell_executed=lambda **_: on_cell(),
            config=Config(KernelManager=transport),
        ).execute(stderr=log, **kernel)


papermill_engines.register("dlcourse", _Engine)


def execute(
    notebook: NotebookNode,
    output: Path,
    parameters: dict[str, Any],
    *,
    variant: str = "auto",
    cell_timeout: int = 3600,
    on_cell: Callable[[], None] = lambda: None,
) -> Outcome:
    """Run `notebook` with `parameters` in a fresh kernel; write the executed one to `output`.

    `output` is written after every cell, so that an interrupted run leaves what it had; a file
    .log beside it takes what compiled code says. Cells run in an empty folder. `variant` says which
    data they find; `cell_timeout` in seconds; `on_cell` is called after each code cell.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    error = None
    with (
        tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch,
        output.with_suffix(".log").open("w") as log,
        local_transport() as transport,
        _closing_event_loop(),
    ):
        source = Path(scratch) / "chapter.ipynb"
        nbformat.write(notebook, source)
        try:
            # Not papermill's own `cwd`: it moves this whole process, other runs' threads with it.
            papermill.execute_notebook(
                source, output, parameters,
                engine_name="dlcourse", progress_bar=False, cell_timeout=cell_timeout,
                on_cell=on_cell, log=log, transport=transport,
                kernel={"cwd": scratch, "env": _environment(variant)},
            )  # fmt: skip
        except papermill.PapermillExecutionError as exception:
            where = f"cell {exception.exec_count}"
            error = f"{where}: {exception.ename}: {exception.evalue}"
        except (CellTimeoutError, DeadKernelError) as exception:
            error = f"{type(exception).__name__}: {str(exception).strip().splitlines()[0]}"
    executed = nbformat.read(output, as_version=4)
    state = executed.metadata.pop("dlcourse_state", {})
    return Outcome(executed, time.perf_counter() - start, state, error)


def _environment(variant: str) -> dict[str, str]:
    """Return the kernel's environment. It runs in another folder: the data's must be absolute."""
    environment = os.environ | {"DLCOURSE_VARIANT": variant}
    if folder := environment.get("DLCOURSE_DATA"):
        environment["DLCOURSE_DATA"] = str(Path(folder).resolve())
    return environment


@contextlib.contextmanager
def local_transport() -> Iterator[dict[str, str]]:
    """Yield settings for a KernelManager that talks to one kernel over local sockets.

    No port to race for between parallel kernels, and nothing open to the network. The sockets
    get a folder of their own with a short path, which may have about 100 characters in all.
    """
    if os.name != "posix":
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="dlc-", dir="/tmp", ignore_cleanup_errors=True) as path:
        yield {"transport": "ipc", "ip": f"{path}/kernel"}


@contextlib.contextmanager
def _closing_event_loop() -> Iterator[None]:
    """Close the event loop that nbclient makes for this thread and leaves behind."""
    try:
        yield
    finally:
        ensure_event_loop().close()
