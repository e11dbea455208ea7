"""Inside the sandbox: run the cells of a notebook, answer what the grader asks.

Student's code shares this process, and may break or replace all of it. Nothing here is trusted:
the grader believes only that the values which come back are what the student's code says.
"""

import ast
import contextlib
import linecache
import os
import random
import re
import socket
import sys
import traceback
import types
from typing import Any

import numpy as np

from dlcourse.grading.exercises.syntax import without_magics
from dlcourse.grading.sandbox.plain import PlainError
from dlcourse.grading.sandbox.values import decode, encode
from dlcourse.ops.conversion import to_numpy


def serve(channel: socket.socket) -> None:
    """Do what comes through `channel`, one request after the other, until it is closed.

    A request is `{"id", "do": "run", "code", "name"}` or `{"id", "do": "ask", "code", "inputs"}`;
    the reply is `{"id", "value"}`, or `{"id", "kind", "message", "place"}` where an exception was
    raised: in which cell and line, None where that is no line of a cell.
    """
    _seed()
    main = types.ModuleType("__main__")
    main.__dict__.update(display=display, get_ipython=Shell)
    sys.modules["__main__"] = main
    while data := _receive(channel):
        request = decode(data)
        envelope = {"id": request["id"]}
        try:
            if request["do"] == "run":
                run(request["code"], request["name"], main.__dict__)
                answer = encode(envelope | {"value": None})
            else:
                answer = evaluate(request["code"], request["inputs"], main.__dict__, envelope)
        except BaseException as error:  # a cell may raise SystemExit; that is no end here
            if request["do"] == "run":
                _show(error)
            answer = encode(envelope | _description(error))
        with contextlib.suppress(Exception):  # a cell may have put anything in their place
            sys.stdout.flush()
            sys.stderr.flush()
        channel.sendall(len(answer).to_bytes(4, "big") + answer)


def _seed() -> None:
    """Seed everything that draws numbers and is loaded: a regrade shall see the same ones."""
    random.seed(0)
    np.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.random.set_seed(0)


def display(*values: object, **_: Any) -> None:
    """Print what IPython would show of `values` where there are no pictures."""
    for value in values:
        print(repr(value))


class Shell:
    """What `get_ipython()` gives: here too, magics do nothing."""

    def run_line_magic(self, *_: object) -> None:
        """Do nothing."""

    run_cell_magic = magic = system = run_line_magic


def run(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run one cell in `namespace`, as `name` in tracebacks. Magics of IPython do nothing."""
    plain = without_magics(source)
    linecache.cache[name] = (len(plain), None, plain.splitlines(keepends=True), name)
    exec(compile(plain, name, "exec"), namespace)


def evaluate(
    code: str, inputs: dict[str, Any], namespace: dict[str, Any], envelope: dict[str, Any]
) -> bytes:
    """Return `envelope`, encoded, with the value of the last expression of `code` as "value".

    The code runs in `namespace` with `inputs` as names. Afterwards every name is bound to what it
    was bound to before. Tensors of any framework become arrays.

    Raises what the code raises; PlainError for a value that cannot cross.
    """
    *statements, last = ast.parse(code).body
    before = dict(namespace)
    namespace.update(inputs)
    try:
        exec(compile(ast.Module(statements, []), "ask", "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), "ask", "eval"), namespace)
        return encode(envelope | {"value": value}, fallback=as_array)
    finally:
        namespace.clear()
        namespace.update(before)


def as_array(value: Any) -> np.ndarray:
    """Return a framework's tensor as an array; PlainError for anything else."""
    if not (hasattr(value, "__array__") or hasattr(value, "detach")):
        raise PlainError(
            f"a value of type {type(value).__name__} came out: return numbers, text, lists, "
            "dictionaries with text as keys, arrays or tensors"
        )
    array = to_numpy(value)
    return array.astype(np.float32) if array.dtype.kind == "V" else array  # bfloat16


def _description(error: BaseException) -> dict[str, Any]:
    """Return the nearest of Python's own exceptions, what the error says, and its place.

    A value that cannot cross is a kind of its own: no code has raised a ValueError.
    """
    own = [kind for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    kind = "PlainError" if isinstance(error, PlainError) else own[0].__name__
    name = type(error).__name__
    said = _text(error) if name == kind else f"{name}: {_text(error)}"
    message = said[:2000].encode("utf-8", "replace").decode()
    return {"kind": kind, "message": message, "place": _place(error)}


def _place(error: BaseException) -> list[int] | None:
    """Return the numbers, from 1, of the cell and the line in it from which the error came."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if match := re.fullmatch(r"cell (\d{1,9})", frame.f_code.co_filename):
            found = [int(match[1]), line]
    return found


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message cannot be shown)"


def _show(error: BaseException) -> None:
    """Print the traceback from the cell on, without the frames of this module."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    print("".join(traceback.format_exception(type(error), error, trace)), file=sys.stderr)


def _receive(channel: socket.socket) -> bytes:
    """Return the next request; nothing when the grader has gone."""
    size = int.from_bytes(_exactly(channel, 4), "big")
    return _exactly(channel, size)


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = []
    while size > 0:
        part = channel.recv(size)
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
