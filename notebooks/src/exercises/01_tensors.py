# %% [markdown]
# # Exercises: Tensors
#
# In chapter 1 you saw what the parts of a layer do. Here you write some yourself, for shapes that
# the chapter did not have, mend a program that gets light wrong, and find out what floats do where
# `uint8` starts again at 0. NumPy is all you need.

# %% [markdown]
# ## 1. The middle of a picture
#
# The chapter cut the middle out of 28 × 28 pictures with `images[:, 7:-7, 7:-7]`. Do it for
# pictures of any height and width: `centre_crop(images, size)` returns the `size` × `size` pixels
# in the middle of each. Where the margin is odd, so that top and bottom (or left and right) cannot
# lose the same number, the bottom (or the right) loses one more.

# %%
import numpy as np


# %% solution="centre_crop"
def centre_crop(images, size):
    """Return the middle of each picture: (count, height, width) → (count, size, size)."""
    ### BEGIN SOLUTION
    top = (images.shape[1] - size) // 2
    left = (images.shape[2] - size) // 2
    return images[:, top : top + size, left : left + size]
    ### END SOLUTION


# %% check="centre_crop" points=3
numbered = np.arange(72).reshape(2, 6, 6)  # two pictures; each number says where it stands
middle = centre_crop(numbered, 2)
assert np.shape(middle) == (2, 2, 2), (
    f"two pictures of 2 × 2 were wanted, the shape is {np.shape(middle)}; axis 0 stays whole"
)
assert np.array_equal(middle[0], [[14, 15], [20, 21]]), (
    f"the middle of the first picture should be [[14, 15], [20, 21]], it is {middle[0].tolist()}: "
    "how many rows go at the top, how many columns at the left?"
)
print("The visible checks pass. Grading tries other sizes.")


### BEGIN HIDDEN TESTS
def middle_of(images, size):
    top, left = (np.array(images.shape[1:]) - size) // 2
    return images[:, top : top + size, left : left + size]


def compare_crop(ask, images, size):
    near(ask("centre_crop(images, size)", images=images, size=size), middle_of(images, size))


@check(1, "pictures that are not square are cut in the wrong place")
def not_square(ask, rng):
    for wider, higher in ((4, 0), (2, 6), (0, 8)):
        size = int(rng.integers(2, 5))
        compare_crop(ask, rng.random((3, size + 2 + higher, size + 2 + wider)), size)


@check(1, "with an odd margin, the last row and column have to lose one more than the first")
def odd_margin(ask, rng):
    for margin in (1, 3, 5):
        size = int(rng.integers(2, 8))
        compare_crop(ask, rng.random((2, size + margin, size + margin)), size)


@check(1, "a crop as large as the picture should be the whole picture (and a smaller one a part)")
def whole_picture(ask, rng):
    size = int(rng.integers(3, 9))
    compare_crop(ask, rng.random((2, size + 2, size + 2)), size)
    compare_crop(ask, rng.random((2, size, size)), size)


### END HIDDEN TESTS

# %% [markdown]
# ## 2. Find the bug: half of each
#
# To blend two pictures, take the average of each pair of pixels. This program does it for two rows
# of pixels. The dark pair comes out right, and what should be bright does not. Why?


# %%
def blend_with_bug(first, second):
    return ((first + second) / 2).astype("uint8")


dark, dim = np.array([10, 20, 30], "uint8"), np.array([30, 60, 90], "uint8")
bright, brighter = np.array([200, 250, 255], "uint8"), np.array([100, 250, 255], "uint8")
print(blend_with_bug(dark, dim), blend_with_bug(bright, brighter))

# %% [markdown]
# Write `blend` as it should be.


# %% solution="blend"
def blend(first, second):
    """Return the average of two uint8 arrays of one shape, as uint8; halves are rounded down."""
    ### BEGIN SOLUTION
    return ((first.astype("float32") + second) / 2).astype("uint8")
    ### END SOLUTION


# %% check="blend" points=2
blended = blend(bright, brighter)
assert np.array_equal(blended, [150, 250, 255]), (
    f"the bright rows should give [150, 250, 255], not {blended}. "
    "At which place do they first differ? What is the *sum* there, and what has room in a uint8?"
)
print("The visible check passes. Grading tries other pictures.")


### BEGIN HIDDEN TESTS
@check(1, "some pairs of even numbers are averaged wrongly, although their average is whole")
def even_pairs(ask, rng):
    first, second = 2 * rng.integers(0, 128, size=(2, 5, 40))
    first[0, 0] = second[0, 0] = 254
    got = ask("blend(first, second)", first=first.astype("uint8"), second=second.astype("uint8"))
    near(got, (first + second) / 2)


