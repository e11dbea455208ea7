# %% [markdown]
# # Exercises: IMDb
#
# Texts become numbers, numbers become rows of zeros and ones, and a small network judges them. Here
# you write the steps in between yourself, mend a piece of code that is wrong in a quiet way, and
# measure how the moment to stop moves with the number of texts. NumPy is all you need.

# %% [markdown]
# ## 1. From words to numbers
#
# Texts come stored as numbers: rank + 3, after a start mark of 1, with 2 for a word that is left
# out. To ask a network about a sentence of your own, you need the way there. Write `encode`.
#
# A word is left out if it has no rank, or if its *number* would be `num_words` or more.

# %%
import numpy as np


# %% solution="encode"
def encode(text, ranks, num_words):
    """Return the numbers of a text as a list of ints, beginning with the start mark.

    text: words in lower case, with blanks between them. ranks: a dictionary, word → rank from 1.
    """
    ### BEGIN SOLUTION
    numbers = [1]
    for word in text.split():
        number = ranks.get(word, num_words) + 3
        numbers.append(number if number < num_words else 2)
    return numbers
    ### END SOLUTION


# %% check="encode" points=3
ranks = {"the": 1, "film": 2, "was": 3, "not": 4, "good": 5}
numbers = encode("the film was good", ranks, num_words=100)
assert isinstance(numbers, list), f"a list was wanted, not {type(numbers).__name__}"
assert numbers[0] == 1, f"the first number should be the start mark, it is {numbers[0]}"
assert numbers[1:] == [4, 5, 6, 8], f"the words came out as {numbers[1:]}: what is added to a rank?"
numbers = encode("the gnu was good", ranks, num_words=8)
assert numbers[2] == 2, f"a word without a rank became {numbers[2]}; which number says 'unknown'?"
print("The visible checks pass. Grading tries other words, and others to leave out.")
### BEGIN HIDDEN TESTS
WORDS = ["plot", "scene", "actor", "dull", "superb", "an", "it", "never", "dialogue", "gem"]


def vocabulary(rng):
    order = rng.permutation(len(WORDS))
    return {WORDS[i]: int(rank) for i, rank in zip(order, range(1, 11), strict=True)}


@check(1, "words that are kept have wrong numbers, or stand in the wrong order")
def kept_words(ask, rng):
    ranks, words = vocabulary(rng), rng.choice(WORDS, 12).tolist()
    code = "[number for number in encode(text, ranks, 50) if number > 2]"
    equal(ask(code, text=" ".join(words), ranks=ranks), [ranks[word] + 3 for word in words])


@check(1, "a word becomes 2 if it has no rank, or if its number is too large; look at the limit")
def left_out(ask, rng):
    ranks = vocabulary(rng)
    limit = int(rng.integers(7, 11))
    words = [*rng.permutation(WORDS).tolist(), "zyzzyva"]
    code = "[number == 2 for number in encode(text, ranks, limit)[-11:]]"
    got = ask(code, text=" ".join(words), ranks=ranks, limit=limit)
    equal(got, [ranks.get(word, 99) + 3 >= limit for word in words])


@check(1, "a text must begin with the start mark, and have one number for each word")
def start_mark(ask, rng):
    ranks = vocabulary(rng)
    for count in (0, 1, 6):
        text = " ".join(rng.choice(WORDS, count))
        code = "[encode(text, ranks, 50)[0], len(encode(text, ranks, 50))]"
        equal(ask(code, text=text, ranks=ranks), [1, count + 1])


### END HIDDEN TESTS

# %% [markdown]
# ## 2. Counting instead of asking
#
# A multi-hot row says *whether* a word occurs. Sometimes how *often* matters: naive Bayes, for one,
# counts. Write `word_counts`: a row a text, a column for each word number below `size`. Texts may
# have been stored with a larger vocabulary; their numbers from `size` on count as 2, unknown.


# %% solution="word_counts"
def word_counts(texts, size):
    """Return how often each word number occurs in each text: float32, (len(texts), size).

    texts: a list of lists of word numbers; a text may be empty.
    """
    ### BEGIN SOLUTION
    rows = np.zeros((len(texts), size), dtype="float32")
    for row, text in zip(rows, texts, strict=True):
        for word in text:
            row[word if word < size else 2] += 1
    return rows
    ### END SOLUTION


