"""What lets part of an array through: dropout by a mask, embedding by the numbers of rows."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np


def dropout(x: np.ndarray, mask: np.ndarray, rate: float) -> np.ndarray:
    return x * mask / (1 - rate)


def dropout_vjp(
    upstream: np.ndarray, x: np.ndarray, mask: np.ndarray, rate: float
) -> tuple[np.ndarray, None]:
    return dropout(upstream, mask, rate), None


def embedding(x: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    return embeddings[x]


def embedding_vjp(
    upstream: np.ndarray, x: np.ndarray, embeddings: np.ndarray
) -> tuple[None, np.ndarray]:
    dembeddings = np.zeros(embeddings.shape, embeddings.dtype)
    np.add.at(dembeddings, x, upstream)  # dembeddings[x] += upstream would count each row once
    return None, dembeddings
