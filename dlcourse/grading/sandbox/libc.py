"""The few system calls that Python 3.11 has no function for."""

import ctypes
import errno
import os
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_KEEPCAPS = 8
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityWord(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def call(name: str, *arguments: Any) -> int:
    """Call the C function `name` and return its result.

    Integers are passed as C longs, so that a system call reads nothing that was left in a register.

    Raises OSError, with the name of the function, where the result is negative.
    """
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = getattr(_libc, name)(*wide)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int) -> None:
    """Set one property of this process. Raises OSError."""
    call("prctl", option, value, 0, 0, 0)


def keep_capabilities(*numbers: int) -> None:
    """Drop every capability of this thread but those `numbers` (each under 32). Raises OSError."""
    bits = sum(1 << number for number in numbers)
    words = (_CapabilityWord * 2)(_CapabilityWord(bits, bits, 0), _CapabilityWord(0, 0, 0))
    call("capset", ctypes.byref(_CapabilityHeader(_CAPABILITY_VERSION_3, 0)), words)


def mount_tmpfs(target: str, megabytes: int, files: int) -> None:
    """Cover `target` with an empty folder in memory, of fixed size. Raises OSError."""
    no_suid, no_dev, no_exec = 2, 4, 8
    options = f"size={megabytes}m,nr_inodes={files},mode=700".encode()
    flags = no_suid | no_dev | no_exec
    call("mount", b"tmpfs", target.encode(), b"tmpfs", flags, options)


def mount_proc() -> bool:
    """Cover /proc with this process's own view; return False where the system forbids it."""
    no_suid, no_dev, no_exec = 2, 4, 8
    try:
        call("mount", b"proc", b"/proc", b"proc", no_suid | no_dev | no_exec, None)
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
        return False
    return True


def make_mounts_private() -> None:
    """Let no mount that follows be seen outside. Raises OSError."""
    recursive, private = 0x4000, 0x40000
    call("mount", b"none", b"/", None, recursive | private, None)


def unshare_user_pid_and_mounts() -> None:
    """Move this process to new namespaces of users and mounts, its children to one of processes.

    Raises OSError.
    """
    new_mounts, new_user, new_pid = 0x20000, 0x10000000, 0x20000000
    call("unshare", new_mounts | new_user | new_pid)
