"""CPU or GPU: choose it before a framework starts, and say which one is in use."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator


def select(device: str, backend: str) -> None:
    """Make `device` ("auto", "cpu" or "gpu") the one that the frameworks will use.

    Call it before a framework is imported. With "gpu", raise RuntimeError where `backend`
    finds none: a run on the CPU must never pass for one on the GPU.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Let three frameworks share one card: take memory as it is needed, not all of it at once.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ["JAX_PLATFORMS"] = "cpu"
    elif device == "gpu" and (found := _probe(backend)) != "gpu":
        raise RuntimeError(
            f'device="gpu", but {backend} finds only the {found.upper()}. Install a build of '
            f"{backend} with GPU support (README, section GPU), check the driver with "
            'nvidia-smi, or choose device="cpu".'
        )


def release_native_messages() -> None:
    """Let messages of compiled code go to the kernel's log again, not into the notebook.

    ipykernel catches what is written to file descriptor 2, and TensorFlow greets there at every
    start. Python's own warnings and errors are not touched.
    """
    with contextlib.suppress(OSError, io.UnsupportedOperation):
        os.dup2(sys.stderr.fileno(), 2)


@contextlib.contextmanager
def without_native_messages() -> Iterator[None]:
    """Keep what compiled code writes to file descriptor 2 off the screen, such as at an import.

    Python's own errors still arrive: they are raised, and shown later.
    """
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def seed_framework(backend: str, seed: int) -> None:
    """Seed the framework that Keras runs on, without importing any other.

    `keras.utils.set_random_seed` imports TensorFlow on every backend, some 6 seconds and 400 MB.
    JAX keeps no state to seed: Keras draws its seeds from Python's `random`.
    """
    if backend == "tensorflow":
        import tensorflow as tf

        tf.random.set_seed(seed)
    elif backend == "torch":
        import torch

        torch.manual_seed(seed)


def active(backend: str | None) -> str | None:
    """Return "cpu" or "gpu", the device that `backend` uses here; None if it was never loaded."""
    return _probe(backend) if backend in sys.modules else None


def _probe(backend: str) -> str:
    if backend == "jax":
        import jax

        return "gpu" if jax.default_backend() in ("gpu", "cuda", "rocm") else "cpu"
    if backend == "tensorflow":
        import tensorflow as tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    import torch

    return "gpu" if torch.cuda.is_available() or torch.backends.mps.is_available() else "cpu"
