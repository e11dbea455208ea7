# %% [markdown]
# # Exercises: Backpropagation
#
# Slopes by nudging, by hand and by an engine; a program for descent that loses its own history; and
# the question how large the first weights should be. NumPy is all you need. When you are not sure
# of a slope, do what the chapter did: nudge, and compare.

# %% [markdown]
# ## 1. How steep is it that way?
#
# The gradient has the slopes along the axes. What is the slope in any other direction? Walk a small
# distance `h` from the point, and as far to the other side: a **central** difference along a line.
# A direction may be given by an arrow of any length. The slope is the rise for each unit of
# *distance*, so it must not depend on how long the arrow happens to be.

# %%
import numpy as np


# %% solution="slope_along"
def slope_along(f, point, direction, h=1e-5):
    """Return the slope of f at `point` in `direction`, by a central difference of distance h.

    f: takes an array of shape (n,), returns a number. point, direction: arrays of shape (n,).
    """
    ### BEGIN SOLUTION
    step = h * direction / np.linalg.norm(direction)
    return (f(point + step) - f(point - step)) / (2 * h)
    ### END SOLUTION


# %% check="slope_along" points=3
def tilted(p):
    return 3 * p[0] + 4 * p[1]


slope = slope_along(tilted, np.array([1.0, 2.0]), np.array([0.0, 1.0]))
assert abs(slope - 4) < 1e-4, f"along the second axis this plane rises by 4, not by {slope}"
slope = slope_along(tilted, np.array([1.0, 2.0]), np.array([-10.0, 0.0]))
assert abs(slope + 3) < 1e-4, (
    f"against the first axis the plane falls by 3 for each unit of distance: -3, not {slope}"
)
print("The visible checks pass. Grading tries other functions and other h.")
### BEGIN HIDDEN TESTS
CURVED = "lambda p: a[0] * p[0] ** 2 + a[1] * np.sin(p[1]) * p[0] + a[2] * p[2]"


def curved_gradient(a, p):
    return np.array([2 * a[0] * p[0] + a[1] * np.sin(p[1]), a[1] * np.cos(p[1]) * p[0], a[2]])


def slope_of_curved(ask, rng, length):
    a, point, direction = rng.uniform(0.5, 2, size=(3, 3)) * rng.choice([-1, 1], size=(3, 3))
    direction = direction / np.linalg.norm(direction)
    code = f"slope_along({CURVED}, point, direction)"
    got = ask(code, a=a, point=point, direction=length * direction)
    near(got, curved_gradient(a, point) @ direction, rtol=1e-3, atol=1e-3)


@check(1, "a direction of length 1 that is no axis gives a wrong slope")
def unit_direction(ask, rng):
    for _ in range(3):
        slope_of_curved(ask, rng, length=1)


@check(1, "the slope should not depend on the length of the direction")
def long_direction(ask, rng):
    for length in (0.2, 3, 50):
        slope_of_curved(ask, rng, length)


@check(1, "with a large h the slope is less exact than a central difference would be")
def large_nudge(ask, rng):
    a, point = rng.uniform(0.5, 2, size=(2, 2))
    code = "slope_along(lambda p: (a * p**2).sum(), point, direction, h=0.5)"
    for direction in np.eye(2):
        got = ask(code, a=a, point=point, direction=direction)
        near(got, 2 * (a * point) @ direction)


### END HIDDEN TESTS

# %% [markdown]
# ## 2. One unit, by hand
#
# A network of one unit: $L = (\text{relu}(w\,x + b) - y)^2$. Draw its graph on paper, walk back
# from $L$, and write down both slopes as formulas. For which numbers does nothing come through? (At
# the kink itself, where $w\,x + b = 0$, nobody will ask.)


# %% solution="slopes"
def slopes(x, w, b, y):
    """Return dL/dw and dL/db for L = (relu(w x + b) - y)²; all are numbers."""
    ### BEGIN SOLUTION
    before = w * x + b
    if before < 0:
        return 0.0, 0.0
    upstream = 2 * (before - y)
    return upstream * x, upstream
    ### END SOLUTION


