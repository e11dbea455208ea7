# %% [markdown]
# # Exercises: MNIST and a network from scratch
#
# How much does a network learn, and in how many steps? You count both, write one of the steps
# yourself, mend a shuffle that ruins the data, build what chapter 3 judged its network with, and
# look for learning rates. The experiments need no photos: their digits are the seven bars of a
# pocket calculator.

# %% [markdown]
# ## 1. How many numbers does it learn?
#
# 784 inputs, 512 units, 10 units: 407,050 weights and biases. Write a function that knows it for
# any stack of `Dense` layers. Just count: no framework is needed.

# %%
import numpy as np


# %% solution="parameters"
def parameters(sizes):
    """Return how many numbers a stack of Dense layers learns.

    sizes: how many inputs the network has, then how many units each layer has: [784, 512, 10].
    """
    ### BEGIN SOLUTION
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k - 1] * sizes[k] + sizes[k]
    return total
    ### END SOLUTION


# %% check="parameters" points=2
count = parameters([784, 512, 10])
assert count == 407_050, (
    f"784, 512 and 10 give {count:,}; the chapter counted 407,050. They differ by "
    f"{abs(count - 407_050):,}: which layer, or which part of a layer, is that?"
)
print("The visible check passes. Grading tries other networks.")


### BEGIN HIDDEN TESTS
def counted(sizes):
    return sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(sizes) - 1))


@check(1, "for two layers of other sizes the number is wrong")
def two_layers(ask, rng):
    for sizes in rng.integers(2, 2000, size=(3, 3)).tolist():
        equal(ask("parameters(sizes)", sizes=sizes), counted(sizes))


@check(1, "for one layer, or for more than two, the number is wrong")
def other_depths(ask, rng):
    for depth in (1, 3, 6):
        sizes = rng.integers(2, 900, size=depth + 1).tolist()
        equal(ask("parameters(sizes)", sizes=sizes), counted(sizes))


### END HIDDEN TESTS

# %% [markdown]
# ## 2. How many updates?
#
# Each batch moves the weights once. In each epoch, every sample is used once, and the last batch
# may be smaller than the others. How many updates does a training take?


# %% solution="updates"
def updates(samples, batch_size, epochs):
    """Return the number of updates in all epochs together, a whole number."""
    ### BEGIN SOLUTION
    batches = (samples + batch_size - 1) // batch_size
    return batches * epochs
    ### END SOLUTION


# %% check="updates" points=2
count = updates(60_000, 128, 5)
assert count == 2_345, (
    f"five epochs of MNIST took 2,345 updates, not {count}. "
    "What happens to the 96 pictures that do not fill a batch, and how often?"
)
print("The visible check passes. Grading tries other numbers, also some without a remainder.")


### BEGIN HIDDEN TESTS
def ask_updates(ask, samples, batch_size, epochs):
    code = "updates(samples, batch_size, epochs)"
    return ask(code, samples=samples, batch_size=batch_size, epochs=epochs)


@check(1, "the number is wrong where the last batch of an epoch is smaller than the others")
def with_remainder(ask, rng):
    for epochs in (1, 4, 7):
        batch_size, full = (int(number) for number in rng.integers(5, 90, size=2))
        samples = batch_size * full + int(rng.integers(1, batch_size // 2 + 1))
        equal(ask_updates(ask, samples, batch_size, epochs), (full + 1) * epochs)


@check(1, "the number is wrong where all batches are full, or where one batch holds everything")
def without_remainder(ask, rng):
    for full, epochs in ((1, 3), (int(rng.integers(2, 50)), 1), (int(rng.integers(2, 50)), 6)):
        batch_size = int(rng.integers(5, 90))
        equal(ask_updates(ask, batch_size * full, batch_size, epochs), full * epochs)


### END HIDDEN TESTS

# %% [markdown]
# ## 3. Softmax
#
# The last layer turns ten scores $z$ into probabilities: $p_i = e^{z_i} / \sum_j e^{z_j}$. Write it
# for a batch: each row is a sample, and sums to 1 afterwards.
#
# There is a trap: $e^{1000}$ is too large for any float. Probabilities do not change when the same
# number is subtracted from all scores of a row. (Why not? Cancel the common factor.) Subtract one
# that makes the largest exponential harmless.


# %% solution="softmax"
def softmax(scores):
    """Return probabilities, shape (samples, classes), from scores of the same shape."""
    ### BEGIN SOLUTION
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax" points=2
probabilities = softmax(np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]]))
assert np.shape(probabilities) == (2, 3), f"the shape should stay (2, 3): {np.shape(probabilities)}"
assert np.allclose(probabilities, [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]]), (
    "e to the scores gives 1, 2, 5 and 3, 3, 6, so the first row should be 1/8, 2/8, 5/8; "
    f"you have {np.round(probabilities, 3).tolist()}. Over which axis do you sum?"
)
print("The visible checks pass. Grading tries other scores, also very large ones.")


