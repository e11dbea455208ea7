"""What a measurement was made on: processor, threads, versions."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("jax", "keras", "numpy", "tensorflow-cpu", "tensorflow", "torch")


def describe() -> dict[str, Any]:
    """Return date, Python, processor, the cores this process may use, and package versions."""
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "threads": cores(),
        "packages": {name: found for name in _PACKAGES if (found := _installed(name))},
    }


def write_report(path: Path, **measured: Any) -> None:
    """Write what was measured, after what it was measured on, as JSON.

    A file that was there before is replaced only when the new one is whole.
    """
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(describe() | measured, indent=1), encoding="utf-8")
    partial.replace(path)


def cores() -> int:
    """Return how many cores this process may use; the libraries start as many threads."""
    # Not os.cpu_count: in a container, or under taskset, a process may use fewer cores.
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
