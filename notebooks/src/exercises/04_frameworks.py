# %% [markdown]
# # Exercises: Four frameworks
#
# Say what PyTorch keeps and how often JAX traces, write a layer and a model in Keras, mend a loss
# that is wrong without an error, and count what batches are worth. NumPy and Keras are all you
# need, and everything here runs on any of Keras's engines.

# %% [markdown]
# ## 1. What PyTorch keeps
#
# In PyTorch, `backward` *adds* to what is there. What does this program print? Write a function
# that knows it, without PyTorch. (`reset_every` is a whole number, or `None` for no reset at all.)
#
# ```python
# tensor = torch.tensor(t, requires_grad=True)
# for number in range(calls):
#     if reset_every is not None and number % reset_every == 0:
#         tensor.grad = None
#     (5 * tensor**2).backward()
# print(tensor.grad.item())
# ```

# %%
import numpy as np


# %% solution="kept_gradient"
def kept_gradient(t, calls, reset_every=None):
    """Return what stands in `tensor.grad` at the end; calls and reset_every are 1 or more."""
    ### BEGIN SOLUTION
    summed = calls if reset_every is None else (calls - 1) % reset_every + 1
    return summed * 10 * t
    ### END SOLUTION


# %% check="kept_gradient" points=2
kept = kept_gradient(3.0, calls=2)
assert kept == 60, f"the slope of 5 t² at 3 is 30, and it is added twice: 60, not {kept}"
kept = kept_gradient(2.0, calls=5, reset_every=3)
assert kept == 40, (
    f"number is 0, 1, 2, 3, 4 and the reset comes at 0 and 3, so two gradients are left: not {kept}"
)
print("The visible checks pass. Grading tries other numbers of calls and resets.")


### BEGIN HIDDEN TESTS
def true_gradient(t, calls, reset_every):
    gradient = 0.0
    for number in range(calls):
        if reset_every is not None and number % reset_every == 0:
            gradient = 0.0
        gradient += 10 * t
    return gradient


def compare_gradient(ask, rng, calls, reset_every):
    t = float(rng.uniform(0.5, 4) * rng.choice([-1, 1]))
    code = "kept_gradient(t, calls, reset_every)"
    got = ask(code, t=t, calls=calls, reset_every=reset_every)
    near(got, true_gradient(t, calls, reset_every))


@check(1, "without a reset, the number is wrong")
def no_reset(ask, rng):
    for calls in (1, 3, int(rng.integers(4, 30))):
        compare_gradient(ask, rng, calls, None)


@check(1, "with a reset now and then, the number is wrong: how many gradients came after the last?")
def with_resets(ask, rng):
    for calls, reset_every in ((1, 1), (4, 1), (6, 3), (7, 3), (8, 4), (11, 4), (3, 5)):
        compare_gradient(ask, rng, calls, reset_every)


### END HIDDEN TESTS

# %% [markdown]
# ## 2. How often does JAX trace?
#
# A function with a `print` inside is compiled by `jax.jit`, then called a few times, each time with
# one JAX array. JAX traces once for each *kind* of array that it has not met before. How many
# lines are printed?


# %% solution="traces"
def traces(calls):
    """Return how often the function is traced.

    calls: a list of pairs (shape, dtype), one a call: [((4, 3), "float32"), ((5, 3), "int32")].
    """
    ### BEGIN SOLUTION
    return len(set(calls))
    ### END SOLUTION


# %% check="traces" points=2
number = traces([((4, 3), "float32"), ((4, 3), "float32"), ((5, 3), "float32")])
assert number == 2, f"4, 4 and 5 rows made two lines in the chapter; you say {number}"
print(
    "The visible check passes. Grading tries longer lists, in other orders and with other dtypes."
)


### BEGIN HIDDEN TESTS
def compare_traces(ask, kinds):
    equal(ask(f"traces({kinds})"), len(set(kinds)))


@check(1, "a kind of array that comes back after another one is not traced again")
def comes_back(ask, rng):
    shapes = [(4,), (1,), (4, 1), (1, 4), ()]
    for different in (2, 4, 5):
        order = [0, 1, 0, *rng.permutation(np.repeat(np.arange(different), 2)).tolist()]
        compare_traces(ask, [(shapes[k], "float32") for k in order])