# %% check="slopes" points=3
both = slopes(2.0, 3.0, 1.0, 4.0)
assert isinstance(both, tuple | list), f"two slopes were wanted, not {both!r}"
slope_w, slope_b = both
assert slope_b == 6, (
    f"w x + b = 7 is 3 too high, and 2 · 3 = 6 arrives at b; you have {slope_b}. "
    "What is the slope of the square, and what that of relu, at 7?"
)
assert slope_w == 12, f"w is multiplied by x = 2 on its way to the loss: 12, not {slope_w}"
print("The visible checks pass. Grading tries other numbers.")


### BEGIN HIDDEN TESTS
def active_unit(rng):
    x, b, y = rng.uniform(0.5, 3, size=3)
    x = x * rng.choice([-1, 1])
    return x, (rng.uniform(0.5, 2) - b) / x, b, y


def ask_for_slopes(ask, x, w, b, y):
    code = "slope_w, slope_b = slopes(x, w, b, y)\n[float(slope_w), float(slope_b)]"
    return ask(code, x=x, w=w, b=b, y=y)


@check(1, "the slope for w is wrong where relu lets the number through")
def slope_for_weight(ask, rng):
    for _ in range(4):
        x, w, b, y = active_unit(rng)
        near(ask_for_slopes(ask, x, w, b, y)[0], 2 * (w * x + b - y) * x)


@check(1, "the slope for b is wrong where relu lets the number through")
def slope_for_bias(ask, rng):
    for _ in range(4):
        x, w, b, y = active_unit(rng)
        near(ask_for_slopes(ask, x, w, b, y)[1], 2 * (w * x + b - y))


@check(1, "where relu gives 0, a nudge of w or b changes nothing")
def dead_unit(ask, rng):
    if not any(ask_for_slopes(ask, 1.5, 1.0, 1.0, 0.5)):
        raise Wrong("all slopes are 0, also where relu lets the number through")
    for _ in range(3):
        x, w, b, y = active_unit(rng)
        near(ask_for_slopes(ask, x, -w, -b, y), [0, 0])


### END HIDDEN TESTS

# %% [markdown]
# ## 3. An engine that divides
#
# Here is the chapter's engine once more, with `backward` as a function.


# %%
class Value:
    def __init__(self, data, *edges):
        self.data, self.grad = data, 0.0
        self.edges = edges  # (parent, rule) each


def multiply(a, b):
    b = b if isinstance(b, Value) else Value(b)
    return Value(a.data * b.data, (a, lambda g: g * b.data), (b, lambda g: g * a.data))


Value.__mul__ = Value.__rmul__ = multiply


# %%
def parents_first(last):
    order, seen, todo = [], set(), [(last, False)]
    while todo:
        value, parents_listed = todo.pop()
        if parents_listed:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            todo += [(value, True), *((parent, False) for parent, _ in value.edges)]
    return order


def backward(result):
    result.grad = 1.0
    for value in reversed(parents_first(result)):
        for parent, rule in value.edges:
            parent.grad += rule(value.grad)


# %% [markdown]
# It cannot divide. Write `divide` after the pattern of `multiply`: the value, and for each parent a
# rule that turns the gradient `g` of the quotient into the parent's share. How does $a / b$ change
# when $b$ is nudged? Either of the two may also be a plain number.


# %% solution="divide"
def divide(a, b):
    """Return a / b as a Value that knows its parents; one of a and b may be a plain number."""
    ### BEGIN SOLUTION
    a = a if isinstance(a, Value) else Value(a)
    b = b if isinstance(b, Value) else Value(b)
    return Value(
        a.data / b.data,
        (a, lambda g: g / b.data),
        (b, lambda g: -g * a.data / b.data**2),
    )
    ### END SOLUTION


# %% check="divide" points=4
a, b = Value(6.0), Value(2.0)
quotient = divide(a, b)
assert isinstance(quotient, Value), f"a Value was wanted, not {quotient!r}"
assert quotient.data == 3, f"6 / 2 gave the value {quotient.data}"
backward(quotient)
assert a.grad == 0.5, f"nudge the 6 by 0.1, and the quotient grows by 0.05: 0.5, not {a.grad}"
assert abs(6 / 2.001 - 3 - 0.001 * b.grad) < 1e-5, (
    f"6 / 2.001 is {6 / 2.001:.4f}, so the slope for b cannot be {b.grad}"
)
print("The visible checks pass. Grading divides in the middle of a longer computation, too.")


