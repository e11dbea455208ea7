# %% [markdown]
# # Exercises: Reuters
#
# Dozens of topics, a few of them huge: here you compute what chance and the majority reach, measure
# a classifier in ways that do not forget the small topics, and find out what prior knowledge of
# their sizes does to them. One short program is wrong without ever complaining. NumPy is all you
# need.

# %% [markdown]
# ## 1. Baselines
#
# The chapter had two. **Chance**: guess each topic as often as it occurs in the *training* part; of
# the test texts, a share of $\sum_k p_k q_k$ is then right. **Majority**: always answer with the
# topic that is most frequent in the *training* part. Compute both from two arrays of labels.
#
# A topic may be missing from one of the parts.

# %%
import numpy as np


# %% solution="baselines"
def baselines(y_train, y_test):
    """Return the expected accuracy of chance, and the accuracy of the majority, on the test part.

    y_train, y_test: integer labels from 0, 1-D arrays.
    """
    ### BEGIN SOLUTION
    classes = max(y_train.max(), y_test.max()) + 1
    p = np.bincount(y_train, minlength=classes) / len(y_train)
    q = np.bincount(y_test, minlength=classes) / len(y_test)
    return (p * q).sum(), q[p.argmax()]
    ### END SOLUTION


# %% check="baselines" points=3
chance, majority = baselines(np.array([0] * 9 + [1]), np.array([0] * 4 + [1]))
assert np.isclose(majority, 0.8), f"topic 0 is right in 4 of 5 test texts, you say {majority:.2f}"
assert not np.isclose(chance, 0.82), "0.82 is the sum of p²: what is the frequency in the *test*?"
assert np.isclose(chance, 0.9 * 0.8 + 0.1 * 0.2), f"chance should be 0.74, you have {chance:.2f}"
print("The visible checks pass. Grading tries other labels.")


### BEGIN HIDDEN TESTS
def parts(rng, classes=6):
    """Labels in which every topic occurs, and the largest one of training is not that of test."""
    y_train = np.concatenate([np.arange(classes), rng.integers(0, classes, 40), np.full(30, 2)])
    y_test = np.concatenate([np.arange(classes), rng.integers(0, classes, 20), np.full(25, 4)])
    return rng.permutation(y_train), rng.permutation(y_test)


def shares(labels, classes=6):
    return np.bincount(labels, minlength=classes) / len(labels)


@check(1, "the expected accuracy of chance is wrong")
def chance_level(ask, rng):
    y_train, y_test = parts(rng)
    got = ask("baselines(y_train, y_test)[0]", y_train=y_train, y_test=y_test)
    near(got, shares(y_train) @ shares(y_test))


@check(1, "the accuracy of the majority is wrong when training and test part differ")
def majority_level(ask, rng):
    y_train, y_test = parts(rng)
    got = ask("baselines(y_train, y_test)[1]", y_train=y_train, y_test=y_test)
    near(got, shares(y_test)[2])


@check(1, "chance is wrong, or there is an error, when a topic is missing from one of the parts")
def missing_topics(ask, rng):
    y_train, y_test = parts(rng)
    pairs = [(y_train, y_test[y_test != topic]) for topic in (0, 2, 5)]
    for first, second in [*pairs, (y_train[y_train != 5], y_test)]:
        got = ask("baselines(y_train, y_test)[0]", y_train=first, y_test=second)
        near(got, shares(first) @ shares(second))


### END HIDDEN TESTS

# %% [markdown]
# ## 2. Find the bug: the shuffle that is always right
#
# Chance can also be found by an experiment: answer with shuffled labels. The program below does
# that and reports an accuracy of 1.00, every time. Not bad, for guessing. Where is the mistake?


# %%
def shuffled_accuracy_with_bug(labels, rng):
    answers = labels[:]  # a copy: the labels themselves must stay as they are
    rng.shuffle(answers)
    return (answers == labels).mean()


