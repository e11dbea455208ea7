# %% [markdown]
# # Exercises: ConvNets
#
# These exercises belong to the three chapters on ConvNets. You compute a convolution and a pooling
# by hand, predict sizes, weights and work before any network is built, mend a program that covers
# pictures, move and mirror pictures without doing harm, draw a Grad-CAM map from arrays, and
# measure what pooling gains and loses. One task uses Keras; NumPy does the rest.

# %% [markdown]
# ## 1. One kernel, several channels
#
# The chapter's first loop took a grey, square image. Write it for an image with channels, of any
# height and width, and with a stride. The kernel reaches through all channels, and its result is a
# single map. "Valid": windows stay on the image.

# %%
import numpy as np


# %% solution="convolve"
def convolve(image, kernel, stride=1):
    """Return the map that one kernel makes of an image, as a 2-D array.

    image: (rows, columns, channels). kernel: (height, width, channels). It is not flipped.
    """
    ### BEGIN SOLUTION
    height, width = kernel.shape[:2]
    rows = (image.shape[0] - height) // stride + 1
    columns = (image.shape[1] - width) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = image[top : top + height, left : left + width]
            result[i, j] = (window * kernel).sum()
    return result
    ### END SOLUTION


# %% check="convolve" points=3
steps = np.arange(12.0).reshape(3, 4, 1)
edge = np.array([[-1.0, 1.0]])[:, :, None]
result = convolve(steps, edge)
assert np.shape(result) == (3, 3), f"1 × 2 windows stand in 3 × 3 places, not {np.shape(result)}"
assert np.allclose(result, 1), f"each pixel is 1 more than its left neighbour; you have\n{result}"
result = convolve(steps, edge, stride=2)
assert np.shape(result) == (2, 2), f"with stride 2 there are 2 × 2 places, not {np.shape(result)}"
print("The visible checks pass. Grading tries other images, kernels and strides.")


### BEGIN HIDDEN TESTS
def windows(image, kernel, stride):
    view = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride, 0]
    return np.einsum("ijabc,abc->ij", view, kernel)


def compare_maps(ask, image, kernel, stride):
    got = ask("convolve(image, kernel, stride)", image=image, kernel=kernel, stride=stride)
    near(got, windows(image, kernel, stride))


@check(1, "the numbers are wrong for a square image with several channels")
def several_channels(ask, rng):
    size, channels = (int(n) for n in rng.integers([5, 2], [9, 5]))
    compare_maps(ask, rng.normal(size=(size, size, channels)), rng.normal(size=(3, 3, channels)), 1)


@check(1, "the map is wrong where rows and columns of the image, or of the kernel, differ")
def not_square(ask, rng):
    compare_maps(ask, rng.normal(size=(9, 6, 1)), rng.normal(size=(3, 3, 1)), 1)
    compare_maps(ask, rng.normal(size=(7, 7, 1)), rng.normal(size=(2, 4, 1)), 1)


@check(1, "the map is wrong for a stride above 1")
def strides(ask, rng):
    for size, stride in ((7, 2), (8, 2), (11, 3)):
        compare_maps(ask, rng.normal(size=(size, size, 1)), rng.normal(size=(3, 3, 1)), stride)


### END HIDDEN TESTS

# %% [markdown]
# ## 2. How pictures shrink
#
# Predict the sizes of all maps in a network before you build it. Each layer, convolution or
# pooling, is a list of window, stride and padding, such as `[3, 1, "valid"]`; pooling by 2 is
# `[2, 2, "valid"]`. For the chapter's network: 28 → 26 → 13 → 11 → 5 → 3.


# %% solution="sizes"
def sizes(side, layers):
    """Return the side of the (square) maps after each layer, as a list of whole numbers."""
    ### BEGIN SOLUTION
    found = []
    for window, stride, padding in layers:
        side = (side - window) // stride + 1 if padding == "valid" else -(-side // stride)
        found.append(side)
    return found
    ### END SOLUTION


# %% check="sizes" points=3
conv, pool = [3, 1, "valid"], [2, 2, "valid"]
found = sizes(28, [conv, pool, conv, pool, conv])
assert len(found) == 5, f"five layers have five results, you return {len(found)}"
assert found == [26, 13, 11, 5, 3], f"it should be [26, 13, 11, 5, 3], not {found}"
found = sizes(5, [[3, 1, "same"], [3, 2, "same"]])
assert found == [5, 3], f'with "same", 5 stays 5, and stride 2 leaves 3 places; you have {found}'
print("The visible checks pass. Grading tries other networks.")


