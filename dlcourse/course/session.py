"""What a running chapter calls: `start` once at the top, `record` for each result.

It lives in the notebook's kernel. `dlcourse run` reads the results from the executed notebook
and asks the same kernel, after the last cell, what really ran (`state`).
"""

import os
import random
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from IPython.display import display

from dlcourse import viz
from dlcourse.course import device as devices

BACKENDS = ("jax", "tensorflow", "torch")
DEVICES = ("auto", "cpu", "gpu")
PROFILES = ("quick", "full")
RESULTS_MIME = "application/vnd.dlcourse.results+json"

T = TypeVar("T")


@dataclass(frozen=True)
class Chapter:
    """The settings that a chapter runs with."""

    name: str
    backend: str
    device: str
    profile: str
    seed: int

    def pick(self, *, quick: T, full: T) -> T:
        """Return the value for this run's profile: `chapter.pick(quick=1, full=5)` epochs."""
        return quick if self.profile == "quick" else full

    def __repr__(self) -> str:
        return (
            f"chapter {self.name} · Keras on {self.backend} · device {self.device} · "
            f"profile {self.profile} · seed {self.seed}"
        )


_current: Chapter | None = None


def start(name: str, *, backend: str, device: str, profile: str, seed: int) -> Chapter:
    """Prepare the kernel for a chapter: choose Keras's backend and device, seed, style figures.

    Call it before the first `import keras`: Keras reads its backend once, when it is imported.

    Raises:
        ValueError: a parameter is not one of those allowed.
        RuntimeError: Keras is already loaded with another backend, or no GPU is to be had.
    """
    global _current
    _check("backend", backend, BACKENDS)
    _check("device", device, DEVICES)
    _check("profile", profile, PROFILES)
    loaded = _keras_backend()
    if loaded not in (None, backend):
        raise RuntimeError(
            f"backend={backend!r}, but Keras is already loaded with {loaded!r} in this kernel. "
            "Restart the kernel (Kernel → Restart), then run the notebook from the top."
        )
    os.environ["KERAS_BACKEND"] = backend
    devices.release_native_messages()
    devices.select(device, backend)
    viz.use_style()
    set_seed(seed, backend)
    _current = Chapter(name, backend, device, profile, seed)
    return _current


def set_seed(seed: int, backend: str | None = None) -> None:
    """Seed Python, NumPy and the framework that Keras runs on (by default the chapter's).

    New models then start from the same weights and see the data in the same order.
    """
    backend = backend or (_current.backend if _current else os.environ.get("KERAS_BACKEND", ""))
    random.seed(seed)
    np.random.seed(seed)
    devices.seed_framework(backend, seed)


def record(**results: float) -> None:
    """Record results of the chapter, for example `record(test_accuracy=0.979)`.

    They are shown, stored in the notebook, and compared with `notebooks/expected.toml` by
    every `dlcourse run`. Raises TypeError for a value that is not one finite number.
    """
    values = {name: _finite_number(name, value) for name, value in results.items()}
    text = "\n".join(f"recorded: {name} = {value:.4g}" for name, value in values.items())
    display({RESULTS_MIME: values, "text/plain": text}, raw=True)


def state() -> dict[str, Any]:
    """Say what ran in this kernel: backend, device, data variants, memory, modules used.

    Where Keras was not needed, there is no device to name.
    """
    datasets = sys.modules.get("dlcourse.datasets")
    keras = _keras_backend()
    return {
        "chapter": asdict(_current) if _current else None,
        "backend": keras or (_current.backend if _current else None),
        "device": devices.used(keras),
        "variants": sorted({info.variant for info in datasets.loaded()}) if datasets else [],
        "peak_rss_mb": _peak_rss_mb(),
        "peak_gpu_mb": devices.gpu_peak_mb(keras),
        "modules": sorted(name for name in sys.modules if name.split(".")[0] == "dlcourse"),
    }


def _check(parameter: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{parameter}={value!r} is not one of {', '.join(allowed)}")


def _keras_backend() -> str | None:
    keras = sys.modules.get("keras")
    return keras.backend.backend() if keras is not None else None


def _finite_number(name: str, value: Any) -> float:
    number = np.asarray(value, dtype=float).item() if np.size(value) == 1 else np.nan
    if not np.isfinite(number):
        raise TypeError(f"record({name}=…) wants one finite number, got {value!r}")
    return number


def _peak_rss_mb() -> float:
    """Return this process's largest resident memory so far, in megabytes (10⁶ bytes)."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: its figure is inherited from the process that started this one.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource  # POSIX only, macOS counts bytes

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
