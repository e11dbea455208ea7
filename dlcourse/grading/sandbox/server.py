"""The warm process of a slot: it imports what takes long, and forks a process for each session.

It runs no student's code and reads nothing that a student wrote. It talks to the grader over one
socket of messages (JSON): first comes its configuration, then `{"do": "start"}` with two open
files, the channel and the output of a new process, and `{"do": "stop", "reason"}`. It tells
`{"state": "warm" | "failed" | "started" | "refused" | "ended"}`, and watches what it started.

    python -m dlcourse.grading.sandbox.server NUMBER_OF_THE_SOCKET
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from dlcourse.grading.sandbox import libc, paths
from dlcourse.grading.sandbox.confine import Confinement, drop_root
from dlcourse.grading.sandbox.folders import remove
from dlcourse.grading.sandbox.fork import ConfinementError, fork_confined
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.watch import Watch, private_memory, status

_TICK = 0.02  # seconds between two looks at a running process


@dataclass
class _Running:
    pid: int
    handle: int  # becomes readable when the process ends
    watch: Watch
    folder: str


class Server:
    """Serve one grader until it goes."""

    def __init__(self, control: socket.socket, configuration: dict[str, Any]):
        """Take the link to the grader and what came through it first."""
        self._control = control
        self._configuration = configuration
        self._limits = Limits(**configuration["limits"])
        self._readable = paths.readable()
        self._running: _Running | None = None

    def run(self) -> None:
        """Start processes, watch and end them, as the grader says; return when it has gone."""
        while True:
            running = self._running
            awaited = [self._control, running.handle] if running else [self._control]
            ready, _, _ = select.select(awaited, [], [], _TICK if running else None)
            if running and running.handle in ready:
                self._reap(None)
            elif running and (reason := running.watch.verdict()):
                self._end(reason)
            if self._control in ready and not self._obey():
                return

    def _obey(self) -> bool:
        """Do what the grader says next. When it has gone, clean up and return False."""
        try:
            data, files, _, _ = socket.recv_fds(self._control, 4096, maxfds=2)
        except ConnectionError:  # it went, and had not read the last that it was told
            data, files = b"", []
        if not data:
            if self._running:
                self._end("crash")
            if self._configuration["level"] != "bubblewrap":
                remove(self._configuration["folder"])
            return False
        message = json.loads(data)
        if message["do"] == "start":
            self._start(*files)
        elif self._running:
            self._end(message["reason"])
        return True

    def _start(self, channel: int, output: int) -> None:
        how = self._confinement()
        already = private_memory(status("self"))
        try:
            pid = fork_confined(how, channel, output)
        except ConfinementError as error:
            self._tell("refused", why=str(error))
            return
        finally:
            os.close(channel)
            os.close(output)
        trusted = how.level == "none"
        watched = None if how.level == "bubblewrap" else how.folder
        watch = Watch(pid, self._limits, already, watched, tree=trusted)
        self._running = _Running(pid, os.pidfd_open(pid), watch, how.folder)
        self._tell("started")

    def _confinement(self) -> Confinement:
        level = self._configuration["level"]
        folder = paths.FOLDER
        if level != "bubblewrap":
            folder = tempfile.mkdtemp(dir=self._configuration["folder"])
        return Confinement(
            level=level,
            limits=self._limits,
            folder=folder,
            private_user=level == "bubblewrap" or self._configuration["user"] is not None,
            needs_read=self._configuration["needs_read"],
            readable=self._readable,
        )

    def _end(self, reason: str) -> None:
        os.kill(self._running.pid, signal.SIGKILL)
        self._reap(reason)

    def _reap(self, reason: str | None) -> None:
        """Wait for the end, remove what is left, tell the grader how it ended."""
        running, self._running = self._running, None
        if self._configuration["level"] == "none":  # the others cannot have started processes
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
        _, code, usage = os.wait4(running.pid, 0)
        os.close(running.handle)
        seconds = usage.ru_utime + usage.ru_stime
        if self._configuration["level"] != "bubblewrap":
            remove(running.folder)
        # The grader may notice that the channel is closed before we notice the death behind it.
        if reason in (None, "crash"):
            reason = "cpu" if seconds >= self._limits.cpu else "crash"
        self._tell(
            "ended",
            reason=reason,
            status=os.waitstatus_to_exitcode(code),
            cpu=round(seconds, 3),
            peak_mb=round(running.watch.peak_mb, 1),
        )

    def _tell(self, state: str, **more: Any) -> None:
        tell(self._control, state, **more)


def tell(control: socket.socket, state: str, **more: Any) -> None:
    """Send one message to the grader, if it is still there."""
    with contextlib.suppress(ConnectionError):
        control.sendall(json.dumps({"state": state} | more).encode("ascii"))


def warm_up(modules: list[str]) -> None:
    """Import `modules`, and make sure that a fork of this process is sound and shares nothing.

    Raises ImportError; RuntimeError where a module started a thread (which a fork would lose, with
    the locks it holds) or holds memory that a forked process could change under this one.
    """
    for module in modules:
        importlib.import_module(module)
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        raise RuntimeError(
            f"a fork would lose {threads - 1} thread(s) that importing {modules} left"
        )
    with open("/proc/self/maps", encoding="utf-8") as lines:
        shared = [line.split(maxsplit=5)[-1].strip() for line in lines if line.split()[1] == "rw-s"]
    if shared:
        raise RuntimeError(f"importing {modules} shares memory that can be written: {shared}")
    gc.collect()
    gc.freeze()  # what is warm stays; collecting it in every fork would copy it


def main(number: int) -> None:
    """Become the server of the grader at the other end of the socket `number`."""
    control = socket.socket(fileno=number)
    configuration = json.loads(control.recv(65536))
    try:
        drop_root(configuration["user"], configuration["needs_read"])
        libc.prctl(libc.PR_SET_DUMPABLE, 0)  # forked processes run as the same user
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        confinement = (
            ["dlcourse.grading.sandbox.seccomp"] if configuration["level"] != "none" else []
        )
        warm_up([*confinement, *configuration["warm"]])
    except Exception as error:
        tell(control, "failed", why=f"{type(error).__name__}: {error}")
        return
    tell(control, "warm")
    Server(control, configuration).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