@check(1, "what makes two arrays of one shape different kinds for a compiler?")
def other_dtypes(ask, rng):
    sizes = rng.permutation(20)[:2].tolist()
    pairs = [((size, 2), dtype) for size in sizes for dtype in ("float32", "int32", "bfloat16")]
    for length in (4, 5, 6):
        compare_traces(ask, [pair for pair in pairs[:length] for _ in range(2)])


### END HIDDEN TESTS

# %% [markdown]
# ## 3. On which side?
#
# The chapter's linear model answers `x @ W + b`, and says "class 1" where that is above one half.
# On the line between the two, where does the second coordinate stand for a given first one? And
# which class is *above* the line? A textbook got this wrong once: look at signs before you answer.


# %% solution="boundary"
def boundary(W, b, x1):
    """Return the second coordinates of the line at the first coordinates x1, both of shape (n,).

    W: (2, 1), its second entry is not 0. b: (1,).
    """
    ### BEGIN SOLUTION
    return (0.5 - b[0] - W[0, 0] * x1) / W[1, 0]
    ### END SOLUTION


def class_above(W):
    """Return the class, 0 or 1, of the points far above the line."""
    ### BEGIN SOLUTION
    return 1 if W[1, 0] > 0 else 0
    ### END SOLUTION


# %% check="boundary" points=2
W, b, x1 = np.array([[0.5], [-0.25]]), np.array([1.0]), np.array([0.0, 1.0, 4.0])
x2 = boundary(W, b, x1)
assert np.shape(x2) == (3,), f"three first coordinates, three second ones, not {np.shape(x2)}"
answers = np.stack([x1, x2], axis=1) @ W + b
assert np.allclose(answers, 0.5), (
    f"on the line the model should answer 0.5 everywhere; on yours it says {answers[:, 0].tolist()}"
)
side = class_above(W)
assert side in (0, 1), f"a class is 0 or 1, not {side!r}"
print("The visible checks pass. Grading tries other models, and asks for the class above, too.")


### BEGIN HIDDEN TESTS
def linear_model(rng, sign):
    W = rng.uniform(0.3, 2, size=(2, 1)) * [[rng.choice([-1, 1])], [sign]]
    return W, rng.normal(size=1)


@check(1, "some points of the line are not where the model's answer is one half")
def on_the_line(ask, rng):
    for sign in (-1, 1):
        W, b = linear_model(rng, sign)
        x1 = rng.normal(size=5)
        got = ask("boundary(W, b, x1)", W=W, b=b, x1=x1)
        near(got, (0.5 - b[0] - x1 * W[0, 0]) / W[1, 0])


@check(1, "for some models it is the other class that lies above the line")
def above_the_line(ask, rng):
    for sign in rng.permutation([-1, -1, 1, 1]).tolist():
        W, _ = linear_model(rng, sign)
        equal(ask("int(class_above(W))", W=W), int(sign > 0))


### END HIDDEN TESTS

# %% [markdown]
# ## 4. Find the bug: a perfect model with a loss
#
# The outputs below are exactly the targets, and still this loss is not 0. Descent on it would lead
# to a model that gives the same answer for everybody. Nothing raises an error. What happens?


# %%
def loss_with_bug(outputs, targets):
    return np.mean((outputs - targets) ** 2)


outputs = np.array([[1.0], [2.0], [6.0]])  # as a model with one output unit gives them
targets = np.array([1.0, 2.0, 6.0])
print("loss of a perfect model:", loss_with_bug(outputs, targets))

# %% [markdown]
# Write `squared_error` so that each output meets its own target, whether they come as a column
# (n, 1) or as a vector (n,), each of the two. If their numbers differ, that is a mistake of the
# caller, and should be told as a `ValueError`.


# %% solution="squared_error"
def squared_error(outputs, targets):
    """Return the mean squared error; outputs and targets have the shape (n,) or (n, 1) each.

    Raises ValueError where there are not as many targets as outputs.
    """
    ### BEGIN SOLUTION
    if len(outputs) != len(targets):
        raise ValueError(f"there are {len(outputs)} outputs and {len(targets)} targets")
    return np.mean((outputs.reshape(-1) - targets.reshape(-1)) ** 2)
    ### END SOLUTION


