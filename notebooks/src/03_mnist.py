# %% [markdown]
# # MNIST: a first neural network, then the same from scratch
#
# A program that reads handwritten digits was hard to write for decades: nobody can put into
# rules what makes a 7 a 7. A neural network finds the rules itself, from examples. In this
# chapter you train one in about fifteen lines, look closely at what it gets right and wrong,
# and then rebuild it without Keras's layers, optimizers or `fit`, until nothing about it is
# magic.

# %% [markdown]
# ## The plan
#
# 1. The whole workflow, from images to a measured accuracy.
# 2. What the network was given: pixels and labels.
# 3. Baselines: is 98 % good, or would anything reach it?
# 4. Where the network fails.
# 5. The same network from scratch, with the gradients in JAX, TensorFlow and PyTorch.
# 6. Why the first scratch version falls far short, and what closes the gap.
#
# The numbers in the text come from the full profile: five epochs with Keras, then ten and three
# with our own loop. The quick profile trains one epoch each time, so its accuracies are lower. A
# GPU is welcome but changes little here: the network is small.
#
# ## 1. The whole workflow
#
# MNIST holds 70,000 grey pictures, 28 × 28 pixels each, of digits that employees of the American
# Census Bureau and high-school students wrote around 1990. The task is **classification**: one
# picture in, one of ten **classes** out. The correct class of a picture is its **label**.
#
# The cell prints which data this run has got. MNIST ships whole with the course, so it is the
# original in any case.

# %%
from dlcourse import datasets

mnist = datasets.load("mnist")
print(mnist.info)

# %% [markdown]
# 60,000 pictures are for training. The other 10,000 are the **test set**: the network never
# learns from them, so they show how it does on pictures it has not met.
#
# Here is the complete program. Read it once from top to bottom without stopping at every word;
# the table after it takes it apart. **Before you run it, guess:** out of 100 digits it has never
# seen, how many will it read correctly?

# %%
import keras
from keras.layers import Dense

x_train = mnist.x_train.reshape(60_000, 784).astype("float32") / 255
x_test = mnist.x_test.reshape(10_000, 784).astype("float32") / 255
y_train, y_test = mnist.y_train, mnist.y_test

network = keras.Sequential([Dense(512, activation="relu"), Dense(10, activation="softmax")])
network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
epochs, test = chapter.pick(quick=1, full=5), (x_test, y_test)
history = network.fit(
    x_train, y_train, epochs=epochs, batch_size=128, validation_data=test, verbose=2
)
test_loss, test_accuracy = network.evaluate(x_test, y_test, verbose=0)
train_accuracy = history.history["accuracy"][-1]
course.record(test_accuracy=test_accuracy, train_accuracy=train_accuracy)

# %% [markdown]
# The network reads {{test_accuracy:.1%}} of the unseen digits. Chollet's textbook reports 0.9785
# for the same settings. Your own number may differ by two or three thousandths: the weights start
# from random numbers, and each backend draws its own.
#
# Now compare the two recorded numbers. On pictures it was trained on, the network got
# {{train_accuracy:.3f}} in the last epoch, on new ones {{test_accuracy:.3f}}. So it errs about
# twice as often on new pictures as on known ones. This gap has a name, **overfitting**: part of
# what the network learned is true of these 60,000 pictures only.
#
# | line | what it does |
# | --- | --- |
# | `load` | gives the pictures as arrays of whole numbers from 0 to 255 |
# | `reshape` | lays the 28 rows of a picture end to end: one row of 784 numbers |
# | `astype`, `/ 255` | scales the numbers to 0 … 1; training is steadier with small inputs |
# | `Sequential` | builds the network: layers that pass their output to the next |
# | `compile` | chooses the loss (what to make small), the optimizer (how) and what to report |
# | `fit` | trains, 128 pictures at a time; one pass over all of them is an **epoch** |
# | `evaluate` | measures loss and accuracy; the weights stay as they are |
# | `predict` (below) | gives the ten probabilities for each picture |
#
# What does training adjust? Every output of a `Dense` layer has one **weight** for each input,
# and one **bias**. With 784 inputs and 512 outputs, then 512 inputs and 10 outputs, work out
# how many numbers that makes, then run the cell.

