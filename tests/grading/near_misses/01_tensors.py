"""Answers to the exercises of chapter 1 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "centre_crop": [
        (  # the height decides about the columns too
            """
def centre_crop(images, size):
    start = (images.shape[1] - size) // 2
    return images[:, start : start + size, start : start + size]
""",
            2,
        ),
        (  # a margin of 0 becomes the empty slice 0:-0
            """
def centre_crop(images, size):
    top = (images.shape[1] - size) // 2
    left = (images.shape[2] - size) // 2
    bottom, right = images.shape[1] - size - top, images.shape[2] - size - left
    return images[:, top:-bottom, left:-right]
""",
            2,
        ),
        (  # the odd row goes at the top
            """
def centre_crop(images, size):
    top = (images.shape[1] - size + 1) // 2
    left = (images.shape[2] - size + 1) // 2
    return images[:, top : top + size, left : left + size]
""",
            2,
        ),
    ],
    "blend": [
        (  # as it was
            """
blend = blend_with_bug
""",
            0,
        ),
        (  # halves first: two odd pixels lose 1
            """
def blend(first, second):
    return first // 2 + second // 2
""",
            1,
        ),
        (  # fractions remain
            """
def blend(first, second):
    return (first.astype("float32") + second) / 2
""",
            1,
        ),
    ],
    "broadcast_shape": [
        (  # the larger size wins, also over 0
            """
def broadcast_shape(first, second):
    rank = max(len(first), len(second))
    first = (1,) * (rank - len(first)) + tuple(first)
    second = (1,) * (rank - len(second)) + tuple(second)
    for a, b in zip(first, second):
        if a != b and a != 1 and b != 1:
            raise ValueError("these do not fit")
    return tuple(max(a, b) for a, b in zip(first, second))
""",
            3,
        ),
        (  # aligned at the left
            """
def broadcast_shape(first, second):
    rank = max(len(first), len(second))
    first = tuple(first) + (1,) * (rank - len(first))
    second = tuple(second) + (1,) * (rank - len(second))
    sizes = []
    for a, b in zip(first, second):
        if a != b and a != 1 and b != 1:
            raise ValueError("these do not fit")
        sizes.append(b if a == 1 else a)
    return tuple(sizes)
""",
            3,
        ),
        (  # nothing is ever refused
            """
def broadcast_shape(first, second):
    rank = max(len(first), len(second))
    first = (1,) * (rank - len(first)) + tuple(first)
    second = (1,) * (rank - len(second)) + tuple(second)
    return tuple(b if a == 1 else a for a, b in zip(first, second))
""",
            3,
        ),
        (  # not the student's own rule
            """
def broadcast_shape(first, second):
    return np.broadcast_shapes(first, second)
""",
            0,
        ),
    ],
    "naive_product": [
        (  # the dtype of x, as in the chapter's loops
            """
def naive_product(x, y):
    if x.shape[-1] != y.shape[0]:
        raise ValueError("sizes differ")
    rows = x.reshape(-1, x.shape[-1])
    out = np.zeros((len(rows), y.shape[1]), x.dtype)
    for i in range(len(rows)):
        for j in range(y.shape[1]):
            for k in range(len(y)):
                out[i, j] += rows[i, k] * y[k, j]
    return out.reshape(*x.shape[:-1], y.shape[1])
""",
            3,
        ),
        (  # sizes are not compared
            """
def naive_product(x, y):
    rows = x.reshape(-1, x.shape[-1])
    out = np.zeros((len(rows), y.shape[1]))
    for i in range(len(rows)):
        for j in range(y.shape[1]):
            out[i, j] = sum(a * b for a, b in zip(rows[i], y[:, j]))
    return out.reshape(*x.shape[:-1], y.shape[1])
""",
            3,
        ),
        (  # matrices only
            """
def naive_product(x, y):
    if x.shape[1] != y.shape[0]:
        raise ValueError("sizes differ")
    out = np.zeros((x.shape[0], y.shape[1]))
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            out[i, j] = (x[i] * y[:, j]).sum()
    return out
""",
            3,
        ),
        (  # no loop at all
            """
def naive_product(x, y):
    return x @ y
""",
            0,
        ),
        (  # nor here
            """
def naive_product(x, y):
    if x.shape[-1] != y.shape[0]:
        raise ValueError("sizes differ")
    return x.__matmul__(y)
""",
            0,
        ),
    ],
    "multiplications": [
        (  # forgets that B C has as many rows as B
            """
def multiplications(m, k, n, p):
    return m * k * n + m * n * p, k * n * p + m * n * p
""",
            1,
        ),
    ],
    "collapse": [
        (  # two layers, whatever comes
            """
def collapse(layers):
    (W1, b1), (W2, b2) = layers
    return W1 @ W2, b1 @ W2 + b2
""",
            2,
        ),
        (  # biases do not pass through the next kernel
            """
def collapse(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W @ next_W, b + next_b
    return W, b
""",
            1,
        ),
    ],
    "deaf_from": [
        (  # the sum became float64
            """
deaf_from = {"float16": 2048, "float32": 2**53, "float64": 2**53}
""",
            1,
        ),
        (  # one too late
            """
deaf_from = {"float16": 4096, "float32": 2**24, "float64": 2**53}
""",
            1,
        ),
    ],
}
