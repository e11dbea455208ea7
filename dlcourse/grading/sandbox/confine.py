"""What a forked process takes from itself before it runs a student's code, in this order."""

import os
import resource
import signal
from dataclasses import dataclass

from dlcourse.grading.sandbox import landlock, libc
from dlcourse.grading.sandbox.environment import FOLDERS
from dlcourse.grading.sandbox.limits import MAX_FILES, MAX_OPEN_FILES, Limits
from dlcourse.grading.sandbox.watch import status

_MIB = 2**20
# Address space that libraries reserve and never use, stacks of threads above all.
_RESERVED_MB = 1024
_SHARED_MEMORY = "/dev/shm"


@dataclass(frozen=True)
class Confinement:
    """How a process is confined.

    folder: the temporary folder it may write into.
    private_user: no other process runs as this user, so that the user's threads can be counted.
    needs_read: Python lies where this user cannot go (see `drop_root`).
    readable: what it may read, for Landlock.
    """

    level: str
    limits: Limits
    folder: str
    private_user: bool
    needs_read: bool
    readable: tuple[str, ...]


def drop_root(user: int | None, needs_read: bool) -> None:
    """Become `user`, who owns nothing, where this process is root and `user` is given.

    With `needs_read`, for an interpreter under a home that others cannot enter, one right of root
    stays: to read whatever its mode. Landlock then bounds what is read. Raises OSError.
    """
    if user is None:
        return
    libc.prctl(libc.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _keep_reading(needs_read)


def enter_namespaces() -> None:
    """Move to own users and mounts; the next fork begins its own tree of processes.

    Raises OSError.
    """
    user, group = os.getuid(), os.getgid()
    libc.prctl(libc.PR_SET_DUMPABLE, 1)  # or else the three files below belong to root
    libc.unshare_user_pid_and_mounts()
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as stream:
            stream.write(line)


def confine(how: Confinement) -> None:
    """Bind this process to its level and its limits. Nothing takes this back.

    The session's folder becomes the working folder, the home and the place of temporary files.

    Raises OSError: a step was refused. Then no student's code may run.
    """
    os.setsid()
    libc.prctl(libc.PR_SET_DUMPABLE, 1)  # the server looks at /proc/PID/io
    if how.level == "bubblewrap":
        libc.make_mounts_private()
        libc.mount_proc()
        for folder in (how.folder, _SHARED_MEMORY):
            libc.mount_tmpfs(folder, how.limits.disk_mb, MAX_FILES)
    else:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.chdir(how.folder)
    os.environ.update(dict.fromkeys(FOLDERS, how.folder))
    _volunteer_for_the_memory_killer()
    _set_limits(how)
    if how.level != "none":
        _keep_reading(how.needs_read)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        _restrict_files(how)
        from dlcourse.grading.sandbox import seccomp  # needs libseccomp, which "none" does not

        seccomp.load()


def _restrict_files(how: Confinement) -> None:
    if how.level == "bubblewrap" and landlock.abi() < landlock.NEEDED_ABI:
        return  # the mounts alone decide what can be seen, as they do without Landlock
    writable = ["/dev/null", how.folder]
    if how.level == "bubblewrap":
        writable.append(_SHARED_MEMORY)
    landlock.restrict([*how.readable, "/proc/self"], writable)


def _set_limits(how: Confinement) -> None:
    limits = how.limits
    reserved = (limits.memory_mb + _RESERVED_MB) * _MIB
    wanted = {
        resource.RLIMIT_CPU: int(limits.cpu) + 1,
        resource.RLIMIT_FSIZE: limits.disk_mb * _MIB,
        resource.RLIMIT_DATA: status("self")["VmData"] * 1024 + reserved,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if how.private_user:
        wanted[resource.RLIMIT_NPROC] = limits.threads
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _keep_reading(keep: bool) -> None:
    libc.keep_capabilities(*([libc.CAP_DAC_READ_SEARCH] if keep else []))


def _volunteer_for_the_memory_killer() -> None:
    """If the whole machine runs out of memory, this process shall be the one that ends."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as stream:
        stream.write("1000")
