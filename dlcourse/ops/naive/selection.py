"""What lets part of an array through: dropout by a mask, embedding by the numbers of rows."""

import numpy as np

from dlcourse.ops.naive.shapes import indices


def dropout(x: np.ndarray, mask: np.ndarray, rate: float) -> np.ndarray:
    """Set to 0 what the mask drops, and enlarge the rest, so that the expected sum stays."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = x[i] * mask[i] / (1 - rate)  # xᵢ mᵢ / (1 − rate)
    return out


def dropout_vjp(
    upstream: np.ndarray, x: np.ndarray, mask: np.ndarray, rate: float
) -> tuple[np.ndarray, None]:
    """Drop the gradient of what was dropped, and enlarge the rest alike."""
    return dropout(upstream, mask, rate), None  # ∂(x m / (1 − rate))/∂x = m / (1 − rate)


def embedding(x: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    """Replace each number by the row of the table that it names."""
    out = np.empty((*x.shape, embeddings.shape[1]), embeddings.dtype)
    for i in indices(x.shape):
        for k in range(embeddings.shape[1]):
            out[(*i, k)] = embeddings[x[i], k]  # E[xᵢ]
    return out


def embedding_vjp(
    upstream: np.ndarray, x: np.ndarray, embeddings: np.ndarray
) -> tuple[None, np.ndarray]:
    """Give each gradient to the row it came from; a row that was read twice adds up two."""
    dembeddings = np.zeros(embeddings.shape, embeddings.dtype)
    for i in indices(x.shape):
        for k in range(embeddings.shape[1]):
            dembeddings[x[i], k] += upstream[(*i, k)]
    return None, dembeddings
