# %% [markdown]
# # What a ConvNet sees
#
# A trained ConvNet answers, and does not say why. But nothing in it is hidden: every filter, every
# intermediate result and every gradient is an array that you can look at. In this chapter you take
# a network apart while it reads digits. You will see what its filters look for, which parts of a
# picture speak for an answer, and where its mistakes lie. You will also see how easily such
# pictures mislead, and how to test them before you believe them.

# %% [markdown]
# ## The plan
#
# 1. A small ConvNet to look into.
# 2. From the inside: filters, and what every layer makes of a digit.
# 3. What a channel likes: the test digits that excite it most, and a picture made for it.
# 4. What an answer rests on: gradients, covering parts of the picture, class maps.
# 5. Can such maps be trusted? Two tests.
# 6. The last layer in two dimensions, and how little it takes to fool the network.
#
# All of it is done on MNIST, where you can judge each picture yourself. On photographs the methods
# are the same. Numbers in the text come from the full profile; the quick one trains on fewer
# digits, for fewer steps.
#
# ## 1. A network to look into
#
# MNIST ships whole with the course. We train on part of it: the network need not be the best.

# %%
from dlcourse import datasets

mnist = datasets.load("mnist")
count = chapter.pick(quick=10_000, full=30_000)
x_train = mnist.x_train[:count, :, :, None].astype("float32") / 255
x_test = mnist.x_test[:, :, :, None].astype("float32") / 255
y_train, y_test = mnist.y_train[:count], mnist.y_test
print(mnist.info)
print(f"we train on {len(x_train):,} digits and test on {len(x_test):,}")

# %% [markdown]
# The network is a small relative of the one in Chollet's textbook: three convolutions, two max
# poolings, then the average of each channel and one dense layer. Three details serve this chapter.
# Every layer has a **name**, by which we find it again. The activations are layers of their own, so
# that we can look before and behind a ReLU. And the last layer gives **scores** without softmax:
# a probability close to 1 hardly moves any more, whatever happens to the picture; a score does.

# %%
import keras
from keras import layers


