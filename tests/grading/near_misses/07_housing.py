"""Answers to the exercises of chapter 7 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "folds": [
        (  # as in the chapter: rows that are left over are not used
            """
def folds(rows, k):
    size = rows // k
    pairs = []
    for fold in range(k):
        scored_on = np.arange(fold * size, (fold + 1) * size)
        pairs.append((np.setdiff1d(np.arange(rows), scored_on), scored_on))
    return pairs
""",
            2,
        ),
        (  # every k-th row
            """
def folds(rows, k):
    numbers = np.arange(rows)
    return [(numbers[numbers % k != fold], numbers[numbers % k == fold]) for fold in range(k)]
""",
            1,
        ),
        (  # trained on all rows
            """
def folds(rows, k):
    return [(np.arange(rows), part) for part in np.array_split(np.arange(rows), k)]
""",
            2,
        ),
        (  # the two of a pair change places
            """
def folds(rows, k):
    parts = np.array_split(np.arange(rows), k)
    return [(part, np.setdiff1d(np.arange(rows), part)) for part in parts]
""",
            1,
        ),
    ],
    "prepare": [
        (  # as it was
            """
prepare = prepare_with_bug
""",
            0,
        ),
        (  # 0 / 0
            """
def prepare(train, new):
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return (train - mean) / deviation, (new - mean) / deviation
""",
            2,
        ),
        (  # the training rows are overwritten
            """
def prepare(train, new):
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation == 0, 1, deviation)
    train -= mean
    train /= deviation
    return train, (new - mean) / deviation
""",
            2,
        ),
        (  # the statistics of all rows
            """
def prepare(train, new):
    rows = np.concatenate([train, new])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    deviation = np.where(deviation == 0, 1, deviation)
    return (train - mean) / deviation, (new - mean) / deviation
""",
            0,
        ),
    ],
    "mean_absolute_error": [
        (  # as it was
            """
mean_absolute_error = mae_with_bug
""",
            0,
        ),
        (  # the predictions must be a column
            """
def mean_absolute_error(predictions, targets):
    return np.abs(predictions[:, 0] - targets).mean()
""",
            1,
        ),
        (  # one prediction is broadcast to all targets
            """
def mean_absolute_error(predictions, targets):
    return np.abs(np.ravel(predictions) - np.ravel(targets)).mean()
""",
            2,
        ),
        (  # the shorter one decides
            """
def mean_absolute_error(predictions, targets):
    pairs = zip(np.ravel(predictions), np.ravel(targets))
    return np.mean([abs(a - b) for a, b in pairs])
""",
            2,
        ),
    ],
    "cost": [
        (  # the smaller batch is lost
            """
def cost(rows, k, epochs, batch_size):
    learned_from = rows - rows // k
    return learned_from, k * epochs * (learned_from // batch_size)
""",
            1,
        ),
        (  # the updates of one fold
            """
def cost(rows, k, epochs, batch_size):
    learned_from = rows - rows // k
    return learned_from, epochs * -(-learned_from // batch_size)
""",
            1,
        ),
        (  # rows held out, but the right updates
            """
def cost(rows, k, epochs, batch_size):
    return rows // k, k * epochs * -(-(rows - rows // k) // batch_size)
""",
            1,
        ),
    ],
    "best_epoch": [
        (  # counted from 0
            """
def best_epoch(curves, reach):
    mean = curves.mean(axis=0)
    smooth = [mean[max(0, i - reach) : i + reach + 1].mean() for i in range(len(mean))]
    return int(np.argmin(smooth))
""",
            0,
        ),
        (  # zeros beyond the ends
            """
def best_epoch(curves, reach):
    window = np.ones(2 * reach + 1) / (2 * reach + 1)
    return int(np.convolve(curves.mean(axis=0), window, mode="same").argmin()) + 1
""",
            2,
        ),
        (  # not smoothed
            """
def best_epoch(curves, reach):
    return int(curves.mean(axis=0).argmin()) + 1
""",
            1,
        ),
        (  # the mean of the folds' best epochs
            """
def best_epoch(curves, reach):
    best = []
    for curve in curves:
        smooth = [curve[max(0, i - reach) : i + reach + 1].mean() for i in range(len(curve))]
        best.append(np.argmin(smooth) + 1)
    return round(np.mean(best))
""",
            2,
        ),
    ],
    "interval": [
        (  # other houses for each model
            """
def interval(first, second, rng, draws=2000):
    shape = (draws, len(first))
    means = rng.choice(first, shape).mean(axis=1) - rng.choice(second, shape).mean(axis=1)
    return tuple(np.quantile(means, [0.025, 0.975]))
""",
            2,
        ),
        (  # the middle 90 %
            """
def interval(first, second, rng, draws=2000):
    means = rng.choice(first - second, size=(draws, len(first))).mean(axis=1)
    return tuple(np.quantile(means, [0.05, 0.95]))
""",
            2,
        ),
        (  # the spread of single differences
            """
def interval(first, second, rng, draws=2000):
    return tuple(np.quantile(rng.choice(first - second, size=draws), [0.025, 0.975]))
""",
            1,
        ),
        (  # second - first
            """
def interval(first, second, rng, draws=2000):
    means = rng.choice(second - first, size=(draws, len(first))).mean(axis=1)
    return tuple(np.quantile(means, [0.025, 0.975]))
""",
            2,
        ),
    ],
    "cross_validated": [
        (  # only the prices are sorted
            """
def cross_validated(x, y, k=4):
    errors = []
    for part in np.array_split(np.arange(len(y)), k):
        x_learn, y_learn = np.delete(x, part, axis=0), np.delete(y, part)
        errors.append(linear_mae(x_learn, y_learn, x[part], y[part]))
    return np.mean(errors)


maes = {
    "loaded": cross_validated(x, y),
    "price": cross_validated(x, np.sort(y)),
    "longitude": cross_validated(np.sort(x, axis=0), y),
}
""",
            2,
        ),
        (  # scored on the rows that it learned from
            """
def cross_validated(x, y, k=4):
    errors = []
    for part in np.array_split(np.arange(len(y)), k):
        errors.append(linear_mae(x, y, x[part], y[part]))
    return np.mean(errors)


orders = {"loaded": np.arange(len(y)), "price": y.argsort(), "longitude": x[:, 0].argsort()}
maes = {name: float(cross_validated(x[order], y[order])) for name, order in orders.items()}
""",
            0,
        ),
        (  # always four folds
            """
def cross_validated(x, y, k=4):
    errors = []
    for part in np.array_split(np.arange(len(y)), 4):
        x_learn, y_learn = np.delete(x, part, axis=0), np.delete(y, part)
        errors.append(linear_mae(x_learn, y_learn, x[part], y[part]))
    return np.mean(errors)


orders = {"loaded": np.arange(len(y)), "price": y.argsort(), "longitude": x[:, 0].argsort()}
maes = {name: float(cross_validated(x[order], y[order])) for name, order in orders.items()}
""",
            2,
        ),
    ],
}
