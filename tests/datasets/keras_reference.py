"""Run Keras's own loaders on the files in a folder, and print a digest of each part they give."""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

CASES = (
    ("imdb", {"num_words": 10_000}),
    ("reuters", {}),
    ("reuters", {"num_words": 1_000}),
    ("california_housing", {"version": "small"}),
    ("california_housing", {"version": "large"}),
)


def digest(x: np.ndarray, y: np.ndarray) -> str:
    """Return a SHA-256 of the values, whatever their type."""
    if x.dtype == object:
        lengths = np.array([len(text) for text in x])
        x = np.concatenate([lengths, *(np.asarray(text, np.float64) for text in x)])
    arrays = [np.asarray(x, np.float64), np.asarray(y, np.float64)]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def main(folder: Path) -> None:
    from keras.src.datasets import california_housing, imdb, reuters

    modules = {"imdb": imdb, "reuters": reuters, "california_housing": california_housing}
    result = []
    for name, options in CASES:
        # Keras would check its own hash of the file, which is packed anew here.
        modules[name].get_file = lambda *args, name=name, **kwargs: str(folder / f"{name}.npz")
        result.append([digest(*part) for part in modules[name].load_data(**options)])
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