### BEGIN HIDDEN TESTS
def places(side, window, stride, padding):
    if padding == "same":
        return len(range(0, side, stride))
    return len(range(0, side - window + 1, stride))


def shrinking(side, layers):
    found = []
    for layer in layers:
        side = places(side, *layer)
        found.append(side)
    return found


def compare_sizes(ask, rng, layers):
    first = int(rng.integers(150, 230))
    sides = list(range(first, first + 16))  # so that every rounding up and down occurs
    got = ask("[sizes(side, layers) for side in sides]", sides=sides, layers=layers)
    equal(got, [shrinking(side, layers) for side in sides])


@check(1, 'a size is wrong after a "valid" layer')
def valid_layers(ask, rng):
    for stride in (1, 2, 3, 4):
        compare_sizes(ask, rng, [[int(rng.integers(2, 8)), stride, "valid"]])


@check(1, 'a size is wrong after a "same" layer')
def same_layers(ask, rng):
    for stride in (1, 2, 3, 4):
        compare_sizes(ask, rng, [[int(rng.integers(2, 8)), stride, "same"]])


@check(1, "several layers in a row come out wrong")
def deep_networks(ask, rng):
    layers = [[3, 1, "valid"], [2, 2, "valid"]] * 3
    layers += [[int(rng.integers(2, 6)), 2, "same"], [int(rng.integers(2, 5)), 1, "valid"]]
    compare_sizes(ask, rng, layers)


### END HIDDEN TESTS

# %% [markdown]
# ## 3. What a layer costs
#
# Two prices of a convolution (stride 1, "valid", with a bias for each filter): the numbers that it
# learns, and the multiplications for one image. One of them depends on the size of the image. Which
# one?


# %% solution="layer_cost"
def layer_cost(rows, columns, channels, filters, window):
    """Return two whole numbers: what the layer learns, and its multiplications for an image.

    The image has the shape (rows, columns, channels); the kernels are window × window.
    """
    ### BEGIN SOLUTION
    weights = window * window * channels * filters
    places = (rows - window + 1) * (columns - window + 1)
    return weights + filters, weights * places
    ### END SOLUTION


# %% check="layer_cost" points=2
learned, products = layer_cost(28, 28, 1, 64, 3)
assert learned == 640, f"64 kernels of 3 × 3 with their biases are 640 numbers, not {learned:,}"
assert products == 389_376, (
    f"26 × 26 places, at each of them 64 kernels of 9 weights: 389,376 products, not {products:,}"
)
print("The visible checks pass. Grading tries layers with more channels, on other images.")


### BEGIN HIDDEN TESTS
def some_layer(rng):
    names = ("rows", "columns", "channels", "filters", "window")
    values = rng.integers([20, 20, 2, 4, 2], [99, 99, 70, 300, 8])
    return dict(zip(names, values.tolist(), strict=True))


LAYER = "layer_cost(rows, columns, channels, filters, window)"


@check(1, "the numbers that it learns are miscounted")
def numbers_learned(ask, rng):
    for _ in range(3):
        a = some_layer(rng)
        wanted = (a["window"] ** 2 * a["channels"] + 1) * a["filters"]
        equal(ask(f"{LAYER}[0]", **a), wanted)


@check(1, "the multiplications are miscounted")
def multiplications(ask, rng):
    for _ in range(3):
        a = some_layer(rng)
        places = (a["rows"] - a["window"] + 1) * (a["columns"] - a["window"] + 1)
        wanted = places * a["window"] ** 2 * a["channels"] * a["filters"]
        equal(ask(f"{LAYER}[1]", **a), wanted)


### END HIDDEN TESTS

# %% [markdown]
# ## 4. How far one output sees
#
# Each layer is now a pair of window and stride. How many pixels wide is the receptive field of one
# output of the last layer? Count downwards, from one output at the top.


