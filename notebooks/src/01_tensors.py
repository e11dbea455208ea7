# %% [markdown]
# # Tensors: the numbers that networks compute with
#
# A layer of a neural network is one line of mathematics, $\text{relu}(x W + b)$: an array times an
# array, plus an array, and then everything negative becomes zero. Layers like it, stacked and
# repeated, recognise digits, rate reviews and write text. In this chapter you build every symbol of
# that line yourself, first as a loop, then in NumPy, and you see that TensorFlow, PyTorch, JAX and
# Keras compute the same numbers. You need some Python; NumPy you learn on the way.

# %% [markdown]
# ## A picture is a table of numbers
#
# We begin with data: MNIST, scans of digits that people wrote by hand around 1990. It is the fruit
# fly of machine learning: small, easy to look at, and studied by everyone. The line under the cell
# says which variant of the data you got, and from where.

# %%
from dlcourse import datasets, viz

mnist = datasets.load("mnist")
images, labels = mnist.x_train, mnist.y_train
mnist.info

# %% [markdown]
# Here is `images[4]`. Python counts from zero, so this is the *fifth* picture. On the left is what
# we see; on the right is what a network gets, for the part inside the frame. Can you still read
# the digit when you look only at the numbers?

# %%
from dlcourse.viz import arrays

middle = slice(7, -7)  # from row (or column) 7 up to the 7th from the end
viz.show(
    arrays.pixels(images[4], rows=middle, columns=middle),
    alt="Left: a handwritten 9, dark on white, 28 by 28 pixels, with a frame around its middle. "
    "Right: the 14 by 14 numbers in the frame, 0 for white paper to 255 for black ink.",
)

# %% [markdown]
# ## Rank: how many axes?
#
# Such a container of numbers is a **tensor**, in NumPy an *array*. What tells one kind of tensor
# from another is its **rank**: the number of axes along which you can walk, and so the number of
# indices needed to point at one entry. A single number has rank 0. Which rank has a list of lists?

# %%
import numpy as np

scalar = np.array(12)
vector = np.array([12, 3, 6, 14, 7])
matrix = np.arange(15).reshape(3, 5)  # 0 to 14, in 3 rows of 5
stack = np.stack([matrix, matrix + 20, matrix + 40])
viz.show(
    arrays.boxes({"rank 0": scalar, "rank 1": vector, "rank 2": matrix, "rank 3": stack}),
    alt="Four arrays as boxes: one box, a row of five, a table of 3 rows and 5 columns, and a "
    "stack of three such tables. Arrows name their axes; below stand the shapes.",
)

# %% [markdown]
# Rank 0 is called a scalar, rank 1 a vector, rank 2 a matrix; from rank 3 on we just say tensor.
#
# A word that traps everybody once is *dimension*. Our vector has 5 entries, so it is a point in a
# 5-dimensional space, yet it has one axis: rank 1. A tensor of rank 5 has five axes, however few
# entries lie along each. In this course we say *axis* and *rank* where we can.
#
# Three attributes describe any tensor: its rank `ndim`, its `shape` (how many entries lie along
# each axis) and its `dtype` (what kind of number one entry is). Predict all three for `images`
# before you run the cell. And what is 250 + 10 when each number has only 8 bits, 0 to 255? (The
# first line prints the *label* of our picture, the digit that its writer meant.)

# %% tags=["nbval-check-output"]
print("the label of images[4]:", labels[4])
print("rank", images.ndim, " shape", images.shape, " dtype", images.dtype)
print("one byte an entry:", images.nbytes / 1e6, "MB")
print("as float32, four bytes:", images.size * 4 / 1e6, "MB")
print("250 + 10 =", np.array([250], "uint8") + np.array([10], "uint8"))

# %% [markdown]
# 260 does not fit into 8 bits, so after 255 the sum starts again at 0, **without any warning**:
# arithmetic on `uint8` is a trap. Storing pixels as `uint8` is wise, computing with them is not:
# before a network sees them, we turn them into `float32`, the usual type of deep learning, and pay
# four times the memory. (NumPy's own default, `float64`, would cost eight times as much.)
#
# ## Slicing: choosing a part
#
# `array[start:stop]` takes the entries from `start` up to, not including, `stop`. Separate axes by
# commas. A lone `:` means the whole axis, trailing axes may be left out, and a negative number
# counts from the end. Which of the slices below are the same?