# %% check="word_counts" points=3
table = word_counts([[1, 4, 6, 4], [1, 5]], size=8)
assert table.shape == (2, 8), f"two texts and eight numbers, but the shape is {table.shape}"
assert table[1].tolist() == [0, 1, 0, 0, 0, 1, 0, 0], f"the second row is {table[1]}"
assert table[0, 4] == 2, (
    f"the first text has the word 4 twice, your row says {table[0, 4]:.0f}. "
    "(`row[text] += 1` adds only once for each different index.)"
)
print("The visible checks pass. Grading tries other texts and vocabularies.")


### BEGIN HIDDEN TESTS
@check(1, "counts are wrong for words that are repeated")
def repeated(ask, rng):
    texts = [rng.integers(1, 9, size=count).tolist() for count in (30, 12, 50)]
    wanted = [np.bincount(text, minlength=12) for text in texts]
    near(ask("word_counts(texts, 12)", texts=texts), wanted)


@check(1, "numbers from `size` on should count as 2")
def too_large(ask, rng):
    size = int(rng.integers(6, 15))
    texts = [rng.permutation(20)[:count].tolist() for count in (20, 15, 12)]
    wanted = [[word if word < size else 2 for word in text] for text in texts]
    wanted = [np.bincount(text, minlength=size) for text in wanted]
    near(ask("word_counts(texts, size)", texts=texts, size=size), wanted)


@check(1, "shape or dtype are not as described, or an empty text or list makes trouble")
def shape_and_dtype(ask, rng):
    size = int(rng.integers(5, 9))
    code = "[list(word_counts(texts, size).shape), str(word_counts(texts, size).dtype)]"
    equal(ask(code, texts=[[], [3, 4], []], size=size), [[3, size], "float32"])
    equal(ask(code, texts=[], size=size), [[0, size], "float32"])
    near(ask("word_counts(texts, 5)", texts=[[], [4]]), [[0, 0, 0, 0, 0], [0, 0, 0, 0, 1]])


### END HIDDEN TESTS

# %% [markdown]
# ## 3. How many numbers does it learn?
#
# The chapter's network with its 16, 16 and 1 units has 160,305 numbers to learn. Write a function
# that knows it for any network of this kind: one input for each word, dense hidden layers, then a
# single output unit. Each unit has a bias. No framework, please: just count.


# %% solution="parameters"
def parameters(words, units):
    """Return how many numbers a network learns.

    words: number of inputs. units: a list of the sizes of the hidden layers, such as [16, 16].
    """
    ### BEGIN SOLUTION
    sizes = [words, *units, 1]
    return sum((sizes[i] + 1) * sizes[i + 1] for i in range(len(sizes) - 1))
    ### END SOLUTION


# %% check="parameters" points=2
count = parameters(10_000, [16, 16])
assert count == 160_305, (
    f"10,000 words and units [16, 16] give {count:,}, it should be 160,305. "
    f"Off by {abs(count - 160_305):,}: is a bias missing, or the output layer?"
)
print("The visible check passes. Grading tries other networks.")


### BEGIN HIDDEN TESTS
def counted(words, units):
    total, before = 0, words
    for after in [*units, 1]:
        total, before = total + before * after + after, after
    return total


@check(1, "the number is wrong for other sizes of two hidden layers")
def other_sizes(ask, rng):
    for _ in range(3):
        words, units = int(rng.integers(50, 20_000)), rng.integers(2, 600, size=2).tolist()
        equal(ask("parameters(words, units)", words=words, units=units), counted(words, units))


@check(1, "the number is wrong for one or three hidden layers, or for none at all")
def other_depths(ask, rng):
    for depth in (0, 1, 3):
        words, units = int(rng.integers(50, 20_000)), rng.integers(2, 600, size=depth).tolist()
        equal(ask("parameters(words, units)", words=words, units=units), counted(words, units))


### END HIDDEN TESTS