# %% tags=["nbval-check-output"]
for layer in network.layers:
    print(f"{layer.count_params():>7,}  {layer.kernel.shape} + {layer.bias.shape}")
print(f"{network.count_params():>7,}  in all")

# %% [markdown]
# Nobody chose these 407,050 numbers. They began at random (the biases at zero), and `fit` moved
# each of them a little 2,345 times.
#
# Now ask the network about one picture, the first of the test set. The last layer gives ten
# numbers between 0 and 1 that sum to 1. We read them as probabilities, and the class with the
# largest is the answer.

# %%
from dlcourse import viz
from dlcourse.viz import digits

probabilities = network.predict(x_test, verbose=0)
figure = digits.prediction(mnist.x_test[0], probabilities[0], true=y_test[0])
viz.show(figure, alt="A handwritten 7; of ten bars, one a digit, the bar at 7 is almost 1.")
course.record(first_digit_probability=probabilities[0, 7])

# %% [markdown]
# The network gives this 7 a probability of {{first_digit_probability:.4f}}. That is what it
# *says*; section 4 shows that it can be nearly as sure and wrong.
#
# ## 2. What the network was given
#
# Look at the data before you trust a model of it. How many pictures, of which shape, with which
# values? How much of a picture is blank paper? And are all ten digits equally frequent? If nine
# of ten pictures were a 1, then "always 1" would be right nine times out of ten.

# %% tags=["nbval-check-output"]
import numpy as np

print("images", mnist.x_train.shape, mnist.x_train.dtype)
print("pixels", mnist.x_train.min(), "to", mnist.x_train.max())
print(f"blank  {(mnist.x_train == 0).mean():.0%} of all pixels")
print("labels", mnist.y_train.shape, mnist.y_train.dtype)
print("of each digit", np.bincount(y_train))

# %%
from dlcourse.viz import images

figure = images.grid(mnist.x_train[:20], titles=y_train[:20].tolist())
viz.show(figure, alt="The first twenty training digits with their labels: 5, 0, 4, 1, 9, 2, …")

# %% [markdown]
# That is what *you* see. The network sees a row of 784 numbers and is not told which pixels are
# neighbours. If you shuffled the pixels of all pictures in the same way, you could not read a
# single digit any more, while the network would learn just as well. (Convolutional networks,
# later in the course, do use the neighbourhood, and do better.)
#
# ### Labels: a number, or ten numbers
#
# The label 4 is a name, not a quantity: a 4 is not twice a 2. A network with ten outputs is
# compared with ten numbers, all 0 but the one at position 4, which is 1. This is the
# **one-hot** form of the label. Which loss do we want? If the network gives the true class the
# probability $p$, the **cross-entropy** is $-\ln p$: 0 when it is sure and right, large when it
# thought the truth unlikely.
#
# *Categorical* cross-entropy takes one-hot labels, *sparse categorical* takes the plain number.
# Below, a network gives the true class, 4, a probability of 0.6. How many numbers has the one-hot
# label, where is its 1, and will the two losses differ?

# %% tags=["nbval-check-output"]
from dlcourse import ops

one_hot = ops.get("numpy").one_hot([4], num_classes=10)
guess = np.full((1, 10), 0.4 / 9)
guess[0, 4] = 0.6
print("one-hot", one_hot[0], "has", one_hot.size, "numbers")
print("one-hot label", ops.get("numpy").categorical_crossentropy(one_hot, guess).round(4))
print("plain number ", ops.get("numpy").sparse_categorical_crossentropy([4], guess).round(4))
print("-ln 0.6      ", -np.log([0.6]).round(4))