@check(1, "look again at odd pixels, at averages that end in one half, and at the result's dtype")
def odd_pairs(ask, rng):
    first, second = rng.integers(0, 256, size=(2, 4, 60))
    first[0, :3], second[0, :3] = (255, 201, 255), (255, 101, 200)
    got = ask("blend(first, second)", first=first.astype("uint8"), second=second.astype("uint8"))
    near(got, (first + second) // 2)
    equal(str(np.asarray(got).dtype), "uint8")


### END HIDDEN TESTS

# %% [markdown]
# ## 3. The rule of broadcasting
#
# Write the rule as a function: given two shapes, which shape does the result have? Align them at
# the right, and look at each pair of sizes. Where they do not fit, raise a `ValueError`.
#
# Find the answer from the numbers alone. NumPy's own functions for it (`np.broadcast_shapes` and
# its relatives) are good for trying things out, in a cell of your own; an answer that calls them
# gets no points. (And what if a size is 0? A batch may be empty: ask NumPy what (0, 3) and (1, 3)
# give.)


# %% solution="broadcast_shape"
def broadcast_shape(first, second):
    """Return the shape of an array of shape `first` plus one of shape `second`, as a tuple.

    Raises ValueError where the shapes do not fit.
    """
    ### BEGIN SOLUTION
    rank = max(len(first), len(second))
    first = (1,) * (rank - len(first)) + tuple(first)
    second = (1,) * (rank - len(second)) + tuple(second)
    sizes = []
    for a, b in zip(first, second, strict=True):
        if a != b and 1 not in (a, b):
            raise ValueError(f"sizes {a} and {b} do not fit in {first} and {second}")
        sizes.append(b if a == 1 else a)
    return tuple(sizes)
    ### END SOLUTION


# %% check="broadcast_shape" points=4
shape = broadcast_shape((4, 1), (4, 3))
assert shape == (4, 3), f"a column (4, 1) with (4, 3) gives the tuple (4, 3), not {shape!r}"
shape = broadcast_shape((32, 10), (10,))
assert shape == (32, 10), (
    f"(32, 10) with (10,) gives (32, 10), not {shape!r}: which axes does the shorter one lack?"
)
try:
    shape = broadcast_shape((32, 10), (32,))
except ValueError:
    print("The visible checks pass. Grading tries more pairs of shapes.")
else:
    raise AssertionError(f"(32, 10) with (32,) gave {shape!r}, but 32 does not fit under the 10")


### BEGIN HIDDEN TESTS
def predict_shape(ask, first, second):
    if any("." in name and "broadcast" in name for name in calls(code_of("broadcast_shape"))):
        raise Wrong("NumPy's own function gives the answer here: write the rule yourself")
    return ask(f"broadcast_shape({first}, {second})")


def agree_on_shape(ask, first, second):
    equal(predict_shape(ask, first, second), np.broadcast_shapes(first, second))


def random_pair(rng, rank):
    """Return two shapes of one rank that fit; each of them has to stretch somewhere."""
    sizes = rng.integers(2, 1000, size=rank).tolist()
    stretched = rng.permutation(rank)
    first = tuple(1 if k == stretched[0] else n for k, n in enumerate(sizes))
    return first, tuple(1 if k == stretched[1] else n for k, n in enumerate(sizes))


@check(1, "two shapes of the same rank, where each has an axis of size 1, give a wrong shape")
def same_rank(ask, rng):
    for rank in (2, 3, 5):
        agree_on_shape(ask, *random_pair(rng, rank))


@check(1, "shapes of different rank give a wrong shape: the first or the second may be the longer")
def other_rank(ask, rng):
    long = tuple(rng.integers(2, 1000, size=4).tolist())
    for short in ((), long[3:], (1,), long[2:], long[1:]):
        agree_on_shape(ask, long, short)
        agree_on_shape(ask, short, long)


@check(1, "some shapes that do not fit raise no ValueError")
def misfits(ask, rng):
    a, b = (int(n) for n in 2 + rng.permutation(40)[:2])
    equal(predict_shape(ask, (a, b), (a, b)), [a, b])
    for first, second in (((a, b), (b, a)), ((a,), (b,)), ((a, 1, b), (a, 7, 1 + b)), ((2,), (4,))):
        raises("ValueError", ask, f"broadcast_shape({first}, {second})")


@check(1, "an axis of size 0 stays empty: a 1 beside it is repeated no times")
def empty_axis(ask, rng):
    size = int(rng.integers(2, 50))
    for first, second in (((0, size), (1, size)), ((size, 1), (size, 0)), ((0,), (1,))):
        agree_on_shape(ask, first, second)


### END HIDDEN TESTS

# %% [markdown]
# ## 4. A product with loops
#
# The chapter built the matrix product from three functions. Write it in one, with loops, and for
# more axes on the left: each entry is a sum of products, and
#
# $$(\ldots, m, k) \cdot (k, n) \to (\ldots, m, n)$$
#
# Everything before the last axis of `x` only counts rows. So make `x` a matrix, loop over the
# entries of the result, and give it its axes back. Use `*` and sums. An answer that leaves the
# work to `@`, `np.matmul`, `np.dot`, `np.einsum` or another product of NumPy's gets no points.


# %% solution="naive_product"
def naive_product(x, y):
    """Return x @ y for x of shape (..., k), of any rank from 1, and y of shape (k, n).

    Raises ValueError where the last axis of x and the first of y differ in size.
    """
    ### BEGIN SOLUTION
    if x.shape[-1] != y.shape[0]:
        raise ValueError(f"{x.shape[-1]} columns of x cannot meet {y.shape[0]} rows of y")
    rows = x.reshape(-1, x.shape[-1])
    out = np.zeros((len(rows), y.shape[1]), np.result_type(x, y))
    for i in range(len(rows)):
        for j in range(y.shape[1]):
            for k in range(len(y)):
                out[i, j] += rows[i, k] * y[k, j]
    return out.reshape(*x.shape[:-1], y.shape[1])
    ### END SOLUTION


# %% check="naive_product" points=4
a = np.array([[1.0, 0, 2, 1], [3, 1, 0, 2], [0, 2, 1, 1]])
b = np.array([[1.0, 4], [2, 0], [0, 1], [3, 2]])
product = naive_product(a, b)
assert np.shape(product) == (3, 2), f"(3, 4) · (4, 2) gives (3, 2), not {np.shape(product)}"
assert product[1, 0] == 11, (
    f"row 1 of a times column 0 of b is 3·1 + 1·2 + 0·0 + 2·3 = 11, not {product[1, 0]}"
)
batch = naive_product(np.stack([a, 10 * a]), b)
assert np.shape(batch) == (2, 3, 2), f"(2, 3, 4) · (4, 2) gives (2, 3, 2), not {np.shape(batch)}"
print("The visible checks pass. Grading tries other arrays, also some that do not fit.")
### BEGIN HIDDEN TESTS
SHORTCUTS = {"@", "matmul", "dot", "vdot", "inner", "einsum", "tensordot", "matvec", "vecdot"}
SHORTCUTS |= {"vecmat", "multi_dot", "matrix", "asmatrix", "__matmul__", "__rmatmul__", "getattr"}


def looped(ask, x, y):
    used = {name.rpartition(".")[2] for name in calls(code_of("naive_product"))}
    if used & SHORTCUTS:
        raise Wrong("a product of NumPy's does the work here: write the loops yourself")
    return ask("naive_product(x, y)", x=x, y=y)


@check(1, "matrices of other shapes give wrong numbers")
def matrices(ask, rng):
    for m, k, n in ((2, 5, 3), (1, 4, 6), (5, 1, 2)):
        x, y = rng.normal(size=(m, k)), rng.normal(size=(k, n))
        near(looped(ask, x, y), x @ y)


@check(1, "the result is wrong where x is a vector or has more than two axes")
def more_axes(ask, rng):
    for shape in ((3,), (2, 4, 3), (2, 1, 3, 3)):
        x, y = rng.normal(size=shape), rng.normal(size=(3, 2))
        near(looped(ask, x, y), x @ y)


@check(1, "whole numbers times fractions lose their decimals: which dtype has the result?")
def mixed_types(ask, rng):
    x, y = rng.integers(1, 9, size=(3, 4)), rng.uniform(0.1, 0.9, size=(4, 2))
    near(looped(ask, x, y), x @ y)
    x, y = rng.uniform(0.1, 0.9, size=(2, 4)), rng.integers(1, 9, size=(4, 3))
    near(looped(ask, x, y), x @ y)


@check(1, "sizes that do not fit must raise ValueError, whichever is larger, and also if one is 1")
def sizes_that_differ(ask, rng):
    near(looped(ask, np.ones((1, 1)), np.ones((1, 1))), [[1]])
    for columns, rows in ((3, 5), (5, 3), (4, 1), (1, 4)):
        x, y = np.ones((2, columns)), np.ones((rows, 2))
        raises("ValueError", ask, "naive_product(x, y)", x=x, y=y)


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Which product first?
#
# $(A B)\,C$ and $A\,(B C)$ are the same matrix. Are they the same work? Each entry of a product
# $(m, k) \cdot (k, n)$ takes $k$ multiplications. Count them for both orders, when $A$ has shape
# $(m, k)$, $B$ has $(k, n)$ and $C$ has $(n, p)$.


# %% solution="multiplications"
def multiplications(m, k, n, p):
    """Return two whole numbers: the multiplications in (A B) C, and those in A (B C)."""
    ### BEGIN SOLUTION
    return m * k * n + m * n * p, k * n * p + m * k * p
    ### END SOLUTION


# %% check="multiplications" points=2
both = multiplications(2, 3, 4, 5)
assert isinstance(both, tuple | list), f"two numbers were wanted, not {both!r}"
left, right = both
assert left == 64, (
    f"(2, 3) · (3, 4) takes 24 multiplications and gives (2, 4); that · (4, 5) takes 40: "
    f"64 in all, not {left}"
)
print("The visible check passes. Grading looks at both orders, with other sizes.")
left, right = multiplications(784, 512, 512, 1)
print(f"784 × 512 times 512 × 512 times one column: {left:,} or {right:,} multiplications.")


### BEGIN HIDDEN TESTS
def count_of_product(shape, other):
    return shape[0] * shape[1] * other[1], (shape[0], other[1])


@check(1, "the number for (A B) C is wrong")
def left_first(ask, rng):
    for m, k, n, p in rng.integers(2, 60, size=(3, 4)).tolist():
        first, shape = count_of_product((m, k), (k, n))
        second, _ = count_of_product(shape, (n, p))
        got = ask("multiplications(m, k, n, p)[0]", m=m, k=k, n=n, p=p)
        equal(got, first + second)


@check(1, "the number for A (B C) is wrong")
def right_first(ask, rng):
    for m, k, n, p in rng.integers(2, 60, size=(3, 4)).tolist():
        first, shape = count_of_product((k, n), (n, p))
        second, _ = count_of_product((m, k), shape)
        got = ask("multiplications(m, k, n, p)[1]", m=m, k=k, n=n, p=p)
        equal(got, first + second)


### END HIDDEN TESTS

# %% [markdown]
# ## 6. A hundred layers that are one
#
# Without relu between them, affine layers collapse into one: the chapter showed it for two. Do it
# for any number. Points are *rows*, as in Keras: a layer `(W, b)` takes `p` to `p @ W + b`, and the
# first layer of the list is the first to be applied.


# %% solution="collapse"
def collapse(layers):
    """Return the kernel and the bias of the one layer that does what all of `layers` do in turn.

    layers: a list of at least one pair (W, b), shapes (inputs, units) and (units,).
    """
    ### BEGIN SOLUTION
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b
    ### END SOLUTION


# %% check="collapse" points=3
double, swap = 2 * np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]])
layer = collapse([(double, np.array([1.0, 0.0])), (swap, np.array([0.0, 5.0]))])
assert isinstance(layer, tuple | list), f"a kernel and a bias were wanted, not {layer!r}"
W, b = layer
assert np.array_equal(W, double @ swap), (
    f"doubling and swapping gives {(double @ swap).tolist()}, not {np.asarray(W).tolist()}"
)
point = np.array([3.0, 4.0])
assert np.array_equal(point @ W + b, [8, 12]), (
    "(3, 4) goes to (7, 8), and that to (8, 12); your one layer takes it to "
    f"{(point @ W + b).tolist()}. What does the second layer do to the first one's bias?"
)
print("The visible checks pass. Grading tries other layers, and more of them.")