# %% [markdown]
# ## 4. The first layer without the zeros
#
# A multi-hot row times a kernel is the sum of the kernel's rows for the words that occur. So the
# first layer does not need the 10,000 zeros and ones at all. Compute what its units give for a text
# that is stored as word numbers: sum, bias, relu. The result must be the same as for the multi-hot
# row. What does that mean for a word that occurs twice?


# %% solution="first_layer"
def first_layer(text, kernel, bias):
    """Return relu(multi-hot row @ kernel + bias) without making the row.

    text: a list of word numbers. kernel: (words, units). bias: (units,). Result: (units,).
    """
    ### BEGIN SOLUTION
    return np.maximum(kernel[np.unique(text)].sum(axis=0) + bias, 0)
    ### END SOLUTION


# %% check="first_layer" points=3
kernel = np.array([[9.0, 9.0], [1.0, 0.5], [2.0, -1.0], [4.0, -3.0]])
units = first_layer([1, 3], kernel, bias=np.array([0.5, 5.0]))
assert np.shape(units) == (2,), f"two units, but the shape is {np.shape(units)}"
wanted = [1 + 4 + 0.5, 0.5 - 3 + 5]
assert np.allclose(units, wanted), f"the words 1 and 3 give {units}, it should be {wanted}"
print("The visible check passes. Grading tries other texts and kernels.")


### BEGIN HIDDEN TESTS
def layer(text, kernel, bias):
    row = np.zeros(len(kernel))
    row[text] = 1
    return np.maximum(row @ kernel + bias, 0)


@check(1, "the sum of rows and bias is wrong for a text of different words")
def sums(ask, rng):
    kernel, bias = rng.uniform(0, 1, size=(30, 5)), rng.uniform(0, 1, size=5)
    text = rng.permutation(30)[:7].tolist()
    got = ask("first_layer(text, kernel, bias)", text=text, kernel=kernel, bias=bias)
    near(got, layer(text, kernel, bias))


@check(1, "a word that occurs twice is still a single 1 in the multi-hot row")
def same_word_twice(ask, rng):
    kernel, bias = rng.uniform(0, 1, size=(6, 3)), rng.uniform(0, 1, size=3)
    text = rng.integers(0, 6, size=20).tolist()
    got = ask("first_layer(text, kernel, bias)", text=text, kernel=kernel, bias=bias)
    near(got, layer(text, kernel, bias))


@check(1, "units whose sum is negative are wrong")
def negative_sums(ask, rng):
    kernel, bias = rng.normal(size=(40, 12)), rng.normal(size=12)
    kernel[:, :3] -= 9
    text = rng.permutation(40)[:9].tolist()
    got = ask("first_layer(text, kernel, bias)", text=text, kernel=kernel, bias=bias)
    near(got, layer(text, kernel, bias))


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Find the bug: dropout
#
# In training, dropout sets a share `rate` of the outputs to 0 (where the mask is 0), and scales up
# those that stay, so that their expected sum is the same as without dropout. A colleague wrote the
# function below, tried it with a rate of 0.5, and was content. With a rate of 0.2, her network
# drowns in huge numbers. What is wrong?


# %%
def dropout_with_bug(outputs, mask, rate):
    kept = outputs * mask
    return kept / rate


outputs = np.array([0.2, 0.5, 1.3, 0.8, 1.1])
print(dropout_with_bug(outputs, np.array([1.0, 0.0, 1.0, 1.0, 0.0]), rate=0.5))

# %% [markdown]
# Write the function as it should be. The arrays that it is given must stay as they are.


# %% solution="dropout"
def dropout(outputs, mask, rate):
    """Return `outputs` where the mask is 1, scaled so that the expected sum stays the same.

    mask: zeros and ones; each is 0 with probability `rate`, which is less than 1.
    """
    ### BEGIN SOLUTION
    return outputs * mask / (1 - rate)
    ### END SOLUTION


# %% check="dropout" points=2
dropped = dropout(np.ones(100_000), (np.arange(100_000) % 5 > 0).astype(float), rate=0.2)
assert dropped[0] == 0, f"the mask is 0 at the first place, but {dropped[0]:.2f} came out"
assert abs(dropped.mean() - 1) < 1e-6, (
    "100,000 ones, a fifth of them dropped: their mean should be 1 again, "
    f"it is {dropped.mean():.2f}. Which share of the sum is left before scaling?"
)
print("The visible checks pass. Grading tries other rates.")