# %% solution="receptive_field"
def receptive_field(layers):
    """Return the side of the receptive field; layers: [window, stride] of each, from the first."""
    ### BEGIN SOLUTION
    side = 1
    for window, stride in reversed(layers):
        side = (side - 1) * stride + window
    return side
    ### END SOLUTION


# %% check="receptive_field" points=2
side = receptive_field([[3, 1], [3, 1]])
assert side == 5, f"two windows of 3 see 5 pixels, not {side}"
side = receptive_field([[3, 1], [2, 2], [3, 1], [2, 2], [3, 1]])
assert side == 18, f"the chapter's network, with pooling, sees 18 pixels, not {side}"
print("The visible checks pass. Grading tries other networks.")


### BEGIN HIDDEN TESTS
def field(layers):
    first, last = 0, 0  # the pixels that the output 0 depends on, carried down
    for window, stride in layers[::-1]:
        first, last = first * stride, last * stride + window - 1
    return last - first + 1


@check(1, "the field is wrong for layers of stride 1")
def without_strides(ask, rng):
    for depth in (1, 3, 6):
        layers = [[int(window), 1] for window in rng.integers(1, 9, size=depth)]
        equal(ask("receptive_field(layers)", layers=layers), field(layers))


@check(1, "the field is wrong where layers have strides: does the order of the layers matter?")
def with_strides(ask, rng):
    for depth in (2, 3, 5):
        layers = rng.integers([2, 1], [8, 4], size=(depth, 2)).tolist()
        layers[0][1], layers[-1][1] = 3, 1
        equal(ask("receptive_field(layers)", layers=layers), field(layers))


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Max pooling
#
# Cut each channel into windows of `window` × `window` and keep the largest number of each. Where
# the sides cannot be divided, the last rows or columns stay out, as in "valid" pooling. Maps need
# not be square, and numbers may be negative.


# %% solution="max_pool"
def max_pool(maps, window):
    """Return the pooled maps: (rows, columns, channels) → (rows // w, columns // w, channels)."""
    ### BEGIN SOLUTION
    rows, columns, channels = maps.shape
    rows, columns = rows // window, columns // window
    kept = maps[: rows * window, : columns * window]
    return kept.reshape(rows, window, columns, window, channels).max(axis=(1, 3))
    ### END SOLUTION


# %% check="max_pool" points=2
numbers = np.array([[1, 3, 2, 0], [4, 8, 1, 1], [0, 2, 9, 5], [1, 0, 7, 6]])[:, :, None]
pooled = max_pool(numbers, 2)
assert np.shape(pooled) == (2, 2, 1), f"4 × 4 in windows of 2 gives 2 × 2, not {np.shape(pooled)}"
assert pooled[:, :, 0].tolist() == [[8, 2], [2, 9]], f"the largest are 8, 2, 2, 9, not\n{pooled}"
print("The visible checks pass. Grading tries other maps and windows.")


### BEGIN HIDDEN TESTS
def largest(maps, window):
    view = np.lib.stride_tricks.sliding_window_view(maps, (window, window), axis=(0, 1))
    return view[::window, ::window].max(axis=(3, 4))


@check(1, "the result is wrong for maps that the windows fill exactly")
def windows_fit(ask, rng):
    for window in (2, 3):
        maps = rng.normal(size=(4 * window, 2 * window, int(rng.integers(2, 5)))) - 3
        near(ask("max_pool(maps, window)", maps=maps, window=window), largest(maps, window))


@check(1, "where the windows do not fill a map, the last rows and columns should stay out")
def rows_left_over(ask, rng):
    for rows, columns, window in ((7, 4, 2), (6, 9, 2), (8, 10, 3)):
        maps = rng.normal(size=(rows, columns, 2)) - 3
        near(ask("max_pool(maps, window)", maps=maps, window=window), largest(maps, window))


### END HIDDEN TESTS

# %% [markdown]
# ## 6. Move and mirror
#
# Augmentation must keep the class, and must not do more than it says. Write
# `move_and_mirror(images, down, right, mirror)`: image number $i$ is mirrored left to right if
# `mirror[i]` is true, then moved `down[i]` pixels down and `right[i]` to the right (up and left, if
# negative). Pixels that come in at the border are 0; nothing may come in again on the other side.