def convnet():
    start = {"kernel_initializer": "he_uniform"}
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, name="conv1", **start)(inputs)
    x = layers.ReLU(name="relu1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(32, 3, name="conv2", **start)(x)
    x = layers.ReLU(name="relu2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Conv2D(64, 3, padding="same", name="conv3", **start)(x)
    x = layers.ReLU(name="relu3")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, layers.Dense(10, name="scores")(x))


# %% [markdown]
# How many numbers does it learn? **Guess first:** more or fewer than the 407,050 of the dense
# network of chapter 3?

# %% tags=["nbval-check-output"]
model = convnet()
for layer in model.layers[1:]:
    print(f"{layer.name:<8} {layer.output.shape[1:]!s:<13} {layer.count_params():>6,} numbers")
print(f"{model.count_params():,} in all")

# %% [markdown]
# A twentieth. Training: the learning rate of Adam first rises, then falls along a cosine to zero.
# Networks that end in an average learn slowly at the usual 0.001; the schedule lets us use
# fifteen times that.

# %%
steps = 2 * -(-len(x_train) // 64)  # two epochs, rounded up to whole batches
rate = keras.optimizers.schedules.CosineDecay(
    0.001, decay_steps=steps - steps // 10, warmup_target=0.015, warmup_steps=steps // 10
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
log = model.fit(x_train, y_train, batch_size=64, epochs=2, verbose=2)

# %% [markdown]
# For everything that follows we want three things of each test digit: the **maps** of the last
# convolution (64 channels of 5 × 5), their averages, which we call its **features**, and the ten
# scores. A second model gives all three at once. It shares its layers, and so its weights, with the
# first: nothing is trained again, nothing is copied.

# %%
import numpy as np


def outputs(network, *names):
    found = [network.get_layer(name).output for name in names]
    return keras.Model(network.inputs[0], found if len(found) > 1 else found[0])


last_layers = outputs(model, "relu3", "average", "scores")
maps, features, scores = last_layers.predict(x_test, batch_size=500, verbose=0)
read = scores.argmax(axis=1)
wrong = np.flatnonzero(read != y_test)
course.record(test_accuracy=(read == y_test).mean(), mistakes=len(wrong))

# %% [markdown]
# {{test_accuracy:.1%}} of the test digits are read correctly, {{mistakes:.0f}} are not: good
# enough to be worth looking into, and with enough mistakes to ask about. (The textbook's network,
# seventeen times as large and trained on all 60,000 digits for five epochs, reaches 0.991.)
#
# ## 2. From the inside
#
# ### The filters of the first layer
#
# Each of its eight filters is nine weights: small enough to draw. Blue weights count ink in favour,
# orange ones count it against. The bias is added, and the ReLU lets only positive sums through.
# **Look at them for a minute before you read on:** what kind of ink would make each of them large?

# %%
from dlcourse import ops, viz
from dlcourse.viz import features as drawing
from dlcourse.viz import images

kernel = ops.to_numpy(model.get_layer("conv1").kernel)[:, :, 0]
figure = drawing.filters(kernel)
viz.show(figure, alt="Eight filters of 3 × 3 weights; most have blue on one side, orange opposite.")

# %% [markdown]
# Of all 3 × 3 patches of black and white pixels, which one does a filter respond to most? There are
# only $2^9 = 512$, so we can try each of them.

# %%
from itertools import product

patches = np.array(list(product([0, 1], repeat=9)))
responses = patches @ kernel.reshape(9, 8)
best = patches[responses.argmax(axis=0)].reshape(8, 3, 3)
figure = images.grid(best, titles=range(8))
viz.show(figure, alt="The black-and-white patch that each of the eight filters likes best.")

# %% tags=["nbval-check-output"]
positive = (kernel > 0).transpose(2, 0, 1)
print(f"{len(patches)} patches tried for each of {len(best)} filters")
print("the best is ink exactly where the weight is positive, the same for all:", end=" ")
print(np.array_equal(best, positive))

# %% [markdown]
# No search was needed: a sum is largest where all its positive terms are in and all negative ones
# out. **A filter is a picture of what it looks for.** A filter with blue on one side and orange on
# the other looks for an *edge*, with ink on its blue side. How much does it mind when there is ink
# everywhere, on the orange side as well? Compare the response to nine black pixels with the best.

# %%
solid = kernel.sum(axis=(0, 1)) / responses.max(axis=0)
print("solid ink, relative to the best patch:", solid.round(2))
course.record(edge_filters=(solid < 0.5).sum())

# %% [markdown]
# {{edge_filters:.0f}} of the eight give solid ink less than half of what they give their best
# patch, or even a negative number: these react to a *change* from ink to paper, in their own
# direction. (Which directions, and how many, changes with the random start.)
#
# ### What every layer makes of a digit
#
# A filter of the second layer has weights for eight channels, and can no longer be drawn as a
# picture of ink. But we can watch what comes out. The textbook does this for a photograph of a cat,
# with a model that has nine outputs, one for each layer of its network. Ours has five, and then the
# averages and scores that we have already.

# %%
names = ["relu1", "pool1", "relu2", "pool2", "relu3"]
some = x_test[:500]
inside = dict(
    zip(names, outputs(model, *names).predict(some, batch_size=500, verbose=0), strict=True)
)
figure = drawing.channels({name: inside[name][0] for name in ("relu1", "relu2", "relu3")})
viz.show(figure, alt="A 7 in 8, 32 and 64 channels: edges first, then parts, then coarse spots.")

# %% [markdown]
# Read the blocks from top to bottom. In the first, every channel still shows the 7, as seen by one
# filter: this one its upper edges, that one its right ones. In the second, channels pick out
# strokes of one direction, or places where strokes end or meet. In the last, a few coarse spots are
# left. You could not read the 7 from them. The network can: what it needed to know about *shape* is
# now in the question *which* channels are on, while *where* has become coarse, 26 × 26 places, then
# 11 × 11, then 5 × 5.
#
# Many channels stay empty. The textbook reports that activations get sparser with depth, as ever
# more special filters find nothing of what they look for. Is it so here? We count the zeros over
# 500 digits, and to have something to compare with, do the same for a network of the same kind
# with fresh random weights. One trap: most of a picture is blank paper, and there the bias alone
# decides between zero and not. So we count only places that see at least a trace of ink. A unit of
# the first layer sees 3 × 3 pixels, one of the second 8 × 8 in steps of two: max pooling with
# windows of these sizes finds out which places these are. In the third layer, all of them see ink.

# %%
fresh = convnet()
relus = ["relu1", "relu2", "relu3"]
untrained = outputs(fresh, *relus).predict(some, batch_size=500, verbose=0)
untrained = dict(zip(relus, untrained, strict=True))
pool = ops.get("numpy").max_pool2d
sees_ink = {"relu1": pool(some, 3, 1), "relu2": pool(some, 8, 2), "relu3": np.ones((500, 5, 5, 1))}
zeros = {}
for name, ink in sees_ink.items():
    place = ink[..., 0] > 0
    zeros[name], at_random = ((x[name][place] == 0).mean() for x in (inside, untrained))
    print(f"{name}: {zeros[name]:.0%} zeros, untrained {at_random:.0%}")
course.record(zeros_1=zeros["relu1"], zeros_2=zeros["relu2"], zeros_3=zeros["relu3"])
course.record(zeros_3_untrained=at_random)

# %% [markdown]
# {{zeros_1:.0%}}, {{zeros_2:.0%}}, {{zeros_3:.0%}}: so it is here, too, and it is learned. In the
# untrained network about half are zero ({{zeros_3_untrained:.0%}} in the third layer), since a
# random sum is as often negative as positive.
#
# ## 3. What a channel likes
#
# ### The digits that excite it
#
# A first answer: average each of the 64 features over all test digits of one class. In the table
# below, each column is a channel, each row a digit, and a column is divided by its largest number.
# If every channel stood for one digit, a column would have one dark box. **What do you expect?**

# %%
by_digit = np.stack([features[y_test == digit].mean(axis=0) for digit in range(10)])
alive = by_digit.max(axis=0) > 0
share = by_digit[:, alive] / by_digit[:, alive].max(axis=0)
figure = drawing.table(share, xlabel="channel", ylabel="digit")
viz.show(figure, alt="Ten digits by 64 channels: most channels are dark for two to five digits.")
course.record(digits_per_channel=(share > 0.5).sum(axis=0).mean(), silent=(~alive).sum())

# %% [markdown]
# On average {{digits_per_channel:.1f}} digits reach at least half of a channel's largest mean. So
# a channel is no "7 detector": it stands for something that several digits share, and only the ten
# sums of the last layer turn such parts into digits. ({{silent:.0f}} channels never say anything,
# and are left out.)
#
# Which parts? We take one of the more selective channels, the one with the largest peaks, and look
# for the eight test digits that excite it most, and for the place where they do.
#
# ### What one unit sees
#
# A unit of the last convolution looks at 3 × 3 places of a pooled map, each of which looked at …
# and so on down to the picture. Counting back through the layers gives 18 × 18 pixels: the unit in
# row $i$ sees rows $4i - 4$ to $4i + 13$. The middle one ($i = 2$) sees rows 4 to 21. This is its
# **receptive field**. We test the counting: replace all pixels outside it by noise, and then one
# row too many.

# %% tags=["nbval-check-output"]
conv3 = outputs(model, "conv3")
noise = np.random.default_rng(seed).random((50, 28, 28, 1), dtype="float32")
for first in (4, 5):
    picture = noise.copy()
    picture[:, first:22, 4:22] = x_test[0, first:22, 4:22]
    spread = np.ptp(ops.to_numpy(conv3(picture))[:, 2, 2], axis=0).max()
    print(f"digit from row {first} on: unit unchanged by 50 noises:", spread < 1e-4)

# %% [markdown]
# Now the channel's favourites, each with a frame around what the unit sees.

# %%
peaks = maps.max(axis=(1, 2))  # for each digit and channel, the largest of 25 places
selective = (by_digit > 0.5 * by_digit.max(axis=0)).sum(axis=0) <= 3  # at most three digits
channel = int((selective * peaks.max(axis=0)).argmax())
top = peaks[:, channel].argsort()[::-1][:8]
place = np.array([np.unravel_index(maps[i, :, :, channel].argmax(), (5, 5)) for i in top])
figure = drawing.framed(x_test[top, :, :, 0], 4 * place - 4, 18, titles=y_test[top])
viz.show(figure, alt="Eight digits with frames around strokes that look alike: one kind of part.")
print(f"channel {channel}, peaks from {peaks[top, channel].min():.1f} up")

# %% [markdown]
# Compare what lies inside the eight frames, not the digits as a whole. The same bend, end or
# crossing turns up each time, at about the same place of the frame. (A frame that reaches over the
# border stands for a unit that sees padding there.)
#
# ### A picture made for it
#
# The best of 10,000 digits need not be the best possible picture. Can we *make* a picture that
# excites a channel? Training changes the weights so that the loss falls. Turn it around: keep the
# weights, and change the **picture** so that the channel's value rises. For that we need the
# gradient of a value inside the network with respect to its **input**.
#
# `fit` is no help here: it takes gradients in the weights only. And Keras has no gradient of its
# own; each backend has its way. Here are the three, side by side. `function` takes a batch of
# pictures and gives one number for each.


# %%
def with_jax(function, x):
    import jax

    return jax.jit(jax.grad(lambda x: function(x).sum()))(x)


def with_tensorflow(function, x):
    import tensorflow as tf

    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = function(x)
    return tape.gradient(values, x)


def with_torch(function, x):
    import torch

    x = keras.ops.convert_to_tensor(x).clone().requires_grad_()
    return torch.autograd.grad(function(x).sum(), x)[0]


# %% [markdown]
# JAX derives a new function (and compiles it). TensorFlow has a tape that must be told to `watch`
# the picture, since by itself it watches only trainable weights. PyTorch marks the picture with
# `requires_grad_`. In all three, the *sum* over the batch does no harm: the number of one picture
# does not depend on the others, so each picture gets its own gradient.
#
# The course's `input_gradient` makes a gradient function of any of these kinds (and compiles it on
# JAX). One thing to mind: inside `function`, call the model as `model(x)`. `model.predict(x)` is
# made for many pictures: it cuts them into batches and returns a NumPy array, which has forgotten
# how it was computed.

# %% tags=["nbval-check-output"]
from dlcourse.ops.input_gradient import input_gradient


def score_of_four(x):
    return model(x)[:, 4]


spelled = {"jax": with_jax, "tensorflow": with_tensorflow, "torch": with_torch}[backend]
by_hand = ops.to_numpy(spelled(score_of_four, x_test[:10]))
by_helper = input_gradient(score_of_four)(x_test[:10])
print("gradient:", by_helper.shape, by_helper.dtype)
print("written out or by the helper, the same:", np.allclose(by_hand, by_helper, atol=1e-4))

# %% [markdown]
# Now **gradient ascent**. Start from grey noise, and take steps along the gradient of the middle
# unit of each channel. Only the 18 × 18 pixels that the unit sees will change. Three details:
#
# - Each gradient is divided by its length over *all* pixels of its picture, so that every step is
#   equally long. (Keras's `ops.normalize` would not do: by default it works along the last axis,
#   for each pixel on its own, and of a grey pixel only the sign would be left.)
# - We climb the value *before* the ReLU. A unit that the ReLU has switched off passes no gradient
#   back, and its picture would stay noise for ever.
# - After each step, values are cut to 0 … 1. There is no ink blacker than black.


# %%
def ascend(function, pictures, steps, length=1.0):
    gradient_of = input_gradient(function)
    for _ in range(steps):
        gradient = gradient_of(pictures)
        size = np.sqrt((gradient**2).sum(axis=(1, 2, 3), keepdims=True))
        pictures = np.clip(pictures + length * gradient / (size + 1e-8), 0, 1)
    return pictures


def grey_noise(count):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.4, 0.6, (count, 28, 28, 1)).astype("float32")


# %% [markdown]
# We do it for twelve channels at once: picture number $k$ climbs channel number $k$. Below each
# dream stand the three best real patches for the same unit. **Guess:** will the dreams look like
# the patches? And by how much will they beat them?

# %%
chosen = peaks.mean(axis=0).argsort()[::-1][:12]
pick = keras.ops.one_hot(chosen, 64)


def middle_units(x):
    return keras.ops.sum(conv3(x)[:, 2, 2] * pick, axis=-1)


dreams = ascend(middle_units, grey_noise(12), steps=40)

# %%
reached = ops.to_numpy(middle_units(dreams))
middle = maps[:, 2, 2][:, chosen]
ranked = middle.argsort(axis=0)[::-1]
rows = [dreams, *(x_test[ranked[place]] for place in range(3))]
figure = images.grid(np.concatenate(rows)[:, 4:22, 4:22, 0], columns=12)
viz.show(figure, alt="Twelve dreamed patches of high contrast, and below each three real patches.")
course.record(dream_gain=np.median(reached / middle.max(axis=0)))

# %% [markdown]
# You recognise the direction of the strokes, and where there should be *no* ink: the dreams put
# hard edges there. Half of the dreams reach more than {{dream_gain:.1f}} times what the best of
# 10,000 real digits reaches in that unit. The channel likes something that no one has ever
# written: it was trained to tell digits apart, not to describe them.
#
# The same climb works for the ten scores. What does the network think is the perfect 0, the perfect
# 1, …?

# %%
ten = keras.ops.eye(10)
perfect = ascend(lambda x: keras.ops.sum(model(x) * ten, axis=-1), grey_noise(10), steps=100)
sure = ops.to_numpy(keras.ops.softmax(model(perfect)))
figure = images.grid(perfect[..., 0], titles=range(10))
viz.show(figure, alt="Ten pictures of blots and stripes; hardly one resembles its digit.")
course.record(perfect_probability=sure.diagonal().mean())

# %% [markdown]
# None of these would pass for a digit, yet the network gives them the wanted class with a
# probability of {{perfect_probability:.2f}} on average. It has only ever seen digits, and was
# never asked whether something *is* one. Keep this in mind for the rest of the chapter: what makes
# a score large, and what a digit looks like, are two different things.
#
# ## 4. What an answer rests on
#
# So far we asked what a *part* of the network looks for. Now we take one digit and one answer:
# which pixels is it due to? Three ways to ask, each with its own weakness.
#
# ### Saliency: the gradient itself
#
# How much would the score of the answer change if a pixel got a little darker? The gradient says it
# for all pixels at once; as a picture it is called a **saliency map** (Simonyan and others, 2013).
# Multiplied by the picture, it keeps only the pixels that have ink: roughly, what each pixel
# contributes.

# %%
of_each = np.array([np.flatnonzero(y_test == digit)[0] for digit in range(10)])
shown = x_test[of_each]


def score_of(answers):
    wanted = keras.ops.one_hot(answers, 10)
    return lambda x: keras.ops.sum(model(x) * wanted, axis=-1)


gradient = input_gradient(score_of(read[of_each]))(shown)
saliency = {"gradient": gradient[..., 0], "gradient × ink": (gradient * shown)[..., 0]}
figure = drawing.maps(shown[..., 0], saliency, titles=[f"read as {r}" for r in read[of_each]])
viz.show(figure, alt="Saliency of ten digits: fine-grained, noisy spots on and beside the ink.")
ink = x_test[:500, ..., 0] > 0.5
size = np.abs(input_gradient(score_of(read[:500]))(x_test[:500])[..., 0])
course.record(saliency_on_ink=(size * ink).sum() / size.sum(), ink=ink.mean())

# %% [markdown]
# Blue pixels would raise the score if they got darker, orange ones would lower it. The maps are
# noisy, and only {{saliency_on_ink:.0%}} of the gradient lies on ink (which covers {{ink:.0%}} of a
# picture): where ink is *missing* matters at least as much. That is reasonable. What makes a 3 is
# also that its left side is open.
#
# ### Occlusion: cover a part and look again
#
# A gradient speaks of tiny changes. The opposite is to cover a whole piece of the picture and ask
# again (Zeiler and Fergus, 2014): if the probability of the answer drops, the piece was needed. We
# move a square of 6 × 6 pixels in steps of two and put all covered copies through one `predict`.


# %%
def occlude(network, pictures, answers, value, size=6):
    corners = range(0, 29 - size, 2)
    covered = np.tile(pictures[:, None, None], (1, len(corners), len(corners), 1, 1, 1))
    for i, row in enumerate(corners):
        for j, column in enumerate(corners):
            covered[:, i, j, row : row + size, column : column + size] = value
    scores = network.predict(covered.reshape(-1, 28, 28, 1), batch_size=480, verbose=0)
    p = ops.get("numpy").softmax(scores).reshape(*covered.shape[:3], 10)
    return p[np.arange(len(answers)), :, :, answers]


def to_pixels(coarse, step, first):
    """Place map cells of `step` pixels on the 28 × 28 of the picture, from pixel `first` on."""
    fine = np.kron(coarse, np.ones((1, step, step)))
    behind = 28 - first - fine.shape[1]
    return np.pad(fine, ((0, 0), (first, behind), (first, behind)))


# %% [markdown]
# Which colour should the square have? Half-way between paper and ink, grey looks neutral, and it is
# the usual choice for photographs. But on MNIST, grey is *ink*, if pale. So we try grey and white:
# one covers, the other erases. **Guess which of them does more harm.**

# %%
probability = ops.get("numpy").softmax(scores)
certain = probability[of_each, read[of_each]][:, None, None]
drop = {
    name: certain - occlude(model, shown, read[of_each], value)
    for name, value in (("grey", 0.5), ("white", 0.0))
}
figure = drawing.maps(shown[..., 0], {name: to_pixels(d, 2, 2) for name, d in drop.items()})
viz.show(figure, alt="Where a grey and where a white square lowers the probability of the answer.")
course.record(grey_drop=drop["grey"].mean(), white_drop=drop["white"].mean())
course.record(
    same_places=np.corrcoef(drop["grey"].ravel(), drop["white"].ravel())[0, 1],
    largest_drop=max(d.max() for d in drop.values()),
)

# %% [markdown]
# A single square can cost up to {{largest_drop:.2f}} of the probability. Averaged over all places,
# grey costs {{grey_drop:.3f}} and white {{white_drop:.3f}}, and the two kinds of map correlate by
# only {{same_places:.2f}}. White can do harm only where there is ink; grey can also add a stroke
# where there was none, and it is that stroke which the network reads. "Covered" is itself a
# picture. The map says what *this* cover does, which is not the same as what is important.
#
# ### Class maps and Grad-CAM
#
# The third way looks at the last maps instead of the pixels. How does the network get from its
# 64 maps $A_k$ of 5 × 5 places to the score of a class $c$? It averages each map, and adds the
# averages with the weights of the dense layer:
#
# $$s_c = b_c + \sum_k w_{kc} \frac{1}{25} \sum_{ij} A_{kij}
#      = b_c + \sum_{ij} \underbrace{\frac{1}{25} \sum_k w_{kc} A_{kij}}_{M_{cij}}$$
#
# All that happens is that two sums change places. But now the score is a sum over the *places* of
# the picture, and $M_c$ says how much each of them adds. It is the **class activation map** (Zhou
# and others, 2016), and for this network it is no heuristic: it is the score, taken apart. One
# matrix product gives it for all ten classes.

# %% tags=["nbval-check-output"]
weights, bias = (ops.to_numpy(w) for w in model.get_layer("scores").weights)
class_maps = maps @ weights / 25
again = class_maps.sum(axis=(1, 2)) + bias
print("class maps:", class_maps.shape)
print("sums and biases equal the scores:", np.allclose(again, scores, atol=1e-3))

# %% [markdown]
# Other networks have more layers after the last map, and no such formula. **Grad-CAM** (Selvaraju
# and others, 2017) takes the gradient of the score in the maps instead, and weighs each map with
# the mean of its gradient, $\alpha_k = \frac{1}{25} \sum_{ij} \partial s_c / \partial A_{kij}$.
# Then it adds the maps, and a ReLU drops what speaks against the class. For our network, what must
# $\partial s_c / \partial A_{kij}$ be? Look at the formula above, then run the cells, which know
# nothing of the formula and ask the framework.


# %% tags=["nbval-check-output"]
def head(maps):
    return model.get_layer("scores")(model.get_layer("average")(maps))


def grad_cam(maps, answers):
    wanted = keras.ops.one_hot(answers, 10)
    gradient = input_gradient(lambda a: keras.ops.sum(head(a) * wanted, axis=-1))(maps)
    alpha = gradient.mean(axis=(1, 2), keepdims=True)
    return np.maximum((alpha * maps).sum(axis=-1), 0)


first = np.arange(200)
by_formula = np.maximum(class_maps[first, :, :, read[first]], 0)
by_gradient = grad_cam(maps[first], read[first])
print("200 maps of shape", by_gradient.shape[1:])
print("Grad-CAM and the class map are the same:", np.allclose(by_formula, by_gradient, atol=1e-4))

# %% [markdown]
# It is $w_{kc} / 25$, everywhere, so Grad-CAM *is* the class map with its negative part cut off.
# (On a photograph, the textbook finds the elephant this way in a network that gives "African
# elephant" a probability of 0.90.)
#
# To lay a map over the picture, its cells must be put where they belong: the middle of what unit
# $i$ sees, rows $4i - 4$ to $4i + 13$, is $4i + 4.5$. So the cells are four pixels wide and the
# first begins at pixel 3. Stretching the 5 × 5 cells over all 28 pixels, as is often done, would
# move everything outwards, by two pixels at the border.

# %%
answer_maps = to_pixels(class_maps[of_each, :, :, read[of_each]], 4, 3)
figure = drawing.maps(shown[..., 0], {"class map": answer_maps})
viz.show(
    figure, alt="Class maps of ten digits in cells of four pixels; blue cells add to the score."
)
all_maps = to_pixels(by_formula, 4, 3)
on_ink = (all_maps * ink[:200]).sum() / all_maps.sum()
covered = ink[:200, 3:23, 3:23].mean()
course.record(cam_on_ink=on_ink, ink_under_map=covered)

# %% [markdown]
# How much of the positive part lies on ink? {{cam_on_ink:.0%}}, and ink covers
# {{ink_under_map:.0%}} of the pixels below the maps: a map that knows nothing would do about as
# well. That is a warning. A cell is drawn where its unit's 18 × 18 pixels have their *middle*;
# whatever excites the unit may lie up to nine pixels away.
#
# ### Why a 9, if it is a 4?
#
# Class maps have a strength that the other two lack: scores are compared, and so the maps of two
# classes can be *subtracted*. Suppose that a 4 was read as a 9. Blue cells of $M_9 - M_4$ speak for
# 9 rather than 4, orange ones for 4, and their sum is (up to the two biases) the lead of the 9. Let
# us take the mistakes that the network was surest of.

# %%
lead = scores[wrong, read[wrong]] - scores[wrong, y_test[wrong]]
surest = wrong[lead.argsort()[::-1][:8]]


def for_digit(which, digit):
    return class_maps[which, :, :, digit]


rows = {
    "for its answer": for_digit(surest, read[surest]),
    "for the label": for_digit(surest, y_test[surest]),
    "the difference": for_digit(surest, read[surest]) - for_digit(surest, y_test[surest]),
}
titles = [f"{y} read as {r}" for y, r in zip(y_test[surest], read[surest], strict=True)]
rows = {name: to_pixels(m, 4, 3) for name, m in rows.items()}
figure = drawing.maps(x_test[surest, ..., 0], rows, titles=titles)
viz.show(figure, alt="Eight mistakes with class maps for the answer, the label, their difference.")

# %% [markdown]
# Look at the last row. Where is the blue? Sometimes it sits on a telling detail, such as a loop
# that is nearly closed, sometimes on blank paper, which can speak as well: nothing down here, so
# it is no 6. That reads like an explanation. But is it one, or do we see in it what we expect?
#
# ## 5. Can the maps be trusted?
#
# ### First test: do what the map says
#
# A map that says "this spot decided it" makes a prediction: erase the spot, and the lead of the
# wrong answer shrinks. We erase 8 × 8 pixels around the bluest cell, in each of the mistakes. For
# comparison, we erase as many around a cell chosen at random among those that have ink. And we let
# gradient × ink have a try: the gradient of the *lead*, times the ink, summed over each square of
# 8 × 8, estimates what erasing that square will cost. **Which will do best?**


# %%
def erase(pictures, cells):
    changed = pictures.copy()
    for picture, (i, j) in zip(changed, cells, strict=True):
        picture[4 * i + 1 : 4 * i + 9, 4 * j + 1 : 4 * j + 9] = 0
    return changed


def lead_after(pictures):
    after = ops.to_numpy(model(pictures))
    return after[np.arange(len(wrong)), read[wrong]] - after[np.arange(len(wrong)), y_test[wrong]]


# %%
difference = for_digit(wrong, read[wrong]) - for_digit(wrong, y_test[wrong])
inked = x_test[wrong, 3:23, 3:23, 0].reshape(-1, 5, 4, 5, 4).max(axis=(2, 4)) > 0.5


def lead_of(answers, labels):
    sign = keras.ops.one_hot(answers, 10) - keras.ops.one_hot(labels, 10)
    return lambda x: keras.ops.sum(model(x) * sign, axis=-1)


costs = input_gradient(lead_of(read[wrong], y_test[wrong]))(x_test[wrong]) * x_test[wrong]
blocks = costs[:, 1:25, 1:25].reshape(-1, 6, 4, 6, 4).sum(axis=(2, 4))
rows = blocks[:, :-1] + blocks[:, 1:]
squares = rows[:, :, :-1] + rows[:, :, 1:]  # 5 × 5 squares of 8 × 8 pixels, 4 apart

# %%
ways = {
    "random, with ink": np.random.default_rng(seed).random(inked.shape) * inked,
    "class maps": difference,
    "gradient × ink": squares,
}
shrinks = {}
for name, rating in ways.items():
    cells = [np.unravel_index(r.argmax(), (5, 5)) for r in rating]
    after = lead_after(erase(x_test[wrong], cells))
    shrinks[name] = (after < lead).mean()
    print(f"{name:<16}: lead shrinks for {shrinks[name]:.0%}, gone for {(after < 0).mean():.0%}")
random, by_map, by_ink = shrinks.values()
course.record(shrinks_random=random, shrinks_map=by_map, shrinks_ink=by_ink)

# %% [markdown]
# Erasing the bluest cell shrinks the lead in {{shrinks_map:.0%}} of the mistakes. Erasing a random
# one with ink does so in {{shrinks_random:.0%}}. So the class maps of section 4, exact as their
# sums are, tell little about what happens when that spot of the picture is erased. Gradient × ink,
# which looked like noise, is right for {{shrinks_ink:.0%}}.
#
# How can that be? The class map says which *units* the lead comes from. It does not say which of
# their 18 × 18 pixels made them speak, nor what they would say instead: erasing a piece of a stroke
# leaves two ends, and these excite other units. The story that we saw in the blue spots was ours.
# For photographs and deeper networks such maps do point at the elephant, and that is useful. *Why*
# it is taken for an African one they leave open.
#
# ### Second test: break the network
#
# A map that explains what a network has *learned* must change when the learning is destroyed. So
# Adebayo and others (2018) replaced the trained weights by random ones, the last layer first, and
# compared the maps before and after. Some popular kinds of map hardly changed: they had drawn the
# edges of the *picture*, and nobody had noticed.
#
# We take four kinds of map for 40 digits, always for the answer of the trained network, and
# correlate the maps of the trained and the broken network, picture by picture. **Guess first:**
# which kind will stay most alike?


# %%
def all_kinds(network, pictures, answers):
    wanted = keras.ops.one_hot(answers, 10)
    gradient = input_gradient(lambda x: keras.ops.sum(network(x) * wanted, axis=-1))(pictures)
    last = ops.to_numpy(outputs(network, "relu3")(pictures))
    kernel = ops.to_numpy(network.get_layer("scores").kernel)
    return {
        "|gradient|": np.abs(gradient),
        "|gradient × ink|": np.abs(gradient * pictures),
        "gradient × ink": gradient * pictures,
        "class map": np.einsum("nijk,kn->nij", last, kernel[:, answers]),
        "occlusion": -np.log(occlude(network, pictures, answers, 0.0)),
    }


def broken(*layers_to_break):
    network = convnet()
    for layer in network.layers[1:]:
        if layer.name not in layers_to_break:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    return network


# %%
pictures, answers = x_test[:40], read[:40]
stages = {"last layer": ["scores"], "all layers": ["scores", "conv3", "conv2", "conv1"]}
trained = all_kinds(model, pictures, answers)
random = {stage: all_kinds(broken(*names), pictures, answers) for stage, names in stages.items()}


def alike(kind, stage):
    pairs = zip(trained[kind], random[stage][kind], strict=True)
    return np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs])