# %% [markdown]
# Positions count from 0, so the 1 stands in the fifth place. And the loss is the same, from one
# number a label instead of ten: that is all that "sparse" means.
#
# ## 3. Baselines: what is 98 % worth?
#
# An accuracy means something only beside what simpler rules reach. First, the simplest rule of
# all: always answer with the most frequent digit of the training set.

# %% tags=["nbval-check-output"]
most_frequent = np.bincount(y_train).argmax()
majority_accuracy = (y_test == most_frequent).mean()
print(f"always {most_frequent}: {majority_accuracy:.4f}")

# %% [markdown]
# Second, a rule without any training loop. Average all training pictures of each digit. For a
# new picture, answer with the digit whose average is nearest, which means: with the smallest sum
# of squared differences between pixels, $|x - m|^2 = |x|^2 - 2\,x \cdot m + |m|^2$. The term
# $|x|^2$ is the same for all ten averages, so we leave it out, and one matrix product gives
# the rest for all pictures at once.

# %%
means = np.stack([x_train[y_train == digit].mean(axis=0) for digit in range(10)])
distances = (means**2).sum(axis=1) - 2 * x_test @ means.T
nearest_mean_accuracy = (distances.argmin(axis=1) == y_test).mean()
course.record(nearest_mean_accuracy=nearest_mean_accuracy)
figure = images.grid(means.reshape(10, 28, 28), titles=range(10))
viz.show(figure, alt="The average picture of each digit: blurred, yet easy to read.")

# %% [markdown]
# Third, our network without its middle layer: one `Dense(10)`, known to statisticians as
# multinomial logistic regression. It has only 7,850 numbers to learn, and a third of the pictures
# is enough for that.

# %%
linear = keras.Sequential([Dense(10, activation="softmax")])
linear.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
epochs = chapter.pick(quick=2, full=6)
linear.fit(x_train[:20_000], y_train[:20_000], batch_size=128, epochs=epochs, verbose=0)
linear_accuracy = linear.evaluate(x_test, y_test, verbose=0)[1]
course.record(linear_accuracy=linear_accuracy)

# %% [markdown]
# Averages alone read {{nearest_mean_accuracy:.0%}}, so 80 % on MNIST is no achievement. One layer
# reads {{linear_accuracy:.1%}}. The hidden layer brings the rest. Count errors rather than
# successes, and the step shows its true size: from about one digit in eleven misread to one in
# fifty.
#
# ## 4. Where the network fails
#
# ### While it learned
#
# `fit` kept the loss and accuracy of each epoch. We gave it the test set as `validation_data`,
# so it measured that too, after each epoch, without learning from it. We only *watch* this curve.
# Had we used it to decide anything, such as when to stop, the test set would no longer be an
# honest exam. From the next chapter on, a separate validation set serves for decisions.

# %%
from dlcourse.viz import training

figure = training.learning_curves(history.history, validation="test")
viz.show(figure, alt="Training goes on improving while the test set levels off, epoch by epoch.")

# %% [markdown]
# Training goes on improving to the end, while the test curve flattens: the two part company.
# (Lecture notes on the same network list training accuracies of 0.924 after the first epoch and
# 0.989 after the fifth; compare your log.) At the first epoch the test set even looks better.
# That is an artefact: the training numbers are averages *over* an epoch, in which the network
# was still improving, and the test numbers are taken at its end.
#
# ### Which digits it confuses
#
# A **confusion matrix** counts, for each true digit (row), what it was read as (column).
# **Before you look:** which two digits would you expect to be mixed up most?

# %%
predicted = probabilities.argmax(axis=1)
confusion = np.zeros((10, 10), dtype=int)
np.add.at(confusion, (y_test, predicted), 1)
figure = training.confusion_matrix(confusion)
viz.show(figure, alt="Ten by ten counts: nearly all on the diagonal, a few mistakes stand out.")

wrong = confusion * (1 - np.eye(10, dtype=int))
for place in wrong.ravel().argsort()[::-1][:5]:
    true, read = divmod(int(place), 10)
    print(f"{true} read as {read}: {wrong[true, read]} times")