### BEGIN HIDDEN TESTS
@check(1, "the numbers are wrong at some rates")
def rates(ask, rng):
    for rate in (0.1, 0.35, 0.8):
        outputs, mask = rng.normal(size=(4, 6)), (rng.random((4, 6)) > rate).astype("float64")
        got = ask("dropout(outputs, mask, rate)", outputs=outputs, mask=mask, rate=rate)
        near(got, outputs * mask / (1 - rate))


@check(1, "with a rate of 0 nothing may change, nor may the function change its arguments")
def arguments_stay(ask, rng):
    outputs, mask = rng.normal(size=7), np.array([1.0, 1, 0, 1, 0, 1, 1])
    near(ask("dropout(outputs, mask, 0.0)", outputs=outputs, mask=np.ones(7)), outputs)
    got = ask("[dropout(outputs, mask, 0.25), outputs, mask]", outputs=outputs, mask=mask)
    for array, wanted in zip(got, (outputs * mask / 0.75, outputs, mask), strict=True):
        near(array, wanted)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. Which word did it?
#
# The chapter asked which words drive an answer, by **occlusion**: take one word out, look at the
# change of the log-odds $\ln \frac{p}{1 - p}$, put it back, take out the next. Do the same for the
# little network below.


# %%
def predict(rows, weights):
    """Return the probability that each text of multi-hot `rows` is positive."""
    kernel, bias, output, shift = weights
    hidden = np.maximum(rows @ kernel + bias, 0)
    return 1 / (1 + np.exp(-(hidden @ output + shift)))


# %% [markdown]
# An effect is the log-odds of the whole text *minus* the log-odds without the word: a word that
# spoke for "positive" has a positive effect.


# %% solution="effects"
def effects(text, weights):
    """Return the different words of a text, in ascending order, and their effects: two arrays.

    text: a list of word numbers. weights: what `predict` wants; weights[0] has a row for each word.
    """
    ### BEGIN SOLUTION
    words = np.unique(text)
    rows = np.zeros((1 + len(words), len(weights[0])))
    rows[:, words] = 1
    rows[np.arange(1, len(rows)), words] = 0
    probabilities = predict(rows, weights)
    log_odds = np.log(probabilities / (1 - probabilities))
    return words, log_odds[0] - log_odds[1:]
    ### END SOLUTION


# %% check="effects" points=3
# One hidden unit that passes on a sum: good (3) counts +1, bad (4) counts -2, with a bias of 5.
tiny = [np.array([[0.0], [0.0], [0.0], [1.0], [-2.0]]), np.array([5.0]), np.array([1.0]), -5.0]
words, found = effects([4, 3, 3], tiny)
assert list(words) == [3, 4], f"the text has the words 3 and 4, you return {list(words)}"
assert np.shape(found) == (2,), f"one effect for each word, but the shape is {np.shape(found)}"
assert found[0] > 0 > found[1], f"3 speaks for the text, 4 against it; your effects are {found}"
assert np.allclose(found, [1, -2]), (
    f"the effects should be 1 and -2, they are {found}. Is it the change of the log-odds, "
    "and is each word put back before the next one is taken out?"
)
print("The visible checks pass. Grading tries other networks and texts.")


### BEGIN HIDDEN TESTS
def small_network(rng, words=12, units=4):
    """Draw weights: any word closes unit 0, none closes unit 1. No answer is all but certain."""
    kernel, bias = rng.uniform(-0.5, 0.5, size=(words, units)), rng.uniform(1, 2, size=units)
    kernel[:, 0] -= 3
    bias[1] += 3
    output = rng.uniform(0.5, 1, size=units) * rng.choice([-1, 1], size=units)
    return [kernel, bias, output, float(rng.normal())]


def log_odds(words, weights):
    kernel, bias, output, shift = weights
    return float(np.maximum(kernel[words].sum(axis=0) + bias, 0) @ output + shift)