print(f"{'random:':<16}", *(f"{stage:>11}" for stage in stages))
for kind in trained:
    print(f"{kind:<16}", *(f"{alike(kind, stage):>11.2f}" for stage in stages))
names = [f"{kind}_alike" for kind in ("gradient", "ink", "signed", "class_map", "occlusion")]
course.record(**{n: alike(kind, "all layers") for n, kind in zip(names, trained, strict=True)})

# %%
five, ruined = slice(1, 6), random["all layers"]
rows = {
    "|gradient × ink|\ntrained": trained["|gradient × ink|"][five, ..., 0],
    "random weights": ruined["|gradient × ink|"][five, ..., 0],
    "class map\ntrained": to_pixels(trained["class map"][five], 4, 3),
    "random weights ": to_pixels(ruined["class map"][five], 4, 3),
}
figure = drawing.maps(x_test[five, ..., 0], rows)
viz.show(
    figure, alt="Gradient times ink looks like the digit for both networks; class maps differ."
)

# %% [markdown]
# `|gradient × ink|` stays most alike: a correlation of {{ink_alike:.2f}} between a network that has
# learned and one that knows nothing. What you recognise in that map is the *digit*: the
# multiplication drew it. The absolute gradient follows with {{gradient_alike:.2f}}. Class maps
# ({{class_map_alike:.2f}}) and occlusion ({{occlusion_alike:.2f}}) have nothing in common with
# their broken versions, so they do show something that was learned.
#
# And gradient × ink with its sign, which did so well in the first test? {{signed_alike:.2f}}. All
# its knowledge is in the signs, and a map of absolute values, as often drawn, throws it away.
# Notice also that the class map did badly in the first test and passes the second. The two ask
# different things: does the map depend on the network, and does it tell what to expect of a change
# to the picture? Looking convincing is neither.
#
# ## 6. Seen from the last layer
#
# ### 64 features in two dimensions
#
# For its answer, the network uses nothing but 64 features. So two digits that lie close together in
# the space of these features are alike *to the network*. 64 axes cannot be drawn; but we can look
# from the direction in which the cloud of digits is widest. **Principal component analysis** finds
# it: subtract the mean, and take the first rows of $V^T$ from the singular value decomposition
# $U S V^T$. They are the directions of largest variance, each at a right angle to those before.