course.record(mistakes=wrong.sum())

# %% [markdown]
# {{mistakes:.0f}} of 10,000 digits are misread. Look at the pairs at the top of the list. Often
# one stroke separates them: close the top of a 4 and it is a 9, open a loop of an 8 and it is
# a 3. Which pairs lead the list changes with the random start.
#
# Per digit, the diagonal divided by the sum of its row says how often that digit is read
# correctly. Mind the axis: it starts at 0.85.

# %%
per_digit = confusion.diagonal() / confusion.sum(axis=1)
lowest = [per_digit.argmin()]
figure = training.bars(dict(enumerate(per_digit)), "share read correctly", lowest, limits=(0.85, 1))
viz.show(figure, alt="A bar for each digit on an axis from 0.85 to 1; the lowest is highlighted.")
course.record(worst_digit_accuracy=per_digit.min())

# %% [markdown]
# An average hides such differences: {{test_accuracy:.1%}} overall, but
# {{worst_digit_accuracy:.1%}} for the digit that it reads worst.
#
# ### Sure, and wrong
#
# Finally the mistakes themselves, those that the network was surest of first. Would *you* have
# read them correctly?

# %%
misread = np.flatnonzero(predicted != y_test)
confidence = probabilities.max(axis=1)
surest = misread[confidence[misread].argsort()[::-1][:12]]
figure = digits.mistakes(
    mnist.x_test[surest], y_test[surest], predicted[surest], confidence[surest]
)
viz.show(figure, alt="Twelve misread digits, each with its label, the answer and how sure it was.")

# %% [markdown]
# Some are hard for anyone, one or two labels look doubtful, and some are plain to read. In each
# case the network was almost certain. So a softmax probability need not be the chance of being
# right: on pictures that it has learned by heart, the loss rewards ever more certainty, and the
# network takes that certainty along to pictures that it has never seen.
#
# One number is enough to make a network less sure. Divide the *logits*, which go into the softmax,
# by a **temperature** $T$: $\text{softmax}(z / T)$. The logarithms of the probabilities serve as
# logits here, since softmax does not mind if all are shifted alike. Run the cell and move the
# slider: which temperature would you trust for this picture, and does the answer itself ever
# change?

# %%
from dlcourse.viz.explore import explore

logits = np.log(probabilities[surest[0]] + 1e-30)


def softened(temperature=1.0):
    chances = ops.get("numpy").softmax(logits / temperature)
    figure = digits.prediction(mnist.x_test[surest[0]], chances, y_test[surest[0]])
    alt = f"At temperature {temperature}, the misread digit's largest probability is "
    return (
        figure,
        alt + f"{chances.max():.2f}, and its true class has {chances[y_test[surest[0]]]:.3f}.",
    )


explore(softened, temperature=[0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0])

# %% [markdown]
# A high temperature makes all classes alike, a low one leaves only the largest. The order never
# changes, so neither does the accuracy. That is how a network's certainty can be mended after
# training: choose the temperature whose probabilities fit a validation set best. (Programs that
# write text draw the next word with such a knob.)
#
# ## 5. The same from scratch
#
# You have used a network; now build one. We need four things: layers, batches, a loss with its
# gradient, and a loop. For array operations we take `ops`, the course's ladder: `ops.get("jax")`,
# `ops.get("torch")` and the others offer the same functions, so that one piece of code runs on
# each.
#
# ### Layers
#
# A dense layer is a formula, $\text{activation}(x W + b)$. Its numbers, the **kernel** $W$ and
# the bias $b$, live outside of it and are handed in at each call. That looks roundabout,
# but gradients are taken *with respect to the weights*, and in JAX this means: with respect to
# the arguments of a function. The bias starts at zero, the kernel at small random numbers. (Why not
# zero as well? Section 6 tries it.)
#
# A network is then a list of layers. Each takes its two arrays from the list of all weights, and
# passes its output to the next.