### BEGIN HIDDEN TESTS
def ask_divide(ask, quotient, p, q):
    code = f"a, b = Value(p), Value(q)\nend = {quotient}\nbackward(end)"
    return ask(f"{code}\n[float(number) for number in (end.data, a.grad, b.grad)]", p=p, q=q)


def two_numbers(rng):
    p, q = rng.uniform(0.5, 4, size=2) * rng.choice([-1, 1], size=2)
    return float(p), float(q)


@check(1, "the quotient itself, or the slope for what is divided, is wrong")
def numerator(ask, rng):
    for _ in range(3):
        p, q = two_numbers(rng)
        near(ask_divide(ask, "divide(a, b)", p, q)[:2], [p / q, 1 / q])


@check(1, "the slope for what it is divided by is wrong")
def denominator(ask, rng):
    for _ in range(3):
        p, q = two_numbers(rng)
        near(ask_divide(ask, "divide(a, b)", p, q)[2], -p / q**2)


@check(1, "when the quotient is used further on, its own gradient is not 1: does it reach a and b?")
def used_further_on(ask, rng):
    p, q = two_numbers(rng)
    alone = ask_divide(ask, "divide(a, b)", p, q)
    if not (alone[1] and alone[2]):
        raise Wrong("a slope of the plain quotient is 0 already")
    for factor in (-2.5, 7.0):
        got = ask_divide(ask, f"divide(a, b) * {factor}", p, q)
        near(got, np.multiply(alone, factor))


@check(1, "with a plain number above or below, the value or a gradient is wrong")
def plain_numbers(ask, rng):
    p, q = two_numbers(rng)
    near(ask_divide(ask, "divide(a, 1.6)", p, q), [p / 1.6, 1 / 1.6, 0])
    value, _, slope = ask_divide(ask, "divide(2, b)", p, q)
    near([value, abs(slope)], [2 / q, 2 / q**2])


### END HIDDEN TESTS

# %% [markdown]
# ## 4. A layer, backwards
#
# Now arrays. A layer computes `y = relu(x @ W + b)` for a batch `x`. On the way back arrives
# `upstream`, the slopes of the loss for each entry of `y`. Hand on what belongs to `x`, to `W` and
# to `b`. You need three rules of the chapter: the product's, the one for what was broadcast, and
# what relu does to a gradient. The shapes must come out as those of `x`, `W` and `b`.


# %% solution="dense_backward"
def dense_backward(x, W, b, upstream):
    """Return the gradients for x, W and b of the layer relu(x @ W + b).

    x: (samples, inputs). W: (inputs, units). b: (units,). upstream: (samples, units).
    """
    ### BEGIN SOLUTION
    gradient = upstream * (x @ W + b > 0)
    return gradient @ W.T, x.T @ gradient, gradient.sum(axis=0)
    ### END SOLUTION


# %% check="dense_backward" points=4
x = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 0.0]])
W, b = np.array([[1.0], [2.0]]), np.array([0.5])
found = dense_backward(x, W, b, np.array([[1.0], [10.0], [100.0]]))
assert isinstance(found, tuple | list), f"three gradients were wanted, not {found!r}"
for name, array, gradient in zip("xWb", (x, W, b), found, strict=True):
    assert np.shape(gradient) == array.shape, (
        f"the gradient for {name} should have the shape of {name}, {array.shape}, "
        f"not {np.shape(gradient)}"
    )
assert found[2] == 111, f"b is used for all three samples; 1 + 10 + 100 arrive, not {found[2]}"
print(
    "The visible checks pass. Grading looks at the numbers of all three, also where relu gives 0."
)


### BEGIN HIDDEN TESTS
def layer_arrays(rng):
    """Draw a layer whose inputs, weights and biases are positive: relu lets everything through."""
    x, W, b = (rng.uniform(0.1, 1, size=shape) for shape in ((5, 4), (4, 3), 3))
    return {"x": x, "W": W, "b": b, "upstream": rng.normal(size=(5, 3))}