@check(1, "the words should be the different ones of the text, in ascending order")
def words_of_text(ask, rng):
    weights, drawn = small_network(rng), np.sort(rng.permutation(12)[:5])[::-1].tolist()
    text = [*drawn, *drawn[2:]]
    equal(ask("effects(text, weights)[0]", text=text, weights=weights), sorted(drawn))


@check(1, "the effect is wrong even for a text of a single word: look at its sign and its scale")
def one_word(ask, rng):
    weights, word = small_network(rng), int(rng.integers(12))
    got = ask("effects(text, weights)[1]", text=[word] * 3, weights=weights)
    near(got, [log_odds([word], weights) - log_odds([], weights)], atol=1e-5)


@check(1, "effects are wrong for texts of several words: does each word return to its place?")
def several_words(ask, rng):
    weights, text = small_network(rng), rng.permutation(12)[:6].tolist()
    wanted = [
        log_odds(sorted(text), weights) - log_odds([w for w in sorted(text) if w != word], weights)
        for word in sorted(text)
    ]
    near(ask("effects(text, weights)[1]", text=text, weights=weights), wanted, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. An experiment: when to stop
#
# In the chapter the validation loss turned after a few epochs. Does the turning point depend on the
# number of texts to learn from? **Write down your guess:** with more texts, does it come earlier or
# later?
#
# The data are the critics' sentences that ship with the course. The model is the linear one,
# trained in plain NumPy: `train` returns two arrays, the training loss and the validation loss
# after each step.

# %%
from dlcourse import datasets

reviews = datasets.load("imdb", variant="embedded", num_words=500)


def multi_hot(texts):
    rows = np.zeros((len(texts), 500), dtype="float32")
    for row, text in zip(rows, texts, strict=True):
        row[text] = 1
    return rows


rows, labels = multi_hot(reviews.x_train[:1_300]), reviews.y_train[:1_300].astype("float32")


# %%
def loss_of(rows, labels, weights, bias):
    """Binary cross-entropy: ln(1 + e^-z) for a positive text, ln(1 + e^z) for a negative one."""
    return np.logaddexp(0, -(2 * labels - 1) * (rows @ weights + bias)).mean()


def train(learning, validation, steps):
    rows, labels = learning
    weights, bias = np.zeros(rows.shape[1], dtype="float32"), 0.0
    losses = []
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(rows @ weights + bias))) - labels
        weights, bias = weights - rows.T @ error / len(rows), bias - error.mean()
        losses.append([loss_of(*part, weights, bias) for part in (learning, validation)])
    training_losses, validation_losses = np.transpose(losses)
    return training_losses, validation_losses


# %% [markdown]
# 1. Write `turning_point(learning, validation, steps)`: train, and find the step with the lowest
#    *validation* loss. The first step is step 1.
# 2. Record it in `turning`: `{"100": turning_point(…), "200": …, "400": …, "800": …}`. For 100, the
#    first 100 rows are to learn from, and so on; the last 500 of the 1,300 are for validation,
#    always. 100 steps.
# 3. Record in `more_texts` whether more texts let the turn come `"earlier"` or `"later"`.


# %% solution="turning_point"
def turning_point(learning, validation, steps):
    """Return the best step, the validation loss after it, and that after the last step.

    learning, validation: pairs of rows and labels.
    """
    ### BEGIN SOLUTION
    _, losses = train(learning, validation, steps)
    best = int(np.argmin(losses))
    return best + 1, float(losses[best]), float(losses[-1])
    ### END SOLUTION


turning = None
more_texts = None
### BEGIN SOLUTION
held_out = rows[800:], labels[800:]
turning = {
    str(count): turning_point((rows[:count], labels[:count]), held_out, steps=200)
    for count in (100, 200, 400, 800)
}
more_texts = "later"
### END SOLUTION