# %%
class NaiveDense:
    def __init__(self, inputs, units, activation):
        self.shape, self.activation = (inputs, units), activation

    def initial_weights(self, library, rng):
        kernel = rng.uniform(-0.05, 0.05, self.shape).astype("float32")
        bias = np.zeros(self.shape[1], "float32")
        return [library.reshape(w, w.shape) for w in (kernel, bias)]  # now the library's arrays

    def __call__(self, x, kernel, bias, library):
        return library.dense(x, kernel, bias, activation=self.activation)


# %%
class NaiveSequential:
    def __init__(self, layers):
        self.layers = layers

    def initial_weights(self, library, rng):
        return [w for layer in self.layers for w in layer.initial_weights(library, rng)]

    def __call__(self, x, weights, library):
        for i, layer in enumerate(self.layers):
            kernel, bias = weights[2 * i : 2 * i + 2]
            x = layer(x, kernel, bias, library)
        return x


# %% tags=["nbval-check-output"]
model = NaiveSequential([NaiveDense(784, 512, "relu"), NaiveDense(512, 10, "softmax")])
numpy_weights = model.initial_weights(ops.get("numpy"), np.random.default_rng(seed))
print([w.shape for w in numpy_weights])
print(f"{sum(w.size for w in numpy_weights):,} numbers")

# %% [markdown]
# Four arrays, and the 407,050 numbers again.
#
# ### Batches
#
# `fit` does not look at all 60,000 pictures before each adjustment, but at a **batch** of 128. It
# shuffles the pictures anew in each epoch, and so do we. 60,000 is not a multiple of 128: how
# many batches make an epoch, and how many pictures are in the last?

# %%
import math


class BatchGenerator:
    def __init__(self, x, y, batch_size=128):
        self.x, self.y, self.batch_size = x, y, batch_size
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        return math.ceil(len(self.x) / self.batch_size)

    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            yield self.x[chosen], self.y[chosen]


# %% tags=["nbval-check-output"]
y_one_hot = ops.get("numpy").one_hot(y_train, num_classes=10)
batches = BatchGenerator(x_train, y_one_hot)
sizes = [len(y) for x, y in batches]
assert len(sizes) == len(batches) == 469
print(f"{len(sizes)} batches; the last has {sizes[-1]} pictures, the others {sizes[0]}")
print(f"{5 * len(batches):,} updates in 5 epochs")

# %% [markdown]
# Rounding *up* matters: `60_000 // 128` is 468, and the last 96 pictures would never be seen.
#
# ### Loss and gradient
#
# The loss of a batch is the **mean** of the losses of its pictures. Why not the sum? With the sum,
# twice the batch size would make gradients twice as long, and every learning rate would have to
# be chosen anew; with the mean, the last batch of 96 counts like the others.


# %%
def mean_loss(weights, x, y, library):
    return library.mean(library.categorical_crossentropy(y, model(x, weights, library)))


# %% [markdown]
# Now the heart of it: the gradient of this loss with respect to each of the four arrays. Each
# framework finds it in its own way. Read the three side by side:
#
# - **JAX** turns the function `mean_loss` into another one, which returns the loss and its gradient
#   with respect to the first argument. `jit` compiles it.
# - **TensorFlow** records the operations on a tape while they run, then goes through the tape
#   backwards. `tf.function` compiles.
# - **PyTorch** marks the arrays whose gradient is wanted, and each result remembers how it was
#   made. `detach` starts afresh, so that one step does not remember the step before.
#
# Each of the functions below gives back what computes the gradients, and the framework's way to
# compile something (PyTorch here goes without).


# %%
def with_jax():
    import jax

    @jax.jit
    def gradients_of(weights, x, y):
        return jax.value_and_grad(mean_loss)(weights, x, y, ops.get("jax"))

    return gradients_of, jax.jit


# %%
def with_tensorflow():
    import tensorflow as tf

    @tf.function
    def gradients_of(weights, x, y):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = mean_loss(weights, x, y, ops.get("tensorflow"))
        return loss, tape.gradient(loss, weights)

    return gradients_of, tf.function