# %% tags=["nbval-check-output"]
some = images[10:100]
also = images[10:100, :, :]
again = images[10:100, 0:28, 0:28]
print(some.shape, "three ways, same entries:", (some == also).all() and (also == again).all())

corner = images[:, 14:, 14:]  # the lower right quarter of every picture
centre = images[:, 7:-7, 7:-7]  # the middle of every picture
print("corner", corner.shape, " centre", centre.shape)

# %% [markdown]
# The centred crop `7:-7` is the frame that you saw around the 9: seven rows go at the top and seven
# at the bottom, whatever the height of the picture.
#
# One property of slices matters from the first day: a slice is a **view**, a window onto the same
# memory, not a copy. That makes slicing 60,000 pictures free. It also means that writing through
# the window changes the original. What do the two lines below print?

# %% tags=["nbval-check-output"]
numbers = np.arange(6)
numbers[2:4][0] = 99  # a view: writes into `numbers`
print(numbers)
numbers[2:4].copy()[0] = -1  # a copy: `numbers` knows nothing of it
print(numbers)

# %% [markdown]
# ## Batches: a few samples at a time
#
# Axis 0 of a data set counts the samples; it is the **samples axis**. Networks do not digest 60,000
# pictures at once but a *batch* of, say, 128, and batch number $n$ is simply the slice from
# $128\,n$ up to $128\,(n + 1)$. How many batches are there, and how large is the last one?

# %% tags=["nbval-check-output"]
import math

size = 128
batches = [images[size * n : size * (n + 1)] for n in range(math.ceil(len(images) / size))]
print(len(batches), "batches: first", batches[0].shape, " last", batches[-1].shape)
print("60,000 mod 128 =", 60_000 % 128)

# %% [markdown]
# A slice that runs past the end just stops there, so the last batch is smaller: 96 pictures. Code
# that assumes batches of equal size works 468 times and breaks on the 469th. (The batches cost
# nothing, by the way: they are views.)
#
# ## What data looks like in the wild
#
# Nearly all data comes in one of a few shapes, and the samples axis is always the first. A person
# described by age, height and income is a vector, so a hundred thousand of them are a matrix. A
# text can be a row of word counts. Whatever has an order in time gets a time axis: a stock's price,
# low and high in each of 390 minutes of 250 days, or a million messages of 280 characters, each
# character one of 128: (1,000,000, 280, 128).

# %%
from dlcourse.viz import shapes

photo = {"height": 256, "width": 256, "channels": 3}
video = {"clips": 4, "frames": 240, "height": 144, "width": 256, "channels": 3}
examples = {
    "people": {"people": 100_000, "features": 3},
    "documents": {"documents": 500, "words": 20_000},
    "a stock": {"days": 250, "minutes": 390, "features": 3},
    "photos, channels last": {"photos": 128, **photo},
    "photos, channels first": {"photos": 128, "channels": 3, "height": 256, "width": 256},
    "video": video,
}
viz.show(
    shapes.blocks(examples),
    alt="Six shapes drawn as blocks: two flat sheets for people and documents, one solid block "
    "for a stock, a row of blocks for photos in two orders of axes, two rows of blocks for video.",
)

# %% [markdown]
# Photos have one axis more than our grey digits: three *channels* for red, green and blue (a grey
# photo has one). Two customs exist for where it stands. TensorFlow, Keras and this course put
# **channels last**, PyTorch puts **channels first**. The numbers are the same, the order of the
# axes is not, and feeding one to a program made for the other is a classic mistake.
#
# Video is the largest of all: 4 clips of 60 seconds at 4 frames a second, each frame a small
# 144 × 256 picture. Guess the memory it takes as `float32` before you run the cell.

# %% tags=["nbval-check-output"]
values = math.prod(video.values())
print(f"{values:,} values, {values * 4 / 1e6:.0f} MB as float32")

# %% [markdown]
# Four minutes of tiny, jerky film fill 425 MB. This is why video files are compressed, and why
# networks read them a batch at a time.
#
# ## Element by element, as a loop
#
# Now we compute. The simplest operations treat every entry alike: `add` sums two arrays entry by
# entry, and `relu` (*rectified linear unit*) keeps what is positive and replaces the rest by 0,
# $\text{relu}(x) = \max(x, 0)$. As loops, they say exactly what happens. In NumPy there is no loop
# to write: `x + y` and `np.maximum(x, 0)` take whole arrays, of any rank. Do they give the same?


