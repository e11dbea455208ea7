# %% [markdown]
# # Exercises: House prices
#
# With few rows, half of the work is to measure honestly. You cut rows into folds, mend two short
# programs that give wrong numbers without an error message, choose an epoch, and ask whether one
# model is really better than another. Then you find out what happens to cross-validation when a
# file is sorted. NumPy is all you need.

# %% [markdown]
# ## 1. Folds for any number of rows
#
# The chapter left out up to three rows, so that four folds had the same size. Do without that. Cut
# `rows` row numbers into `k` parts in their order, no two of which differ by more than one row; the
# longer parts come first. Ten rows in three folds: 0–3, 4–6, 7–9.

# %%
import numpy as np


# %% solution="folds"
def folds(rows, k):
    """Return k pairs of arrays: row numbers to train on, row numbers to score on."""
    ### BEGIN SOLUTION
    pairs = []
    for scored_on in np.array_split(np.arange(rows), k):
        trained_on = np.setdiff1d(np.arange(rows), scored_on)
        pairs.append((trained_on, scored_on))
    return pairs
    ### END SOLUTION


# %% check="folds" points=3
pairs = folds(10, 3)
assert len(pairs) == 3, f"three folds are three pairs, you return {len(pairs)}"
scored_on = [[int(row) for row in part] for _, part in pairs]
assert sum(map(len, scored_on)) == 10, f"each row should be scored on once; your parts: {scored_on}"
assert scored_on[0] == [0, 1, 2, 3], f"the first part should be rows 0 to 3, it is {scored_on[0]}"
both = set(pairs[1][0]) & set(pairs[1][1])
assert not both, f"in the second pair, the rows {sorted(both)} are in both parts"
print("The visible checks pass. Grading tries other numbers of rows and folds.")