### BEGIN HIDDEN TESTS
def draw_layers(rng, *sizes):
    pairs = [sizes[k : k + 2] for k in range(len(sizes) - 1)]
    return [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]


@check(1, "the kernel of two layers is wrong")
def kernel_of_two(ask, rng):
    (W1, b1), (W2, b2) = draw_layers(rng, 4, 3, 3)
    code = "collapse([(W1, b1), (W2, b2)])[0]"
    near(ask(code, W1=W1, b1=b1, W2=W2, b2=b2), W1 @ W2)


@check(1, "the bias of two layers is wrong")
def bias_of_two(ask, rng):
    (W1, b1), (W2, b2) = draw_layers(rng, 2, 3, 3)
    code = "collapse([(W1, b1), (W2, b2)])[1]"
    near(ask(code, W1=W1, b1=b1, W2=W2, b2=b2), b1 @ W2 + b2)


@check(1, "another number of layers than two is not collapsed as it should be")
def other_depths(ask, rng):
    for sizes in ((3, 2), (2, 4, 4, 3), (3, 3, 3, 3, 3, 3)):
        layers = draw_layers(rng, *sizes)
        points = rng.normal(size=(5, sizes[0]))
        got = ask("W, b = collapse(layers)\npoints @ W + b", layers=layers, points=points)
        for W, b in layers:
            points = points @ W + b
        near(got, points)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. An experiment: floats go deaf