# %% tags=["nbval-check-output"]
def naive_add(x, y):
    out = np.empty(x.shape, x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] + y[i, j]
    return out


def naive_relu(x):
    out = np.empty(x.shape, x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = max(x[i, j], 0)
    return out


rng = np.random.default_rng(seed)
x, y = rng.uniform(-1, 1, (2, 20, 100)).astype("float32")
print("agree:", np.array_equal(naive_relu(naive_add(x, y)), np.maximum(x + y, 0)))

# %% [markdown]
# The same numbers, but not in the same time. Let us measure: add two (20, 100) arrays and apply
# relu, again and again, and take the **median** time of a call. Half of the calls were faster,
# half slower; a few that another program disturbed do not matter, as they would in a mean. Guess
# first: is NumPy 2, 10 or 100 times faster?

# %%
import statistics
import timeit


def seconds(function, calls):
    """Return the median time of a call."""
    function()  # the first call may have things to prepare
    return statistics.median(timeit.repeat(function, number=1, repeat=calls))


calls = chapter.pick(quick=200, full=1000)
loop = seconds(lambda: naive_relu(naive_add(x, y)), calls)
whole = seconds(lambda: np.maximum(x + y, 0), calls)
print(f"loop {loop * 1e6:.0f} µs, NumPy {whole * 1e6:.1f} µs")
course.record(naive_over_numpy=loop / whole)

# %% [markdown]
# On the machine that made this page, NumPy was about {{naive_over_numpy:.0f}} times faster; Chollet
# reports about 120 in his textbook. The number depends on machine and versions: expect anything
# from fifty to a thousand. Where does the time go? For each entry the Python loop looks up names,
# makes index objects, checks types and wraps the result in a new object; the addition itself is
# lost in all that. NumPy does those chores once for the whole array, then runs a compiled loop that
# adds several numbers with one instruction. Handing over whole arrays is called **vectorising**.
#
# ## Six implementations, one operation
#
# The course's own package keeps every operation in six versions with the same names: `naive`,
# `numpy`, and the four frameworks. The naive ones are what you just wrote, for any number of axes;
# the next cell prints one. Then all six do the same sum. (Importing four frameworks takes some ten
# seconds.) Each framework has an array type of its own, and Keras borrows that of the framework it
# runs on, but look at the last column.

# %%
import inspect

from dlcourse import ops

print(inspect.getsource(ops.get("naive").relu))
for name in ops.names():
    result = ops.get(name).add(x, y)
    difference = np.abs(ops.to_numpy(result) - naive_add(x, y)).max()
    print(f"{name:>10} {type(result).__name__:>12}  largest difference {difference}")

# %% [markdown]
# From here on, we ask that question of every operation, with a small helper. Sums may be added up
# in a different order, so the last digit of a `float32` can differ; `allclose` allows for that.


# %% tags=["nbval-check-output"]
def results(operation, *inputs, **options):
    """Run an operation in all six implementations and return six NumPy arrays."""
    functions = [getattr(ops.get(name), operation) for name in ops.names()]
    return [ops.to_numpy(function(*inputs, **options)) for function in functions]


def agree(operation, *inputs, **options):
    loop, *others = results(operation, *inputs, **options)
    return all(np.allclose(loop, other, rtol=1e-4, atol=1e-5) for other in others)


print("add agrees:", agree("add", x, y), " relu agrees:", agree("relu", x))

# %% [markdown]
# Are frameworks, then, faster than NumPy? That depends on the size, so we measure add and relu for
# arrays from one entry to a million. We time until the result can be read as a NumPy array, because
# some frameworks answer "done" before they are. PyTorch gets one thread: with more, it waits whole
# milliseconds for its other threads whenever another program keeps a core busy.

# %% tags=["frameworks"]
import torch

torch.set_num_threads(1)


# %%
def time_of(name, n):
    impl = ops.get(name).module  # the bare functions, which check no arguments
    a, b = (impl.array(each) for each in rng.uniform(-1, 1, (2, n)).astype("float32"))
    calls = chapter.pick(quick=20, full=60)
    return seconds(lambda: ops.to_numpy(impl.relu(impl.add(a, b))), calls)


sizes = [10**k for k in range(chapter.pick(quick=6, full=7))]
times = {
    name: [time_of(name, n) for n in sizes if name != "naive" or n <= 10_000]
    for name in ops.names()
}

# %%
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(7.5, 4.2))
for (name, points), marker in zip(times.items(), "os^vDP", strict=False):
    ax.loglog(sizes[: len(points)], np.multiply(points, 1e6), marker=marker, label=name)