# %%
def directions(cloud, count=2):
    mean = cloud.mean(axis=0)
    _, _, v = np.linalg.svd(cloud - mean, full_matrices=False)
    return mean, v[:count].T


known = outputs(model, "average").predict(x_train[:5000], batch_size=500, verbose=0)
mean, plane = directions(known)
points = (features - mean) @ plane
shown_points = np.r_[0:2000]
figure = drawing.clusters(points[:2000], y_test[:2000], np.isin(shown_points, wrong))
viz.show(
    figure, alt="2,000 test digits in the plane: a cloud for each digit, crosses between them."
)

# %% [markdown]
# We never told PCA the labels. Yet each digit has its place, and the misread ones (crosses) lie
# mostly where clouds meet. To put a number on it, we read digits in the plane by the nearest mean
# of a class, with means from training digits. How good is that with 2 numbers a digit, and with all
# 64? And with 2 that PCA makes from the 784 *pixels*?


# %%
def nearest_mean(train, test):
    means = np.stack([train[y_train[:5000] == digit].mean(axis=0) for digit in range(10)])
    away = ((test[:, None] - means) ** 2).sum(axis=2)
    return away, (away.argmin(axis=1) == y_test).mean()


_, plane_accuracy = nearest_mean((known - mean) @ plane, points)
away, features_accuracy = nearest_mean(known, features)
pixels, flat = x_train[:5000].reshape(5000, 784), x_test.reshape(-1, 784)
center, view = directions(pixels[:1000])
_, pixels_accuracy = nearest_mean((pixels - center) @ view, (flat - center) @ view)
course.record(
    plane_accuracy=plane_accuracy,
    features_accuracy=features_accuracy,
    pixels_accuracy=pixels_accuracy,
)

