"""The arguments of bubblewrap: what the server of a slot, and all that it forks, can see."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from dlcourse.grading.sandbox import paths

_SERVER_MB = 64  # for what libraries write when they are imported


def program() -> str | None:
    """Return the path of bubblewrap; None where it is not installed."""
    return shutil.which("bwrap")


def command(arguments: list[str], environment: Mapping[str, str]) -> list[str]:
    """Return the command that runs `arguments` with files, network and processes of its own.

    Its files are read-only but for one folder: Python and its packages, no home, no course. There
    is no network. Where this process is root, the program may change its user, and must: it is
    root over what it sees.
    """
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    options += ["--unshare-cgroup-try", "--hostname", "sandbox", "--new-session"]
    if os.geteuid() == 0:
        options += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user"]
    options += _variables(environment) + _files()
    return [program() or "bwrap", *options, "--chdir", "/", "--", *arguments]


def _variables(environment: Mapping[str, str]) -> list[str]:
    options = ["--clearenv"]
    for name, value in environment.items():
        options += ["--setenv", name, value]
    return options


def _files() -> list[str]:
    options = []
    for path in paths.SYSTEM:
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        else:
            options += ["--ro-bind-try", path, path]
    for path in (*paths.DETAILS, *paths.python_folders()):
        for folder in reversed(Path(path).parents[:-1]):  # bwrap makes them for its user alone
            options += ["--perms", "0755", "--dir", str(folder)]
        options += ["--ro-bind-try", path, path]
    options += ["--proc", "/proc", "--tmpfs", "/dev", "--dir", "/dev/shm"]
    for device in paths.DEVICES:
        options += ["--dev-bind", device, device]
    size = str(_SERVER_MB * 2**20)
    options += ["--size", size, "--perms", "1777", "--tmpfs", paths.FOLDER, "--dir", "/tmp"]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/"]
