"""The grader's side of a warm process: start it at a level, let it fork, stop it for certain."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

import psutil

from dlcourse.grading.sandbox import bubblewrap, paths
from dlcourse.grading.sandbox.control import Control
from dlcourse.grading.sandbox.environment import variables
from dlcourse.grading.sandbox.folders import remove
from dlcourse.grading.sandbox.limits import Limits, SandboxError
from dlcourse.grading.sandbox.process import Output, Process

_SECONDS_TO_WARM = 300
_SECONDS_TO_FORK = 60
_SECONDS_TO_STOP = 5
_MIB = 2**20
# Users that Linux distributions leave free; a slot of root's takes one for itself.
_USERS = range(60800, 61100)


class Warm:
    """A process that has imported `modules` and forks confined ones (see `server`).

    Raises SandboxError when it does not start.
    """

    def __init__(self, level: str, limits: Limits, modules: tuple[str, ...], backend: str):
        """Start the process, and wait until it is warm."""
        self._level, self._limits = level, limits
        with contextlib.ExitStack() as held:
            log = held.enter_context(tempfile.TemporaryFile())
            self._launch(held, modules, backend, log)
            self._held = held.pop_all()

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._popen.poll() is None

    def fork(self) -> Process:
        """Return a new confined process. Raises SandboxError."""
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        output = Output(reading, self._limits.output_mb * _MIB)
        try:
            self._control.send({"do": "start"}, (theirs.fileno(), writing))
            said = self._control.receive("started", "refused", seconds=_SECONDS_TO_FORK)
            if said["state"] == "refused":
                raise SandboxError(f"the level {self._level} cannot be set up: {said['why']}")
        except BaseException:
            ours.close()
            output.close()
            raise
        finally:
            theirs.close()
            os.close(writing)
        return Process(ours, output, self._control)

    def close(self) -> None:
        """End the process with all that it started, and remove its folder."""
        self._held.close()

    def _launch(
        self, held: contextlib.ExitStack, modules: tuple[str, ...], backend: str, log: IO[bytes]
    ) -> None:
        user = held.enter_context(_own_user()) if os.geteuid() == 0 else None
        folder = paths.FOLDER
        if self._level != "bubblewrap":
            folder = _own_folder(user)
            held.callback(remove, folder)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = Control(ours, log)
        held.callback(self._control.close)
        with theirs:
            self._popen = _run(self._level, theirs.fileno(), variables(folder, backend), log)
        held.callback(_end, self._popen)
        held.callback(self._control.close)  # comes first: without the link the process ends
        needs_read = self._level != "bubblewrap" and user is not None
        configuration = {
            "level": self._level,
            "limits": asdict(self._limits),
            "warm": modules,
            "user": user,
            "needs_read": needs_read and not all(map(paths.is_open, paths.python_folders())),
            "folder": folder,
        }
        why = None
        try:
            self._control.send(configuration)
            said = self._control.receive("warm", "failed", seconds=_SECONDS_TO_WARM)
            why = said.get("why")
        except SandboxError as error:
            why = str(error)
        if why:
            raise SandboxError(f"the level {self._level} of the sandbox did not start: {why}")


def _run(level: str, number: int, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen:
    command = [sys.executable, "-P", "-s", "-m", "dlcourse.grading.sandbox.server", str(number)]
    if level == "bubblewrap":
        if bubblewrap.program() is None:
            raise SandboxError("bubblewrap is not installed: its program is called bwrap")
        command = bubblewrap.command(command, environment)
    return subprocess.Popen(
        command,
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=(number,),
        start_new_session=True,
    )


def _end(popen: subprocess.Popen) -> None:
    """Wait for the process, whose link is closed, to end; else kill it with all its children."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        popen.wait(_SECONDS_TO_STOP)
        return
    for process in [*psutil.Process(popen.pid).children(recursive=True), popen]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    popen.wait()


@contextlib.contextmanager
def _own_user() -> Iterator[int]:
    """Hold a user without rights that no other slot on this machine uses. Raises SandboxError."""
    for user in _USERS:
        with socket.socket(socket.AF_UNIX) as held:
            try:
                held.bind(f"\0dlcourse-sandbox-{user}")  # no file; free when this process ends
            except OSError:
                continue
            yield user
            return
    raise SandboxError(f"all {len(_USERS)} users for sandboxes are taken on this machine")


def _own_folder(user: int | None) -> str:
    """Make the folder of a slot's temporary folders."""
    folder = tempfile.mkdtemp(prefix="dlcourse-sandbox-")
    if user is not None:
        os.chown(folder, user, user)
    return folder
