"""What a session makes of the bytes that a hostile process sends it: an AskError, or a value."""

import os
import socket
import threading
import tracemalloc
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox import Limits
from dlcourse.grading.sandbox.limits import KINDS
from dlcourse.grading.sandbox.plain import MAX_BYTES
from dlcourse.grading.sandbox.process import Output, Process
from dlcourse.grading.sandbox.session import Session
from dlcourse.grading.sandbox.values import encode
from tests.grading.test_values import JSON, PLAIN, assert_same, message

LIMITS = Limits(wall=5, cell_wall=1, ask_wall=0.2, restarts=0)
NAME = bytes(12).hex()  # of the question, which `urandom` gives here


class Server:
    """The link to a warm process that says of every end what it was told."""

    def __init__(self):
        self._ours, self._theirs = socket.socketpair()
        self.told = []

    def fileno(self):
        return self._ours.fileno()

    def send(self, message):
        self.told.append(message)

    def receive(self, *states, seconds):
        return {"reason": self.told[-1]["reason"], "cpu": 0.0, "peak_mb": 0.0}

    def close(self):
        self._ours.close()
        self._theirs.close()


@contextmanager
def session(answer):
    """Yield a session and its server; `answer` gets the other end of the channel."""
    server, (ours, theirs), (reading, writing) = Server(), socket.socketpair(), os.pipe()
    process = Process(ours, Output(reading, 2**20), server)
    helper = threading.Thread(target=answer, args=(theirs,))
    helper.start()
    try:
        with patch("os.urandom", bytes), Session(lambda: process, [], LIMITS) as opened:
            yield opened, server
    finally:
        theirs.close()
        helper.join()
        os.close(writing)
        server.close()


def frame(data):
    return len(data).to_bytes(4, "big") + data


def sending(data, at_once=True, ends=True):
    """Return what sends `data`, at once or byte by byte, and then says that nothing follows."""

    def answer(channel):
        try:
            for piece in [data] if at_once else [bytes([byte]) for byte in data]:
                channel.sendall(piece)
            if ends:
                channel.shutdown(socket.SHUT_WR)
        except OSError:  # nobody listens any more
            pass

    return answer


def outcome(answer):
    """Ask once. Return the value, or the kind of the AskError; nothing else may be raised."""
    with session(answer) as (opened, server):
        try:
            value = opened.ask("x")
        except AskError as error:
            if error.kind in KINDS.values():  # then the process is gone, and with it the session
                assert len(server.told) == 1
                assert opened.exit_reason == server.told[0]["reason"]
                with pytest.raises(AskError):
                    opened.ask("x")
            return error.kind
        assert server.told == []
        encode(value)  # plain once more
        return [value]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_reply_comes_through_in_one_piece_or_in_many(at_once):
    assert outcome(sending(frame(encode({"id": NAME, "value": [1, "a"]})), at_once)) == [[1, "a"]]


@settings(deadline=None)
@given(PLAIN)
def test_any_plain_value_comes_through(value):
    assert_same(outcome(sending(frame(encode({"id": NAME, "value": value})))), [value])


@pytest.mark.parametrize(
    "data",
    {
        "nothing": b"",
        "a frame of nothing": bytes(4),
        "half a length": b"\0\0",
        "a length alone": frame(b"x")[:4],
        "half a reply": frame(encode({"id": NAME, "value": 1}))[:-1],
        "a byte more": frame(encode({"id": NAME, "value": 1})) + b"\0",
        "two replies": frame(encode({"id": NAME, "value": 1})) * 2,
        "another question's": frame(encode({"id": "0" * 23 + "1", "value": 1})),
        "no id": frame(encode({"value": 1})),
        "an id that is a list": frame(encode({"id": [NAME], "value": 1})),
        "no value": frame(encode({"id": NAME})),
        "a value and an error": frame(
            encode({"id": NAME, "value": 1, "kind": "ValueError", "message": "", "place": None})
        ),
        "an error of our own": frame(
            encode({"id": NAME, "kind": "Wrong", "message": "", "place": None})
        ),
        "an error without words": frame(
            encode({"id": NAME, "kind": "ValueError", "message": None, "place": None})
        ),
        "a list": frame(encode([NAME, 1])),
        "a text": frame(encode(NAME)),
        "a message in a message": frame(frame(encode({"id": NAME, "value": 1}))),
        "no JSON": frame(message(b"{'id': 0}")),
        "an array without bytes": frame(
            message({"dict": {"id": NAME, "value": {"array": ["<f8", [2**20, 2**20]]}}})
        ),
        "a length over the limit": (MAX_BYTES + 1).to_bytes(4, "big"),
        "the largest length": b"\xff\xff\xff\xff",
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_reply_ends_the_process(data):
    assert outcome(sending(data[1])) == "Crash"


def test_a_frame_that_never_ends_costs_its_time():
    assert outcome(sending(b"\0\0\1\0 and then silence", ends=False)) == "Timeout"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_noise_ends_the_process(noise, framed):
    assert outcome(sending(frame(noise) if framed else noise)) == "Crash"


@settings(max_examples=300, deadline=None)
@given(PLAIN, st.data())
def test_a_damaged_reply_is_a_value_or_ends_the_process(value, data):
    damaged = bytearray(frame(encode({"id": NAME, "value": value})))
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.integers(0, len(damaged)))
        damaged[where : where + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    found = outcome(sending(bytes(damaged)))
    assert isinstance(found, list) or found == "Crash"


KEYS = st.sampled_from(["id", "value", "kind", "message", "place", "score"])
PARTS = JSON | st.sampled_from([NAME, "ValueError", "Crash", "SystemExit", "Wrong", "", [1, 1]])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, PARTS), st.booleans())
def test_a_reply_of_any_shape_is_a_value_or_an_error_of_pythons(parts, named):
    reply = parts | ({"id": NAME} if named else {})
    found = outcome(sending(frame(message({"dict": reply}))))
    if isinstance(found, list):
        assert set(reply) == {"id", "value"}
        assert reply["id"] == NAME
    elif found != "Crash":
        assert found == reply["kind"]
        assert set(reply) == {"id", "kind", "message", "place"}


@pytest.mark.parametrize("size", [MAX_BYTES - 4, 2**31, 2**32 - 1])
def test_bytes_without_end_take_bounded_memory(size):
    def flood(channel):
        try:
            channel.sendall(size.to_bytes(4, "big"))
            while True:
                channel.sendall(bytes(2**16))
        except OSError:
            pass

    tracemalloc.start()
    try:
        assert outcome(flood) in ("Crash", "Timeout")
        assert tracemalloc.get_traced_memory()[1] < 6 * MAX_BYTES
    finally:
        tracemalloc.stop()