@check(1, "the gradient for x is wrong, even where relu lets everything through")
def for_inputs(ask, rng):
    arrays = layer_arrays(rng)
    got = ask("dense_backward(x, W, b, upstream)[0]", **arrays)
    near(got, arrays["upstream"] @ arrays["W"].T)


@check(1, "the gradient for W is wrong, even where relu lets everything through")
def for_kernel(ask, rng):
    arrays = layer_arrays(rng)
    got = ask("dense_backward(x, W, b, upstream)[1]", **arrays)
    near(got, arrays["x"].T @ arrays["upstream"])


@check(1, "the gradient for b is wrong, even where relu lets everything through")
def for_bias(ask, rng):
    arrays = layer_arrays(rng)
    got = ask("dense_backward(x, W, b, upstream)[2]", **arrays)
    near(got, arrays["upstream"].sum(axis=0))


@check(1, "what comes back through a unit whose relu gave 0 must not go any further")
def through_relu(ask, rng):
    arrays = layer_arrays(rng)
    arrays["b"][1] = -50  # unit 1 gives 0 for every sample
    code = """dx, dW, db = dense_backward(x, W, b, upstream)
[dx, [float(abs(unit).sum()) for unit in (*dW.T, *db)]]"""
    before, sizes = ask(code, **arrays)
    equal([size > 0 for size in sizes], [True, False, True, True, False, True])
    arrays["upstream"][:, 1] += 100
    near(ask(code, **arrays)[0], before)


### END HIDDEN TESTS

# %% [markdown]
# ## 5. Find the bug: a path that stands still
#
# Descent with momentum, once more; `gradient` is a function of the weights. A fellow student wants
# to draw the path. The last point is right, but look at the others, and at `start`.


# %%
def descend_with_bug(gradient, start, rate, steps, momentum):
    w, velocity, path = start, 0.0, [start]
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(w)
        w += velocity
        path.append(w)
    return np.array(path)


start = np.array([4.0, -2.0])
print(descend_with_bug(lambda w: w, start, rate=0.5, steps=3, momentum=0.0))
print("start is now", start)

# %% [markdown]
# Write it so that it keeps the whole path and leaves `start` alone. And a start at whole numbers,
# `np.array([4, -2])`, should work as well. (One and the same line is behind all of this.)


# %% solution="descend"
def descend(gradient, start, rate, steps, momentum):
    """Return the weights at the start and after each step, an array of shape (steps + 1, n)."""
    ### BEGIN SOLUTION
    w, velocity, path = start, 0.0, [start]
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(w)
        w = w + velocity
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="descend" points=3
start = np.array([4.0, -2.0])
path = descend(lambda w: w, start, rate=0.5, steps=3, momentum=0.0)
assert np.shape(path) == (4, 2), f"the start and three steps of two weights, not {np.shape(path)}"
assert path[:, 0].tolist() == [4, 2, 1, 0.5], (
    f"each step should halve the first weight: 4, 2, 1, 0.5, not {path[:, 0].tolist()}. "
    "How many different arrays does the list of points hold?"
)
assert start.tolist() == [4, -2], f"start was [4, -2] before the call, now it is {start.tolist()}"
print("The visible checks pass. Grading tries momentum and other starts, too.")


### BEGIN HIDDEN TESTS
def true_path(c, start, rate, steps, momentum):
    w, velocity, path = start, 0.0, [start]
    for _ in range(steps):
        velocity = momentum * velocity - rate * c * w
        w = w + velocity
        path.append(w)
    return np.array(path)


def draw_descent(rng):
    c, start = rng.uniform(0.5, 2, size=(2, 3))
    return {
        "c": c,
        "start": start,
        "rate": float(rng.uniform(0.1, 0.4)),
        "steps": 6,
        "momentum": 0.7,
    }


DESCEND = "descend(lambda w: c * w, start, rate, steps, momentum)"


@check(1, "the points on the way are not those that descent with momentum visits")
def whole_path(ask, rng):
    descent = draw_descent(rng)
    near(ask(DESCEND, **descent), true_path(**descent))