print(shuffled_accuracy_with_bug(np.arange(1000) % 10, np.random.default_rng(0)))

# %% [markdown]
# Write the function as it should be. (With a list in place of an array, the original would fail in
# another way. Labels are arrays here.)


# %% solution="shuffled_accuracy"
def shuffled_accuracy(labels, rng):
    """Return the accuracy of the labels in a random order, as answers to these labels.

    labels: a 1-D array, which stays as it is. rng: a NumPy random generator.
    """
    ### BEGIN SOLUTION
    return (rng.permutation(labels) == labels).mean()
    ### END SOLUTION


# %% check="shuffled_accuracy" points=2
labels = np.arange(1000) % 10
accuracy = shuffled_accuracy(labels, np.random.default_rng(0))
assert accuracy < 1, "still 1.00. Does `answers` have numbers of its own, or does it share them?"
assert 0.03 < accuracy < 0.2, (
    f"of ten equal topics about 0.1 is right by chance, not {accuracy:.2f}"
)
print("The visible checks pass. Grading tries other labels, and looks at what becomes of them.")


### BEGIN HIDDEN TESTS
def topics_of_texts(rng):
    return rng.permutation(np.repeat(np.arange(5), [31, 17, 9, 2, 1]))


@check(1, "the accuracy, as a mean over many shuffles, is not that of shuffled labels")
def mean_of_many(ask, rng):
    labels = topics_of_texts(rng)
    code = "np.mean([shuffled_accuracy(labels, np.random.default_rng(s)) for s in seeds])"
    got = ask(code, labels=labels, seeds=rng.integers(10**9, size=300).tolist())
    near(got, (np.bincount(labels) ** 2).sum() / len(labels) ** 2, atol=0.03)


@check(1, "after the call, the labels should be in their own order, and not all answers right")
def labels_stay(ask, rng):
    labels = topics_of_texts(rng)
    code = "[float(shuffled_accuracy(labels, np.random.default_rng(s))) for s in range(20)]"
    accuracies, after = ask(f"[{code}, labels]", labels=labels)
    if len(set(accuracies)) == 1:
        raise Wrong("20 shuffles in a row have one and the same accuracy")
    right = np.multiply(accuracies, len(labels))
    near(right, np.round(right))
    equal(after, labels)


### END HIDDEN TESTS

# %% [markdown]
# ## 3. Top-1, top-2, top-3 …
#
# How fast does the accuracy grow when a model may name more and more topics? Write
# `top_k_curve(labels, probabilities)`: for $c$ topics it returns $c$ numbers, top-1 accuracy
# first, top-$c$ accuracy last. One idea: at which place does the true topic stand?


# %% solution="top_k_curve"
def top_k_curve(labels, probabilities):
    """Return the top-k accuracies for k = 1 … c, an array of length c.

    labels: (n,), integers. probabilities: (n, c); no two in a row are equal.
    """
    ### BEGIN SOLUTION
    of_truth = probabilities[np.arange(len(labels)), labels]
    place = (probabilities > of_truth[:, None]).sum(axis=1)  # 0: nothing is more probable
    return np.array([(place < k).mean() for k in range(1, probabilities.shape[1] + 1)])
    ### END SOLUTION


# %% check="top_k_curve" points=3
three = np.array([[0.6, 0.3, 0.1], [0.5, 0.2, 0.3], [0.7, 0.1, 0.2], [0.2, 0.7, 0.1]])
curve = top_k_curve(np.array([0, 2, 1, 1]), three)
assert np.shape(curve) == (3,), f"three topics, so three numbers; your shape is {np.shape(curve)}"
assert np.isclose(curve[-1], 1), f"among all topics the truth is always found, not {curve[-1]:.2f}"
assert np.allclose(curve, [0.5, 0.75, 1]), f"it should be 0.5, 0.75, 1; your curve is {curve}"
print("The visible checks pass. Grading tries other probabilities.")