# %% check="squared_error" points=3
loss = squared_error(outputs, targets)
assert loss == 0, (
    f"the perfect model has a loss of {loss}. "
    f"Which shape has outputs - targets? It is {(outputs - targets).shape}: who meets whom?"
)
loss = squared_error(outputs, targets + 2)
assert loss == 4, f"each target is 2 away, so the mean of the squares is 4, not {loss}"
print("The visible checks pass. Grading tries the other shapes, and wrong numbers of targets.")


### BEGIN HIDDEN TESTS
def compare_loss(ask, rng, outputs_shape, targets_shape):
    outputs, targets = rng.normal(size=outputs_shape), rng.normal(size=targets_shape)
    got = ask("squared_error(outputs, targets)", outputs=outputs, targets=targets)
    near(got, np.mean((outputs.ravel() - targets.ravel()) ** 2))


@check(1, "a column of outputs and a vector of targets give a wrong loss")
def column_and_vector(ask, rng):
    for n in (2, 9):
        compare_loss(ask, rng, (n, 1), (n,))


@check(1, "a vector of outputs, or a column of targets, gives a wrong loss")
def other_shapes(ask, rng):
    for n in (3, 8):
        compare_loss(ask, rng, (n,), (n, 1))
        compare_loss(ask, rng, (n, 1), (n, 1))
        compare_loss(ask, rng, (n,), (n,))


@check(1, "different numbers of outputs and targets should raise ValueError, also if one is 1")
def numbers_differ(ask, rng):
    for n, m in ((4, 3), (5, 1), (1, 6)):
        compare_loss(ask, rng, (n, 1), (n,))
        inputs = {"outputs": rng.normal(size=(n, 1)), "targets": rng.normal(size=m)}
        raises("ValueError", ask, "squared_error(outputs, targets)", **inputs)
        inputs = {"outputs": rng.normal(size=n), "targets": rng.normal(size=m)}
        raises("ValueError", ask, "squared_error(outputs, targets)", **inputs)


### END HIDDEN TESTS

# %% [markdown]
# ## 5. A layer that keeps the scale
#
# Deep networks often *normalise* what flows through them. **Layer normalisation** looks at one row
# at a time, that is, at the last axis: from each entry it subtracts the mean $\mu$ of the row, and
# divides by its spread, with a small number so that a row of equal entries does no harm. Then each
# feature gets a scale $\alpha$ and a shift $\beta$ of its own, which are learned:
#
# $$y = \alpha \cdot \frac{x - \mu}{\sqrt{\sigma^2 + 0.001}} + \beta$$
#
# Write it as a Keras layer, after the pattern of the chapter's `SimpleDense`. $\alpha$ begins with
# ones, $\beta$ with zeros. Use `keras.ops` (`mean`, `square`, `sqrt`), so that it runs on every
# engine. Keras has such a layer already: compare with it, in a cell of your own. An answer that
# uses it gets no points.

# %%
import keras


# %% solution="layer_norm"
class LayerNorm(keras.layers.Layer):
    """Normalise each row (last axis), then scale and shift each feature.

    Weights, in this order: alpha and beta, both of shape (features,).
    """

    def build(self, input_shape):
        ### BEGIN SOLUTION
        shape = (input_shape[-1],)
        self.alpha = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")
        ### END SOLUTION

    def call(self, inputs):
        ### BEGIN SOLUTION
        away = inputs - keras.ops.mean(inputs, axis=-1, keepdims=True)
        variance = keras.ops.mean(keras.ops.square(away), axis=-1, keepdims=True)
        return self.alpha * away / keras.ops.sqrt(variance + 0.001) + self.beta
        ### END SOLUTION


# %% check="layer_norm" points=5
layer = LayerNorm()
rows = np.array([[1, 2, 3, 6], [10, 20, 30, 60]], "float32")
normalised = layer(rows)
assert normalised is not None, "`call` returns nothing"
normalised = keras.ops.convert_to_numpy(normalised)
assert len(layer.weights) == 2, f"alpha and beta make two weights, your layer has {layer.weights}"
assert np.shape(normalised) == (2, 4), f"the shape should stay (2, 4), not {np.shape(normalised)}"
wanted = np.array([-2, -1, 0, 3]) / 3.501**0.5  # the first row's mean is 3, its variance 3.5
assert np.allclose(normalised[0], wanted, atol=1e-3), (
    f"[1, 2, 3, 6] should become {wanted.round(2).tolist()}; yours is "
    f"{normalised[0].round(2).tolist()}"
)
print("The visible checks pass. Grading tries other rows, more axes, and learned weights.")