# %%
def with_torch():
    import torch

    def gradients_of(weights, x, y):
        weights = [w.detach().requires_grad_() for w in weights]
        loss = mean_loss(weights, x, y, ops.get("torch"))
        return loss.detach(), torch.autograd.grad(loss, weights)

    return gradients_of, lambda update: update


# %% [markdown]
# The gradient says which way the loss *rises*. **Stochastic gradient descent** (SGD) takes a
# small step the other way: $w \leftarrow w - \text{learning rate} \cdot \text{gradient}$. The
# line is the same in every framework.


# %%
class SGD:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def __call__(self, weights, gradients):
        return [w - self.learning_rate * g for w, g in zip(weights, gradients, strict=True)]


# %% [markdown]
# From here on we use the backend that this notebook runs on. Is a step of ours what Keras does in
# `fit`? Let both take one, from the same weights, on the same batch, and compare the loss and all
# 407,050 new weights.

# %%
library = ops.get(backend)
with_backend = {"jax": with_jax, "tensorflow": with_tensorflow, "torch": with_torch}[backend]
gradients_of, compiled = with_backend()

start = model.initial_weights(library, np.random.default_rng(seed))
x, y = x_train[:128], y_one_hot[:128]
loss, gradients = gradients_of(start, x, y)
stepped = [ops.to_numpy(w) for w in SGD(0.1)(start, gradients)]

# %%
twin = keras.Sequential([Dense(512, activation="relu"), Dense(10, activation="softmax")])
twin.build((None, 784))
twin.set_weights(numpy_weights)
twin.compile(optimizer=keras.optimizers.SGD(0.1), loss="categorical_crossentropy")
keras_loss = twin.train_on_batch(x, y, return_dict=True)["loss"]

# %% tags=["nbval-check-output"]
moved = [np.abs(w - old).max() for w, old in zip(stepped, numpy_weights, strict=True)]
apart = [np.abs(w - k).max() for w, k in zip(stepped, twin.get_weights(), strict=True)]
print("all four arrays moved:       ", min(moved) > 1e-4)
print("same new weights as Keras:   ", max(apart) < 1e-5)
print("same loss as Keras:          ", abs(float(loss) - float(keras_loss)) < 1e-5)
print(f"loss before the step:         {float(loss):.4f}")
print("last biases after the step:  ", (1000 * stepped[3]).round(2))

# %% [markdown]
# The last two lines print numbers, not only "True", for a reason: this notebook is run on JAX, on
# TensorFlow and on PyTorch before it is published, and on each the printed digits must be these.
#
# So `fit` holds no secret. Each of its steps is this: loss of a batch, gradient, a small move.
#
# ### The loop
#
# One epoch is one pass over the batches. (The losses are read only at its end: to read one at
# once, a framework would have to finish that step before it may begin the next.)


# %%
def training_step(optimizer):
    def step(weights, x, y):
        loss, gradients = gradients_of(weights, x, y)
        return optimizer(weights, gradients), loss

    return step


def one_pass(weights, step, batches):
    losses = []
    for x, y in batches:
        weights, loss = step(weights, x, y)
        losses.append(loss)
    return weights, [float(loss) for loss in losses]


# %% [markdown]
# `fit` repeats that, and measures the accuracy on the test set after each epoch.


# %%
def accuracy(weights):
    answers = ops.to_numpy(model(x_test, weights, library)).argmax(axis=1)
    return float((answers == y_test).mean())


def fit(weights, step, epochs):
    for epoch in range(epochs):
        weights, losses = one_pass(weights, step, batches)
        loss, read = np.mean(losses), accuracy(weights)
        print(f"epoch {epoch + 1:>2} · loss {loss:.3f} · test accuracy {read:.3f}")
    return weights


