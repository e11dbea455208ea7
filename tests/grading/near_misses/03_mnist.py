"""Answers to the exercises of chapter 3 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "parameters": [
        (  # always two layers
            """
def parameters(sizes):
    return (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2]
""",
            1,
        ),
        (  # no biases
            """
def parameters(sizes):
    return sum(a * b for a, b in zip(sizes, sizes[1:]))
""",
            0,
        ),
    ],
    "updates": [
        (  # the rest of an epoch is dropped
            """
def updates(samples, batch_size, epochs):
    return samples // batch_size * epochs
""",
            1,
        ),
        (  # the rest of an epoch fills the first batch of the next
            """
def updates(samples, batch_size, epochs):
    return -(-samples * epochs // batch_size)
""",
            1,
        ),
        (  # one more, rest or not
            """
def updates(samples, batch_size, epochs):
    return (samples // batch_size + 1) * epochs
""",
            1,
        ),
    ],
    "softmax": [
        (  # overflows
            """
def softmax(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
""",
            1,
        ),
        (  # one maximum for all rows
            """
def softmax(scores):
    exponentials = np.exp(scores - scores.max())
    with np.errstate(all="ignore"):
        return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
            1,
        ),
    ],
    "training_step": [
        (  # the sum instead of the mean
            """
def training_step(weights, x, labels, rate):
    W, b = weights
    slopes = ops.get("numpy").softmax(x @ W + b)
    slopes[np.arange(len(x)), labels] -= 1
    return [W - rate * x.T @ slopes, b - rate * slopes.sum(axis=0)]
""",
            2,
        ),
        (  # writes into the given weights
            """
def training_step(weights, x, labels, rate):
    W, b = weights
    slopes = ops.get("numpy").softmax(x @ W + b)
    slopes[np.arange(len(x)), labels] -= 1
    slopes /= len(x)
    W -= rate * x.T @ slopes
    b -= rate * slopes.sum(axis=0)
    return [W, b]
""",
            2,
        ),
        (  # uphill
            """
def training_step(weights, x, labels, rate):
    W, b = weights
    slopes = ops.get("numpy").softmax(x @ W + b)
    slopes[np.arange(len(x)), labels] -= 1
    slopes /= len(x)
    return [W + rate * x.T @ slopes, b + rate * slopes.sum(axis=0)]
""",
            1,
        ),
    ],
    "shuffled": [
        (  # draws with replacement
            """
def shuffled(x, y, rng):
    order = rng.integers(len(x), size=len(x))
    return x[order], y[order]
""",
            2,
        ),
        (  # the order is one for both, but the callers' arrays change
            """
def shuffled(x, y, rng):
    order = rng.permutation(len(x))
    x[:], y[:] = x[order], y[order]
    return x.copy(), y.copy()
""",
            2,
        ),
        (  # real copies, still shuffled apart
            """
def shuffled(x, y, rng):
    x, y = x.copy(), y.copy()
    rng.shuffle(x)
    rng.shuffle(y)
    return x, y
""",
            1,
        ),
        (  # nothing is shuffled
            """
def shuffled(x, y, rng):
    return x, y
""",
            0,
        ),
    ],
    "confusion_matrix": [
        (  # a repeated pair counts once
            """
def confusion_matrix(true, read, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    matrix[true, read] += 1
    return matrix
""",
            2,
        ),
        (  # transposed
            """
def confusion_matrix(true, read, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (read, true), 1)
    return matrix
""",
            2,
        ),
        (  # as many classes as occur
            """
def confusion_matrix(true, read, classes):
    classes = max(true.max(), read.max()) + 1
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (true, read), 1)
    return matrix
""",
            2,
        ),
    ],
    "majority_accuracy": [
        (  # looks at the test labels
            """
def majority_accuracy(y_train, y_test):
    return np.bincount(y_test).max() / len(y_test)
""",
            1,
        ),
    ],
    "best_rate": [
        (  # Adam's usual rate is not the best one here
            """
best_rate = {"SGD": 1.0, "Adam": 0.01}
swapped = final_loss("SGD", 0.1)
""",
            2,
        ),
        (  # swapped the wrong way round
            """
best_rate = {"SGD": 1.0, "Adam": 0.1}
swapped = final_loss("Adam", 1.0)
""",
            2,
        ),
        (  # SGD gets Adam's rate
            """
best_rate = {"SGD": 0.1, "Adam": 0.1}
swapped = final_loss("SGD", 0.1)
""",
            2,
        ),
    ],
}
