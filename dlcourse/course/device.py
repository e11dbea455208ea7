"""CPU or GPU: choose it before a framework starts, and say which one is in use."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator

# Whatever the device: what the user has set already stays as it is.
_SHARED = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # Let three frameworks share one card: take memory as it is needed, not all of it at once.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    # Keep float32 whole, so that numbers agree with a CPU's: by default NVIDIA's libraries, and
    # JAX's compiler, round the factors of products to 10 bits (TF32).
    "NVIDIA_TF32_OVERRIDE": "0",
    "JAX_DEFAULT_MATMUL_PRECISION": "highest",
}
_ONLY_CPU = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "KERAS_TORCH_DEVICE": "cpu",  # on a Mac, Keras would take the GPU
}


def settings(device: str) -> dict[str, str]:
    """Return the environment variables for `device` ("auto", "cpu" or "gpu").

    They count where they are set before a framework is imported.
    """
    chosen = {name: os.environ.get(name, value) for name, value in _SHARED.items()}
    return chosen | (_ONLY_CPU if device == "cpu" else {})


def select(device: str, backend: str) -> None:
    """Make `device` ("auto", "cpu" or "gpu") the one that the frameworks will use.

    Call it before a framework is imported. With "gpu", raise RuntimeError where `backend`
    finds none: a run on the CPU must never pass for one on the GPU.
    """
    os.environ |= settings(device)
    if device == "gpu" and (found := _probe(backend)) != "gpu":
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

        # What its own compiler does is not for an environment variable to say.
        tf.config.experimental.enable_tensor_float_32_execution(False)
        tf.random.set_seed(seed)
    elif backend == "torch":
        import torch

        torch.manual_seed(seed)


def used(backend: str | None) -> str | None:
    """Return "cpu" or "gpu", where `backend` has computed here; None if it was never loaded.

    A framework that finds a GPU may still have left it alone: memory taken there is the proof.
    """
    if backend not in sys.modules:
        return None
    return "gpu" if gpu_peak_mb(backend) > 0 else "cpu"


def gpu_peak_mb(backend: str | None) -> float:
    """Return the largest GPU memory, in megabytes (10⁶ bytes), that `backend` had in use so far.

    On Apple's GPU, which keeps no such record: what it holds now.
    """
    if backend not in sys.modules or _probe(backend) == "cpu":
        return 0.0
    if backend == "jax":
        import jax

        taken = [
            (device.memory_stats() or {}).get("peak_bytes_in_use", 0) for device in jax.devices()
        ]
    elif backend == "tensorflow":
        import tensorflow as tf

        names = [
            device.name.removeprefix("/device:") for device in tf.config.list_logical_devices("GPU")
        ]
        taken = [tf.config.experimental.get_memory_info(name)["peak"] for name in names]
    else:
        import torch

        cards = range(torch.cuda.device_count())
        taken = [torch.cuda.max_memory_allocated(card) for card in cards]
        if torch.backends.mps.is_available():
            taken.append(torch.mps.current_allocated_memory())
    return sum(taken) / 1e6


def _probe(backend: str) -> str:
    if backend == "jax":
        import jax

        return "gpu" if jax.default_backend() in ("gpu", "cuda", "rocm") else "cpu"
    if backend == "tensorflow":
        import tensorflow as tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    import torch

    return "gpu" if torch.cuda.is_available() or torch.backends.mps.is_available() else "cpu"
