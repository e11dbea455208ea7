"""One submission in the sandbox: run its cells, then ask its code for values."""

import builtins
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox.limits import KINDS, REASONS, Limits, SandboxError
from dlcourse.grading.sandbox.plain import PlainError
from dlcourse.grading.sandbox.process import Ended, Process
from dlcourse.grading.sandbox.values import decode, encode

_LONGEST_MESSAGE = 500
_KINDS = {"PlainError"} | {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}


class Session:
    """The cells of one submission, run, and its names at the service of `ask`.

    Code that ends its process loses the cell or the ask that did it, no more: the next ask begins
    with a new process, which runs the cells again, but for those that ended theirs.

    Attributes:
        outputs: what each cell printed, with the traceback where it raised (text for people; it
            may hold anything). What is printed while something is asked is thrown away: it could
            tell the inputs of hidden checks.
        errors: for each cell the kind of its exception or end ("ValueError", "Timeout"), or None.
        exit_reason: the gravest thing that happened, one of `limits.REASONS`.
        seconds, cpu, peak_mb: what it took, all processes together (`peak_mb`: of the largest).
    """

    def __init__(self, start: Callable[[], Process], cells: Sequence[str], limits: Limits):
        """Run the cells in a process that `start` returns. Raises SandboxError."""
        self._start, self._cells, self._limits = start, tuple(cells), limits
        self._process: Process | None = None
        self._deadly: set[int] = set()
        self._starts = 0
        self._closed = False
        self._begin = time.monotonic()
        self.outputs = [""] * len(self._cells)
        self.errors: list[str | None] = [None] * len(self._cells)
        self.exit_reason = "ok"
        self.seconds = self.cpu = self.peak_mb = 0.0
        self._ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, code: str, **inputs: Any) -> Any:
        """Return, as plain data, the value of the last expression of `code`.

        The code runs among the student's names, with `inputs` as names too; all names are restored
        afterwards. Lists, numbers, text, dictionaries and NumPy arrays come back (see `values`).

        Raises:
            AskError: its `kind` is the exception raised (the nearest of Python's own), or
                "PlainError" for a value that cannot cross, or "Timeout", "Crash",
                "MemoryLimit", "ProcessLimit", "OutputLimit". What it has `told` is in the
                grader's words or is a line of `cells`, whatever the code replied.
            PlainError: `inputs` are not plain.
            SandboxError: the session is closed, or the sandbox itself does not work.
        """
        if self._closed:
            raise SandboxError("this session is closed: ask before that, or begin another one")
        process = self._ready()
        try:
            if process is None:
                raise Ended("wall" if self._left() <= 0 else self.exit_reason)
            request = {"do": "ask", "code": code, "inputs": inputs}
            return self._exchange(process, request, self._limits.ask_wall)
        except Ended as end:
            self._note(end.reason)
            explanation = _explanation(end.reason)
            raise AskError(KINDS[end.reason], explanation, explanation) from end
        finally:
            if process is not None:
                process.output.take()

    def close(self) -> None:
        """End the process, and what it left behind. Raises SandboxError."""
        if self._closed:
            return
        self._closed = True
        self.seconds = time.monotonic() - self._begin
        process, self._process = self._process, None
        if process is not None:
            process.end("wall")
            self._account(process)

    def _ready(self) -> Process | None:
        """Return a process that has run the cells; None when no more may be started."""
        while self._process is None:
            if self._starts > self._limits.restarts or self._left() <= 0:
                return None
            self._starts += 1
            self._process = self._start()
            for number, cell in enumerate(self._cells):
                if number not in self._deadly and not self._run(number, cell):
                    break
        return self._process

    def _run(self, number: int, cell: str) -> bool:
        """Run one cell; return False when the process did not outlive it."""
        process = self._process
        request = {"do": "run", "code": cell, "name": f"cell {number + 1}"}
        try:
            self._exchange(process, request, self._limits.cell_wall)
            error = None
        except AskError as raised:
            error = raised.kind
            self._note("exception")
        except Ended as end:
            error = KINDS[end.reason]
            self._note(end.reason)
            self._deadly.add(number)
        except PlainError as refused:  # too long, or no text: nothing of it has run
            error = "PlainError"
            self._note("exception")
            self.outputs[number] = f"this cell cannot be run: {refused}"
        output = process.output.take() or self.outputs[number]
        if self._starts == 1 or number in self._deadly:
            self.outputs[number], self.errors[number] = output, error
        return number not in self._deadly

    def _exchange(self, process: Process, request: dict[str, Any], seconds: float) -> Any:
        """Send a request, return the value that comes back.

        Raises AskError for an exception of the student's; Ended when the process ended, which is
        then forgotten.
        """
        name = os.urandom(12).hex()  # a reply written before the question cannot carry it
        data = encode({"id": name} | request)
        deadline = time.monotonic() + min(seconds, max(self._left(), 0))
        try:
            return _value(process.exchange(data, deadline), name, self._cells)
        except (_Nonsense, Ended) as end:
            self._process = None
            reason = end.reason if isinstance(end, Ended) else process.end("crash")
            self._account(process)
            raise Ended(reason) from None

    def _account(self, process: Process) -> None:
        self.cpu += process.usage["cpu"]
        self.peak_mb = max(self.peak_mb, process.usage["peak_mb"])

    def _note(self, reason: str) -> None:
        self.exit_reason = min(self.exit_reason, reason, key=REASONS.index)

    def _left(self) -> float:
        return self._begin + self._limits.wall - time.monotonic()


class _Nonsense(Exception):
    """What came back is no reply to what was asked."""


def _value(data: bytes, name: str, cells: Sequence[str]) -> Any:
    """Return the value in a reply. Raises AskError where it tells of an exception; _Nonsense."""
    try:
        reply = decode(data)
    except PlainError as error:
        raise _Nonsense from error
    if not isinstance(reply, dict) or reply.get("id") != name:
        raise _Nonsense
    if set(reply) == {"id", "value"}:
        return reply["value"]
    if set(reply) != {"id", "kind", "message", "place"}:
        raise _Nonsense
    kind, message = reply["kind"], reply["message"]
    if not isinstance(kind, str) or kind not in _KINDS or not isinstance(message, str):
        raise _Nonsense
    raise AskError(kind, _printable(message), _told(kind, reply["place"], cells))


def _told(kind: str, place: Any, cells: Sequence[str]) -> str:
    """Return what a student may be told of an exception: the line of `cells` at `place`, if any."""
    match place:
        case [int(cell), int(line)] if 0 < cell <= len(cells):
            lines = cells[cell - 1].split("\n")
            if 0 < line <= len(lines):
                return f"in the line {_printable(lines[line - 1].strip())}"
    return {
        "NameError": "is all defined that the task asks for, and did its cell run to the end?",
        "PlainError": "return numbers, text, lists, dictionaries with text as keys, or arrays",
    }.get(kind, "")


def _printable(text: str) -> str:
    """Return the start of `text` without what could steer a terminal."""
    start = text[:_LONGEST_MESSAGE]
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in start)


def _explanation(reason: str) -> str:
    return {
        "memory": "the code used more memory than it may",
        "processes": "the code started more threads than it may",
        "output": "the code printed or wrote more than it may",
        "cpu": "the code used up its processor time",
        "wall": "the code did not finish in time",
    }.get(reason, "the code ended its own process")
