"""The grader's end of one confined process: requests, replies, output; nothing waits for ever."""

import contextlib
import os
import selectors
import socket
import time

from dlcourse.grading.sandbox.control import Control
from dlcourse.grading.sandbox.plain import MAX_BYTES

_CHUNK = 1 << 16
_KEPT = 1 << 16  # bytes of what one cell prints; more is for nobody to read
_SECONDS_TO_END = 60  # what removing the files of a hostile process may take


class Ended(Exception):
    """The process ended, or had to be ended; `reason` is one of `limits.REASONS`."""

    def __init__(self, reason: str):
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


class Output:
    """What a process prints through the pipe `handle`: all of it is counted, the start kept."""

    def __init__(self, handle: int, most: int):
        """Take the reading end of the pipe, and how many bytes may come through it."""
        os.set_blocking(handle, False)
        self._handle, self._left = handle, most
        self._text, self._cut = bytearray(), False

    def fileno(self) -> int:
        """Return the number to wait for."""
        return self._handle

    def drain(self) -> bool:
        """Read what is there now; return False when the other end is closed."""
        while self._left >= 0:
            try:
                part = os.read(self._handle, _CHUNK)
            except BlockingIOError:
                return True
            if not part:
                return False
            self._left -= len(part)
            room = _KEPT - len(self._text)
            self._cut |= len(part) > room
            self._text += part[:room]
        return True

    def is_over(self) -> bool:
        """Say whether more was printed than is allowed."""
        return self._left < 0

    def take(self) -> str:
        """Return what was kept since the last time."""
        text = self._text.decode("utf-8", "replace") + ("\n[the rest is cut]" if self._cut else "")
        self._text, self._cut = bytearray(), False
        return text

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._handle)


class Process:
    """One confined process. Not for use by several threads."""

    def __init__(self, channel: socket.socket, output: Output, control: Control):
        """Take the channel to the process, what it prints, the link to its server."""
        channel.setblocking(False)
        self.output = output
        self.usage: dict[str, float] = {}
        self._channel, self._control = channel, control
        self._alive = True
        self._selector = selectors.DefaultSelector()
        for source in (channel, output, control):
            self._selector.register(source, selectors.EVENT_READ)

    def exchange(self, request: bytes, deadline: float) -> bytes:
        """Send a request, return what comes back by `deadline` (of `time.monotonic`).

        What comes back is whatever a hostile process likes to send, up to a limit. Raises Ended.
        """
        outgoing = memoryview(len(request).to_bytes(4, "big") + request)
        incoming = bytearray()
        while (left := deadline - time.monotonic()) > 0:
            sending = selectors.EVENT_WRITE if outgoing else 0
            self._selector.modify(self._channel, selectors.EVENT_READ | sending)
            ready = {key.fileobj: mask for key, mask in self._selector.select(left)}
            if self.output in ready:
                self._drain()
            mask = ready.get(self._channel, 0)
            try:
                if mask & selectors.EVENT_WRITE:
                    outgoing = outgoing[self._channel.send(outgoing[:_CHUNK]) :]
                if mask & selectors.EVENT_READ and self._receive(incoming):
                    self._drain()
                    return bytes(incoming[4:])
            except OSError:  # it closed its end, or died
                self._fail("crash")
            if self._control in ready:
                self._fail("crash")  # it has ended; the server knows of what
        self._fail("wall")

    def end(self, reason: str) -> str:
        """End the process and all that it left. Return why it ended, which may be another reason.

        Raises SandboxError.
        """
        if not self._alive:
            return reason
        self._alive = False
        self._selector.close()
        self._channel.close()
        try:
            self._control.send({"do": "stop", "reason": reason})
            self.usage = self._control.receive("ended", seconds=_SECONDS_TO_END)
        finally:
            self.output.drain()
            self.output.close()
        return self.usage["reason"]

    def _drain(self) -> None:
        if not self.output.drain():
            with contextlib.suppress(KeyError):
                self._selector.unregister(self.output)
        if self.output.is_over():
            self._fail("output")

    def _receive(self, incoming: bytearray) -> bool:
        """Add what has come to `incoming`; return True when one reply is whole."""
        part = self._channel.recv(_CHUNK)
        incoming += part
        size = int.from_bytes(incoming[:4], "big") if len(incoming) >= 4 else 0
        if not part or size > MAX_BYTES or len(incoming) > max(4, size + 4):
            self._fail("crash")
        return len(incoming) >= 4 and len(incoming) == size + 4

    def _fail(self, reason: str) -> None:
        raise Ended(self.end(reason))