# %% [markdown]
# Two numbers from the features read {{plane_accuracy:.0%}} of the digits, two from the pixels
# {{pixels_accuracy:.0%}}. All 64 features read {{features_accuracy:.1%}} by nothing but the nearest
# mean, close to the {{test_accuracy:.1%}} of the network. That is what its layers are for: they
# move digits about until simple rules can tell them apart.
#
# Do mistakes lie *between* the clouds, or is that only how it looks in two dimensions? In all 64,
# divide the distance to the nearest mean by the distance to the second nearest. The ratio is small
# deep inside a cloud, and 1 half-way between two.

# %%
nearest, second = np.sqrt(np.sort(away, axis=1)[:, :2]).T
ratio = nearest / second
right = np.delete(ratio, wrong)
course.record(ratio_right=np.median(right), ratio_wrong=np.median(ratio[wrong]))
between = ratio > np.quantile(right, 0.9)
course.record(wrong_between=between[wrong].mean())

# %% [markdown]
# The median is {{ratio_right:.2f}} for digits read correctly and {{ratio_wrong:.2f}} for misread
# ones. {{wrong_between:.0%}} of the mistakes lie further out than nine tenths of the correctly read
# digits. This is useful beyond the picture: a digit with a ratio near 1 could be handed to a human.
#
# ### Outlook: a nudge
#
# The gradient of the input has one more use, not a friendly one. Take the *loss* instead of a
# score: its gradient tells in which direction to change each pixel so that the network errs. Move
# all pixels by the same small $\varepsilon$, each in its own bad direction: this is the **fast
# gradient sign method** (Goodfellow and others, 2015). For comparison, move each pixel by
# $\varepsilon$ in a direction chosen by a coin. **Guess:** how many digits are still read correctly
# at $\varepsilon = 0.2$?


