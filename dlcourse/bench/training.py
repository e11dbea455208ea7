"""Time one epoch of the MNIST network: `dlcourse.nn`, Keras on each backend, the products alone.

Each competitor runs in a process of its own, one after the other, and then all of them again: so
none finds the processor warmer, or the machine busier, than the others do.

    python -m dlcourse.bench.training jax 3      → the seconds of three epochs, as JSON
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from dlcourse import datasets

BACKENDS = ("jax", "tensorflow", "torch")
COMPETITORS = ("products", "nn", *BACKENDS)
BATCH = 128
UNITS = (784, 512, 10)
_LONGEST = 1800  # seconds: a competitor that takes longer hangs


def epochs(competitor: str, count: int) -> list[float]:
    """Return the seconds of `count` epochs, measured in a fresh process.

    Raises:
        RuntimeError: the process failed; the message ends with what it said.
    """
    environment = os.environ | {"KERAS_BACKEND": competitor} if competitor in BACKENDS else None
    command = [sys.executable, "-m", "dlcourse.bench.training", competitor, str(count)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def rounds(count: int, times: int = 2) -> Iterator[tuple[str, list[float]]]:
    """Yield each competitor with the seconds of `count` epochs, `times` times over."""
    for _ in range(times):
        for competitor in COMPETITORS:
            yield competitor, epochs(competitor, count)


def _digits() -> tuple[np.ndarray, np.ndarray]:
    mnist = datasets.load("mnist")
    return mnist.x_train.reshape(-1, UNITS[0]).astype("float32") / 255, mnist.y_train


def _nn() -> Callable[[], object]:
    from dlcourse import nn

    return _fit(nn.Sequential([nn.Dense(512, activation="relu"), nn.Dense(10, "softmax")]))


def _keras() -> Callable[[], object]:
    import keras

    dense = keras.layers.Dense
    return _fit(keras.Sequential([dense(512, activation="relu"), dense(10, "softmax")]))


def _fit(model: object) -> Callable[[], object]:
    x, y = _digits()
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return lambda: model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)


def _products() -> Callable[[], object]:
    """Return an epoch's matrix products and nothing else: what no implementation can save."""
    inputs, hidden, outputs = UNITS
    rng = np.random.default_rng(1)
    shapes = (BATCH, inputs), (inputs, hidden), (BATCH, hidden), (hidden, outputs), (BATCH, outputs)
    x, kernel_1, h, kernel_2, y = (rng.standard_normal(shape, np.float32) for shape in shapes)

    def epoch() -> None:
        for _ in range(-(-60_000 // BATCH)):
            x @ kernel_1, h @ kernel_2  # forward
            h.T @ y, y @ kernel_2.T, x.T @ h  # backward: both kernels, and the hidden layer

    return epoch


def _main(competitor: str, count: int) -> None:
    make = {"nn": _nn, "products": _products}.get(competitor, _keras)
    epoch = make()
    epoch()  # the first epoch compiles
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