# %% solution="move_and_mirror"
def move_and_mirror(images, down, right, mirror):
    """Return changed copies of the images, in their shape and dtype.

    images: (n, rows, columns, channels). down, right: (n,) whole numbers, smaller than the sides.
    mirror: (n,) truth values.
    """
    ### BEGIN SOLUTION
    _, rows, columns, _ = images.shape
    changed = np.zeros_like(images)
    for i, (d, r) in enumerate(zip(down, right, strict=True)):
        image = images[i, :, ::-1] if mirror[i] else images[i]
        part = image[max(0, -d) : rows - max(0, d), max(0, -r) : columns - max(0, r)]
        top, left = max(0, d), max(0, r)
        changed[i, top : top + part.shape[0], left : left + part.shape[1]] = part
    return changed
    ### END SOLUTION


# %% check="move_and_mirror" points=3
arrow = np.array([[1, 2, 3], [4, 5, 6]], "uint8")[None, :, :, None]
changed = move_and_mirror(arrow, [0], [0], [True])[0, :, :, 0]
assert changed.tolist() == [[3, 2, 1], [6, 5, 4]], f"mirrored left to right, not\n{changed}"
changed = move_and_mirror(arrow, [1], [0], [False])[0, :, :, 0]
assert changed.tolist() == [[0, 0, 0], [1, 2, 3]], f"moved down by 1, zeros above, not\n{changed}"
print("The visible checks pass. Grading tries more images, directions and both at once.")


### BEGIN HIDDEN TESTS
def changed_images(images, down, right, mirror):
    rows, columns = images.shape[1:3]
    result = np.zeros_like(images)
    for n, i, j in np.ndindex(images.shape[:3]):
        if 0 <= i + down[n] < rows and 0 <= j + right[n] < columns:
            result[n, i + down[n], j + right[n]] = images[n, i, -1 - j if mirror[n] else j]
    return result


def compare_images(ask, images, **changes):
    got = ask("move_and_mirror(images, down, right, mirror)", images=images, **changes)
    near(got, changed_images(images, **changes))


@check(1, "mirroring is wrong: which images should be mirrored, and along which axis?")
def mirror_only(ask, rng):
    images = rng.integers(0, 256, size=(5, 4, 6, 3)).astype("uint8")
    still = np.zeros(5, int)
    compare_images(ask, images, down=still, right=still, mirror=np.array([1, 0, 0, 1, 1]) == 1)


@check(1, "moving is wrong: look at direction and border, for each image by itself")
def move_only(ask, rng):
    images = rng.integers(1, 256, size=(8, 6, 5, 2)).astype("uint8")
    down, right = rng.permutation(np.arange(-4, 4)), rng.permutation(np.arange(-3, 5))
    compare_images(ask, images, down=down, right=right, mirror=np.zeros(8, bool))


@check(1, "mirroring and moving together are wrong, or the images given are changed, or the dtype")
def both_at_once(ask, rng):
    images = rng.integers(0, 256, size=(4, 6, 6, 1)).astype("uint8")
    down, right, mirror = np.array([0, 1, -1, 2]), np.array([2, -1, 3, 0]), np.array([True] * 4)
    code = "move_and_mirror(images, down, right, mirror)"
    got, dtype, after = ask(
        f"[{code}, str({code}.dtype), images]", images=images, down=down, right=right, mirror=mirror
    )
    near(got, changed_images(images, down, right, mirror))
    equal([dtype, after], ["uint8", images])


### END HIDDEN TESTS

# %% [markdown]
# ## 7. Find the bug: a cover that covers nothing
#
# This program covers one square of a picture after the other and writes down by how much the score
# drops. The map that it draws is empty. Whatever the score, every drop is 0. Why?


