"""Landlock: the kernel lets a process take from itself the right to open files.

Works without privileges and without namespaces (Linux 5.13 and later; see landlock(7)). What the
rules do not name cannot be opened, created, renamed or removed any more, by this process and what
it starts. Looking at a path (stat) stays possible.
"""

import ctypes
import os
import stat
from collections.abc import Iterable

from dlcourse.grading.sandbox import libc

# Version 3 (Linux 6.2) is the first that guards files against being cut short.
NEEDED_ABI = 3

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _MAKE_SYM, _REFER = (
    1 << bit for bit in (4, 5, 7, 8, 12, 13)
)
_ALL_FILES, _IOCTL = (1 << 15) - 1, 1 << 15
_ALL_TCP, _ALL_SCOPES = 0b11, 0b11

_READ = _READ_FILE | _READ_DIR
_WRITE = (
    _READ | _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE
    | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | _REFER
)  # fmt: skip
_OF_A_FILE = _WRITE_FILE | _READ_FILE | _TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("tcp", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """Return the version of Landlock that this kernel has switched on; 0 for none."""
    try:
        return libc.call("syscall", _CREATE, None, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Allow this process to read below `readable`, to read and write below `writable`, no more.

    Opening TCP connections, and signals and abstract sockets to processes outside, are forbidden
    too where the kernel can (Linux 6.7 and 6.12). Needs the bit no_new_privs. Nothing takes this
    back.

    Raises OSError: a path does not exist, or the kernel is older than `NEEDED_ABI` asks.
    """
    version = abi()
    if version < NEEDED_ABI:
        raise OSError(f"Landlock has version {version} here; version {NEEDED_ABI} is needed")
    rules = _Ruleset(
        _ALL_FILES | (_IOCTL if version >= 5 else 0),
        _ALL_TCP if version >= 4 else 0,
        _ALL_SCOPES if version >= 6 else 0,
    )
    # Older kernels take what they do not know as long as it is zero.
    handle = libc.call("syscall", _CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    try:
        for path in readable:
            _allow(handle, path, _READ)
        for path in writable:
            _allow(handle, path, _WRITE)
        libc.call("syscall", _RESTRICT, handle, 0)
    finally:
        os.close(handle)


def _allow(handle: int, path: str, rights: int) -> None:
    below = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(below).st_mode):
            rights &= _OF_A_FILE
        below_path = 1
        rule = _PathRule(rights, below)
        libc.call("syscall", _ADD_RULE, handle, below_path, ctypes.byref(rule), 0)
    finally:
        os.close(below)
