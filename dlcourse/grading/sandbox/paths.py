"""What a sandbox can read: the system's libraries, Python, the packages, dlcourse. Nothing else."""

import os
import stat
import sys
from pathlib import Path

import dlcourse

# What a program needs of the system; a link such as /lib -> usr/lib is kept as one.
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
# Where libraries lie, which time it is, how many cores there are; links of Debian's libraries.
DETAILS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/sys/devices/system/cpu")
# What libraries read of the kernel while they work.
KERNEL = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory")
# Where a sandbox of namespaces may write. Not /tmp: Python itself may lie there.
FOLDER = "/session"
DEVICES = ("/dev/null", "/dev/random", "/dev/urandom")


def readable() -> tuple[str, ...]:
    """Return every path, of those that exist here, that a session may read."""
    wanted = (*SYSTEM, *DETAILS, *KERNEL, *DEVICES, *python_folders())
    return tuple(path for path in wanted if os.path.exists(path))


def covering(path: Path) -> str | None:
    """Return the readable path that `path` is or lies below, links followed; None if none is."""
    real = os.path.realpath(path)
    return next((one for one in readable() if _is_below(real, os.path.realpath(one))), None)


def python_folders() -> list[str]:
    """Return the interpreter's folders, those of installed packages, and what is dlcourse's.

    Of a checkout that is the package and its folder `data`: never the notebooks, never the tests.
    """
    package = Path(dlcourse.__file__).resolve().parent
    data = package.parent / "data"
    wanted = [sys.base_prefix, sys.prefix, *package_folders(), str(package)]
    if (data / "manifest.json").is_file():
        wanted.append(str(data))
    # A path and where its links lead: a virtual environment names its interpreter by the path.
    forms = [form for path in wanted for form in (os.path.abspath(path), os.path.realpath(path))]
    found: list[str] = []
    for folder in forms:
        if os.path.isdir(folder) and not any(
            _is_below(folder, other) for other in ("/usr", *found)
        ):
            found.append(folder)
    return found


def package_folders() -> list[str]:
    """Return the folders of installed packages outside the interpreter's, the user's own too."""
    names = {"site-packages", "dist-packages"}
    return [path for path in sys.path if Path(path).name in names]


def _is_below(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def is_open(path: str) -> bool:
    """Say whether a user without rights can go to `path`: every folder above lets others pass."""
    folders = [Path(path), *Path(path).parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)