### BEGIN HIDDEN TESTS
def ask_layer(ask, code, **arrays):
    source = code_of("layer_norm").lower().replace("_", "")
    if "layernormalization" in source or "layernormalisation" in source:
        raise Wrong("Keras's ready-made layer is for comparing: write the formula with keras.ops")
    arrays = {name: array.astype("float32") for name, array in arrays.items()}
    start = "layer = LayerNorm()\nout = keras.ops.convert_to_numpy(layer(x))\n"
    shape, got = ask(f"{start}[list(out.shape), {code}]", **arrays)
    if shape != list(arrays["x"].shape):
        raise Wrong(f"rows of shape {arrays['x'].shape} come out in another shape")
    return got


def true_norm(x):
    away = x - x.mean(axis=-1, keepdims=True)
    return away / np.sqrt((away**2).mean(axis=-1, keepdims=True) + 0.001)


@check(1, "the layer should have two weights: ones and zeros, one of each for a feature")
def two_weights(ask, rng):
    features = int(rng.integers(2, 9))
    got = ask_layer(ask, "layer.get_weights()", x=rng.normal(size=(3, features)))
    near(got, [np.ones(features), np.zeros(features)])


@check(1, "rows with a large spread are not normalised as in the formula")
def large_spread(ask, rng):
    x = rng.normal(size=(4, 6)) * rng.uniform(20, 50, size=(4, 1)) + rng.normal(0, 30, size=(4, 1))
    near(ask_layer(ask, "out", x=x), true_norm(x), rtol=1e-3, atol=1e-3)


@check(1, "rows with a tiny spread, or of equal entries, do not give what the formula says")
def tiny_spread(ask, rng):
    x = rng.normal(size=(4, 6)) * 0.02
    x[0] = x[0, 0]
    near(ask_layer(ask, "out", x=x), true_norm(x), rtol=1e-3, atol=1e-3)


@check(1, "learned values of alpha and beta do not scale and shift the features")
def learned_weights(ask, rng):
    alpha, beta, x = rng.uniform(2, 3, size=5), rng.normal(size=5), rng.normal(size=(3, 5))
    code = "[out, layer.set_weights([alpha, beta]), keras.ops.convert_to_numpy(layer(x))]"
    before, _, after = ask_layer(ask, code, x=x, alpha=alpha, beta=beta)
    near(after, alpha * before + beta, rtol=1e-3, atol=1e-3)


@check(1, "with three axes, the last one should be normalised, for each place of the others alone")
def three_axes(ask, rng):
    x = rng.normal(size=(2, 3, 5)) * 5
    got = ask_layer(ask, "out", x=x)
    flat = ask_layer(ask, "out", x=x.reshape(6, 5))
    near(np.mean(flat, axis=1), np.zeros(6), atol=1e-3)
    if not ((flat * x.reshape(6, 5)).sum(axis=1) > 0).all():
        raise Wrong("some rows have lost their spread, or are turned upside down")
    near(got, flat.reshape(x.shape), rtol=1e-3, atol=1e-3)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. A model with a short cut
#
# The chapter said that a functional model may branch and join. Let it: a hidden layer of `units`
# with relu sees the inputs, and **one** output unit sees both, the inputs themselves and what the
# hidden layer makes of them. (So simple rules can take the short way. Such models are called *wide
# and deep*.) `keras.layers.Concatenate()([a, b])` joins two tensors along the last axis; the
# inputs come first.