### BEGIN HIDDEN TESTS
def exact_softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@check(1, "ordinary scores give wrong probabilities")
def ordinary_scores(ask, rng):
    for shape in ((4, 10), (1, 3), (6, 2), (3, 3)):
        scores = rng.normal(size=shape)
        near(ask("softmax(scores)", scores=scores), exact_softmax(scores))


@check(1, "very large or very small scores give wrong probabilities, perhaps nan")
def extreme_scores(ask, rng):
    scores = rng.normal(size=(1, 5))
    for shift in (1e4, -1e4):
        near(ask("softmax(scores)", scores=scores + shift), exact_softmax(scores))
    mixed = scores + np.array([[0.0], [2000.0], [-3000.0]])
    near(ask("softmax(scores)", scores=mixed), exact_softmax(mixed))


### END HIDDEN TESTS

# %% [markdown]
# ## 4. One step of learning
#
# Take the linear network of the chapter, `softmax(x @ W + b)`, with the mean cross-entropy. You can
# do without a framework for its gradient: for one sample, the slopes of the loss with respect to
# the scores are *probabilities minus one-hot label*. The rest is the way back through a product and
# a sum, as in chapter 2. Do not forget that the loss is a **mean** over the batch.
#
# `training_step` returns new weights, as the chapter's `SGD` did, and leaves the old ones alone.
# (Use your `softmax`, or the course's, `ops.get("numpy").softmax`.)

# %%
from dlcourse import ops


# %% solution="training_step"
def training_step(weights, x, labels, rate):
    """Return [W, b] after one step of SGD.

    weights: [W, b], shapes (inputs, classes) and (classes,). x: (samples, inputs).
    labels: (samples,), whole numbers from 0. rate: the learning rate.
    """
    ### BEGIN SOLUTION
    W, b = weights
    slopes = ops.get("numpy").softmax(x @ W + b)
    slopes[np.arange(len(x)), labels] -= 1
    slopes /= len(x)
    return [W - rate * x.T @ slopes, b - rate * slopes.sum(axis=0)]
    ### END SOLUTION


# %% check="training_step" points=3
weights = [np.zeros((2, 4)), np.zeros(4)]
new = training_step(weights, np.array([[1.0, 10.0]]), np.array([2]), rate=1.0)
assert isinstance(new, list | tuple), f"the new W and the new b were wanted, not {new!r}"
W, b = new
assert np.shape(W) == (2, 4), f"W had the shape (2, 4), now it has {np.shape(W)}"
assert np.allclose(b, [-0.25, -0.25, 0.75, -0.25]), (
    "all four probabilities are 0.25 at first. A step should raise the bias of the true class, 2, "
    f"by 0.75 and lower the others by 0.25; you have {np.round(b, 3).tolist()}"
)
print("The visible checks pass. Grading looks at W, at larger batches and at the old weights.")


### BEGIN HIDDEN TESTS
def true_step(W, b, x, labels, rate):
    slopes = np.exp(x @ W + b)
    slopes /= slopes.sum(axis=1, keepdims=True)
    slopes[np.arange(len(x)), labels] -= 1
    return W - rate * x.T @ slopes / len(x), b - rate * slopes.mean(axis=0)


def draw_step(rng, samples):
    W, b, x = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(samples, 3))
    labels, rate = rng.integers(0, 4, size=samples), float(rng.uniform(0.1, 2))
    return {"W": W, "b": b, "x": x, "labels": labels, "rate": rate}


