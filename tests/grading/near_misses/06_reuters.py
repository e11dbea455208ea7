"""Answers to the exercises of chapter 6 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "baselines": [
        (  # the test part chooses the majority
            """
def baselines(y_train, y_test):
    classes = max(y_train.max(), y_test.max()) + 1
    p = np.bincount(y_train, minlength=classes) / len(y_train)
    q = np.bincount(y_test, minlength=classes) / len(y_test)
    return (p * q).sum(), q.max()
""",
            2,
        ),
        (  # the frequencies of the test part alone
            """
def baselines(y_train, y_test):
    classes = max(y_train.max(), y_test.max()) + 1
    p = np.bincount(y_train, minlength=classes) / len(y_train)
    q = np.bincount(y_test, minlength=classes) / len(y_test)
    return (q * q).sum(), q[p.argmax()]
""",
            1,
        ),
        (  # both parts must have the same topics
            """
def baselines(y_train, y_test):
    p = np.bincount(y_train) / len(y_train)
    q = np.bincount(y_test) / len(y_test)
    return (p * q).sum(), q[p.argmax()]
""",
            2,
        ),
    ],
    "shuffled_accuracy": [
        (  # the truth is copied, and the labels are shuffled
            """
def shuffled_accuracy(labels, rng):
    truth = labels.copy()
    rng.shuffle(labels)
    return (labels == truth).mean()
""",
            1,
        ),
        (  # as it was
            """
shuffled_accuracy = shuffled_accuracy_with_bug
""",
            0,
        ),
        (  # every topic is guessed equally often
            """
def shuffled_accuracy(labels, rng):
    answers = rng.integers(0, labels.max() + 1, size=len(labels))
    return (answers == labels).mean()
""",
            1,
        ),
    ],
    "top_k_curve": [
        (  # the least probable topic counts as the first answer
            """
def top_k_curve(labels, probabilities):
    order = np.argsort(probabilities, axis=1)
    place = (order == labels[:, None]).argmax(axis=1)
    return np.array([(place < k).mean() for k in range(1, probabilities.shape[1] + 1)])
""",
            0,
        ),
        (  # the plain accuracy comes twice, and the last number is missing
            """
def top_k_curve(labels, probabilities):
    of_truth = probabilities[np.arange(len(labels)), labels]
    place = (probabilities > of_truth[:, None]).sum(axis=1)
    later = [(place < k).mean() for k in range(1, probabilities.shape[1])]
    return np.array([(place == 0).mean(), *later])
""",
            1,
        ),
        (  # only for as many topics as in the example
            """
def top_k_curve(labels, probabilities):
    of_truth = probabilities[np.arange(len(labels)), labels]
    place = (probabilities > of_truth[:, None]).sum(axis=1)
    return np.array([(place < k).mean() for k in range(1, 8)])
""",
            2,
        ),
    ],
    "smoothed_loss": [
        (  # the share is handed out to the other topics only
            """
def smoothed_loss(labels, probabilities, smoothing):
    count, classes = probabilities.shape
    targets = np.full((count, classes), smoothing / (classes - 1))
    targets[np.arange(count), labels] = 1 - smoothing
    return -(targets * np.log(np.maximum(probabilities, 1e-7))).sum(axis=1).mean()
""",
            2,
        ),
        (  # 0 · ln 0
            """
def smoothed_loss(labels, probabilities, smoothing):
    count, classes = probabilities.shape
    targets = np.full((count, classes), smoothing / classes)
    targets[np.arange(count), labels] += 1 - smoothing
    with np.errstate(all="ignore"):
        return -(targets * np.log(probabilities)).sum(axis=1).mean()
""",
            2,
        ),
        (  # the mean over all n × c products
            """
def smoothed_loss(labels, probabilities, smoothing):
    count, classes = probabilities.shape
    targets = np.full((count, classes), smoothing / classes)
    targets[np.arange(count), labels] += 1 - smoothing
    return -(targets * np.log(np.maximum(probabilities, 1e-7))).mean()