ax.set(xlabel="entries in each array", ylabel="microseconds for relu(x + y)")
ax.legend(ncols=2)
viz.show(
    figure,
    alt="Time against array size, both on logarithmic axes. The naive line rises steadily from "
    "the start; NumPy and the frameworks stay flat for small arrays and rise late.",
)

# %% [markdown]
# Read the picture from left to right. For a handful of numbers a loop is no disgrace, and every
# framework is *slower* than NumPy: each call passes through layers of code that choose a device,
# check types and prepare for gradients, long before the first addition. That price is paid once a
# call, so the lines are flat until there is enough work to hide it. The loop has no flat part: it
# pays for every entry.
#
# Towards the right the lines come together, and none is far below NumPy's: fetching numbers from
# memory takes longer than adding them, and no library changes that. Frameworks earn their keep
# elsewhere: on graphics cards, by compiling many operations into one, and through gradients, the
# subject of the next chapter. The lesson for all of them: hand over few, large pieces of work.
#
# ## Broadcasting: when shapes differ
#
# `add` wanted two arrays of one shape. A layer, however, adds *one* bias vector to *every* row of a
# matrix. Arrays of different rank can be added when their shapes fit, and the rule has two steps:
#
# 1. **Add axes**: the array of lower rank gets new axes of size 1, on the left.
# 2. **Repeat**: along each axis of size 1 it is repeated, until it is as long as the other.

# %%
table = np.arange(12).reshape(4, 3)
row = np.array([100, 200, 300])
viz.show(
    arrays.broadcasting(table, row),
    alt="x of shape (4, 3) and y of shape (3,). y becomes (1, 3), then is repeated to (4, 3), "
    "three of its four rows drawn dashed; at the right their sum, of shape (4, 3).",
)

# %% [markdown]
# Let us do the same by hand for 32 rows of 10. The loop uses `y[j]` for every row `i`, and that is
# the whole secret. The two steps in NumPy are `np.newaxis` and `np.repeat`. Must the 32 copies
# really be stored? Look at the *strides*: how many bytes to jump for the next entry on each axis.


# %% tags=["nbval-check-output"]
def naive_add_to_rows(x, y):
    out = np.empty(x.shape, x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] + y[j]  # no i: the same y for every row
    return out


x, y = rng.random((32, 10), "float32"), rng.random(10, "float32")
by_hand = x + np.repeat(y[np.newaxis], 32, axis=0)  # (10,) → (1, 10) → (32, 10)
print("agree:", np.array_equal(naive_add_to_rows(x, y), by_hand), np.array_equal(by_hand, x + y))

virtual = np.broadcast_to(y, (32, 10))
print("strides", virtual.strides, " shares memory with y:", np.shares_memory(virtual, y))

# %% [markdown]
# To get to the next row, jump **0** bytes: all 32 rows are the same ten numbers in memory. The
# repetition is a way of reading, and its copies cost no memory. That is why the picture draws the
# repeated boxes dashed.
#
# Both arrays may stretch at once, each along its own axis. What will a column plus a row give?

# %%
column = np.array([[0], [1], [2], [3]])
viz.show(
    arrays.broadcasting(column, row),
    alt="x of shape (4, 1), a column, is repeated to the right, y of shape (3,), a row, is "
    "repeated downwards; their sum has shape (4, 3) and holds every pair's sum.",
)

# %% [markdown]
# Every entry of the column meets every entry of the row: an addition table. To predict a shape,
# write the two below each other, **aligned at the right**. Each pair of sizes must be equal, or one
# of them 1 (or missing). Decide for each line below before you run it: which shape, or an error?

