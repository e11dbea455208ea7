"""Watch over one kernel: stop it at a limit, and leave none of its processes behind."""

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

EXCEPTION, DIED, HUNG, MEMORY, DISK, STOPPED = (
    "exception", "died", "hung", "memory", "disk", "stopped",
)  # fmt: skip

_MARK = "DLCOURSE_RUN"
_SECONDS_BETWEEN_LOOKS = 0.25
_MB = 1e6


@dataclass(frozen=True)
class Limits:
    """The most that one kernel and all that it starts may take, before they are stopped.

    `seconds` of wall-clock time; resident memory of all its processes and the size of the files
    in its working folder, both in megabytes (10⁶ bytes).
    """

    seconds: float = 3600
    memory_mb: float = 8000
    disk_mb: float = 2000


@dataclass(frozen=True)
class Fault:
    """Why a notebook did not reach its end.

    `kind` is "exception" (of a cell), "died", "hung", "memory", "disk" or "stopped" (from
    outside). `cell` is the id of the cell that was running, `traceback` what it said.
    """

    kind: str
    message: str
    cell: str = ""
    traceback: str = ""


class Watch:
    """The watch over one kernel that works in `folder`; `stop` says that nobody wants it any more.

    `environment` must be in the kernel's environment: all that it starts is known by it. `fault`
    is there once the watch has stopped the kernel.
    """

    def __init__(self, limits: Limits, folder: Path, stop: Callable[[], bool]) -> None:
        """Prepare the watch; it begins with `over`."""
        self.fault: Fault | None = None
        self.environment = {_MARK: uuid.uuid4().hex}
        self._limits, self._folder, self._stop = limits, folder, stop

    @contextlib.contextmanager
    def over(self, pid: int) -> Iterator[None]:
        """Watch over the kernel with process number `pid` while the block goes on."""
        done = threading.Event()
        thread = threading.Thread(target=self._look, args=(pid, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def end(self) -> None:
        """Kill every process of this run that is still there, whoever its parent is now."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if self.environment.items() <= process.environ().items():
                    process.kill()

    def _look(self, pid: int, done: threading.Event) -> None:
        start = time.monotonic()
        with contextlib.suppress(psutil.Error):  # it has ended
            kernel = psutil.Process(pid)
            while not done.wait(_SECONDS_BETWEEN_LOOKS):
                family = [kernel, *kernel.children(recursive=True)]
                self.fault = self._judge(family, time.monotonic() - start)
                if self.fault:
                    for process in family:
                        with contextlib.suppress(psutil.Error):
                            process.kill()
                    return

    def _judge(self, family: list[psutil.Process], seconds: float) -> Fault | None:
        limits = self._limits
        if self._stop():
            return Fault(STOPPED, "the run was stopped from outside")
        if seconds > limits.seconds:
            return Fault(HUNG, f"it was not at its end after {limits.seconds:.0f} s")
        if (memory := _resident(family)) > limits.memory_mb:
            return Fault(MEMORY, f"it took {memory:.0f} MB of {limits.memory_mb:.0f} MB at most")
        if (disk := _written(self._folder)) > limits.disk_mb:
            return Fault(DISK, f"it wrote {disk:.0f} MB of {limits.disk_mb:.0f} MB at most")
        return None


def _resident(processes: list[psutil.Process]) -> float:
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / _MB


def _written(folder: Path) -> float:
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # gone meanwhile
                total += os.lstat(os.path.join(base, name)).st_size
    return total / _MB
