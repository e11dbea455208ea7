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
        (  # as it was
            """
shuffled = shuffled_with_bug
""",
            0,
        ),
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
        (  # the numbers are known from elsewhere
            """
best_rate, swapped = {"SGD": 1.0, "Adam": 0.1}, 1.352
""",
            1,
        ),
        (  # recorded for two rates only
            """
def search(rates):
    losses = {name: [final_loss(name, rate) for rate in rates] for name in ("SGD", "Adam")}
    best = {name: rates[int(np.argmin(losses[name]))] for name in losses}
    return best, losses["SGD"][rates.index(best["Adam"])]


best_rate, swapped = search([0.01, 0.1])
""",
            2,
        ),
        (  # swapped the wrong way round
            """
def search(rates):
    best = {}
    for name in ("SGD", "Adam"):
        best[name] = min(rates, key=lambda rate: final_loss(name, rate))
    return best, final_loss("Adam", best["SGD"])


best_rate, swapped = search([0.001, 0.01, 0.1, 1.0, 10.0])
""",
            1,
        ),
        (  # SGD gets Adam's rate
            """
def search(rates):
    best = min(rates, key=lambda rate: final_loss("Adam", rate))
    return {"SGD": best, "Adam": best}, final_loss("SGD", best)


best_rate, swapped = search([0.001, 0.01, 0.1, 1.0, 10.0])
""",
            1,
        ),
        (  # the highest loss
            """
def search(rates):
    best = {}
    for name in ("SGD", "Adam"):
        best[name] = max(rates, key=lambda rate: final_loss(name, rate))
    return best, final_loss("SGD", best["Adam"])


best_rate, swapped = search([0.001, 0.01, 0.1, 1.0, 10.0])
""",
            0,
        ),
    ],
}
