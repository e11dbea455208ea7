"""`python -m dlcourse.doctor.product jax`: compute a small product with Keras on a framework.

It has a process of its own, since a framework that does not fit the machine may end its process.
Prints a line of JSON: the framework's version, and the device that was used.
"""

import importlib
import json
import os
import sys

from dlcourse.course import device

_SIZE = 64


def main(name: str) -> None:
    """Compute with the framework `name`; exit with a message where the product is wrong."""
    os.environ |= device.settings("auto") | {"KERAS_BACKEND": name}
    framework = importlib.import_module(name)
    import keras

    ones = keras.ops.ones((_SIZE, _SIZE))
    product = keras.ops.convert_to_numpy(keras.ops.matmul(ones, ones))
    if not (product == _SIZE).all():
        sys.exit(f"a sum of {_SIZE} ones is not {_SIZE}, but {product.min()} to {product.max()}")
    print(json.dumps({"version": framework.__version__, "device": device.used(name)}))


if __name__ == "__main__":
    main(sys.argv[1])