STEP = "new_W, new_b = map(np.asarray, training_step([W, b], x, labels, rate))\n"


def compare_step(ask, step):
    for got, wanted in zip(ask(f"{STEP}[new_W, new_b]", **step), true_step(**step), strict=True):
        near(got, wanted)


def is_near(got, wanted):
    try:
        near(got, wanted)
    except Wrong:
        return False
    return True


@check(1, "for a batch of one sample, the new W or the new b is wrong")
def one_sample(ask, rng):
    for _ in range(3):
        compare_step(ask, draw_step(rng, samples=1))


@check(1, "for a batch of several samples, the new W or the new b is wrong")
def several_samples(ask, rng):
    for samples in (2, 7):
        compare_step(ask, draw_step(rng, samples))


@check(1, "the arrays that the function was given are not the same afterwards (or nothing moved)")
def old_weights_stay(ask, rng):
    step = draw_step(rng, samples=3)
    new_W, new_b, *given = ask(f"{STEP}[new_W, new_b, W, b, x, labels]", **step)
    for got, name in zip(given, ("W", "b", "x", "labels"), strict=True):
        near(got, step[name])
    equal([np.shape(new_W), np.shape(new_b)], [(3, 4), (4,)])
    if is_near(new_W, step["W"]) or is_near(new_b, step["b"]):
        raise Wrong("the new weights are the old ones")


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Find the bug: shuffled apart
#
# Before each epoch the samples are shuffled. This program copies both arrays first, it says, and
# shuffles the copies. Three samples of class 1, three of class 2, and each row of `x` begins with
# its own class. How many things are wrong with what is printed?


# %%
def shuffled_with_bug(x, y, rng):
    x, y = x[:], y[:]  # copies
    rng.shuffle(x)
    rng.shuffle(y)
    return x, y


x = np.array([[1, 10], [1, 11], [1, 12], [2, 20], [2, 21], [2, 22]])
y = np.array([1, 1, 1, 2, 2, 2])
new_x, new_y = shuffled_with_bug(x, y, np.random.default_rng(1))
print("new x", new_x.tolist(), " new y", new_y.tolist())
print("old x", x.tolist(), " old y", y.tolist())

# %% [markdown]
# A network trained on this learns nothing, and raises no error either. Write `shuffled` as it
# should be.


# %% solution="shuffled"
def shuffled(x, y, rng):
    """Return both arrays in a new random order, the same for both; x and y stay as they are.

    x: (samples, …). y: (samples,). rng: a NumPy generator.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    return x[order], y[order]
    ### END SOLUTION


# %% check="shuffled" points=3
x = np.stack([np.arange(100), np.arange(100) ** 2], axis=1)
y = np.arange(100)
both = shuffled(x, y, np.random.default_rng(0))
assert isinstance(both, tuple | list), f"two arrays were wanted, not {both!r}"
new_x, new_y = both
assert np.array_equal(y, np.arange(100)), f"the caller's y has changed: it begins {y[:5].tolist()}"
assert not np.array_equal(new_y, y), "the samples are still in the old order"
assert np.array_equal(new_x[:, 0], new_y), (
    f"row 0 of x now belongs to sample {new_x[0, 0]}, but its label to sample {new_y[0]}"
)
print("The visible checks pass. Grading tries other arrays, and counts the samples.")


### BEGIN HIDDEN TESTS
def shuffle_pairs(ask, rng):
    """Return what was given and what came back, after seeing that the order is a new one."""
    x, y = rng.normal(size=(40, 2, 3)), rng.permutation(1000)[:40]
    code = """new_x, new_y = map(np.asarray, shuffled(x, y, np.random.default_rng(number)))
