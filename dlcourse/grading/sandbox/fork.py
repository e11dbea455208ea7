"""Fork a confined process off the warm one, and learn that it is ready or why it is not."""

import contextlib
import os
import select
import signal
import socket
import sys
import time
import traceback

from dlcourse.grading.sandbox import child
from dlcourse.grading.sandbox.confine import Confinement, confine, enter_namespaces

_SECONDS = 30
# Where a child keeps its channel, out of the way of code that opens and closes small numbers.
_CHANNEL, _STATUS = 100, 101


class ConfinementError(RuntimeError):
    """A step of the confinement was refused; no student's code has run."""


def fork_confined(how: Confinement, channel: int, output: int) -> int:
    """Fork a process that confines itself and then serves `channel`; return its number.

    What it prints goes to `output`; it inherits no other open file. At level "bubblewrap" it is
    the first process of a tree of its own: whatever it starts ends with it.

    Raises ConfinementError, when every trace of the attempt is gone.
    """
    ours, theirs = os.pipe()
    first = os.fork()
    if first == 0:
        _become_child(how, channel, output, theirs)
    os.close(theirs)
    try:
        lines = _read(ours).splitlines()
    finally:
        os.close(ours)
    # Parent and child write at the same time: their lines come in any order.
    pids = [int(line.removeprefix("pid ")) for line in lines if line.startswith("pid ")]
    pid = pids[0] if pids else first
    if "ready" in lines and pids:
        if pid != first:
            os.waitpid(first, 0)  # it has ended: its child is now ours
        return pid
    for number in {pid, first}:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)
    raise ConfinementError("\n".join(lines) or f"no answer within {_SECONDS} s")


def _become_child(how: Confinement, channel: int, output: int, status: int) -> None:
    """Confine this process and serve; never returns."""
    code = 1
    try:
        _keep_only(channel, output, status)
        if how.level == "bubblewrap":
            enter_namespaces()
            if second := os.fork():
                os.write(_STATUS, f"pid {second}\n".encode())
                os._exit(0)
        else:
            os.write(_STATUS, f"pid {os.getpid()}\n".encode())
        confine(how)
        os.write(_STATUS, b"ready\n")
        os.close(_STATUS)
        child.serve(socket.socket(fileno=_CHANNEL))
        code = 0
    except BaseException:
        with contextlib.suppress(OSError):
            os.write(_STATUS, traceback.format_exc(limit=-2).encode()[-4000:])
    finally:
        os._exit(code)


def _keep_only(channel: int, output: int, status: int) -> None:
    """Close every file but the channel, the output and the status pipe; nothing can be typed."""
    os.dup2(channel, _CHANNEL, inheritable=False)
    os.dup2(status, _STATUS, inheritable=False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(ours, number)
    os.closerange(3, _CHANNEL)
    os.closerange(_STATUS + 1, os.sysconf("SC_OPEN_MAX"))
    for name, number in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, os.fdopen(number, "w", buffering=1, encoding="utf-8", errors="replace"))


def _read(pipe: int) -> str:
    """Return all that comes through `pipe` until its other ends are closed, or time is up."""
    end, text = time.monotonic() + _SECONDS, b""
    while (left := end - time.monotonic()) > 0 and select.select([pipe], [], [], left)[0]:
        part = os.read(pipe, 4096)
        if not part:
            break
        text += part
    return text.decode("utf-8", "replace")