# %% tags=["nbval-check-output"]
pairs = [
    ((32, 10), (10,)),
    ((32, 10), (32,)),  # one number a row?
    ((32, 10), (32, 1)),
    ((64, 3, 32, 10), (32, 10)),
    ((128, 28, 28), (128,)),
    ((128, 28, 28), (128, 1, 1)),
]
for first, second in pairs:
    try:
        outcome = np.broadcast_shapes(first, second)
    except ValueError:
        outcome = "error"
    print(f"{first!s:>16} with {second!s:<12} → {outcome}")

high, low = rng.random((64, 3, 32, 10), "float32"), rng.random((32, 10), "float32")
print("six implementations agree on their maximum:", agree("maximum", high, low))

# %% [markdown]
# The errors are the useful part. A vector of 32 numbers does *not* mean "one for each of 32 rows",
# because 32 lands under the 10. You must say so, with a shape of (32, 1). The dangerous case is a
# square matrix: there a vector fits in any case, along the last axis, whether you meant it or not.
#
# Now your own shapes. When you run this cell, two sliders appear above the picture; where no kernel
# runs, on a page or on paper, the picture stands alone. Which of the 25 pairs do not fit?

# %%
from dlcourse.viz.explore import explore

SHAPES = [(3,), (4,), (1, 3), (4, 1), (4, 3)]


def addition(x=(4, 1), y=(1, 3)):
    first = np.arange(math.prod(x)).reshape(x)
    second = 10 * np.arange(1, 1 + math.prod(y)).reshape(y)
    figure = arrays.broadcasting(first, second)
    return figure, f"x {x} and y {y} get axes, are repeated, and give {(first + second).shape}."


explore(addition, x=SHAPES, y=SHAPES)

# %% [markdown]
# Six do not: each time, a size of 4 comes to lie under a 3.
#
# ## Products: how entries meet
#
# Element-wise operations never mix entries. The **product** does, and it is where a layer does its
# work. Each of the three loops below is built from the one before: a vector times a vector is one
# number (multiply pairs, add up), a matrix times a vector does that for each row, a matrix times a
# matrix does *that* for each column. In NumPy, and in every framework, it is written `a @ b`.


# %% tags=["nbval-check-output"]
def naive_vector_product(x, y):
    total = 0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


def naive_matrix_vector_product(x, y):
    return np.array([naive_vector_product(row, y) for row in x])


def naive_matmul(x, y):
    columns = [naive_matrix_vector_product(x, column) for column in y.T]
    return np.stack(columns, axis=1)


a = np.array([[1, 0, 2, 1], [3, 1, 0, 2], [0, 2, 1, 1]])
b = np.array([[1, 4], [2, 0], [0, 1], [3, 2]])
print(naive_matmul(a, b))
print("as in NumPy:", np.array_equal(naive_matmul(a, b), a @ b))
print("six agree:", agree("matrix_vector_product", a, b[:, 0]), agree("matmul", a, b))

# %% [markdown]
# To do it on paper, put `b` above the result and `a` to its left: each entry of the result stands
# where its row of `a` and its column of `b` cross. Work out the marked entry, then another one.

# %%
viz.show(
    arrays.product(a, b, row=1, column=0),
    alt="Matrix a (3, 4) at the left, b (4, 2) above, the result (3, 2) where they meet. Row 1 of "
    "a and column 0 of b are marked, and the entry they give: 3·1 + 1·2 + 0·0 + 2·3 = 11.",
)

# %% [markdown]
# The picture shows the shape rule. Row and column must be equally long, and that size disappears:
# $(m, k) \cdot (k, n) \to (m, n)$. Swap the two matrices and they may not fit at all; even where
# both orders exist, they differ. With more axes on the left, each of the matrices there is
# multiplied in turn: $(a, b, c, d) \cdot (d, e) \to (a, b, c, e)$.
#
# And now the layer from the top of this chapter; in Keras it is called
# `keras.layers.Dense(16, activation="relu")`. It is a product, a broadcast addition and an
# element-wise maximum. The input is a batch of 32 pictures, each flattened to 784 numbers; the 16
# units have 784 weights each, and a bias. Which shape comes out? And do the six agree to the last
# digit? Hardly: each adds up the 784 products in an order of its own, and `float32` rounds after
# every addition. The second cell shows by how much they differ.