# %%
def losses_of(labels):
    wanted = keras.ops.one_hot(labels, 10)
    return lambda x: keras.losses.categorical_crossentropy(wanted, model(x), from_logits=True)


x, y = x_test[:500], y_test[:500]
bad = np.sign(input_gradient(losses_of(y))(x))
coin = np.random.default_rng(seed).choice([-1, 1], x.shape)
nudged = {}
for size in (0.05, 0.1, 0.2):
    for name, direction in (("gradient", bad), ("coin", coin)):
        changed = np.clip(x + size * direction, 0, 1).astype("float32")
        answers = ops.to_numpy(model(changed)).argmax(axis=1)
        nudged[name, size] = changed, answers, (answers == y).mean()
    print(
        f"{size}: gradient {nudged['gradient', size][2]:.3f} · coin {nudged['coin', size][2]:.3f}"
    )
course.record(nudged=nudged["gradient", 0.2][2], shaken=nudged["coin", 0.2][2])

# %%
changed, answers, _ = nudged["gradient", 0.2]
fooled = np.flatnonzero((answers != y) & (read[:500] == y))[:10]
titles = [f"{a} → {b}" for a, b in zip(y[fooled], answers[fooled], strict=True)]
figure = images.grid(changed[fooled, ..., 0], titles=titles)
viz.show(figure, alt="Ten digits on a faint grey pattern: easy to read, yet all of them misread.")