### BEGIN HIDDEN TESTS
def parts(rows, k):
    sizes = [rows // k + (fold < rows % k) for fold in range(k)]
    ends = np.cumsum(sizes)
    return [list(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]


@check(1, "the parts to score on are wrong where all folds have the same size")
def same_size(ask, rng):
    k, size = (int(n) for n in rng.integers(2, 9, size=2))
    got = ask(f"[list(part) for _, part in folds({k * size}, {k})]")
    equal(got, parts(k * size, k))


@check(1, "the parts to score on are wrong where the rows cannot be shared out equally")
def rows_left_over(ask, rng):
    for k in (4, 5, 7):
        rows = int(3 * k + rng.integers(1, k))
        equal(ask(f"[list(part) for _, part in folds({rows}, {k})]"), parts(rows, k))


@check(1, "the rows to train on should be all those that are not scored on, in their order")
def rows_to_train_on(ask, rng):
    k = int(rng.integers(3, 7))
    pairs = ask(f"[[list(a), list(b)] for a, b in folds({4 * k}, {k})]")
    equal(len(pairs), k)
    for trained_on, scored_on in pairs:
        if not 0 < len(scored_on) < 4 * k:
            raise Wrong("a fold is scored on no rows, or on all of them")
        equal(trained_on, [row for row in range(4 * k) if row not in scored_on])


### END HIDDEN TESTS

# %% [markdown]
# ## 2. Find the bug: prices for a single house
#
# This function normalises training rows, and rows that come later. On a large test set nobody
# noticed anything. For a single house, it gives NaN. Why? And what does it do to five houses?


# %%
def prepare_with_bug(train, new):
    def normalised(part):
        return (part - part.mean(axis=0)) / part.std(axis=0)

    return normalised(train), normalised(new)


# %% [markdown]
# Write the function as it should be. One more thing: a column that is constant in the training rows
# has the deviation 0. Divide such a column by 1 instead.


# %% solution="prepare"
def prepare(train, new):
    """Return the training rows and the new rows, both normalised: two arrays of their shapes."""
    ### BEGIN SOLUTION
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation == 0, 1, deviation)
    return (train - mean) / deviation, (new - mean) / deviation
    ### END SOLUTION


# %% check="prepare" points=3
train = np.array([[1.0, 10.0], [3.0, 50.0]])
ready, single = prepare(train, np.array([[4.0, 20.0]]))
assert np.allclose(ready, [[-1, -1], [1, 1]]), f"the training rows became {ready.tolist()}"
assert np.isfinite(single).all(), f"the single house became {single}: whose deviation is it?"
assert np.allclose(single, [[2, -0.5]]), (
    f"the single house became {single}. Its 4 lies 2 above the training mean of 2, and the "
    "training deviation is 1; its 20 lies 10 below 30, and the deviation is 20"
)
print("The visible checks pass. Grading tries other columns.")


### BEGIN HIDDEN TESTS
def columns(rng, train=20, new=6):
    scale, shift = rng.uniform(0.5, 20, size=4), rng.uniform(-50, 50, size=4)
    return [rng.normal(size=(rows, 4)) * scale + shift for rows in (train, new)]


@check(1, "several new rows come out wrong")
def several_rows(ask, rng):
    train, new = columns(rng)
    got = ask("prepare(train, new)[1]", train=train, new=new)
    near(got, (new - train.mean(axis=0)) / train.std(axis=0))


@check(1, "the training rows come out wrong when there is a single new row, or they were changed")
def training_rows(ask, rng):
    train, new = columns(rng, new=1)
    ready, finite, after = ask(
        "[prepare(train, new)[0], bool(np.isfinite(prepare(train, new)[1]).all()), train]",
        train=train,
        new=new,
    )
    near(ready, (train - train.mean(axis=0)) / train.std(axis=0))
    equal(finite, True)
    equal(after, train)


@check(1, "a column that is constant in training should be divided by 1, in both parts")
def constant_column(ask, rng):
    train, new = columns(rng)
    train[:, 2] = np.round(train[0, 2])
    deviation = np.where([False, False, True, False], 1, train.std(axis=0))
    got = ask("np.concatenate(prepare(train, new))", train=train, new=new)
    near(got, (np.concatenate([train, new]) - train.mean(axis=0)) / deviation)


### END HIDDEN TESTS

# %% [markdown]
# ## 3. Find the bug: an error that is far too large
#
# A network with one output gives its predictions as a column, of shape (n, 1). The prices are a row
# of numbers, of shape (n,). Look what the mean absolute error of *perfect* predictions comes to:


# %%
def mae_with_bug(predictions, targets):
    return np.abs(predictions - targets).mean()


prices = np.array([1.0, 2.0, 4.0])
print(mae_with_bug(prices[:, None], prices), "for", prices[:, None].tolist(), "and", prices)

# %% [markdown]
# What shape has the difference? Write the function so that it takes both shapes, (n,) and (n, 1),
# for either argument. If the *number* of predictions is not that of the targets, raise a
# `ValueError`: who mixes up two sets of houses should hear about it.


# %% solution="mean_absolute_error"
def mean_absolute_error(predictions, targets):
    """Return the mean of |prediction - target|; shapes (n,) or (n, 1) for each."""
    ### BEGIN SOLUTION
    predictions, targets = np.ravel(predictions), np.ravel(targets)
    if len(predictions) != len(targets):
        raise ValueError(f"{len(predictions)} predictions for {len(targets)} targets")
    return np.abs(predictions - targets).mean()
    ### END SOLUTION


# %% check="mean_absolute_error" points=3
error = mean_absolute_error(prices[:, None], prices)
assert error == 0, f"perfect predictions in a column have no error, you get {error:.2f}"
error = mean_absolute_error(np.array([1.5, 2.0]), np.array([1.0, 1.0]))
assert np.isclose(error, 0.75), f"errors of 0.5 and 1 have the mean 0.75, not {error:.2f}"
print("The visible checks pass. Grading tries other predictions, and numbers that do not fit.")


### BEGIN HIDDEN TESTS
def draw_predictions(rng):
    """Draw predictions, each nearer to its own target than to any other, and the targets."""
    count = int(rng.integers(4, 30))
    true = rng.permutation(count) + rng.uniform(0, 0.5, size=count)
    return true + rng.uniform(-0.2, 0.2, size=count), true


@check(1, "the error is wrong for predictions in a column, as a network gives them")
def column_of_predictions(ask, rng):
    predicted, true = draw_predictions(rng)
    got = ask("mean_absolute_error(a, b)", a=predicted[:, None], b=true)
    near(got, np.abs(predicted - true).mean())


@check(1, "the error is wrong for another pair of shapes: each argument may be (n,) or (n, 1)")
def other_shapes(ask, rng):
    predicted, true = draw_predictions(rng)
    for a, b in (
        (predicted, true[:, None]),
        (predicted[:, None], true[:, None]),
        (predicted, true),
    ):
        near(ask("mean_absolute_error(a, b)", a=a, b=b), np.abs(predicted - true).mean())


@check(1, "where the numbers of predictions and targets differ, ValueError should be raised")
def numbers_differ(ask, rng):
    few, many = rng.normal(size=1), rng.normal(size=int(rng.integers(2, 9)))
    near(ask("mean_absolute_error(a, b)", a=many[1:], b=many[:-1]), np.abs(np.diff(many)).mean())
    for a, b in ((many[:, None], few), (few, many), (many[1:, None], many)):
        raises("ValueError", ask, "mean_absolute_error(a, b)", a=a, b=b)


### END HIDDEN TESTS

# %% [markdown]
# ## 4. What does cross-validation cost?
#
# Before you start a long computation, count. Given the rows, the number of folds (here the rows can
# be shared out equally), the epochs and the batch size: from how many rows does each network learn,
# and how many updates of weights are there in all, over all folds?


# %% solution="cost"
def cost(rows, k, epochs, batch_size):
    """Return two whole numbers: rows that a network learns from, and updates in all."""
    ### BEGIN SOLUTION
    learned_from = rows - rows // k
    batches = -(-learned_from // batch_size)
    return learned_from, k * epochs * batches
    ### END SOLUTION


# %% check="cost" points=2
learned_from, updates = cost(rows=480, k=4, epochs=50, batch_size=16)
assert learned_from == 360, f"of 480 rows, 120 are held out and 360 learned from: {learned_from}?"
assert updates == 4_600, (
    f"360 rows in batches of 16 are 22 full ones and a smaller one; 23 · 50 · 4 = 4,600 updates, "
    f"not {updates}"
)
print("The visible checks pass. Grading tries other plans.")


### BEGIN HIDDEN TESTS
@check(1, "the number of rows that a network learns from is wrong")
def rows_learned_from(ask, rng):
    for k in (2, 5, 10):
        size, epochs, batch = (int(n) for n in rng.integers([20, 5, 8], [200, 90, 70]))
        equal(ask(f"cost({k * size}, {k}, {epochs}, {batch})[0]"), (k - 1) * size)


@check(1, "the number of updates is wrong")
def updates_in_all(ask, rng):
    for k in (2, 5, 10):
        epochs, batch, full = (int(n) for n in rng.integers([5, 8, 1], [90, 70, 9]))
        size = full * batch + int(
            rng.integers(1, batch)
        )  # some batch is not full, at least for k = 2
        wanted = k * epochs * int(np.ceil((k - 1) * size / batch))
        equal(ask(f"cost({k * size}, {k}, {epochs}, {batch})[1]"), wanted)
        equal(ask(f"cost({k * batch}, {k}, {epochs}, {batch})[1]"), k * epochs * (k - 1))


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Which epoch?
#
# `curves` holds the validation error of each fold (rows) after each epoch (columns). Average over
# the folds. Then smooth: each epoch's value becomes the mean of itself and its neighbours up to
# `reach` epochs before and after. At the ends, take the neighbours that exist. Which epoch is
# lowest now? Count from 1.


# %% solution="best_epoch"
def best_epoch(curves, reach):
    """Return the epoch, from 1, at which the smoothed mean of `curves`, (folds, epochs), is lowest.

    reach: number of neighbours on each side, 0 for no smoothing.
    """
    ### BEGIN SOLUTION
    mean = curves.mean(axis=0)
    smooth = [mean[max(0, i - reach) : i + reach + 1].mean() for i in range(len(mean))]
    return int(np.argmin(smooth)) + 1
    ### END SOLUTION


# %% check="best_epoch" points=3
curves = np.array([[5.0, 4, 0, 5, 3, 2, 3, 3], [5, 4, 2, 5, 3, 2, 3, 3]])
epoch = best_epoch(curves, reach=0)
assert epoch == 3, f"without smoothing, the lowest mean of the two folds is in epoch 3, not {epoch}"
epoch = best_epoch(curves, reach=1)
assert epoch == 6, f"the dip at epoch 3 is alone; with its neighbours, 6 is lowest, not {epoch}"
print("The visible checks pass. Grading tries other curves.")


### BEGIN HIDDEN TESTS
@check(1, "without smoothing, it should be the lowest point of the mean over the folds, from 1")
def no_smoothing(ask, rng):
    curves = rng.uniform(1, 2, size=(4, 25))
    curves[:, int(rng.integers(12, 20))] -= [1.2, 1.3, 0.9, 1.5]
    curves[0, 1] = curves[1, 3] = curves[2, 5] = -0.6  # lowest of their folds, not of the mean
    got = ask("best_epoch(curves, 0)", curves=curves)
    near(got, curves.mean(axis=0).argmin() + 1)


@check(1, "a valley should win over a single low epoch: look at the smoothing")
def single_dip(ask, rng):
    middle = int(rng.integers(20, 30))
    curves = 1 + 0.05 * (np.arange(40) - middle) ** 2 + rng.uniform(0, 0.01, size=(3, 40))
    curves[:, 8] = 0.1
    near(ask("best_epoch(curves, 3)", curves=curves), middle + 1)


@check(1, "the ends are wrong: only neighbours that exist may enter the mean")
def at_the_ends(ask, rng):
    falling = np.linspace(2, 1, 15) + rng.uniform(0, 0.01, size=(5, 15))
    near(ask("best_epoch(curves, 2)", curves=falling), 15)
    near(ask("best_epoch(curves, 2)", curves=falling[:, ::-1].copy()), 1)
    last_is_low = np.array([9, 9, 2.5, 2.5, 2.5, 9, 5, 1]) + rng.uniform(0, 0.1, size=(3, 1))
    near(ask("best_epoch(curves, 1)", curves=last_is_low), 4)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. Is one model better?
#
# Two models were scored on the same test houses. Their mean errors differ a little. Would they,
# with other houses? The chapter bootstrapped the error of one model. For two it is sharper to
# compare house by house: some houses are hard for both models, and that cancels in the difference.
#
# Write `interval(first, second, rng, draws)`: `draws` times, draw as many houses as there are, with
# replacement, and take the mean of the differences, `first - second`, of these houses. Return the
# ends of the middle 95 % of these means: their 2.5 % and 97.5 % quantiles.


# %% solution="interval"
def interval(first, second, rng, draws=2000):
    """Return the lower and the upper end of the 95 % interval of the mean difference.

    first, second: (n,), the errors of two models on the same n houses. rng: a NumPy generator.
    """
    ### BEGIN SOLUTION
    differences = first - second
    means = rng.choice(differences, size=(draws, len(differences))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return low, high
    ### END SOLUTION


# %% check="interval" points=3
hard = np.linspace(0, 5, 100)  # how hard each house is, for both models
low, high = interval(hard + 0.1, hard, np.random.default_rng(0))
assert low <= high, f"the lower end, {low:.2f}, is above the upper one, {high:.2f}"
assert high > 0, f"the first model is worse, but the interval ends at {high:.2f}, below 0"
assert high - low < 0.01, (
    "the first model is worse by 0.1 for *each* house, so there is no doubt; but your interval "
    f"goes from {low:.2f} to {high:.2f}. Are the same houses drawn for both models?"
)
print("The visible checks pass. Grading tries other errors.")


### BEGIN HIDDEN TESTS
def ask_interval(ask, a, b):
    ends = "low, high = interval(a, b, np.random.default_rng(7), 4000)"
    return ask(f"{ends}\n[float(low), float(high)]", a=a, b=b)


def expected_width(a, b):
    return 2 * 1.96 * (a - b).std() / np.sqrt(len(a))


@check(1, "the interval does not lie around the mean of first - second")
def around_the_mean(ask, rng):
    a, b = 5 + rng.uniform(0, 0.1, size=150), rng.uniform(0, 0.1, size=150)
    near(np.mean(ask_interval(ask, a, b)), (a - b).mean(), atol=0.05)


@check(1, "the interval is too wide or too narrow, even for models that have nothing in common")
def width(ask, rng):
    a, b = rng.exponential(size=(2, 800))
    near(np.ptp(ask_interval(ask, a, b)), expected_width(a, b), rtol=0.1)


@check(1, "where the same houses are hard for both models, the interval is too wide")
def same_houses(ask, rng):
    hard = rng.exponential(scale=5, size=800)
    a, b = hard + rng.uniform(size=(2, 800))
    near(np.ptp(ask_interval(ask, a, b)), expected_width(a, b), rtol=0.3)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. An experiment: a sorted file
#
# `KFold` does not shuffle unless you ask. The chapter warned that in a sorted file each fold would
# lack a whole kind of house. How bad is that? You measure it, on the sales around Sacramento that
# ship with the course, with the linear model.

# %%
from dlcourse import datasets

housing = datasets.load("california_housing", variant="embedded")
x, y = housing.x_train.astype("float64"), housing.y_train / 100_000
print(x.shape, "columns:", ", ".join(housing.info.columns))


def linear_mae(x_learn, y_learn, x_check, y_check):
    """Return the mean absolute error of linear regression."""
    mean = x_learn.mean(axis=0)
    x_learn, x_check = [np.c_[part - mean, np.ones(len(part))] for part in (x_learn, x_check)]
    weights = np.linalg.lstsq(x_learn, y_learn)[0]
    return np.abs(x_check @ weights - y_check).mean()


# %% [markdown]
# 1. Write `cross_validated(x, y, k)`: cut the rows into `k` folds in the order in which they stand
#    (`np.array_split` or your `folds`), and average the errors of `linear_mae`.
# 2. Record in `maes` what four folds give for three orders of the same rows: `"loaded"`, as they
#    come, which the loader has shuffled; `"price"`, sorted by price; `"longitude"`, sorted from
#    west to east. **Guess first:** which is worst, and by how much?


# %% solution="cross_validated"
def cross_validated(x, y, k=4):
    """Return the mean over k folds, in order, of the errors on the fold that is held out."""
    ### BEGIN SOLUTION
    errors = []
    for scored_on in np.array_split(np.arange(len(y)), k):
        x_learn, y_learn = np.delete(x, scored_on, axis=0), np.delete(y, scored_on)
        errors.append(linear_mae(x_learn, y_learn, x[scored_on], y[scored_on]))
    return np.mean(errors)
    ### END SOLUTION


maes = None
### BEGIN SOLUTION
orders = {"loaded": np.arange(len(y)), "price": y.argsort(), "longitude": x[:, 0].argsort()}
maes = {name: float(cross_validated(x[order], y[order])) for name, order in orders.items()}
### END SOLUTION

# %% check="cross_validated" points=3
line = np.arange(12.0)
error = cross_validated(line[:, None], 3 * line + 1, k=3)
assert error < 1e-6, f"a straight line is learned from any rows; your error is {error:.3f}"
error = cross_validated(line[:, None], line**2, k=3)
assert np.isclose(error, 26.667, atol=0.01), (
    f"for the squares of 0 to 11 in three folds the mean error is 26.67, yours is {error:.2f}: are "
    "the rows held out those that are scored on, and in the order in which they stand?"
)
assert maes is not None, "record what you find in `maes`"
assert sorted(maes) == ["loaded", "longitude", "price"], f"`maes` has the keys {sorted(maes)}"
for name, mae in maes.items():
    print(f"{name:<10} MAE {mae:.3f}")
print("The visible checks pass. Grading looks at these numbers, and tries other rows.")


### BEGIN HIDDEN TESTS
def mean_error(x, y, k):
    errors = []
    for part in np.array_split(np.arange(len(y)), k):
        rest = np.setdiff1d(np.arange(len(y)), part)
        tables = [np.c_[x, np.ones(len(x))][rows] for rows in (rest, part)]
        weights = np.linalg.lstsq(tables[0], y[rest])[0]
        errors.append(np.abs(tables[1] @ weights - y[part]).mean())
    return np.mean(errors)


@check(1, "for other rows and numbers of folds, the error is wrong")
def other_rows(ask, rng):
    for k in (2, 5):
        x = rng.normal(size=(40, 3))
        y = np.sort(x @ [1.0, -2.0, 0.5] + rng.normal(size=40))
        near(ask("cross_validated(a, b, k)", a=x, b=y, k=k), mean_error(x, y, k), rtol=1e-4)


@check(1, "the error recorded for the rows as loaded is wrong")
def recorded_loaded(ask, rng):
    near(ask("maes['loaded']"), 0.5738, atol=2e-3)


@check(1, "the errors recorded for the sorted rows are wrong: x and y must move together")
def recorded_sorted(ask, rng):
    near(ask("[maes['price'], maes['longitude']]"), [0.7702, 0.6299], atol=4e-3)


### END HIDDEN TESTS

# %% [markdown]
# ## 8. In words
#
# A clinic has X-ray pictures of 200 patients, ten of each, and the diagnosis of each patient. The
# 2,000 pictures are shuffled and cut into four folds; a network gets 0.96 by cross-validation. In
# another clinic, with the same machine, it gets 0.74. Nothing is wrong with the code. What may have
# happened, and how should the folds be cut? Three to five sentences.

# %% [markdown] answer="patients" points=2
# ### BEGIN SOLUTION
# Pictures of the same patient are in the training part and in the part that is scored on. The
# network can recognise the patient (build, position, a scar) and give the diagnosis that it saw
# with his other pictures, without knowing anything about the illness. That is a leak, of the kind
# of the doubled rows: pictures of one patient are nearly the same row. The folds must be cut by
# patient: all ten pictures of a patient are in the same fold, so that the score is about new
# patients. (scikit-learn calls it GroupKFold.) Another clinic may differ in other ways as well, so
# the score by patient is still no promise for it.
#
# Rubric: 1 point for the cause (the same patients on both sides; doubled or nearly equal rows). 1
# point for the remedy (folds by patient). "Overfitting" or "too few data" alone gets none.
# ### END SOLUTION

# %% [markdown]
# You have seen that a score has two halves: the model, and the way it was measured. When a number
# looks too good or too bad, begin with the second half.