# %% [markdown]
# Train it with a learning rate of 0.001, the number that Adam used above. Ten epochs this time,
# twice as many as Keras had, and the whole step compiled. **Guess the accuracy before you run it.**

# %%
import time

began = time.perf_counter()
step = compiled(training_step(SGD(0.001)))
slow = fit(start, step, epochs=chapter.pick(quick=1, full=10))
print(f"{time.perf_counter() - began:.0f} seconds on {backend}")

before, after = ops.to_numpy(start[0]), ops.to_numpy(slow[0])
relative_move = np.abs(after - before).mean() / np.abs(before).mean()
course.record(scratch_sgd_accuracy=accuracy(slow), relative_move=relative_move)

# %% [markdown]
# ## 6. Closing the gap
#
# {{scratch_sgd_accuracy:.2f}}, hardly better than the averages of section 3. The textbook's
# from-scratch network ends at 0.83, too. It is the same architecture as in section 1, with the
# same loss and twice the epochs. What is missing?
#
# Look at the log: the loss was still falling steadily when we stopped. The network is not stuck,
# it is slow. The second recorded number says how far a weight of the first layer has travelled,
# on average, relative to its size: {{relative_move:.0%}}. That layer is still close to the random
# numbers it began with. The obvious remedy is a longer step.
#
# There are two more suspects. One is the **optimizer**. Adam keeps running means of each weight's
# gradient and of its square, and divides the first by the root of the second, so that weights with
# small gradients move as well.


# %%
class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999):
        self.learning_rate, self.beta_1, self.beta_2 = learning_rate, beta_1, beta_2
        self.step, self.means, self.squares = 0, None, None

    def __call__(self, weights, gradients):
        if self.step == 0:
            self.means = self.squares = [0 * g for g in gradients]
        self.step += 1
        self.means = self.blend(self.means, gradients, self.beta_1)
        self.squares = self.blend(self.squares, [g * g for g in gradients], self.beta_2)
        # Both means start at zero; this factor makes up for it in the first steps.
        warm_up = (1 - self.beta_2**self.step) ** 0.5 / (1 - self.beta_1**self.step)
        rate = self.learning_rate * warm_up
        pairs = zip(weights, self.means, self.squares, strict=True)
        return [w - rate * mean / (square**0.5 + 1e-7) for w, mean, square in pairs]

    def blend(self, old, new, beta):
        return [beta * a + (1 - beta) * b for a, b in zip(old, new, strict=True)]


# %% [markdown]
# The other is the **start**. We drew both kernels from ±0.05. The rule of Glorot and Bengio,
# Keras's default, fits the range to the layer:
# $\pm\sqrt{6 / (\text{inputs} + \text{outputs})}$. And as a warning, we also start from nothing
# but zeros. What will that do?
#
# We give each of them the first part of an epoch, with the same batches. **Before you run it**, put
# the seven in the order that you expect.


# %%
def stretched(w):
    return w * (math.sqrt(6 / sum(w.shape)) / 0.05) if len(w.shape) == 2 else w


glorot, zeros = [stretched(w) for w in start], [0 * w for w in start]
trials = {
    "SGD 0.001": (SGD(0.001), start),
    "SGD 0.001, Glorot": (SGD(0.001), glorot),
    "SGD 0.01": (SGD(0.01), start),
    "SGD 0.1": (SGD(0.1), start),
    "SGD 0.1, zeros": (SGD(0.1), zeros),
    "SGD 0.5": (SGD(0.5), start),
    "Adam 0.001": (Adam(0.001), start),
}

# %%
from itertools import islice

updates = chapter.pick(quick=40, full=80)
curves, reached = {}, {}
for name, (optimizer, weights) in trials.items():
    same_batches = islice(BatchGenerator(x_train, y_one_hot), updates)
    weights, curves[name] = one_pass(weights, training_step(optimizer), same_batches)
    reached[name] = accuracy(weights)
    print(f"{name:<18} loss {np.mean(curves[name][-20:]):.3f} · accuracy {reached[name]:.3f}")

