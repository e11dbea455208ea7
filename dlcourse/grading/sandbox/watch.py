"""What a student's process uses, read from outside it, and whether that is too much."""

import os
import re
from collections.abc import Iterator

import psutil

from dlcourse.grading.sandbox.limits import MAX_FILES, Limits

_MIB = 2**20
_MAX_DEPTH = 40  # folders in folders
# A file may be written again; what a session may write in all is this many times its disk.
_REWRITES = 4
_NUMBER = re.compile(r"^(\w+):\s+(\d+)(?: kB)?$", re.MULTILINE)


class Watch:
    """One process, or with `tree` also its children, against its limits.

    `already` is the memory in bytes that the process came with: what it shares with the warm
    process it was forked from. `folder` is its temporary folder, where no file system of fixed
    size bounds it.
    """

    def __init__(self, pid: int, limits: Limits, already: int, folder: str | None, tree: bool):
        """Take the process and what it is measured against."""
        self._pid, self._limits, self._already = pid, limits, already
        self._folder, self._tree = folder, tree
        self.peak_mb = 0.0

    def verdict(self) -> str | None:
        """Return the reason to end the process now, or None. One that is gone has none."""
        try:
            used, threads = self._memory_and_threads()
            self.peak_mb = max(self.peak_mb, (used - self._already) / _MIB)
            if self.peak_mb > self._limits.memory_mb:
                return "memory"
            if threads > self._limits.threads:
                return "processes"
            if self._folder and (self._writes_too_much() or _is_over_full(self._folder)):
                return "output"
        except (ProcessLookupError, FileNotFoundError, psutil.NoSuchProcess):
            return None
        return None

    def _memory_and_threads(self) -> tuple[int, int]:
        tables = [status(pid) for pid in self._pids()]
        used = sum(private_memory(table) for table in tables)
        return used, sum(table["Threads"] for table in tables)

    def _pids(self) -> Iterator[int]:
        yield self._pid
        if self._tree:
            for child in psutil.Process(self._pid).children(recursive=True):
                yield child.pid

    def _writes_too_much(self) -> bool:
        try:
            with open(f"/proc/{self._pid}/io", encoding="ascii") as lines:
                written = int(lines.read().split("wchar:")[1].split()[0])
        except PermissionError:
            status(self._pid)  # one that has ended belongs to root: that is no fault
            raise
        allowed = _REWRITES * self._limits.disk_mb + self._limits.output_mb
        return written > allowed * _MIB


def status(pid: int | str) -> dict[str, int]:
    """Return the numbers in /proc/PID/status; those of memory are in kilobytes.

    Raises FileNotFoundError or ProcessLookupError when the process has ended.
    """
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as lines:
        table = {name: int(n) for name, n in re.findall(_NUMBER, lines.read())}
    if "VmSize" not in table:  # it waits to be reaped
        raise ProcessLookupError(f"process {pid} has ended")
    return table


def private_memory(table: dict[str, int]) -> int:
    """Return how many bytes of a process are no file's, those swapped out too."""
    return 1024 * sum(table[name] for name in ("RssAnon", "RssShmem", "VmSwap"))


def _is_over_full(folder: str) -> bool:
    """Say whether `folder` holds too many files, too deep ones, or some that are hidden."""
    seen, waiting = 0, [(folder, 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    seen += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
        except FileNotFoundError:  # removed while we looked
            continue
        except OSError:  # nobody may look in, or the path is too long
            return True
        if seen > MAX_FILES or depth > _MAX_DEPTH:
            return True
    return False