@check(1, "after the call, `start` is not what it was before (or the last point is wrong)")
def start_stays(ask, rng):
    descent = draw_descent(rng)
    last, start = ask(f"path = {DESCEND}\n[path[-1], start]", **descent)
    near(last, true_path(**descent)[-1])
    near(start, descent["start"])


@check(1, "a start at whole numbers makes trouble (or the last point is wrong)")
def whole_numbers(ask, rng):
    descent = {**draw_descent(rng), "start": rng.integers(2, 9, size=3)}
    near(ask(f"{DESCEND}[-1]", **descent), true_path(**descent)[-1])


### END HIDDEN TESTS

# %% [markdown]
# ## 6. How many steps?
#
# Plain descent on $L = \frac{c}{2} w^2$, where $c$ is the **curvature** and the minimum is at 0.
# What is left of the distance after a step with learning rate $r$? The chapter worked it out for
# $c = 2$. From it, predict how many steps it takes until the distance is at most `tolerance`, and
# when it never gets there. A formula or a loop, both are fine, but the loop must end.


# %% solution="steps_needed"
def steps_needed(distance, rate, curvature, tolerance):
    """Return the number of steps until the distance is at most `tolerance`; None if never.

    All four are positive numbers, and the distance at the start is larger than the tolerance.
    """
    ### BEGIN SOLUTION
    left = abs(1 - rate * curvature)  # of the distance, after each step
    if left >= 1:
        return None
    steps = 0
    while distance > tolerance:
        distance *= left
        steps += 1
    return steps
    ### END SOLUTION


# %% check="steps_needed" points=3
steps = steps_needed(8.0, rate=0.25, curvature=2.0, tolerance=1.1)
assert steps == 3, f"each step halves the distance, 8, 4, 2, 1: three steps, not {steps}"
steps = steps_needed(8.0, rate=3.0, curvature=2.0, tolerance=1.1)
assert steps is None, f"from 8 to -40 to 200: this never arrives, but you say {steps}"
print("The visible checks pass. Grading tries rates on both sides of the minimum and of the limit.")


### BEGIN HIDDEN TESTS
def compare_steps(ask, rng, signed_left):
    curvature, distance = (float(number) for number in rng.uniform(0.5, 8, size=2))
    wanted = int(rng.integers(3, 30))
    tolerance = distance * abs(signed_left) ** (wanted - 0.5)
    code = "steps_needed(distance, rate, curvature, tolerance)"
    rate = (1 - signed_left) / curvature
    got = ask(code, distance=distance, rate=rate, curvature=curvature, tolerance=tolerance)
    equal(got, wanted)


@check(1, "the number is wrong for rates that come down on one side")
def one_side(ask, rng):
    for left in rng.uniform(0.1, 0.95, size=4):
        compare_steps(ask, rng, float(left))


@check(1, "the number is wrong for rates that jump to the other side and still arrive")
def both_sides(ask, rng):
    for left in rng.uniform(0.1, 0.95, size=4):
        compare_steps(ask, rng, -float(left))


@check(
    1, "None is wanted for all rates that never arrive, the limit itself included, and only then"
)
def never(ask, rng):
    compare_steps(ask, rng, 0.5)
    for rate, curvature in ((0.5, 4.0), (2.0, 1.0), (0.26, 8.0), (1.0, float(rng.uniform(2.1, 9)))):
        code = "steps_needed(3.0, rate, curvature, 0.01)"
        equal(ask(code, rate=rate, curvature=curvature), None)


### END HIDDEN TESTS

# %% [markdown]
# ## 7. An experiment: the first weights
#
# A gradient walks back through 30 layers of 100 units. How long is it when it arrives, compared
# with how long it was? That depends on how the weights were drawn: from a normal distribution, but
# with which spread? `growth` measures it, with relu after each layer or without.


# %%
def growth(spread, relu, seed=0, units=100, layers=30):
    """Return the length of a gradient behind all layers, divided by the length it began with."""
    rng = np.random.default_rng(seed)
    matrices = rng.normal(0, spread, (layers, units, units))
    out, open_units = rng.normal(size=(16, units)), []
    for W in matrices:
        out = out @ W
        open_units.append(out > 0 if relu else np.ones(out.shape))
        out = out * open_units[-1]
    gradient = begin = rng.normal(size=out.shape)
    for W, is_open in zip(matrices[::-1], open_units[::-1], strict=True):
        gradient = (gradient * is_open) @ W.T
    return np.linalg.norm(gradient) / np.linalg.norm(begin)