#
# In `uint8`, 250 + 10 starts again at 0. Floats do not: they do something quieter. Every float type
# keeps a fixed number of digits, so to a large enough number you can add 1 and get **the same
# number**. Whoever counts in such a type never gets any further.
#
# Find the first such number among 1, 2, 4, 8, 16, … for each of the three float types. Guess before
# you measure: `float32` has about seven decimal digits. Take care that the 1 that you add, and the
# sum, are of the same type. Record what you find as whole numbers.

# %% solution="deaf_from"
deaf_from = None  # {"float16": …, "float32": …, "float64": …}
### BEGIN SOLUTION
deaf_from = {}
for kind in ("float16", "float32", "float64"):
    number, one = np.ones(1, kind), np.ones(1, kind)
    while (number + one != number).all():
        number = number + number
    deaf_from[kind] = int(number[0])
### END SOLUTION

# %% check="deaf_from" points=2
assert isinstance(deaf_from, dict), "record a dictionary with a number for each of the three types"
assert sorted(deaf_from) == ["float16", "float32", "float64"], f"the keys are {sorted(deaf_from)}"
for kind, number in deaf_from.items():
    assert int(number).bit_count() == 1, f"{number} is not one of 1, 2, 4, 8, …"
    print(f"{kind} cannot count beyond {int(number):,}")
