"""The environment variables of a sandbox: none of the grader's, and the same everywhere."""

import os
from pathlib import Path

import dlcourse
from dlcourse.grading.sandbox import paths

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# Where programs put what they write; a session has its own folder for it.
FOLDERS = ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME")


def variables(folder: str, backend: str) -> dict[str, str]:
    """Return the variables for a warm process with `folder` as its home and Keras's backend."""
    return {
        "PATH": "/usr/bin:/bin",
        **dict.fromkeys(FOLDERS, folder),
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(_packages()),
        "PYTHONHASHSEED": "0",  # a regrade shall see the same order of sets
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
        "KERAS_BACKEND": backend,
        "DLCOURSE_BACKEND": backend,
        "JAX_PLATFORMS": "cpu",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # Slots run beside one another: one more thread in each would only make them wait.
        **dict.fromkeys(_ONE_THREAD, "1"),
    }


def _packages() -> list[str]:
    """Return where dlcourse lies, and the folders of packages that Python does not find itself."""
    return [str(Path(dlcourse.__file__).resolve().parents[1]), *paths.package_folders()]