figure = training.losses(curves, smooth=20)
viz.show(figure, alt="Loss after each update: SGD 0.5 and Adam fall fast, zeros stay on top.")
course.record(zeros_accuracy=reached["SGD 0.1, zeros"], early_accuracy=reached["SGD 0.5"])

# %% [markdown]
# - **Learning rate.** With each larger rate the loss falls faster. 80 updates at 0.5 reach an
#   accuracy of {{early_accuracy:.2f}}; 4,690 at 0.001 reached {{scratch_sgd_accuracy:.2f}}.
# - **Optimizer.** Adam at 0.001 keeps up with SGD at 0.5. A learning rate means nothing apart from
#   its optimizer: reusing Adam's number for SGD was the mistake.
# - **Start.** Glorot's helps a little. Zeros are fatal. All hidden units give 0, so the last kernel
#   gets no gradient; that kernel is 0, so none passes through it to the first layer. Only the last
#   biases learn, and {{zeros_accuracy:.4f}} is "always 1" again.
#
# Which run should we continue? Choosing by test accuracy would be peeking, so we look at the
# *training* loss. SGD at 0.5 and Adam are close. We take SGD, where nothing but the learning rate
# differs from the run that failed, and train it for two epochs.

# %%
step = compiled(training_step(SGD(0.5)))
tuned = fit(start, step, epochs=chapter.pick(quick=1, full=2))
keras_then = history.history["val_accuracy"][chapter.pick(quick=0, full=1)]
course.record(scratch_tuned_accuracy=accuracy(tuned), keras_accuracy_then=keras_then)

results = {
    "always 1": majority_accuracy,
    "nearest average": nearest_mean_accuracy,
    "one layer": linear_accuracy,
    "scratch, SGD 0.001": accuracy(slow),
    "scratch, SGD 0.5": accuracy(tuned),
    "Keras, Adam": test_accuracy,
}
ours = [name for name in results if name.startswith("scratch")]
figure = training.bars(results, "share of test digits read correctly", highlight=ours)
viz.show(figure, alt="Six bars: the scratch network with SGD 0.5 comes close to Keras's.")

# %% [markdown]
# After two epochs, {{scratch_tuned_accuracy:.3f}} from code that you can read in five minutes;
# Keras with Adam had {{keras_accuracy_then:.3f}} after as many. Nothing was wrong with the network
# that stopped at {{scratch_sgd_accuracy:.2f}}: it lacked a learning rate that fits. When a network
# disappoints, look at that first.

# %% [markdown]
# ## What you learned
#
# - The workflow: load, reshape, scale, build, compile, fit, evaluate, predict.
# - A `Dense` layer from 784 to 512 has 784 × 512 + 512 = 401,920 numbers to learn; with the 5,130
#   of the second they are 407,050.
# - An accuracy needs baselines beside it, and a test set that no decision has touched.
# - The gap between training and test accuracy is overfitting.
# - Sparse and one-hot labels give the same loss. A high probability is no promise.
# - `fit` is a loop over batches: mean loss, gradient, small step. JAX differentiates a function,
#   TensorFlow plays back a tape, PyTorch follows what each result remembers; the numbers
#   are the same.
# - Learning rate, optimizer and start decide how fast the loop gets anywhere.
#
# ## Practise
#
# 1. How many updates make 10 epochs with batches of 256? Predict, then ask
#    `len(BatchGenerator(x_train, y_one_hot, 256))`.
# 2. Shuffle the 784 pixels of all pictures with one `np.random.permutation(784)` and train again.
#    Was section 2 right?
# 3. Train with 32 and with 2,048 hidden units. What happens to the gap between training and test
#    accuracy?
# 4. Change `mean_loss` to the sum, and find a learning rate that works again. By which factor did
#    it change, and why?
# 5. Try SGD at 2.0. Describe the loss curve. What do you conclude about the largest usable rate?
# 6. Write an `SGD` with momentum, after Adam's pattern. Does it make 0.01 usable?