print(f"spread 1, relu: {growth(1.0, relu=True):.0e}, spread 0.01: {growth(0.01, relu=True):.0e}")

# %% [markdown]
# Find a spread for each of the two kinds of network with which the gradient keeps its length within
# a factor of ten. Try several, or think first: by how much does one layer stretch a vector? Does
# one spread do for both?

# %% solution="good_spread"
good_spread = None  # {"without relu": …, "with relu": …}
### BEGIN SOLUTION
good_spread = {"without relu": (1 / 100) ** 0.5, "with relu": (2 / 100) ** 0.5}
### END SOLUTION

# %% check="good_spread" points=2
assert isinstance(good_spread, dict), "record a dictionary with two spreads"
assert sorted(good_spread) == ["with relu", "without relu"], f"the keys are {sorted(good_spread)}"
for kind, spread in good_spread.items():
    factor = growth(spread, relu=kind == "with relu")
    print(f"{kind}: spread {spread:.3f} makes the gradient {factor:.2g} times as long")
    assert 1e-3 < factor < 1e3, f"{kind}, a factor of {factor:.1g} is far from 1"
print("The visible checks pass. Grading draws other weights, and wants a factor of 0.1 to 10.")


### BEGIN HIDDEN TESTS
def drawn_growth(rng, spread, relu):
    matrices = rng.normal(0, spread, (30, 100, 100))
    out, masks = rng.normal(size=(8, 100)), []
    for W in matrices:
        out = out @ W
        masks.append(out > 0 if relu else np.ones(out.shape))
        out = out * masks[-1]
    gradient = begin = rng.normal(size=out.shape)
    for W, mask in zip(matrices[::-1], masks[::-1], strict=True):
        gradient = (gradient * mask) @ W.T
    return np.linalg.norm(gradient) / np.linalg.norm(begin)


def keeps_length(ask, rng, relu):
    spread = float(ask(f'float(good_spread["{"with" if relu else "without"} relu"])'))
    if not 0 < spread < 10:
        raise Wrong(f"{spread} is no spread to try")
    factor = drawn_growth(rng, spread, relu)
    if not 0.1 < factor < 10:
        raise Wrong(
            f"with a spread of {spread:.3g}, the length changes by a factor of {factor:.1g}"
        )


@check(1, "without relu, the gradient does not keep its length")
def without_relu(ask, rng):
    keeps_length(ask, rng, relu=False)


@check(1, "with relu, the gradient does not keep its length")
def with_relu(ask, rng):
    keeps_length(ask, rng, relu=True)


### END HIDDEN TESTS

# %% [markdown]
# ## 8. In words
#
# Two people want slopes by automatic differentiation. One has a network with a million weights and
# one loss. The other has a single knob, say the angle of an antenna, and wants to know how the
# signal at a thousand places changes with it.
#
# Which mode suits whom, forward or reverse, and how many passes does each of them need? What does
# reverse mode pay for what it saves? Answer in a few sentences.

# %% [markdown] answer="two_modes" points=3
# ### BEGIN SOLUTION
# The network: reverse mode. One forward pass and one way back give the slopes of the one loss with
# respect to all million weights; forward mode would take a million passes, one a weight. The
# antenna: forward mode. One pass carries the slope with respect to the one knob along to all
# thousand outputs; reverse mode would take a way back for each of the thousand. Reverse mode pays
# with memory: it keeps the numbers of the forward pass (and the graph) until the way back has used
# them, while forward mode can forget each as soon as it has gone on.
#
# Rubric: 1 point for reverse mode for the network, with one way back (or "a few passes") against a
# million. 1 point for forward mode for the antenna, with one pass against a thousand. 1 point for
# memory: the values of the forward pass must be kept. Naming the modes without any count: 1 point
# for both together.
# ### END SOLUTION

# %% [markdown]
# You have differentiated by nudging, by hand and by engine, and you know how large a step may be
# and how large first weights should be. Chapter 3 puts all of it to work.
