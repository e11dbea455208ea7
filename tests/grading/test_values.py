"""What crosses from a student's process: exact round trips, only PlainError on damage."""

import json
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dlcourse.grading.sandbox.plain import (
    MAX_AXES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INT,
    MAX_ITEMS,
    PlainError,
)
from dlcourse.grading.sandbox.values import decode, encode

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | st.floats() | TEXT
DTYPES = (
    arrays.boolean_dtypes()
    | arrays.integer_dtypes()
    | arrays.unsigned_integer_dtypes()
    | arrays.floating_dtypes()
    | arrays.complex_number_dtypes()
)
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
PLAIN = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def message(tree, *blobs):
    """Build a message by hand, as hostile code would."""
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode("ascii")
    return len(text).to_bytes(4, "big") + text + b"".join(blobs)


def assert_same(got, wanted):
    if isinstance(wanted, np.ndarray):
        assert type(got) is np.ndarray
        assert got.dtype == wanted.dtype.newbyteorder("=")
        np.testing.assert_array_equal(got, wanted)
        return
    assert type(got) is type(wanted)
    if isinstance(wanted, dict):
        assert list(got) == list(wanted)
        for key in wanted:
            assert_same(got[key], wanted[key])
    elif isinstance(wanted, list):
        assert len(got) == len(wanted)
        for left, right in zip(got, wanted, strict=True):
            assert_same(left, right)
    elif isinstance(wanted, float) and math.isnan(wanted):
        assert math.isnan(got)
    else:
        assert got == wanted


@given(PLAIN)
def test_what_goes_in_comes_out(value):
    assert_same(decode(encode(value)), value)


def test_two_arrays_are_not_mixed_up():
    value = {"a": np.arange(6).reshape(2, 3), "b": [np.ones(2, np.float32), np.zeros((0, 5))]}
    assert_same(decode(encode(value)), value)


def test_a_dictionary_cannot_pose_as_an_array():
    value = {"array": ["<f8", [1]], "dict": {"dict": {}}}
    assert_same(decode(encode(value)), value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.25), 0.25),
        (np.int64(-7), -7),
        (np.bool_(True), True),
        (2 + 3j, np.array(2 + 3j)),
        (np.asfortranarray([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]])),
        (np.array([1, 2], ">i4"), np.array([1, 2], np.int32)),
        (np.array([1, 2], np.longdouble), np.array([1.0, 2.0])),
    ],
)
def test_near_relatives_become_plain(value, wanted):
    assert_same(decode(encode(value)), wanted)


def test_decoded_arrays_are_the_graders_own():
    got = decode(encode(np.ones(3)))
    got[0] = 5
    assert got.flags.owndata or got.base.flags.owndata


class Tensor:
    def __init__(self, items):
        self.items = items


def test_a_fallback_turns_other_objects_into_plain_ones():
    data = encode([Tensor([1, 2])], fallback=lambda tensor: np.array(tensor.items))
    assert_same(decode(data), [np.array([1, 2])])


def test_a_fallback_that_returns_nothing_plain_ends():
    with pytest.raises(PlainError, match="nested more than"):
        encode(Tensor([]), fallback=lambda tensor: tensor)