half = np.float16(deaf_from["float16"])
assert half + np.float16(1) == half, f"as float16, {half} + 1 is {half + np.float16(1)}, not {half}"
print("The visible checks pass. Grading looks at the other types, and whether yours is the first.")


### BEGIN HIDDEN TESTS
def digits_in(kind):
    return 2 ** (np.finfo(kind).nmant + 1)


@check(1, "the number for float16 is not the first of 1, 2, 4, … that cannot hear a 1")
def short_type(ask, rng):
    equal(ask('deaf_from["float16"]'), digits_in("float16"))


@check(1, "the number for float32 or for float64 is wrong: of which type was the 1, or the sum?")
def longer_types(ask, rng):
    got = ask('[deaf_from["float32"], deaf_from["float64"]]')
    equal(got, [digits_in("float32"), digits_in("float64")])


### END HIDDEN TESTS

# %% [markdown]
# (This is why the means over 60,000 pictures are computed in a wider type than the pictures are
# stored in, or in pieces.)
#
# ## 8. In words
#
# A colleague wants each row of a matrix to have the mean 0, and writes
# `x - x.mean(axis=1)`. With `x` of shape (32, 10) she gets an error. With `x` of shape (10, 10)
# she gets none, and concludes that her program is right, and something was wrong with the 32 rows.
#
# Why the error? What does her line compute for (10, 10), entry by entry? And what should she write,
# so that it is right for every shape?

# %% [markdown] answer="row_means" points=3
# ### BEGIN SOLUTION
# `x.mean(axis=1)` has shape (32,): one mean for each row. Aligned at the right, 32 stands under the
# 10, and the two do not fit. With (10, 10) the means have shape (10,). They are aligned with the
# *last* axis: entry (i, j) becomes x[i, j] minus the mean of row **j**, not of row i. That the
# shapes fit says nothing about the meaning. She needs means of shape (32, 1), a column:
# `x - x.mean(axis=1, keepdims=True)`, or `x - x.mean(axis=1)[:, np.newaxis]`.
#
# Rubric: 1 point for the error (shapes are aligned at the right, 32 under 10). 1 point for what is
# computed (column j loses the mean of row j, or: the vector of means is subtracted from every row);
# "it is wrong" or "the means of the columns are subtracted" is not enough. 1 point for a correct
# line.
# ### END SOLUTION

# %% [markdown]
# You have written the rule by which shapes fit, and the loops behind `@`. The next chapter needs
# both, on the way back.
