"""Execute one notebook in a fresh kernel with papermill, and learn what really ran in it."""

import ast
import contextlib
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from dlcourse.course.watch import DIED, EXCEPTION, Fault, Limits, Watch

_ASK_STATE = (
    "__import__('json').dumps(__import__('dlcourse.course.session', fromlist=['_']).state())"
)


@dataclass
class Outcome:
    """What one execution left: the notebook, the time, what the kernel said, the fault if any.

    `state` is the dictionary of `dlcourse.course.session.state`; empty where the kernel died.
    """

    notebook: NotebookNode
    seconds: float
    state: dict[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


class _Client(PapermillNotebookClient):
    """papermill's client, with a watch over the kernel; at the end it asks the kernel what ran."""

    watch: Watch

    def papermill_execute_cells(self) -> None:
        with self.watch.over(self.km.provisioner.pid):
            try:
                super().papermill_execute_cells()
                self._ask_state()
            except DeadKernelError as error:
                raise DeadKernelError(_how_it_died(self.km.provisioner.process.poll())) from error

    def _ask_state(self) -> None:
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
        watch: Watch,
        on_cell: Callable[[], None],
        log: IO[str],
        transport: dict[str, str],
        kernel: dict[str, Any],
        **_: Any,
    ) -> NotebookNode:
        """Run the cells; papermill hands over the arguments that are not its own."""
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=120,
            shutdown_kernel="immediate",  # all is said; taking three frameworks down takes seconds
            coalesce_streams=True,  # else every flushed print is an output of its own
            on_cell_executed=lambda **_: on_cell(),
            config=Config(KernelManager=transport),
        )
        client.watch = watch
        return client.execute(stderr=log, **kernel)


papermill_engines.register("dlcourse", _Engine)


def execute(
    notebook: NotebookNode,
    output: Path,
    parameters: dict[str, Any],
    *,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    on_cell: Callable[[], None] = lambda: None,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run `notebook` with `parameters` in a fresh kernel; write the executed one to `output`.

    `output` is written after every cell, so that an interrupted run leaves what it had; a file
    .log beside it takes what compiled code says. Cells run in an empty folder, with `environment`
    added to that of this process, and are stopped at `limits` or when `stop` says so; nothing
    that they started is left running. `on_cell` is called after each code cell.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    fault = None
    with (
        tempfile.TemporaryDirectory(prefix="dlcourse-", ignore_cleanup_errors=True) as scratch,
        output.with_suffix(".log").open("w") as log,
        local_transport() as transport,
        _closing_event_loop(),
    ):
        watch = Watch(limits or Limits(), Path(scratch), stop)
        settings = _environment(environment or {}, Path(scratch)) | watch.environment
        source = Path(scratch) / "notebook.ipynb"
        nbformat.write(notebook, source)
        try:
            # Not papermill's own `cwd`: it moves this whole process, other runs' threads with it.
            papermill.execute_notebook(
                source, output, parameters,
                engine_name="dlcourse", progress_bar=False,
                watch=watch, on_cell=on_cell, log=log, transport=transport,
                kernel={"cwd": f"{scratch}/work", "env": settings},
            )  # fmt: skip
        except papermill.PapermillExecutionError as error:
            message = strip_ansi(f"cell {error.exec_count}: {error.ename}: {error.evalue}")
            fault = Fault(EXCEPTION, message, traceback=strip_ansi("\n".join(error.traceback)))
        except DeadKernelError as error:
            fault = watch.fault or Fault(DIED, str(error))
        finally:
            watch.end()
    executed = nbformat.read(output, as_version=4)
    if fault:
        fault = replace(fault, cell=_last_started(executed))
    state = executed.metadata.pop("dlcourse_state", {})
    return Outcome(executed, time.perf_counter() - start, state, fault)


def _environment(changes: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the kernel's environment; its working folder and its temporary one are in `scratch`.

    The kernel runs in another folder than this process: the data's must be absolute.
    """
    for name in ("work", "tmp"):
        (scratch / name).mkdir()
    environment = {**os.environ, **changes, "TMPDIR": str(scratch / "tmp")}
    if folder := environment.get("DLCOURSE_DATA"):
        environment["DLCOURSE_DATA"] = str(Path(folder).resolve())
    return environment


def _how_it_died(status: int | None) -> str:
    if status is not None and status < 0:
        by = signal.Signals(-status).name
        perhaps = ", perhaps by the system for want of memory" if by == "SIGKILL" else ""
        return f"the kernel was killed by {by}{perhaps}"
    return f"the kernel ended by itself, with exit status {status}"


def _last_started(executed: NotebookNode) -> str:
    started = [
        cell.id for cell in executed.cells if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return started[-1] if started else ""


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