""",
            0,
        ),
    ],
    "macro_recall": [
        (  # a topic without test texts counts as 0
            """
def macro_recall(labels, predicted):
    topics = range(max(labels.max(), predicted.max()) + 1)
    recalls = [
        (predicted[labels == k] == k).mean() if (labels == k).any() else 0 for k in topics
    ]
    return np.mean(recalls)
""",
            2,
        ),
        (  # a topic that is never found is left out
            """
def macro_recall(labels, predicted):
    recalls = [(predicted[labels == k] == k).mean() for k in np.unique(labels)]
    return np.mean([recall for recall in recalls if recall > 0])
""",
            2,
        ),
        (  # the share of the answers that are right: precision
            """
def macro_recall(labels, predicted):
    return np.mean([(labels[predicted == k] == k).mean() for k in np.unique(predicted)])
""",
            0,
        ),
    ],
    "updates": [
        (  # the smaller batch is lost
            """
def updates(texts, held_out, batch_size, epochs):
    return (texts - held_out) // batch_size * epochs
""",
            1,
        ),
        (  # the rest of an epoch fills the first batch of the next
            """
def updates(texts, held_out, batch_size, epochs):
    return -(-(texts - held_out) * epochs // batch_size)
""",
            1,
        ),
        (  # one batch too many where they fit
            """
def updates(texts, held_out, batch_size, epochs):
    return ((texts - held_out) // batch_size + 1) * epochs
""",
            1,
        ),
    ],
    "early_stopping": [
        (  # all epochs without improvement are added up
            """
def early_stopping(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
            if waited == patience:
                return epoch + 1, best + 1
    return len(losses), best + 1
""",
            2,
        ),
        (  # an equal loss counts as an improvement
            """
def early_stopping(losses, patience):
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] <= losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1
""",
            2,
        ),
        (  # the best epoch is counted from 0
            """
def early_stopping(losses, patience):
    best = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        elif epoch - best == patience:
            return epoch + 1, best
    return len(losses), best
""",
            0,
        ),
        (  # compared with the epoch before, not with the lowest loss
            """
def early_stopping(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        if losses[epoch] < losses[best]:
            best = epoch
        if waited == patience:
            return epoch + 1, best + 1
    return len(losses), best + 1
""",
            2,
        ),
    ],
    "answers": [
        (  # the shares themselves, not their logarithms
            """
def answers(likelihoods, labels, strength):
    topics = likelihoods.shape[1]
    shares = (np.bincount(labels, minlength=topics) + 1) / (len(labels) + topics)
    return (likelihoods + strength * shares).argmax(axis=1)


results = {}
for strength in (0, 1, 20):
    given = answers(likelihoods, reuters.y_train, strength)
    results[str(strength)] = (float((given == reuters.y_test).mean()), len(np.unique(given)))
""",
            0,
        ),
        (  # only where every topic has a label
            """
def answers(likelihoods, labels, strength):
    counts = np.unique(labels, return_counts=True)[1] + 1
    return (likelihoods + strength * np.log(counts)).argmax(axis=1)


results = {}
for strength in (0, 1, 20):
    given = answers(likelihoods, reuters.y_train, strength)
    results[str(strength)] = (float((given == reuters.y_test).mean()), len(np.unique(given)))
""",
            2,
        ),
        (  # the accuracies are recorded in percent
            """
def answers(likelihoods, labels, strength):
    topics = likelihoods.shape[1]
    shares = (np.bincount(labels, minlength=topics) + 1) / (len(labels) + topics)
    return (likelihoods + strength * np.log(shares)).argmax(axis=1)


results = {}
for strength in (0, 1, 20):
    given = answers(likelihoods, reuters.y_train, strength)
    accuracy = 100 * (given == reuters.y_test).mean()
    results[str(strength)] = (accuracy, len(np.unique(given)))
""",
            2,
        ),
    ],
}