LOOP = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "type set cannot be compared"),
        (b"bytes", "type bytes"),
        ({1: 2}, r"key 1 of type int: use text"),
        (MAX_INT + 1, "larger than 2"),
        (LOOP, f"more than {MAX_DEPTH} deep"),
        ([0] * MAX_ITEMS, "more than 100,000 items"),
        (np.zeros(MAX_BYTES // 8 + 1), "bytes: return less"),
        ("x" * MAX_BYTES, "bytes: return less"),
        (np.array([None]), "dtype object"),
        (np.array(["text"]), "dtype <U4"),
        (np.zeros((1,) * (MAX_AXES + 1)), "9 axes"),
        (np.array(["2026-01-01"], "M8[D]"), "cannot be compared"),
        ("\ud800", "lone surrogate"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_refused_with_the_reason(value, message):
    with pytest.raises(PlainError, match=message):
        encode(value)


@pytest.mark.parametrize(
    "data",
    {
        "nothing": b"",
        "a length alone": b"\x00\x00\x00\x09",
        "a length beyond the end": b"\xff\xff\xff\xff{}",
        "no JSON": message(b"{'a': 1}"),
        "Python": message(b"__import__('os').getpid()"),
        "pickle": message(b"\x80\x04\x95\x0b"),
        "nested brackets": message(b"[" * 300_000),
        "nested and closed": message(b"[" * 5_000 + b"]" * 5_000),
        "nested objects": message(b'{"dict":{"a":' * 50_000),
        "many items": message(b"[" + b"0," * (MAX_ITEMS + 5) + b"0]"),
        "many empty lists": message(b"[" + b"[]," * 5_000_000 + b"[]]"),
        "a huge integer": message(b"9" * 5_000_000),
        "an integer over the limit": message(str(MAX_INT + 1).encode()),
        "an integer far under": message(b"-" + b"9" * 4_000),
        "a huge float": message(b"0." + b"1" * 5_000_000),
        "a bare object": message({"a": 1}),
        "an object with two marks": message({"dict": {}, "array": []}),
        "a dict that is a list": message({"dict": [1]}),
        "an array that is a number": message({"array": 5}),
        "an array of objects": message({"array": ["|O", [1]]}, b"\0" * 8),
        "an array of records": message({"array": [[["a", "<f8"]], [1]]}, b"\0" * 8),
        "a dtype with a metaclass": message({"array": ["<f8;import os", [1]]}, b"\0" * 8),
        "a shape of floats": message({"array": ["<f8", [1.0]]}, b"\0" * 8),
        "a shape of booleans": message({"array": ["<f8", [True]]}, b"\0" * 8),
        "a negative shape": message({"array": ["<f8", [-1]]}, b"\0" * 8),
        "two negatives": message({"array": ["<f8", [-1, -1]]}, b"\0" * 8),
        "a shape larger than its bytes": message({"array": ["<f8", [10**6, 10**6]]}, b"\0" * 8),
        "empty and enormous": message({"array": ["<f8", [0] + [2**24] * 7]}),
        "too many axes": message({"array": ["<f8", [1] * 9]}, b"\0" * 8),
        "a boolean of 2": message({"array": ["|b1", [2]]}, b"\x01\x02"),
        "bytes left over": message({"array": ["<f8", [1]]}, b"\0" * 16),
        "half a character": message(b'"\\ud800"'),
        "half a character as a key": message(b'{"dict":{"\\udfff":1}}'),
        "text that is no ASCII": message("\u00e9".join("''").encode()),
        "an open string": message(b'"' + b"[" * 100),
        "too long": message(b'"' + b"x" * MAX_BYTES + b'"'),
    }.items(),
    ids=lambda item: item[0],
)
def test_hostile_bytes_raise_plain_error_in_bounded_memory(data):
    _, hostile = data
    tracemalloc.start()
    try:
        with pytest.raises(PlainError):
            decode(hostile)
        assert tracemalloc.get_traced_memory()[1] < 6 * MAX_BYTES
    finally:
        tracemalloc.stop()


def survives(data):
    """Decode; what comes out, if anything does, is plain once more."""
    try:
        value = decode(data)
    except PlainError:
        return
    encode(value)


@settings(max_examples=400)
@given(st.binary(max_size=400))
def test_noise_raises_nothing_but_plain_error(data):
    survives(data)


@settings(max_examples=400)
@given(PLAIN, st.data())
def test_damaged_messages_raise_nothing_but_plain_error(value, data):
    damaged = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(damaged) - 1))
        change = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if change == "flip":
            damaged[where] ^= data.draw(st.integers(1, 255))
        elif change == "cut":
            del damaged[where : where + data.draw(st.integers(1, 8))]
        elif change == "insert":
            damaged[where:where] = data.draw(st.binary(max_size=8))
        else:
            damaged += damaged[where:]
        if not damaged:
            break
    survives(bytes(damaged))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["<f8", "|b1", "|O", "dict", "array"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["dict", "array", "x"]), inner, max_size=2)
    ),
    max_leaves=15,
)


@settings(max_examples=400)
@given(JSON, st.binary(max_size=32))
def test_any_json_in_the_right_frame_raises_nothing_but_plain_error(tree, blob):
    survives(message(tree, blob))