# %% check="turning_point" points=3
step, lowest, last = turning_point((rows[:150], labels[:150]), (rows[800:], labels[800:]), 50)
assert 1 <= step <= 50, f"there are 50 steps, counted from 1; your best one is {step}"
assert lowest <= last, f"the lowest loss, {lowest:.3f}, is above the last one, {last:.3f}"
assert lowest > 0.6, f"a loss of {lowest:.3f} is too good for 150 texts: on which texts is it?"
assert turning is not None, "record what you find in `turning`"
assert sorted(turning) == ["100", "200", "400", "800"], f"`turning` has the keys {sorted(turning)}"
assert more_texts in ("earlier", "later"), 'set `more_texts` to "earlier" or "later"'
for count, (step, lowest, last) in turning.items():
    print(f"{count:>4} texts: step {step:>3}, loss {lowest:.3f}, at the end {last:.3f}")
print("The visible checks pass. Grading looks at these numbers, and tries other texts.")


### BEGIN HIDDEN TESTS
def validation_losses(learning, validation, steps):
    (rows, labels), (new, truth) = learning, validation
    weights, bias, losses = np.zeros(rows.shape[1]), 0.0, []
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(rows @ weights + bias))) - labels
        weights, bias = weights - rows.T @ error / len(rows), bias - error.mean()
        losses.append(np.logaddexp(0, -(2 * truth - 1) * (new @ weights + bias)).mean())
    return np.array(losses)


@check(1, "for other texts, the step or one of the two losses is wrong")
def other_texts(ask, rng):
    best = 0
    while best in (0, 59):  # the turn is to come after the first step, and before the last
        texts, opinions = (rng.random((90, 30)) < 0.3) * 1.0, rng.choice([-1, 1], size=30)
        labels = ((texts - 0.3) @ opinions + rng.normal(0, 2, size=90) > 0) * 1.0
        learning, validation = (texts[:40], labels[:40]), (texts[40:], labels[40:])
        losses = validation_losses(learning, validation, 60)
        best = int(np.argmin(losses))
    got = ask("turning_point(a, b, 60)", a=learning, b=validation)
    near(got, [best + 1, losses[best], losses[-1]], rtol=1e-3)


@check(1, "what is recorded in `turning` is not what the four experiments give")
def recorded_numbers(ask, rng):
    counts = "('100', '200', '400', '800')"
    near(ask(f"[turning[count][0] for count in {counts}]"), [4, 10, 44, 132], rtol=0.03)
    losses = [[0.6808, 0.8980], [0.6779, 0.8270], [0.6514, 0.6773], [0.6475, 0.6488]]
    near(ask(f"[turning[count][1:] for count in {counts}]"), losses, atol=2e-3)


@check(1, "compare the steps in `turning` again: is that what they say about more texts?")
def conclusion(ask, rng):
    steps = ask("[float(turning[count][0]) for count in ('100', '200', '400', '800')]")
    if not (np.diff(steps) > 0).all():
        raise Wrong("the steps recorded do not all go one way")
    equal(ask("more_texts"), "later")


### END HIDDEN TESTS

# %% [markdown]
# ## 8. In words
#
# A fellow student trains the 16-16-1 network for 20 epochs on the first 20,000 reviews and
# validates on the last 5,000: 0.86. To be sure, he calls `fit` on the same model again, for one
# epoch, now with the first 5,000 for validation and the rest for training, and gets 0.99.
# "Validation depends a lot on luck", he concludes, "but the network can do 0.99."
#
# What happened? What should he have done instead? Answer in three to five sentences.

# %% [markdown] answer="second_fit" points=2
# ### BEGIN SOLUTION
# The second `fit` goes on from the weights of the first. These have seen the first 5,000 reviews
# for 20 epochs, so that the new "validation" reviews are training reviews, and the network has
# learned many of them by heart: 0.99 is a training accuracy. For another split he should have built
# a new model (with a new optimizer), so that it starts from fresh random weights. The honest
# estimate remains about 0.86. To learn how much it depends on the split, train a new model for each
# of several splits and look at the spread.
#
# Rubric: 1 point for the cause (the weights are kept, the model has already been trained on the
# reviews that it is validated on). 1 point for the remedy (a new model for each split or
# experiment); an answer that only says "use the test set" or "train for fewer epochs" gets none.
# ### END SOLUTION

# %% [markdown]
# You have gone from words to numbers and back to the words behind an answer. If the experiment
# surprised you, repeat it with 1,600 texts, or give `train` more steps: nothing here is expensive.
