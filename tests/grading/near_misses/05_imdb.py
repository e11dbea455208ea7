"""Solutions of the IMDb exercises that are wrong in one way, and the points that they get."""

NEAR_MISSES = {
    "encode": [
        # The offset is forgotten where the word is kept.
        (
            """
def encode(text, ranks, num_words):
    numbers = [1]
    for word in text.split():
        rank = ranks.get(word, num_words)
        numbers.append(rank + 2 if rank + 3 < num_words else 2)
    return numbers
""",
            2,
        ),
        # The limit is applied to the rank instead of the number.
        (
            """
def encode(text, ranks, num_words):
    ranked = [ranks.get(word, num_words) for word in text.split()]
    return [1] + [rank + 3 if rank < num_words else 2 for rank in ranked]
""",
            2,
        ),
        # No start mark.
        (
            """
def encode(text, ranks, num_words):
    numbers = [ranks.get(word, num_words) + 3 for word in text.split()]
    return [number if number < num_words else 2 for number in numbers]
""",
            2,
        ),
    ],
    "word_counts": [
        # An index that occurs twice is increased only once.
        (
            """
def word_counts(texts, size):
    rows = np.zeros((len(texts), size), dtype="float32")
    for row, text in zip(rows, texts):
        text = np.array(text, dtype=int)
        row[text[text < size]] += 1
        row[2] += (text >= size).sum()
    return rows
""",
            2,
        ),
        # Words outside the vocabulary are dropped.
        (
            """
def word_counts(texts, size):
    rows = [np.bincount([w for w in text if w < size] or [size], minlength=size)[:size]
            for text in texts]
    return np.array(rows, dtype="float32").reshape(len(texts), size)
""",
            2,
        ),
        # float64.
        (
            """
def word_counts(texts, size):
    rows = np.zeros((len(texts), size))
    for row, text in zip(rows, texts):
        for word in text:
            row[word if word < size else 2] += 1
    return rows
""",
            2,
        ),
    ],
    "parameters": [
        # Written for two hidden layers only.
        (
            """
def parameters(words, units):
    first, second = units
    return (words + 1) * first + (first + 1) * second + second + 1
""",
            1,
        ),
        # The bias of the output unit is missing.
        (
            """
def parameters(words, units):
    sizes = [words, *units, 1]
    return sum((a + 1) * b for a, b in zip(sizes, sizes[1:])) - 1
""",
            0,
        ),
    ],
    "first_layer": [
        # A word that occurs twice is added twice.
        (
            """
def first_layer(text, kernel, bias):
    return np.maximum(kernel[text].sum(axis=0) + bias, 0)
""",
            2,
        ),
        # No relu.
        (
            """
def first_layer(text, kernel, bias):
    return kernel[np.unique(text)].sum(axis=0) + bias
""",
            2,
        ),
        # The bias is added after the relu.
        (
            """
def first_layer(text, kernel, bias):
    return np.maximum(kernel[np.unique(text)].sum(axis=0), 0) + bias
""",
            2,
        ),
    ],
    "dropout": [
        # As it was.
        (
            """
dropout = dropout_with_bug
""",
            0,
        ),
        # Right numbers, but it overwrites its argument.
        (
            """
def dropout(outputs, mask, rate):
    outputs *= mask
    outputs /= 1 - rate
    return outputs
""",
            1,
        ),
        # Not scaled at all.
        (
            """
def dropout(outputs, mask, rate):
    return outputs * mask
""",
            0,
        ),
    ],
    "effects": [
        # Words are taken out and never put back.
        (
            """
def effects(text, weights):
    words = np.unique(text)
    row = np.zeros((1, len(weights[0])))
    row[0, words] = 1
    def log_odds():
        p = predict(row, weights)[0]
        return np.log(p / (1 - p))
    whole, changes = log_odds(), []
    for word in words:
        row[0, word] = 0
        changes.append(whole - log_odds())
    return words, np.array(changes)
""",
            2,
        ),
        # The change of the probability.
        (
            """
def effects(text, weights):
    words = np.unique(text)
    rows = np.zeros((1 + len(words), len(weights[0])))
    rows[:, words] = 1
    rows[np.arange(1, len(rows)), words] = 0
    p = predict(rows, weights)
    return words, p[0] - p[1:]
""",
            1,
        ),
    ],
    "turning_point": [
        (  # the training loss decides
            """
def turning_point(learning, validation, steps):
    losses, _ = train(learning, validation, steps)
    best = int(np.argmin(losses))
    return best + 1, float(losses[best]), float(losses[-1])


held_out = rows[800:], labels[800:]
turning = {
    str(count): turning_point((rows[:count], labels[:count]), held_out, steps=200)
    for count in (100, 200, 400, 800)
}
more_texts = "later"
""",
            0,
        ),
        (  # the function is right, but was used on texts that are in training too
            """
def turning_point(learning, validation, steps):
    _, losses = train(learning, validation, steps)
    best = int(np.argmin(losses))
    return best + 1, float(losses[best]), float(losses[-1])


turning = {
    str(count): turning_point((rows[:count], labels[:count]), (rows[:500], labels[:500]), 200)
    for count in (100, 200, 400, 800)
}
more_texts = "later"
""",
            1,
        ),
        (  # nothing recorded
            """
def turning_point(learning, validation, steps):
    _, losses = train(learning, validation, steps)
    best = int(np.argmin(losses))
    return best + 1, float(losses[best]), float(losses[-1])


turning = None
more_texts = None
""",
            1,
        ),
        (  # the first step is step 0
            """
def turning_point(learning, validation, steps):
    _, losses = train(learning, validation, steps)
    best = int(np.argmin(losses))
    return best, float(losses[best]), float(losses[-1])


held_out = rows[800:], labels[800:]
turning = {
    str(count): turning_point((rows[:count], labels[:count]), held_out, steps=200)
    for count in (100, 200, 400, 800)
}
more_texts = "earlier"
""",
            0,
        ),
    ],
}