### BEGIN HIDDEN TESTS
def some_answers(rng, count=40, classes=7):
    """Draw probabilities, and labels of which more than half come first, but not all of several."""
    scores = np.exp(rng.normal(size=(count, classes)))
    later = rng.integers(1, classes, size=(count - 1) // 2)
    place = np.append(later, np.zeros(count - len(later), int))
    labels = np.argsort(-scores, axis=1)[np.arange(count), place]
    return labels, scores / scores.sum(axis=1, keepdims=True)


def true_curve(labels, probabilities):
    order = np.argsort(-probabilities, axis=1)
    place = (order == labels[:, None]).argmax(axis=1)
    return np.array([(place < k).mean() for k in range(1, probabilities.shape[1] + 1)])


@check(1, "the first number should be the plain accuracy")
def first_number(ask, rng):
    labels, probabilities = some_answers(rng)
    got = ask("top_k_curve(labels, p)[0]", labels=labels, p=probabilities)
    near(got, (probabilities.argmax(axis=1) == labels).mean())


@check(1, "the numbers after the first are wrong")
def later_numbers(ask, rng):
    labels, probabilities = some_answers(rng)
    got = ask("top_k_curve(labels, p)[1:]", labels=labels, p=probabilities)
    near(got, true_curve(labels, probabilities)[1:])


@check(1, "it does not work for other numbers of texts and topics: a single text, two topics")
def other_shapes(ask, rng):
    for count, classes in ((1, 4), (9, 2), (30, 12)):
        labels, probabilities = some_answers(rng, count, classes)
        got = ask("top_k_curve(labels, p)", labels=labels, p=probabilities)
        near(got, true_curve(labels, probabilities))


### END HIDDEN TESTS

# %% [markdown]
# ## 4. A loss for smoothed labels
#
# Section 7 of the chapter used **label smoothing**: the target is no longer 1 for the true topic
# and 0 for the others. A share $s$ is taken from the 1 and handed out to *all* $c$ topics equally,
# so that the true topic has $1 - s + s/c$ and each other one $s/c$. Write the categorical
# cross-entropy, $-\sum_k t_k \ln p_k$ with these targets $t$, averaged over the texts. Without
# smoothing ($s = 0$) it is the mean of $-\ln p$ of the true topics.
#
# A probability may be exactly 0. Raise anything below $10^{-7}$ to $10^{-7}$, as Keras does.


# %% solution="smoothed_loss"
def smoothed_loss(labels, probabilities, smoothing):
    """Return the mean cross-entropy with smoothed targets.

    labels: (n,), integers. probabilities: (n, c), each row adds up to 1. smoothing: 0 to 1.
    """
    ### BEGIN SOLUTION
    count, classes = probabilities.shape
    targets = np.full((count, classes), smoothing / classes)
    targets[np.arange(count), labels] += 1 - smoothing
    return -(targets * np.log(np.maximum(probabilities, 1e-7))).sum(axis=1).mean()
    ### END SOLUTION


# %% check="smoothed_loss" points=3
row = np.array([[0.7, 0.2, 0.1]])
plain = smoothed_loss(np.array([1]), row, smoothing=0)
assert np.ndim(plain) == 0, f"one number for all texts was wanted, not the shape {np.shape(plain)}"
assert np.isclose(plain, -np.log(0.2)), f"without smoothing: {-np.log(0.2):.3f}, not {plain:.3f}"
smooth = smoothed_loss(np.array([1]), row, smoothing=1)
assert np.isclose(smooth, -np.log(row).mean()), (
    "with s = 1 every topic has the target 1/3, whatever the label; the loss should be "
    f"{-np.log(row).mean():.3f}, it is {smooth:.3f}"
)
print("The visible checks pass. Grading tries other shares and probabilities.")


### BEGIN HIDDEN TESTS
def cross_entropy(labels, probabilities, smoothing):
    classes = probabilities.shape[1]
    targets = np.eye(classes)[labels] * (1 - smoothing) + smoothing / classes
    return -(targets * np.log(np.maximum(probabilities, 1e-7))).sum(axis=1).mean()


def some_probabilities(rng, count=8, classes=5):
    scores = rng.uniform(0.1, 1, size=(count, classes))
    return rng.integers(0, classes, size=count), scores / scores.sum(axis=1, keepdims=True)


@check(1, "without smoothing, the loss of several texts is wrong")
def no_smoothing(ask, rng):
    labels, p = some_probabilities(rng, count=int(rng.integers(3, 12)))
    got = ask("smoothed_loss(labels, p, 0.0)", labels=labels, p=p)
    near(got, cross_entropy(labels, p, 0))


@check(1, "with smoothing the loss is wrong: which target has the true topic, which the others?")
def some_smoothing(ask, rng):
    for smoothing in (0.1, 0.4):
        labels, p = some_probabilities(rng, classes=int(rng.integers(2, 9)))
        got = ask("smoothed_loss(labels, p, s)", labels=labels, p=p, s=smoothing)
        near(got, cross_entropy(labels, p, smoothing))


@check(1, "a probability of exactly 0 spoils the loss")
def zero_probability(ask, rng):
    labels, p = some_probabilities(rng, classes=4)
    p[0], p[1] = np.eye(4)[labels[0]], np.eye(4)[(labels[1] + 1) % 4]
    got = ask("smoothed_loss(labels, p, 0.0)", labels=labels, p=p)
    near(got, cross_entropy(labels, p, 0))


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Every topic counts the same
#
# Macro recall is the mean of the topics' recalls: of the test texts of a topic, which share is
# found? A topic without any test text has no recall, and is left out of the mean. A topic that has
# test texts, of which none is found, has the recall 0, and is not.


# %% solution="macro_recall"
def macro_recall(labels, predicted):
    """Return the mean recall of the topics that occur in `labels`: two 1-D arrays of integers."""
    ### BEGIN SOLUTION
    return np.mean([(predicted[labels == topic] == topic).mean() for topic in np.unique(labels)])
    ### END SOLUTION


# %% check="macro_recall" points=3
labels = np.array([0] * 8 + [1] * 2)
recall = macro_recall(labels, np.array([0] * 8 + [0, 1]))
assert not np.isclose(recall, 0.9), "0.9 is the accuracy, in which the large topic counts more"
assert np.isclose(recall, 0.75), f"the recalls are 1 and 0.5, their mean 0.75, not {recall:.2f}"
print("The visible checks pass. Grading tries other topics, rare and missing ones too.")


### BEGIN HIDDEN TESTS
def read_texts(rng, sizes):
    """Labels and answers; about a third of the answers are wrong, some of every topic right."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    predicted = np.where(rng.random(len(labels)) < 0.35, rng.permutation(labels), labels)
    predicted[np.r_[0, np.cumsum(sizes)[:-1]]] = np.arange(len(sizes))
    predicted[1:7] = len(sizes) - 1  # the smallest topic is named too often
    order = rng.permutation(len(labels))
    return labels[order], predicted[order]


def mean_recall(labels, predicted):
    return np.mean([(predicted[labels == k] == k).mean() for k in np.unique(labels)])


def compare_recall(ask, rng, sizes, change):
    """Compare for changed labels and answers whose mean recall is not their mean precision, too."""
    recall = precision = 0
    while np.isclose(recall, precision):
        labels, predicted = change(*read_texts(rng, sizes))
        recall, precision = mean_recall(labels, predicted), mean_recall(predicted, labels)
    near(ask("macro_recall(labels, predicted)", labels=labels, predicted=predicted), recall)


@check(1, "the mean of the recalls is wrong for topics of different sizes")
def different_sizes(ask, rng):
    compare_recall(ask, rng, [40, 11, 5, 3], lambda labels, predicted: (labels, predicted))


@check(1, "a topic without test texts should not count, even if it is among the answers")
def untested_topics(ask, rng):
    def with_gaps(labels, predicted):
        labels, predicted = np.array([0, 2, 3, 6])[labels], np.array([0, 2, 3, 6])[predicted]
        predicted[np.flatnonzero(labels == 0)[:3]] = [1, 7, 1]
        return labels, predicted

    compare_recall(ask, rng, [20, 9, 4, 3], with_gaps)


@check(1, "a topic that is tested and never found has the recall 0, and counts")
def never_found(ask, rng):
    def without_topic_2(labels, predicted):
        return labels, np.where(predicted == 2, 0, predicted)

    compare_recall(ask, rng, [20, 9, 4, 3], without_topic_2)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. How many updates?
#
# The first `held_out` of the texts are for validation, the others to learn from. `fit` makes one
# update of the weights for each batch; the last batch of an epoch may be smaller. How often are the
# weights updated in all?


# %% solution="updates"
def updates(texts, held_out, batch_size, epochs):
    """Return the number of updates in a training run; all arguments are whole numbers."""
    ### BEGIN SOLUTION
    batches = -(-(texts - held_out) // batch_size)
    return batches * epochs
    ### END SOLUTION


# %% check="updates" points=2
count = updates(texts=8_982, held_out=1_000, batch_size=512, epochs=20)
assert count == int(count), f"{count} is no whole number: what becomes of the last batch?"
assert count == 320, (
    f"7,982 texts in batches of 512 are 15 full batches and a smaller one; 20 epochs: 320 updates, "
    f"not {count}"
)
print("The visible check passes. Grading tries other runs.")


### BEGIN HIDDEN TESTS
@check(1, "the number is wrong where the last batch is smaller than the others")
def smaller_last_batch(ask, rng):
    for _ in range(3):
        batch, batches, epochs = (int(n) for n in rng.integers([5, 1, 2], [300, 40, 30]))
        held_out, rest = (int(n) for n in rng.integers(1, [500, batch // 2 + 1]))
        texts = held_out + batch * batches + rest
        got = ask(f"updates({texts}, {held_out}, {batch}, {epochs})")
        equal(got, (batches + 1) * epochs)


@check(1, "the number is wrong where the texts fill the batches exactly")
def full_batches(ask, rng):
    for held_out in (0, int(rng.integers(1, 500))):
        batch, batches, epochs = (int(n) for n in rng.integers([5, 1, 2], [300, 40, 30]))
        got = ask(f"updates({held_out + batch * batches}, {held_out}, {batch}, {epochs})")
        equal(got, batches * epochs)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. Patience
#
# `EarlyStopping` with a patience of 2 ends the training when the validation loss has not improved
# for two epochs in a row. "Improved" means: *lower* than the lowest so far. Given the losses that
# the epochs would have, how many epochs are run, and which was the best? Count epochs from 1.


# %% solution="early_stopping"
def early_stopping(losses, patience):
    """Return how many epochs are run, and the best one of them: two whole numbers.

    losses: a list, the validation loss after each epoch that may be run.
    """
    ### BEGIN SOLUTION
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1
    ### END SOLUTION


# %% check="early_stopping" points=3
run, best = early_stopping([0.9, 0.7, 0.8, 0.75, 0.6, 0.5], patience=2)
assert best == 2, f"when it stops, the lowest loss was 0.7, in epoch 2; you say {best}"
assert run == 4, f"epochs 3 and 4 bring no improvement, so 4 epochs are run; you say {run}"
print("The visible checks pass. Grading tries other losses.")


### BEGIN HIDDEN TESTS
@check(1, "after an improvement, the patience starts anew")
def starts_anew(ask, rng):
    low, high = np.sort(rng.uniform(0.1, 1, size=(2, 30)), axis=0)
    low, high = np.sort(low)[::-1] / 10, np.sort(high)[::-1]  # both falling, all low ones lower
    losses = [low[0], high[0], high[1], low[1], high[2], high[3], low[2], high[4], low[3], low[4]]
    losses = [*losses, high[5], high[6], high[7], low[5]]
    got = ask("early_stopping(losses, 3)", losses=[float(loss) for loss in losses])
    equal(got, [13, 10])


@check(1, "the result is wrong when the training is never stopped")
def never_stopped(ask, rng):
    losses = np.sort(rng.uniform(0.1, 1, size=9))[::-1].tolist()
    equal(ask("early_stopping(losses, 2)", losses=losses), [9, 9])
    losses[8] = losses[7] + 0.5
    equal(ask("early_stopping(losses, 2)", losses=losses), [9, 8])
    equal(ask("early_stopping([0.4], 1)"), [1, 1])


@check(1, "a loss that equals the lowest one so far is no improvement")
def equal_losses(ask, rng):
    loss, count = float(rng.uniform(0.2, 0.8)), int(rng.integers(2, 5))
    losses = [loss + 0.2, loss, *[loss] * 6]
    equal(ask("early_stopping(losses, count)", losses=losses, count=count), [2 + count, 2])


### END HIDDEN TESTS

# %% [markdown]
# ## 8. An experiment: what you know beforehand
#
# Naive Bayes, from the chapter on film reviews, works for many topics too. It adds up, for each
# topic, the logarithm of the probability that this topic's texts use these words: the
# **log-likelihood**. The cell below computes it for the test part of R52, the newswires that ship
# with the course.

# %%
from dlcourse import datasets

reuters = datasets.load("reuters", variant="embedded", num_words=1_000)
topics = len(reuters.info.classes)


def word_table(texts):
    return np.stack([np.bincount(text, minlength=1_000) for text in texts]).astype("float32")


counts = np.ones((topics, 1_000))  # each word once, so that no probability is 0
np.add.at(counts, reuters.y_train, word_table(reuters.x_train))
log_words = np.log(counts / counts.sum(axis=1, keepdims=True))
likelihoods = word_table(reuters.x_test) @ log_words.T
print(likelihoods.shape, "log-likelihoods of", len(reuters.y_test), "texts for", topics, "topics")

# %% [markdown]
# A text's words are one thing; the sizes of the topics are another. Who knows that nearly half of
# all newswires are company results should expect the next one to be. This is the **prior**: add
# $\ln$ of a topic's share of the training labels to its log-likelihood. (So that no share is 0,
# take $(\text{count} + 1) / (n + c)$ for $c$ topics and $n$ labels.) Let us turn the prior's weight
# up and down: 0 is no prior, 1 the right one, 20 a prejudice.
#
# 1. Write `answers(likelihoods, labels, strength)`.
# 2. Record in `results`, for the strengths 0, 1 and 20, the accuracy on the test part and the
#    number of different topics among the answers:
#    `{"0": (accuracy, number), "1": …, "20": …}`. The labels are those of the training part,
#    `reuters.y_train`. **Guess first:** which way do both go?


# %% solution="answers"
def answers(likelihoods, labels, strength):
    """Return the topic with the largest log-likelihood + strength · log-prior, for each text.

    likelihoods: (texts, topics). labels: integers from 0 to topics - 1.
    """
    ### BEGIN SOLUTION
    topics = likelihoods.shape[1]
    shares = (np.bincount(labels, minlength=topics) + 1) / (len(labels) + topics)
    return (likelihoods + strength * np.log(shares)).argmax(axis=1)
    ### END SOLUTION


results = None
### BEGIN SOLUTION
results = {}
for strength in (0, 1, 20):
    given = answers(likelihoods, reuters.y_train, strength)
    results[str(strength)] = (float((given == reuters.y_test).mean()), len(np.unique(given)))
### END SOLUTION

# %% check="answers" points=3
two = np.array([[-1.0, -2.0], [-1.0, -9.0]])  # two texts, two topics
given = answers(two, np.array([0, 1, 1, 1, 1, 1, 1, 1]), strength=0)
assert list(given) == [0, 0], f"without a prior the first topic wins both, not {list(given)}"
given = answers(two, np.array([0, 1, 1, 1, 1, 1, 1, 1]), strength=1)
assert list(given) == [1, 0], (
    f"topic 1 is four times as frequent (8 of 10 to 2 of 10, with the + 1), so it is 1.39 ahead "
    f"beforehand and wins the first text: [1, 0], not {list(given)}"
)
assert results is not None, "record what you find in `results`"
assert sorted(results) == ["0", "1", "20"], f"`results` has the keys {sorted(results)}"
for strength, (accuracy, number) in results.items():
    print(f"strength {strength}: accuracy {accuracy:.3f}, {number} different topics")
print("The visible checks pass. Grading looks at these numbers, and tries other likelihoods.")


### BEGIN HIDDEN TESTS
def best_topics(likelihoods, labels, strength):
    topics = likelihoods.shape[1]
    shares = (np.bincount(labels, minlength=topics) + 1) / (len(labels) + topics)
    return (likelihoods + strength * np.log(shares)).argmax(axis=1)


@check(1, "the answers are wrong for other likelihoods and labels")
def other_likelihoods(ask, rng):
    likelihoods = rng.normal(-3, 1, size=(60, 5))
    labels = rng.permutation(np.repeat(np.arange(5), [50, 12, 6, 3, 1]))
    for strength in (0.0, 0.7, 3.0):
        got = ask("answers(a, b, strength)", a=likelihoods, b=labels, strength=strength)
        equal(got, best_topics(likelihoods, labels, strength))


@check(1, "the answers are wrong where some topics have no label at all")
def topics_without_labels(ask, rng):
    likelihoods, labels = rng.normal(-3, 2, size=(60, 8)), rng.integers(1, 5, size=40)
    got = ask("answers(a, b, 1.0)", a=likelihoods, b=labels)
    equal(got, best_topics(likelihoods, labels, 1))


@check(1, "what is recorded in `results` is not what the three experiments give")
def recorded_results(ask, rng):
    near(ask("[results[key][0] for key in ('0', '1', '20')]"), [0.8851, 0.8910, 0.7741], atol=2e-3)
    near(ask("[results[key][1] for key in ('0', '1', '20')]"), [40, 38, 26], atol=1.5)


### END HIDDEN TESTS

# %% [markdown]
# ## 9. In words
#
# Two networks for the newswires: A has an accuracy of 0.81 and a macro recall of 0.46, B has 0.79
# and 0.60. How can B be worse in one and so much better in the other? Which would you give to a
# news agency with a desk for each topic, and what would you ask them first? Three to five
# sentences.

# %% [markdown] answer="two_averages" points=2
# ### BEGIN SOLUTION
# Accuracy counts texts, so the two largest topics, more than half of all texts, decide it; in macro
# recall each topic counts the same, so the many small ones decide it. B finds more texts of small
# topics, and pays with some mistakes in large ones: few per cent there are as many texts as lie in
# several small topics together. With a desk for each topic B looks better, because with A several
# desks would get next to nothing. To ask: what does a mistake cost in each topic (a missed text, a
# text too many)? And are the differences larger than the spread between random starts?
#
# Rubric: 1 point for the cause (accuracy is an average over texts, macro recall over topics, and
# the topics differ in size). 1 point for a choice with a reason from the use, or for the question
# what mistakes cost; naming one network without a reason gets none.
# ### END SOLUTION

# %% [markdown]
# You can now say what a number about many classes is worth: against chance and the majority, for
# the first answer or the first three, for the average text or the average topic.