# %%
def occlusion_with_bug(picture, score, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    drops = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            covered = picture
            covered[i * size : (i + 1) * size, j * size : (j + 1) * size] = 0
            drops[i, j] = score(picture) - score(covered)
    return drops


print(occlusion_with_bug(np.ones((4, 4)), np.sum, size=2))

# %% [markdown]
# Write the function as it should be: each drop belongs to a picture of which this one square is
# covered, and nothing else. The picture itself must be as before in the end.


# %% solution="occlusion"
def occlusion(picture, score, size):
    """Return by how much the score drops when a square is covered with 0: one number a square.

    picture: (rows, columns), both multiples of `size`. score: a function, picture → number.
    """
    ### BEGIN SOLUTION
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    drops = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            covered = picture.copy()
            covered[i * size : (i + 1) * size, j * size : (j + 1) * size] = 0
            drops[i, j] = score(picture) - score(covered)
    return drops
    ### END SOLUTION


# %% check="occlusion" points=3
picture = np.arange(16.0).reshape(4, 4)
drops = occlusion(picture, np.sum, size=2)
assert np.any(drops), "still nothing but zeros. Do `picture` and `covered` share their numbers?"
assert np.allclose(drops, [[10, 18], [42, 50]]), (
    f"for the sum as score, each drop is the sum of its square: 10, 18, 42, 50; yours are\n{drops}"
)
print("The visible checks pass. Grading tries other scores, and looks at the picture afterwards.")


### BEGIN HIDDEN TESTS
def true_drops(picture, weights, size):
    rows, columns = (side // size for side in picture.shape)
    drops = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        covered = picture.copy()
        covered[i * size : (i + 1) * size, j * size : (j + 1) * size] = 0
        drops[i, j] = max(0, (picture * weights).sum()) - max(0, (covered * weights).sum())
    return drops


SCORE = "lambda picture: max(0, float((picture * weights).sum()))"


@check(1, "the drop of the first square is wrong")
def first_square(ask, rng):
    picture, weights = rng.uniform(1, 2, size=(2, 6, 8))
    got = ask(f"occlusion(picture, {SCORE}, 2)[0, 0]", picture=picture, weights=weights)
    near(got, true_drops(picture, weights, 2)[0, 0])


@check(1, "later drops are wrong: are the squares before still covered?")
def later_squares(ask, rng):
    picture, weights = rng.uniform(1, 2, size=(6, 9)), rng.normal(size=(6, 9))
    weights += 0.5 - weights.mean()
    got = ask(f"occlusion(picture, {SCORE}, 3)", picture=picture, weights=weights)
    near(got, true_drops(picture, weights, 3))


@check(
    1, "after the call, the picture is not what it was (or the drop of the first square is wrong)"
)
def picture_stays(ask, rng):
    picture, weights = rng.uniform(1, 2, size=(2, 4, 4))
    code = f"[float(occlusion(picture, {SCORE}, 2)[0, 0]), picture]"
    drop, after = ask(code, picture=picture, weights=weights)
    near(drop, true_drops(picture, weights, 2)[0, 0])
    equal(after, picture)


### END HIDDEN TESTS

# %% [markdown]
# ## 8. Grad-CAM from arrays
#
# A network has given you two arrays: the `maps` of its last convolution, and the `gradient` of a
# class's score in these maps. The rest is arithmetic. The weight of each channel is the mean of its
# gradient over all places. Add up the channels with these weights. What speaks *against* the class,
# a negative sum, becomes 0. Then divide by the largest number, so that the map goes from 0 to 1;
# if nothing speaks for the class, the map is 0 everywhere.


# %% solution="grad_cam"
def grad_cam(maps, gradient):
    """Return the class map, (rows, columns); both arguments are (rows, columns, channels)."""
    ### BEGIN SOLUTION
    weights = gradient.mean(axis=(0, 1))
    summed = np.maximum((maps * weights).sum(axis=-1), 0)
    return summed / summed.max() if summed.max() > 0 else summed
    ### END SOLUTION


# %% check="grad_cam" points=3
maps = np.array([[[1.0, 0.0], [0.0, 2.0]], [[3.0, 1.0], [0.0, 0.0]]])
gradient = np.array([[[2.0, 0.0], [0.0, -4.0]], [[2.0, 0.0], [0.0, 0.0]]])
seen = grad_cam(maps, gradient)
assert np.shape(seen) == (2, 2), f"one number for each place, but the shape is {np.shape(seen)}"
assert seen[0, 1] == 0, f"only the channel that counts against the class is on there: {seen[0, 1]}?"
assert np.allclose(seen, [[0.5, 0], [1, 0]]), f"[[0.5, 0], [1, 0]] was wanted, not {seen.tolist()}"
print("The visible checks pass. Grading tries other arrays.")


### BEGIN HIDDEN TESTS
def class_map(maps, gradient):
    summed = np.maximum(maps @ gradient.mean(axis=(0, 1)), 0)
    return summed / max(summed.max(), 1e-30)


@check(1, "the map is wrong even where everything speaks for the class")
def all_positive(ask, rng):
    maps, gradient = rng.uniform(0.1, 1, size=(2, 4, 6, 5))
    near(ask("grad_cam(maps, gradient)", maps=maps, gradient=gradient), class_map(maps, gradient))


@check(1, "the map is wrong where some channels speak against the class: what becomes 0, and when?")
def both_signs(ask, rng):
    maps, gradient = rng.uniform(0, 1, size=(5, 5, 8)), rng.normal(size=(5, 5, 8))
    gradient += [2, 2, -1, -1, 0, 0, 0, 0] - gradient.mean(axis=(0, 1)) * [1, 1, 1, 1, 0, 0, 0, 0]
    maps[0, 0], maps[1, 1] = [0, 0, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]
    near(ask("grad_cam(maps, gradient)", maps=maps, gradient=gradient), class_map(maps, gradient))


@check(1, "where nothing speaks for the class, the map should be 0 everywhere")
def nothing_for_it(ask, rng):
    maps, gradient = rng.uniform(0.1, 1, size=(2, 3, 4, 6))
    near(ask("grad_cam(maps, -gradient)", maps=maps, gradient=gradient), np.zeros((3, 4)))
    near(ask("grad_cam(0 * maps, gradient)", maps=maps, gradient=gradient), np.zeros((3, 4)))


### END HIDDEN TESTS

# %% [markdown]
# ## 9. Freeze for fine-tuning
#
# Fine-tuning trains the last layers of a network and leaves the others as they are. And
# batch normalisation stays frozen everywhere, in the trained part too. Here is a small network
# with layers called conv1, norm1, relu1, conv2 … average, head.

# %%
import keras
from keras import layers


def small_network(filters=(8, 16, 32)):
    zeros = {"kernel_initializer": "zeros"}  # nothing is trained here, and this is quick
    x = inputs = keras.Input((32, 32, 3))
    for number, count in enumerate(filters, start=1):
        x = layers.Conv2D(count, 3, use_bias=False, name=f"conv{number}", **zeros)(x)
        x = layers.BatchNormalization(name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="head", **zeros)(x))


print([layer.name for layer in small_network().layers])

# %% [markdown]
# Write `freeze(model, first)`: of all layers, those from the one called `first` to the end can be
# trained, but for batch normalisation. Return how many *numbers* will be trained. The model may
# have been frozen in another way before.


# %% solution="freeze"
def freeze(model, first):
    """Freeze all layers before `first`, and all batch normalisation; return what is left to train.

    model: a Keras model. first: the name of one of its layers. Result: a whole number.
    """
    ### BEGIN SOLUTION
    names = [layer.name for layer in model.layers]
    model.trainable = True
    for number, layer in enumerate(model.layers):
        normalises = isinstance(layer, layers.BatchNormalization)
        layer.trainable = number >= names.index(first) and not normalises
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    ### END SOLUTION


# %% check="freeze" points=3
network = small_network()
left = freeze(network, "conv3")
assert not network.get_layer("conv2").trainable_weights, "conv2 comes before conv3: freeze it"
assert network.get_layer("conv3").trainable_weights, "conv3 itself should be trained"
assert left == 3 * 3 * 16 * 32 + 32 + 1, (
    f"the kernel of conv3 (3 · 3 · 16 · 32) and the head (32 + 1) are left: 4,641 numbers, "
    f"not {left}. Is norm3 frozen? Are numbers counted, not arrays?"
)
print("The visible checks pass. Grading tries other networks and layers.")


### BEGIN HIDDEN TESTS
def ask_frozen(ask, what, filters, firsts):
    """Freeze one network from each of `firsts` on, and ask `what` it is like after each."""
    each = f"[[freeze(model, first), {what}][1] for first in firsts]"
    return ask(f"(lambda model: {each})(small_network(filters))", filters=filters, firsts=firsts)


@check(1, "the wrong layers are frozen (look at those without batch normalisation)")
def right_layers(ask, rng):
    what = "[x.name for x in model.layers if x.trainable_weights and 'norm' not in x.name]"
    got = ask_frozen(ask, what, [8, 8, 8, 8], ["conv2", "relu3", "conv4", "head"])
    equal(
        got, [["conv2", "conv3", "conv4", "head"], ["conv4", "head"], ["conv4", "head"], ["head"]]
    )


@check(1, "batch normalisation is still trained somewhere, or nothing is trained at all")
def normalisation_frozen(ask, rng):
    what = "[sum(len(x.trainable_weights) for x in model.layers if 'norm' in x.name), "
    what += "len(model.trainable_weights)]"
    got = ask_frozen(ask, what, [8, 8, 8, 8], ["conv1", "norm2", "conv3"])
    equal(got, [[0, 6], [0, 4], [0, 4]])


@check(1, "the number returned is wrong, or a model that had been frozen before stays frozen")
def number_returned(ask, rng):
    a, b, c = filters = rng.permutation([4, 8, 16]).tolist()
    frozen = "setattr(model, 'trainable', False)"
    code = f"[freeze(model, 'head'), {frozen}, freeze(model, 'conv2')]"
    got = ask(f"(lambda model: {code})(small_network(filters))", filters=filters)
    equal(got, [c + 1, None, 9 * a * b + 9 * b * c + c + 1])


### END HIDDEN TESTS

# %% [markdown]
# ## 10. An experiment: what pooling gains and loses
#
# A ConvNet reads moved digits better than a dense network, thanks to pooling. Then why not pool
# everything at once? You find out without training: describe each digit by its edges, average each
# map over windows, and read a digit by the nearest mean of a class. Windows of 1 pixel keep
# everything; a window of 28 keeps one number a map.

# %%
from dlcourse import datasets

mnist = datasets.load("mnist")
x_train, y_train = mnist.x_train[:600].astype("float32") / 255, mnist.y_train[:600]
x_test, y_test = mnist.x_test[:400].astype("float32") / 255, mnist.y_test[:400]


def describe(images, window):
    """Return a row for each image: its edges in four directions, averaged over windows."""
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    right = framed[:, 1:-1, 2:] - framed[:, 1:-1, :-2]
    down = framed[:, 2:, 1:-1] - framed[:, :-2, 1:-1]
    maps = np.maximum(np.stack([right, -right, down, -down], axis=-1), 0)
    side = 28 // window
    maps = maps.reshape(-1, side, window, side, window, 4).mean(axis=(2, 4))
    return maps.reshape(len(images), -1)


def read(train_rows, labels, rows):
    """Return for each row the class whose mean row is nearest."""
    means = np.stack([train_rows[labels == digit].mean(axis=0) for digit in range(10)])
    return ((rows[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)


# %% [markdown]
# 1. Write `moved_accuracy(window, distance)`: which share of the test digits is read correctly, if
#    the *test* digits are moved by `distance` pixels down and as many to the right? The class means
#    come from the training digits as they are. (`np.roll` will do: the border is empty.)
# 2. Record in `table`, for windows of 1, 7 and 28 pixels, the accuracies at the distances 0, 2 and
#    4: `{"1": [..., ..., ...], "7": …, "28": …}`. **Guess first:** which window will be best in
#    place, and which at the largest distance?


# %% solution="moved_accuracy"
def moved_accuracy(window, distance):
    """Return the share of moved test digits that are read correctly."""
    ### BEGIN SOLUTION
    moved = np.roll(x_test, (distance, distance), axis=(1, 2))
    answers = read(describe(x_train, window), y_train, describe(moved, window))
    return float((answers == y_test).mean())
    ### END SOLUTION


table = None
### BEGIN SOLUTION
table = {
    str(window): [moved_accuracy(window, distance) for distance in (0, 2, 4)]
    for window in (1, 7, 28)
}
### END SOLUTION

# %% check="moved_accuracy" points=3
still, moved = moved_accuracy(4, 0), moved_accuracy(4, 3)
assert 0.5 < still < 1, (
    f"with windows of 4, most digits in their place are read; yours: {still:.2f}"
)
assert moved < still - 0.3, (
    f"moved by 3 pixels, {moved:.2f} are read, in place {still:.2f}, which is too good: are the "
    "test digits moved, in both directions, and the training digits not?"
)
assert table is not None, "record what you find in `table`"
assert sorted(table) == ["1", "28", "7"], f"`table` has the keys {sorted(table)}"
for window, (at_0, at_2, at_4) in table.items():
    print(f"window {window:>2}: in place {at_0:.2f}, moved by 2 {at_2:.2f}, by 4 {at_4:.2f}")
print("The visible checks pass. Grading looks at these numbers, and tries other digits.")


### BEGIN HIDDEN TESTS
def other_digits(rng):
    """Draw digits of another world, blocks of grey under much noise; the border is empty."""
    blocks = rng.random((10, 4, 4)).repeat(4, axis=1).repeat(4, axis=2)
    drawn = {}
    for part, count in (("train", 60), ("test", 200)):
        labels = rng.permutation(np.arange(count) % 10)
        images = np.zeros((count, 28, 28), "float32")
        images[:, 6:22, 6:22] = blocks[labels] + 2.5 * rng.random((count, 16, 16))
        drawn |= {f"x_{part}": images, f"y_{part}": labels}
    return drawn


def description(images, window):
    right, down = (np.gradient(np.pad(images, ((0, 0), (1, 1), (1, 1))), axis=k) for k in (2, 1))
    maps = np.stack([right, -right, down, -down], axis=-1)[:, 1:-1, 1:-1].clip(0)
    side = 28 // window
    return maps.reshape(-1, side, window, side, window, 4).mean(axis=(2, 4)).reshape(len(maps), -1)


def accuracy(digits, window, distance):
    rows = description(digits["x_train"], window)
    means = np.stack([rows[digits["y_train"] == digit].mean(axis=0) for digit in range(10)])
    moved = np.roll(digits["x_test"], (distance, distance), axis=(1, 2))
    away = description(moved, window)[:, None] - means
    return ((away**2).sum(axis=2).argmin(axis=1) == digits["y_test"]).mean()


def compare_accuracies(ask, rng, distances):
    digits = other_digits(rng)
    pairs = [(window, distance) for window in (2, 4, 14) for distance in distances]
    got = ask("[float(moved_accuracy(*pair)) for pair in pairs]", pairs=pairs, **digits)
    near(got, [accuracy(digits, *pair) for pair in pairs], atol=6e-3)


@check(1, "for other digits and windows, the accuracy in place is wrong")
def in_place(ask, rng):
    compare_accuracies(ask, rng, [0])


@check(1, "for other digits, windows and distances, the accuracy on moved digits is wrong")
def moved_digits(ask, rng):
    compare_accuracies(ask, rng, [1, 2])


@check(1, "what is recorded in `table` is not what the experiments give")
def recorded_table(ask, rng):
    got = ask("[table[window] for window in ('1', '7', '28')]")
    near(got, [[0.7225, 0.305, 0.0325], [0.7875, 0.645, 0.2175], [0.425, 0.42, 0.4075]], atol=6e-3)


### END HIDDEN TESTS

# %% [markdown]
# Look at the three lines once more. Small windows know exactly *where*, and are lost when the digit
# moves; the largest forgives everything, and can hardly tell digits apart. ConvNets go between the
# two: they pool in small steps, and look for new patterns after each.
#
# ## 11. In words
#
# A paper shows maps of |gradient × picture| for photographs of cats. The outline of the cat is
# clearly visible in each map. "This proves", the authors write, "that our network has learned to
# look at the outline." Why does it prove nothing? Name a test that they should have made, and say
# what would have to come out of it. Three to five sentences.

# %% [markdown] answer="maps_as_proof" points=2
# ### BEGIN SOLUTION
# The map is multiplied by the picture, so the picture's own shapes are in it, whatever the network
# does. Test 1: replace the weights by random ones and draw the map again. If the outline is still
# visible, it comes from the picture and not from anything learned; the map would have to change.
# Test 2: do what the map says. Erase or cover the outline and, for comparison, equally many other
# pixels: the score of "cat" would have to drop more for the outline. That one map looks convincing
# to us is no evidence either way.
#
# Rubric: 1 point for the reason (the multiplication by the picture, or: the map has not been
# compared with that of a network that learned nothing). 1 point for one test with the outcome that
# would support the claim. A test without an outcome gets half a point.
# ### END SOLUTION

# %% [markdown]
# From a sum over a window to a claim about cats: with these pieces you can take any ConvNet apart,
# count what it costs, and ask whether a picture of it means what it seems to mean.