[new_x, new_y, x, y]"""
    new_x, new_y, after_x, after_y = ask(code, x=x, y=y, number=int(rng.integers(1 << 30)))
    equal(np.shape(new_x), x.shape)
    equal(np.shape(new_y), y.shape)
    if np.array_equal(new_x, x) or np.array_equal(new_y, y):
        raise Wrong("the samples are still in the old order")
    return x, y, new_x, new_y, after_x, after_y


@check(1, "after the shuffle, samples have labels that are not theirs")
def pairs_stay(ask, rng):
    x, y, new_x, new_y, *_ = shuffle_pairs(ask, rng)
    order = np.argsort(y)
    places = order[np.searchsorted(y[order], new_y).clip(0, 39)]
    near(new_y, y[places])
    near(new_x, x[places])


@check(1, "some pairs of sample and label are missing after the shuffle")
def every_pair_once(ask, rng):
    x, y, new_x, new_y, *_ = shuffle_pairs(ask, rng)
    pairs = np.column_stack([x.reshape(40, -1), y])
    new_pairs = np.column_stack([new_x.reshape(40, -1), new_y])
    near(new_pairs[new_pairs[:, -1].argsort()], pairs[pairs[:, -1].argsort()])


@check(1, "the arrays that the caller holds have changed")
def originals_stay(ask, rng):
    x, y, _, _, after_x, after_y = shuffle_pairs(ask, rng)
    near(after_x, x)
    near(after_y, y)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. A confusion matrix
#
# Rows are the true classes, columns what they were read as: `matrix[3, 5]` says how many 3s were
# read as a 5. The chapter used `np.add.at`. Try `matrix[true, read] += 1` as well, before you
# decide: what does it do with a pair that occurs twice?


# %% solution="confusion_matrix"
def confusion_matrix(true, read, classes):
    """Return the counts, an array of whole numbers of shape (classes, classes).

    true, read: arrays of whole numbers from 0 to classes - 1, as long as each other.
    """
    ### BEGIN SOLUTION
    matrix = np.zeros((classes, classes), dtype=int)
    np.add.at(matrix, (true, read), 1)
    return matrix
    ### END SOLUTION


# %% check="confusion_matrix" points=3
matrix = confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]), classes=3)
assert np.shape(matrix) == (3, 3), f"three classes make a 3 × 3 matrix, not {np.shape(matrix)}"
assert np.sum(matrix) == 4, f"four digits were read, but the entries sum to {np.sum(matrix)}"
assert matrix[1, 2] == 1, f"a 1 was read as a 2: matrix[1, 2] should be 1, not {matrix[1, 2]}"
print("The visible checks pass. Grading tries more digits, and classes that nobody wrote.")


### BEGIN HIDDEN TESTS
def ask_confusion(ask, true, read, classes):
    code = "confusion_matrix(true, read, classes)"
    return ask(code, true=np.array(true), read=np.array(read), classes=classes)


@check(1, "true classes should be rows, what they were read as columns")
def rows_are_true(ask, rng):
    classes = int(rng.integers(5, 9))
    order = rng.permutation(classes)
    wanted = np.zeros((classes, classes))
    for true, read in zip(order, np.roll(order, 1), strict=True):
        wanted[true, read] = 1
    near(ask_confusion(ask, order, np.roll(order, 1), classes), wanted)


@check(1, "pairs that occur several times are not counted as often as they occur")
def repeated_pairs(ask, rng):
    counts = rng.integers(2, 9, size=4)
    digits = rng.permutation(np.repeat(np.arange(4), counts))
    near(ask_confusion(ask, digits, digits, 4), np.diag(counts))


@check(1, "where classes do not occur, the matrix has a wrong shape or wrong counts")
def absent_classes(ask, rng):
    classes = int(rng.integers(6, 12))
    present = np.sort(rng.permutation(classes - 2)[:3])
    wanted = np.zeros(classes)
    wanted[present] = 1
    near(ask_confusion(ask, present, present, classes), np.diag(wanted))


### END HIDDEN TESTS

# %% [markdown]
# ## 7. The simplest rule
#
# "Always answer with the most frequent class" is the baseline for any classifier. What may the rule
# look at? It has to be fixed before the exam begins.


# %% solution="majority_accuracy"
def majority_accuracy(y_train, y_test):
    """Return the share of test samples that the rule "always the most frequent class" gets right.

    y_train, y_test: arrays of labels, whole numbers from 0.
    """
    ### BEGIN SOLUTION
    most_frequent = np.bincount(y_train).argmax()
    return (y_test == most_frequent).mean()
    ### END SOLUTION


# %% check="majority_accuracy" points=2
accuracy = majority_accuracy(np.array([0, 1, 1, 1, 2]), np.array([1, 1, 0, 2]))
assert accuracy == 0.5, f"'always 1' gets two of four right, 0.5; you have {accuracy}"
print("The visible check passes. Grading tries other labels.")


### BEGIN HIDDEN TESTS
def labels_with_favourite(rng, favourite, share):
    counts = np.full(5, 20)
    counts[favourite] = share
    return rng.permutation(np.repeat(np.arange(5), counts))


@check(1, "the share is wrong although training and test labels have the same favourite")
def same_favourite(ask, rng):
    for favourite in rng.permutation(5)[:3]:
        shares = rng.permutation(np.arange(25, 60))[:2]
        labels = [labels_with_favourite(rng, favourite, share) for share in shares]
        got = ask("majority_accuracy(y_train, y_test)", y_train=labels[0], y_test=labels[1])
        near(got, np.mean(labels[1] == favourite))


@check(1, "where training and test labels have different favourites, the share is wrong")
def other_favourite(ask, rng):
    for _ in range(3):
        first, second = rng.permutation(5)[:2]
        y_train, y_test = (labels_with_favourite(rng, one, 40) for one in (first, second))
        got = ask("majority_accuracy(y_train, y_test)", y_train=y_train, y_test=y_test)
        near(got, np.mean(y_test == first))


### END HIDDEN TESTS

# %% [markdown]
# ## 8. An experiment: a rate belongs to its optimizer
#
# A pocket calculator shows digits with seven bars, on or off. Ours has a bad connection: to each
# bar's 0 or 1 comes noise. `final_loss` trains a network of 32 units on a thousand such digits for
# 64 updates, and returns the training loss at the end. (`dlcourse.nn` is a small Keras in NumPy.)

# %%
from dlcourse import nn

bars = ["1110111", "0010010", "1011101", "1011011", "0111010"]
bars += ["1101011", "1101111", "1010010", "1111111", "1111011"]
digits = np.array([[int(bar) for bar in digit] for digit in bars])

rng = np.random.default_rng(3)
shown = rng.integers(0, 10, 1024)
seen = digits[shown] + rng.normal(0, 0.3, (1024, 7))


def final_loss(optimizer, rate):
    """Train with the optimizer "SGD" or "Adam" at a learning rate; return the loss at the end."""
    nn.set_random_seed(0)
    layers = [nn.Input((7,)), nn.Dense(32, activation="relu"), nn.Dense(10, activation="softmax")]
    network = nn.Sequential(layers)
    chosen = {"SGD": nn.SGD, "Adam": nn.Adam}[optimizer](learning_rate=rate)
    network.compile(optimizer=chosen, loss="sparse_categorical_crossentropy")
    network.fit(seen, shown, batch_size=128, epochs=8, verbose=0)
    return float(network.evaluate(seen, shown, verbose=0))


print(f"answering by chance: {np.log(10):.2f}; SGD at 0.01: {final_loss('SGD', 0.01):.2f}")

# %% [markdown]
# Which rate suits which optimizer? Write `search(rates)`: with `final_loss`, it tries all `rates`
# for both optimizers, finds the one with the lowest loss for each of them, and then asks what SGD
# reaches with Adam's best rate. Let it try 0.001, 0.01, 0.1, 1 and 10, and record what it returns
# in `best_rate` and `swapped`. **Guess first:** how far are the two best rates apart?


# %% solution="best_rate"
def search(rates):
    """Return the best rate of each optimizer, and the loss of SGD at the best rate of Adam.

    rates: a list of learning rates. Result: a dictionary, {"SGD": …, "Adam": …}, and a number.
    """
    ### BEGIN SOLUTION
    best = {}
    for name in ("SGD", "Adam"):
        losses = [final_loss(name, rate) for rate in rates]
        best[name] = rates[int(np.argmin(losses))]
    return best, final_loss("SGD", best["Adam"])
    ### END SOLUTION


best_rate, swapped = None, None
### BEGIN SOLUTION
best_rate, swapped = search([0.001, 0.01, 0.1, 1.0, 10.0])
### END SOLUTION

# %% check="best_rate" points=3
assert isinstance(best_rate, dict), "record a dictionary: the best rate of SGD, and of Adam"
assert sorted(best_rate) == ["Adam", "SGD"], f"the keys are {sorted(best_rate)}"
for name, rate in best_rate.items():
    assert rate in (0.001, 0.01, 0.1, 1, 10), f"{rate} for {name} is none of the five rates"
    print(f"{name} at {rate}: loss {final_loss(name, rate):.3f}")
assert swapped is not None, "record what SGD reaches with Adam's best rate"
assert 0 < swapped < np.log(10), f"{swapped:.2f} is not a loss of a network that learned something"
print("The visible checks pass. Grading looks at these numbers, and lets `search` try others.")
### BEGIN HIDDEN TESTS
# Other losses in place of a training: quick, and nobody can know them.
SEARCH = """def final_loss(optimizer, rate):
    return drawn_losses[optimizer][drawn_rates.index(rate)]