# %% tags=["nbval-check-output"]
square, other = np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])
print("order matters:", (square @ other).tolist(), "is not", (other @ square).tolist())

tall, flat = rng.random((2, 3, 4, 5), "float32"), rng.random((5, 6), "float32")
print((tall @ flat).shape, " six agree:", agree("matmul", tall, flat))

pictures = images[:32].reshape(32, 784).astype("float32") / 255
W, bias = rng.normal(0, 0.05, (784, 16)), rng.normal(0, 0.05, 16)
W, bias = W.astype("float32"), bias.astype("float32")
layer = np.maximum(pictures @ W + bias, 0)
print("layer", layer.shape, " six agree:", agree("dense", pictures, W, bias, activation="relu"))

# %%
layers = results("dense", pictures, W, bias, activation="relu")
course.record(largest_difference=max(np.abs(layers[0] - each).max() for each in layers))

# %% [markdown]
# ## Reshape and transpose: the same numbers, arranged anew
#
# We slipped in a `reshape` just now: 28 × 28 pixels became one row of 784. **Reshaping** reads the
# entries row by row and writes them, in that order, into a new shape; none is lost or added.
# **Transposing** makes rows into columns. Both can turn (3, 2) into (2, 3), so it is easy to think
# that they do the same. Follow the colours.

# %%
small = np.arange(6).reshape(3, 2)
variants = {
    "small": small,
    "reshape (6, 1)": small.reshape(6, 1),
    "reshape (2, 3)": small.reshape(2, 3),
    "transpose": small.T,
}
viz.show(
    arrays.boxes(variants, follow=True),
    alt="Six coloured boxes in four shapes. Reshaping to (6, 1) and to (2, 3) keeps the order 0 to "
    "5 row by row; transposing to (2, 3) gives the rows 0, 2, 4 and 1, 3, 5.",
)

# %% tags=["nbval-check-output"]
print(small.reshape(2, 3).tolist(), "is not", small.T.tolist())
print("(300, 20) transposed:", np.zeros((300, 20)).T.shape)
print("-1 is worked out:", images.reshape(-1, 784).shape)
print("six agree:", agree("reshape", small, (2, 3)), agree("transpose", small))

# %% [markdown]
# To turn photos from channels last into channels first you need `transpose`, which moves axes. A
# `reshape` gives the right shape too, raises no error, and scrambles every picture. (To see both as
# loops, print `inspect.getsource(ops.get("naive").reshape)`, and the same for `transpose`.)
#
# ## Geometry: what the numbers do in space
#
# A vector with two entries is a point in the plane, or the arrow that leads to it. Adding vectors
# puts one arrow at the tip of the other. In more dimensions this stays true, only harder to draw.

# %%
from dlcourse.viz import geometry

viz.show(
    geometry.vector_sum([0.5, 1], [1, 0.25]),
    alt="The vectors a = (0.5, 1) and b = (1, 0.25), first as points, then as arrows from the "
    "origin, then b starting at the tip of a: the sum ends at (1.5, 1.25).",
)

# %% [markdown]
# Adding the same vector to many points moves the whole shape: a **translation**. Multiplying by a
# matrix can turn it (**rotation**), stretch it (**scaling**, a diagonal matrix) or slant it: every
# such map is **linear**, it leaves the origin in place and parallel lines parallel. A linear map
# followed by a translation is **affine**.
#
# To be clear about order: here a point is a *column*, so `W @ p + b` moves the points `p`, an array
# of shape (2, N), and `b` of shape (2, 1) is broadcast. What will relu do to the last panel?