# %% solution="wide_and_deep"
def wide_and_deep(features, units):
    """Return a functional Keras model from (samples, features) to (samples, 1), no activation.

    Its weights are, in this order: kernel and bias of the hidden layer, then of the output.
    """
    ### BEGIN SOLUTION
    inputs = keras.Input((features,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    both = keras.layers.Concatenate()([inputs, hidden])
    return keras.Model(inputs, keras.layers.Dense(1)(both))
    ### END SOLUTION


# %% check="wide_and_deep" points=3
model = wide_and_deep(features=4, units=3)
assert isinstance(model, keras.Model), f"a Keras model was wanted, not {type(model).__name__}"
count = model.count_params()
assert count == 4 * 3 + 3 + 7 + 1, (
    f"4 · 3 + 3 for the hidden layer, 7 + 1 for the output make 23 numbers, yours has {count}. "
    "How many numbers does the output unit see?"
)
print("The visible checks pass. Grading sets the weights and looks at what comes out.")
### BEGIN HIDDEN TESTS
MODEL = """model = wide_and_deep(features, units)
model.set_weights([W1, b1, W2, b2])
keras.ops.convert_to_numpy(model(x))"""


def draw_model(rng, *, wide, deep):
    """Draw weights; the output unit listens to the inputs, to the hidden units, or to both."""
    features, units = (int(number) for number in rng.integers(3, 7, size=2))
    W1, b1 = rng.normal(size=(features, units)), rng.normal(size=units)
    W2, b2 = rng.uniform(1, 2, size=(features + units, 1)), rng.normal(size=1)
    W2[:features] *= wide
    W2[features:] *= deep
    arrays = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "x": rng.normal(size=(8, features))}
    arrays = {name: array.astype("float32") for name, array in arrays.items()}
    return {"features": features, "units": units, **arrays}


@check(1, "the weights do not have the shapes that they should have")
def shapes_of_weights(ask, rng):
    features, units = (int(number) for number in rng.integers(2, 9, size=2))
    code = "[list(w.shape) for w in wide_and_deep(features, units).get_weights()]"
    got = ask(code, features=features, units=units)
    equal(got, [[features, units], [units], [features + units, 1], [1]])


@check(1, "when the output unit listens to the inputs alone, it gives a wrong number")
def short_way(ask, rng):
    drawn = draw_model(rng, wide=1, deep=0)
    wanted = drawn["x"] @ drawn["W2"][: drawn["features"]] + drawn["b2"]
    near(ask(MODEL, **drawn), wanted, rtol=1e-4, atol=1e-4)


@check(1, "when the output unit listens to the hidden units alone, it gives a wrong number")
def long_way(ask, rng):
    drawn = draw_model(rng, wide=0, deep=1)
    hidden = np.maximum(drawn["x"] @ drawn["W1"] + drawn["b1"], 0)
    wanted = hidden @ drawn["W2"][drawn["features"] :] + drawn["b2"]
    near(ask(MODEL, **drawn), wanted, rtol=1e-4, atol=1e-4)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. An experiment: what batches are worth
#
# Each epoch looks at every sample once, whatever the batch size. Does it matter, then, how large
# the batches are? Below are 320 samples, a model that starts from zeros, and the settings.

# %%
rng = np.random.default_rng(4)
x = rng.normal(size=(320, 2)).astype("float32")
y = (x @ [[3], [-2]] + 1 + rng.normal(0, 0.1, (320, 1))).astype("float32")
settings = {"epochs": 4, "shuffle": False, "verbose": 0}


def fresh_model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.set_weights([np.zeros((2, 1)), np.zeros(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.02), loss="mean_squared_error")
    return model


print(f"loss before training: {fresh_model().evaluate(x, y, batch_size=320, verbose=0):.2f}")

# %% [markdown]
# Write `loss_with(batch_size)`, which trains with these settings and measures the loss afterwards,
# with `evaluate(x, y, batch_size=320, verbose=0)`. Record what it gives for the sizes 320, 32 and
# 8: **guess** the three losses first. In `steps_made`, record how many updates each of the three
# trainings made.


# %% solution="batch_sizes"
def loss_with(batch_size):
    """Return the loss of a fresh model that was trained on x and y in batches of this size."""
    ### BEGIN SOLUTION
    model = fresh_model()
    model.fit(x, y, batch_size=batch_size, **settings)
    return model.evaluate(x, y, batch_size=320, verbose=0)
    ### END SOLUTION


loss_after = None  # {"320": …, "32": …, "8": …}
### BEGIN SOLUTION
loss_after = {str(size): loss_with(size) for size in (320, 32, 8)}
### END SOLUTION
steps_made = None  # {"320": …, "32": …, "8": …}
### BEGIN SOLUTION
steps_made = {str(size): 4 * 320 // size for size in (320, 32, 8)}
### END SOLUTION

# %% check="batch_sizes" points=3
for name, record in (("loss_after", loss_after), ("steps_made", steps_made)):
    assert isinstance(record, dict), f"record a dictionary in {name}"
    assert sorted(record) == ["32", "320", "8"], f"the keys of {name} are {sorted(record)}"
assert loss_after["8"] < loss_after["320"], "the batches of 8 should have come further"
for size in ("320", "32", "8"):
    print(f"batches of {size:>3}: {steps_made[size]:>3} steps, loss {loss_after[size]:.3f}")
print("The visible checks pass. Grading repeats the three trainings, and tries other samples.")


### BEGIN HIDDEN TESTS
def samples(rng, slopes):
    x = rng.normal(size=(320, 2))
    return x, x @ slopes + 1 + rng.normal(0, 0.1, (320, 1))


def repeated_training(x, y, size):
    W, b = np.zeros((2, 1)), np.zeros(1)
    for start in 4 * list(range(0, 320, size)):
        part = slice(start, start + size)
        error = x[part] @ W + b - y[part]
        W, b = W - 0.04 * x[part].T @ error / size, b - 0.04 * error.mean(axis=0)
    return np.mean((x @ W + b - y) ** 2)


@check(1, "with other samples, `loss_with` gives another loss: does each model begin afresh?")
def other_samples(ask, rng):
    x, y = samples(rng, rng.uniform(1, 3, size=(2, 1)))
    for size in (160, 40):
        got = ask("float(loss_with(size))", x=x.astype("f4"), y=y.astype("f4"), size=size)
        near(got, repeated_training(x, y, size), rtol=0.01)


@check(1, "the losses recorded are not those of models that began afresh, at the same weights")
def recorded_losses(ask, rng):
    given = samples(np.random.default_rng(4), [[3], [-2]])
    for size, rtol in ((320, 0.01), (32, 0.01), (8, 0.05)):
        near(ask(f'float(loss_after["{size}"])'), repeated_training(*given, size), rtol=rtol)


@check(1, "the numbers of updates in four epochs are wrong")
def numbers_of_steps(ask, rng):
    got = [ask(f'float(steps_made["{size}"])') for size in (320, 32, 8)]
    equal(got, [4, 40, 160])


### END HIDDEN TESTS

# %% [markdown]
# ## 8. In words
#
# A PyTorch program trains a linear model with plain SGD, and its author forgot
# `optimizer.zero_grad()`. The loss falls at first, faster even than it should. Then it rises again,
# and falls, and rises, and never comes to rest.
#
# What does a step use in place of the gradient? Compare the program with descent with momentum,
# $v \leftarrow m\,v - \text{learning rate} \cdot \nabla L$, $w \leftarrow w + v$: which $m$ does it
# amount to, and why does that explain what the loss does? Name a case in which adding gradients up
# is what you want.

# %% [markdown] answer="forgotten_reset" points=3
# ### BEGIN SOLUTION
# `backward` adds to `.grad`, so each step uses the sum of the gradients of *all* steps so far. With
# $v = -\text{learning rate} \cdot (g_1 + g_2 + \ldots)$ this is $v \leftarrow v - \text{learning
# rate} \cdot \nabla L$: momentum with $m = 1$. Nothing is ever forgotten, there is no friction. The
# pushes of the first steps add up, hence the fast start; at the minimum the gradient is 0 but the
# velocity is not, the weights roll on and up the other side until the later gradients have
# cancelled the earlier ones, and so to and fro, without losing swing. Adding up is wanted when a
# large batch does not fit into memory: the gradients of several small ones are summed (and scaled),
# then comes one step, then the reset.
#
# Rubric: 1 point for the sum of all gradients so far. 1 point for $m = 1$ with a reason for the
# swinging (no friction, old gradients still push at the minimum). 1 point for a case where adding
# up is wanted: a large batch in pieces, or several losses.
# ### END SOLUTION

# %% [markdown]
# You can now read what a framework does behind a line of code. From the next chapter on, Keras does
# most of the work, on real data.