best, loss = search(drawn_rates)
[float(best["SGD"]), float(best["Adam"]), float(loss)]"""


def ask_search(ask, rng):
    """Return what `search` finds in drawn losses, and what is there to be found."""
    rates = np.sort(rng.uniform(0.001, 1, size=6))
    losses = rng.uniform(0.5, 2, size=(2, 6))
    sgd, adam = rng.permutation(6)[:2]
    losses[0, sgd], losses[1, adam] = 0.1, 0.2
    drawn = dict(zip(("SGD", "Adam"), losses.tolist(), strict=True))
    got = ask(SEARCH, drawn_rates=rates.tolist(), drawn_losses=drawn)
    return got, [rates[sgd], rates[adam], losses[0, adam]]


@check(1, "among other losses, `search` does not find the best rate of each optimizer")
def best_of_other_losses(ask, rng):
    for _ in range(3):
        got, wanted = ask_search(ask, rng)
        near(got[:2], wanted[:2])


@check(1, "the second thing that `search` returns is another loss: which optimizer, which rate?")
def sgd_with_rate_of_adam(ask, rng):
    for _ in range(3):
        got, wanted = ask_search(ask, rng)
        near(got[2], wanted[2])


@check(1, "what is recorded in `best_rate` or `swapped` is not what the five rates give")
def recorded(ask, rng):
    near(ask('[float(best_rate[name]) for name in ("SGD", "Adam")]'), [1.0, 0.1])
    near(ask("float(swapped)"), 1.352, rtol=0.02)


### END HIDDEN TESTS

# %% [markdown]
# ## 9. In words
#
# A friend trains the chapter's network forty times, each time with another learning rate, evaluates
# every network on the 10,000 test pictures, and reports the best accuracy of the forty. "No network
# has learned from a test picture", she says, "so the number is fair."
#
# Why is it too good all the same? How should she use the 70,000 pictures instead? And when her
# network says "7, with probability 0.999", may she expect to be wrong once in a thousand such
# cases?

# %% [markdown] answer="honest_exam" points=3
# ### BEGIN SOLUTION
# The test pictures have made a decision: among forty networks she took the one that happens to suit
# these 10,000 pictures best. Part of its lead is luck with these pictures and will not repeat
# itself on new ones, so the best of forty is on average too high. She should set pictures aside
# from the 60,000, say 10,000, as a validation set; choose the learning rate with them; and evaluate
# only the chosen network, once, on the test set. As for the 7: no. A softmax output is what the
# network says, not a measured frequency. The chapter's network was nearly certain of many pictures
# that it misread, because on pictures learned by heart the loss rewards ever more certainty. How
# often "0.999" is right has to be counted on pictures that it has not seen.
#
# Rubric: 1 point for the choice by test accuracy (the lead is partly luck with these pictures). 1
# point for a validation set taken from the training pictures, with a single use of the test set at
# the end. 1 point for "no, a softmax output is no promise", with a reason or a way to check it.
# ### END SOLUTION

# %% [markdown]
# Steps, shuffles, baselines and rates: with these you can tell whether a network learns, and
# whether what it learned is worth something. Next: the same in four frameworks.