# %%
def rotation(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


W1, b1 = np.array([[1.1, 0.5], [-0.3, 0.9]]), np.array([[0.4], [0.3]])
maps = {
    "translation: p + b1": lambda p: p + b1,
    "rotation by 30°: R @ p": lambda p: rotation(30) @ p,
    "scaling: diag(1.4, 0.5) @ p": lambda p: np.diag([1.4, 0.5]) @ p,
    "linear: W1 @ p": lambda p: W1 @ p,
    "affine: W1 @ p + b1": lambda p: W1 @ p + b1,
    "relu(W1 @ p + b1)": lambda p: np.maximum(W1 @ p + b1, 0),
}
viz.show(
    geometry.moved(maps),
    alt="A letter F on a grid, dashed before and filled after six maps: moved, turned, stretched, "
    "slanted, slanted and moved; with relu all that was left of or below an axis lies flat on it.",
)

# %% [markdown]
# Relu is the only one that *bends*: what had a negative coordinate is pressed flat onto an axis. Is
# that ugly step worth having? Suppose we leave it out and stack two affine layers. Multiply out:
#
# $$W_2 (W_1 p + b_1) + b_2 = (W_2 W_1)\, p + (W_2 b_1 + b_2)$$
#
# That is one affine map again, with $W = W_2 W_1$ and $b = W_2 b_1 + b_2$. Check it with numbers.
# Layers in Keras write points as *rows*, `p @ W + b`; then the order of the matrices turns around.

# %% tags=["nbval-check-output"]
W2, b2 = rotation(-60) @ np.diag([1.3, 0.8]), np.array([[-0.3], [0.5]])
p = rng.normal(size=(2, 1000))
W, b = W2 @ W1, W2 @ b1 + b2
print("two affine maps are one:", np.allclose(W2 @ (W1 @ p + b1) + b2, W @ p + b))

rows, A1, A2 = p.T, W1.T, W2.T  # the same maps for points as rows
two_layers = (rows @ A1 + b1.T) @ A2 + b2.T
print("as rows:", np.allclose(two_layers, rows @ (A1 @ A2) + (b1.T @ A2 + b2.T)))


def bent(p):
    return W2 @ np.maximum(W1 @ p + b1, 0) + b2


left, right = np.array([[-2], [0.5]]), np.array([[2], [0.5]])
halfway = (bent(left) + bent(right)) / 2
print("with relu, midpoints stay midpoints:", np.allclose(halfway, bent((left + right) / 2)))

# %%
stacked = {
    "two affine maps": lambda p: W2 @ (W1 @ p + b1) + b2,
    "one affine map: W @ p + b": lambda p: W @ p + b,
    "two, with relu between": bent,
}
viz.show(
    geometry.moved(stacked),
    alt="Three panels. Two affine maps and the single combined map give the same slanted grid and "
    "letter; with relu in between, grid and letter are pressed against two edges.",
)

# %% [markdown]
# Every affine map takes the point halfway between two others to the point halfway between their
# images. With relu in between this fails, so *no* choice of a single $W$ and $b$ can replace the
# two layers. A hundred dense layers without relu are one layer with more work; with it, each can
# bend space once more, and bending is how a network separates what no straight line can.
#
# ## What you learned
#
# - A tensor has a rank, a shape and a dtype; axis 0 counts samples, and slices are views.
# - Real data are tensors of rank 2 to 5, and they need memory: count entries, times bytes.
# - Element-wise operations, broadcasting, products and reshaping are loops that you can write;
#   NumPy and the frameworks give the same numbers, much faster if you give them whole arrays.
# - A dense layer is an affine map; relu between layers keeps them from collapsing into one.
#
# **Practise.** Answer on paper first, then check in a new cell.
#
# 1. Which slice cuts a centred 20 × 20 crop from every picture? A batch of 100: how many batches?
# 2. What comes of shapes (8, 1, 6) and (7, 1)? Of (2, 3, 4) · (4, 5)? Of (5, 4) and (5,)?
# 3. How much memory does an hour of video take as `float32`, at 1920 × 1080 and 30 frames a second?
# 4. Write `naive_transpose` with two loops, and test it against `small.T`.
# 5. To which point does a rotation by 90° take (1, 0)? And doing it twice? Multiply the matrices.
# 6. Find a `b1` for which relu changes nothing inside the grid. What are the two layers then?
#
# <details><summary>Answers</summary>
#
# 1. `images[:, 4:-4, 4:-4]`; 600 batches, all full.
# 2. (8, 7, 6); (2, 3, 5); an error, because 5 stands under the 4.
# 3. 1920 · 1080 · 3 · 30 · 3600 values of 4 bytes: 2.7 TB.
# 4. `out = np.empty((n, m), x.dtype)` for `x` of shape `(m, n)`, then `out[j, i] = x[i, j]`.
# 5. To (0, 1), then to (-1, 0): `rotation(90) @ rotation(90)` equals `rotation(180)`.
# 6. `[[4], [4]]`, for example: no coordinate is negative, so the layers are one affine map there.
#
# </details>
