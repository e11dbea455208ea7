"""All attacks by their names, the limits under which they run, and what none may leave behind."""

import importlib
import os
import site
import sys
import tempfile
from pathlib import Path

import psutil

from dlcourse.grading.sandbox import Limits

# What attacks as a cell of code, by modules of this folder; what attacks as a notebook.
OF_CODE = (
    "lies", "hooks", "imports", "reading", "writing", "persistence", "processes", "bombs", "loops",
    "network", "signals", "channel", "values",
)  # fmt: skip
OF_FILES = ("metadata", "texts")


def _attacks(kinds):
    return {
        f"{kind}: {attack.name}": attack
        for kind in kinds
        for attack in importlib.import_module(f"tests.attacks.{kind}").ATTACKS
    }


CODE = _attacks(OF_CODE)
FILES = _attacks(OF_FILES)
LIMITS = Limits(
    cpu=15, wall=20, cell_wall=2, ask_wall=2, memory_mb=150, threads=24, disk_mb=8, output_mb=1,
    restarts=2,
)  # fmt: skip


def left_outside():
    """Return what an attack could have left on the machine."""
    packages = [Path(folder) for folder in (*site.getsitepackages(), *filter(None, sys.path))]
    return {
        "processes": {process.pid for process in psutil.Process().children(recursive=True)},
        "shared memory": [name for name in os.listdir("/dev/shm") if "evil" in name],
        "system v": list(_system_v()),
        "temporary": [str(path) for path in sorted(Path(tempfile.gettempdir()).rglob("*"))],
        "elsewhere": [
            str(path) for place in ("/tmp", "/var/tmp") for path in Path(place).glob("*evil*")
        ],
        "packages": [str(path) for folder in packages for path in sorted(folder.glob("*evil*"))],
    }


def _system_v():
    """Yield what has the key that the attacks use."""
    for name in ("shm", "sem", "msg"):
        for line in Path("/proc/sysvipc", name).read_text().splitlines():
            if line.split()[0] == "4711":
                yield line