# %% [markdown]
# With random noise of this size, {{shaken:.1%}} are read correctly; with the same amount of change
# in the bad direction {{nudged:.1%}}. You can still read all ten above. The network relies on sums
# of many small contributions, and a nudge that adds up over hundreds of pixels moves them far.
# Knowing what a network sees includes knowing that it does not see as you do.

# %% [markdown]
# ## What you learned
#
# - A filter is a picture of what it looks for: the best patch has ink where the weight is positive.
# - A second model with shared layers shows every intermediate result. With depth, maps get coarser
#   and say *what* rather than *where*. A channel stands for a part that several digits share.
# - Gradients in the input drive saliency maps, pictures made for a channel, and nudges that fool.
#   JAX, TensorFlow and PyTorch each have their own way; call the model as `model(x)`.
# - Occlusion measures the effect of a real change, and depends on what you cover with.
# - After an average and one dense layer, the class map is the score taken apart, and Grad-CAM is
#   its positive part. Two class maps can be subtracted: why this and not that.
# - A map is a claim. Test it: does erasing what it marks change the answer? Does it change when the
#   network's weights are random?
#
# ## Practise
#
# 1. Draw the class maps of one digit for all ten classes. Which classes compete for which part?
# 2. Occlude with squares of 3 and of 10 pixels. Which size gives the more useful map, and why?
# 3. Let `ascend` start from a real 4 and climb the score for 9. After how many steps does the
#    answer change, and can you see what was added?
# 4. Average the gradients of 20 noisy copies of a digit (SmoothGrad). Is the map less noisy? Does
#    it pass the second test?
# 5. Nudge 10,000 training digits by 0.1, train for another epoch on plain and nudged ones together,
#    and nudge anew. (Ask for a new `input_gradient` after training: JAX compiled the old weights
#    in.) How much accuracy does it cost on plain digits, and what does it win on nudged ones?
# 6. Set one channel of the last maps to zero for all digits (`ops` and `head` are all you need).
#    Which digits suffer? Does the table of section 3 predict it?
