"""The grader's link to the warm process of a slot: messages that only trusted code writes."""

import json
import os
import socket
import time
from typing import IO, Any

from dlcourse.grading.sandbox.limits import SandboxError

_LONGEST = 65536
_SHOWN = 2000  # bytes


class Control:
    """Messages over a socket that keeps them apart; every wait has an end."""

    def __init__(self, ours: socket.socket, log: IO[bytes]):
        """Take the grader's end of the socket, and the file of what the process prints."""
        self._socket, self._log = ours, log

    def fileno(self) -> int:
        """Return the number to wait for."""
        return self._socket.fileno()

    def send(self, message: dict[str, Any], files: tuple[int, ...] = ()) -> None:
        """Send a message, and open files with it. Raises SandboxError when nobody is there."""
        data = json.dumps(message).encode("ascii")
        try:
            socket.send_fds(self._socket, [data], files)
        except OSError as error:
            raise self._error(f"has gone: {error}") from error

    def receive(self, *states: str, seconds: float) -> dict[str, Any]:
        """Return the next message in one of `states`; those in others are passed over.

        Raises SandboxError when none comes in time, or the process is gone.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(_LONGEST)
            except TimeoutError:
                break
            except OSError as error:
                raise self._error(f"has gone: {error}") from error
            if not data:
                raise self._error("has gone")
            message = json.loads(data)
            if message["state"] in states:
                return message
        raise self._error(f"did not answer within {seconds} s")

    def _error(self, what: str) -> SandboxError:
        """Return the error to raise, with the end of what the process printed."""
        handle = self._log.fileno()  # its place is the process's own: it is not moved
        start = max(0, os.fstat(handle).st_size - _SHOWN)
        said = os.pread(handle, _SHOWN, start).decode("utf-8", "replace").strip()
        return SandboxError(f"the warm process of the sandbox {what}. {said}".strip())

    def close(self) -> None:
        """Close the link: the process at the other end ends what it runs, and itself."""
        self._socket.close()
