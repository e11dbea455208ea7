# %% [markdown]
# # Backpropagation: how a network learns
#
# The network of chapter 3 has 407,050 weights, and learning means to move each of them a little, in
# the right direction, again and again. Which direction is right? Trying out each weight in turn
# takes hopelessly long (we will measure how long). Backpropagation answers for all of them at once,
# for the price of a few runs of the network. In this chapter you build the machine that does it,
# from the slope of a curve up to an engine that trains a network. You check it against TensorFlow,
# PyTorch and JAX, and you watch descent succeed, crawl, overshoot and fade away. You need chapter
# 1, and from school the derivative of $x^2$.

# %% [markdown]
# ## 1. Slope: what a nudge does
#
# Learning by small moves works because the functions in a network are smooth (relu has a kink, but
# only one): look closely enough, and a curve is a straight line. The picture shows $\cos x$ around
# $x = 2$. Each panel magnifies the red frame of the one before it.

# %%
import numpy as np

from dlcourse import viz
from dlcourse.viz import slopes

viz.show(
    slopes.zoom(np.cos, slope=-np.sin(2), at=2, widths=[4, 1, 0.25]),
    alt="The cosine and its tangent at 2 in three windows, each smaller. In the widest the curve "
    "bends away from the tangent; in the smallest the two cannot be told apart.",
)

# %% [markdown]
# The line that remains is the **tangent**, and its slope is the **derivative**, here $-\sin 2$. It
# turns a small nudge $h$ of $x$ into a forecast:
#
# $$f(x + h) \approx f(x) + f'(x)\, h$$
#
# (What drives curve and tangent apart in the first panel is *curvature*: how fast the slope itself
# changes. Gradients, the subject of this chapter, are about slope.)
#
# Solved for $f'(x)$, the formula measures a slope without any calculus: nudge, and divide the
# change by the nudge. That is a **finite difference**, here the *one-sided* one. A second recipe,
# the **central** difference, nudges to *both* sides. How small must $h$ be for three correct
# digits?


# %% tags=["nbval-check-output"]
def one_sided(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


for h in (1, 0.1, 0.01, 0.001):
    print(f"h = {h:<5}  {one_sided(np.cos, 2, h):.4f}  {central(np.cos, 2, h):.4f}")
print(f"derivative {-np.sin(2):.4f}")

# %% [markdown]
# Ten times smaller nudges make the error of the first recipe ten times smaller, so that it takes
# 0.001; the second already has the three digits at 0.01.
#
# Let us go on with both, down to $10^{-16}$, and draw how far each is from $-\sin 2$. Both axes of
# the picture are logarithmic. **Before you look:** how will the two errors run towards the left?


# %%
def error(recipe, h):
    return np.abs(recipe(np.cos, 2, h) + np.sin(2))


nudges = 10 ** np.arange(-16, 0.2, 0.2)
errors = {"one-sided": error(one_sided, nudges), "central": error(central, nudges)}
viz.show(
    slopes.powers(
        {name: (nudges, values) for name, values in errors.items()},
        xlabel="nudge h",
        ylabel="error of the slope",
    ),
    alt="Error against nudge, both logarithmic. Both curves are a V: from the right they fall "
    "along a straight line, central twice as steeply, then rise again, ragged, to the left.",
)
course.record(
    one_sided_digits=-np.log10(error(one_sided, 1e-8)),
    central_digits=-np.log10(error(central, 1e-5)),
)

# %% [markdown]
# Two errors pull in opposite directions. On the right is **truncation**: the curve bends away from
# the tangent, and the error is in proportion to $h$. With the central difference the bends of both
# sides cancel; what is left goes with $h^2$, hence the steeper line. On the left is **rounding**:
# $f(x + h)$ and $f(x)$ agree in almost all of their 16 digits, their difference keeps only the
# last, unreliable ones, and dividing by a tiny $h$ blows them up.
#
# Near the bottom of each V, about {{one_sided_digits:.0f}} digits are right with the one-sided
# recipe ($h = 10^{-8}$), and {{central_digits:.0f}} with the central one ($h = 10^{-5}$); never all
# 16. That is good enough to *check* a derivative, and the central difference will do so in this
# chapter.
#
# ## 2. Nudging one weight at a time
#
# Here is the simplest way to train a network. Freeze all weights but one, and try that one a little
# larger and a little smaller. Suppose it is 0.30 now and the loss is 0.5. With 0.35 the loss is
# 0.6, with 0.25 it is 0.4. Which way should the weight go? The slope is
# $(0.6 - 0.4) / (0.35 - 0.25) = 2$: positive, so the weight must go *down*. Then the next weight,
# and so on, until all have moved: **one** step of learning.
#
# As a function, for any `loss` of any list of arrays:


# %%
def nudged_gradient(loss, weights, h=1e-5):
    """Return the slope of loss(weights) for each entry of each array, by central differences."""
    gradients = [np.zeros_like(w) for w in weights]
    for w, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(w.shape):
            kept = w[place]
            w[place] = kept + h
            above = loss(weights)
            w[place] = kept - h
            gradient[place] = (above - loss(weights)) / (2 * h)
            w[place] = kept
    return gradients


# %% [markdown]
# Nothing is wrong with this method except its price: two runs of the network, two **forward
# passes**, for each weight. To see what that means we need a network, two layers as in chapter 3,
# and weights to start from. Biases start at 0; matrices are random, with the spread
# $\sqrt{2 / \text{inputs}}$, for a reason that section 9 will give. Here are the shapes for 8
# inputs, 3 units and 1 output.

# %% tags=["nbval-check-output"]
import itertools


def predict(weights, x):
    W1, b1, W2, b2 = weights
    return np.maximum(x @ W1 + b1, 0) @ W2 + b2


def random_weights(rng, *sizes):
    weights = []
    for inputs, outputs in itertools.pairwise(sizes):
        weights += [rng.normal(0, (2 / inputs) ** 0.5, (inputs, outputs)), np.zeros(outputs)]
    return weights


rng = np.random.default_rng(seed)
print([w.shape for w in random_weights(rng, 8, 3, 1)])

# %% [markdown]
# Invented samples and answers will do, since only the time matters. The loss is the mean squared
# error, and the stopwatch keeps the shortest of several times, which other programs disturbed
# least.

# %%
import timeit

samples, answers = rng.normal(size=(32, 8)), rng.normal(size=(32, 1))


def squared_error(weights):
    return np.mean((predict(weights, samples) - answers) ** 2)


def seconds(run, times):
    return min(timeit.repeat(run, number=1, repeat=times))


def seconds_for_gradient(units):
    weights = random_weights(rng, 8, units, 1)
    return seconds(lambda: nudged_gradient(squared_error, weights), times=2)


# %%
units = chapter.pick(quick=(2, 8, 32, 128), full=(2, 8, 32, 128, 512))
sizes = [(8 * n + n) + (n + 1) for n in units]  # weights and biases of both layers
measured = [seconds_for_gradient(n) for n in units]

# %% [markdown]
# Now the network that reads digits, 784 to 512 to 10. We do not wait for its 814,100 forward
# passes: we time one of them, on a batch of 128 (random numbers take as long as digits), and
# multiply. It is a forecast, but an honest one, since all passes do the same work.

# %%
weights, batch = random_weights(rng, 784, 512, 10), rng.random((128, 784))
count = sum(w.size for w in weights)
forecast = 2 * count * seconds(lambda: predict(weights, batch), times=30)
course.record(minutes_a_step=forecast / 60, days_to_train=2345 * forecast / 86_400)

# %%
curves = {
    "small networks, measured": (sizes, measured),
    f"{count:,} weights, forecast": ([count], [forecast]),
}
viz.show(
    slopes.powers(curves, xlabel="weights", ylabel="seconds for one gradient"),
    alt="Seconds for one gradient against the number of weights, both logarithmic: the measured "
    "points rise steadily, and the forecast for 407,050 weights lies far above them, to the right.",
)

# %% [markdown]
# The time grows with the number of weights, and once more with the work in each pass. For the digit
# reader a single step would take {{minutes_a_step:.0f}} minutes on the machine that made this page,
# and the 2,345 steps of chapter 3's training {{days_to_train:.0f}} days. Chapter 3 needs less than
# a minute. So there must be a better way to get the *same* numbers.
#
# ## 3. The gradient: all slopes at once
#
# First a name for those numbers. A loss of two weights is a landscape: two coordinates on the map,
# and a height. At each point it has a slope in direction $w_1$ and one in direction $w_2$, the
# **partial derivatives**; written one below the other they are the **gradient** $\nabla L$. The
# gradient has as many entries as there are weights: four arrays of weights have a gradient of four
# arrays, with the same shapes.
#
# Take $L = \frac{1}{2} w_1^2 + w_2^2 + \frac{1}{2} w_1 w_2$. For a partial derivative, treat the
# other weight as a constant: $w_1 + \frac{1}{2} w_2$ is the first, $2 w_2 + \frac{1}{2} w_1$ the
# second. Two numbers at each point make an arrow. Where will the arrows point?


# %%
def landscape(w1, w2):
    return w1**2 / 2 + w2**2 + w1 * w2 / 2


def landscape_gradient(w1, w2):
    return w1 + w2 / 2, 2 * w2 + w1 / 2


points = [(-2.2, 1.4), (1.4, 1.5), (2.3, -0.6), (-0.4, 0.9), (-1.5, -1.4), (0.5, -1.7)]
viz.show(
    slopes.gradients(landscape, landscape_gradient, points),
    alt="Elliptic contours of a bowl, palest at its bottom in the middle. Six arrows start on "
    "contours, at right angles to them, and point away from the bottom; steeper means longer.",
)

# %% [markdown]
# Uphill, across the contours at a right angle, and the steeper the longer. No other direction is as
# steep (the first exercise tries them all), so the opposite of the gradient lowers the loss
# fastest. That holds *here*, at this point, for small steps.
#
# ## 4. Three ways to get a gradient, and what is wrong with each
#
# From now on a tiny example: $f(x, y) = x^2 y + y + 2$ at $x = 3$, $y = 4$ (after Géron's *Hands-On
# Machine Learning*). **By hand**, with the rules from school: $\partial f / \partial x = 2xy$ and
# $\partial f / \partial y = x^2 + 1$. Work out the three numbers. **By nudging**, one-sided with
# $h = 10^{-5}$: how many digits will be right?


# %% tags=["nbval-check-output"]
def f(x, y):
    return x * x * y + y + 2


h = 1e-5
print("value   ", f(3, 4))
print("by hand ", 2 * 3 * 4, 3 * 3 + 1)
print("nudging ", (f(3 + h, 4) - f(3, 4)) / h, (f(3, 4 + h) - f(3, 4)) / h)

# %% [markdown]
# The slope for $x$ is wrong by $4 \cdot 10^{-5}$, which is $y h$: truncation, since $f$ bends in
# direction $x$. In direction $y$ it is a straight line, and what is wrong there, in the tenth
# decimal, is rounding alone.
#
# By hand is exact, but nobody can do it for a network of a hundred layers without a mistake.
# Nudging is easy, but inexact, and takes a pass for each input.
#
# The third way lets the computer apply the school rules, to *numbers* instead of formulas. Carry
# along with every number $a$ its slope $b$, as a pair $a + b\,\varepsilon$. Think of $\varepsilon$
# as a nudge so small that $\varepsilon^2$ is zero. Multiply out, and see the product rule appear:
#
# $$(a + b\varepsilon)(c + d\varepsilon) = ac + (ad + bc)\,\varepsilon$$
#
# Such pairs are **dual numbers**, and computing with them is **forward mode**. A plain number, such
# as the 2 in $f$, is a constant: its slope is 0.


# %%
class Dual:
    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        slope = self.value * other.slope + self.slope * other.value
        return Dual(self.value * other.value, slope)

    __radd__, __rmul__ = __add__, __mul__


# %% [markdown]
# The function `f` needs no change, since `*` and `+` do the work. To ask for the slope in direction
# $x$, give $x$ the slope 1 and $y$ the slope 0. What will the two calls give?

# %% tags=["nbval-check-output"]
print("∂f/∂x =", f(Dual(3, slope=1), Dual(4)).slope)
print("∂f/∂y =", f(Dual(3), Dual(4, slope=1)).slope)

# %% [markdown]
# Exact, with no $h$ to choose. But look: two inputs, two calls. Each pass answers for *one* input,
# so 407,050 weights still need 407,050 passes. Forward mode asks: "if I nudge this weight, what
# happens to everything after it?" For one loss and many weights we had better ask from the other
# end: "what does the loss depend on, and how strongly?"
#
# ## 5. The chain rule
#
# A network is a chain of simple functions. Here is one of three links, from $x$ to $u$ to $y$ to
# $z$. Every line has the same scale. Watch what happens to a nudge of 0.1 on its way down.

# %%
links = {
    "u = x² / 2": lambda x: x * x / 2,
    "y = 6 / u": lambda u: 6 / u,
    "z = √(y + 1)": lambda y: np.sqrt(y + 1),
}
viz.show(
    slopes.chain(links, at=2, nudge=0.1),
    alt="Four number lines below each other. A nudge of 0.1 of x is doubled on the way to u, then "
    "turned around and made longer by a third on the way to y, and cut to a quarter for z.",
)

# %% [markdown]
# Each link stretches, shrinks or flips the nudge by a factor of its own: its slope at that place.
# The slopes are $x = 2$, then $-6/u^2 = -1.5$, then $1 / (2\sqrt{y + 1}) = 0.25$. (The factors in
# the picture differ a little, because 0.1 is not tiny.) One after the other, factors multiply. That
# is the **chain rule**:
#
# $$\frac{dz}{dx} = \frac{dz}{dy} \cdot \frac{dy}{du} \cdot \frac{du}{dx}
# = 0.25 \cdot (-1.5) \cdot 2 = -0.75$$
#
# A product can be worked out from either end. From $x$ onwards we get the slopes of $u$, $y$ and
# $z$ with respect to $x$: forward mode. From $z$ backwards we get the slopes of $z$ with respect to
# $y$, $u$ and $x$: **reverse mode**. In a chain it makes no difference. In a network, where many
# weights lead to one loss, it makes all the difference: all paths end at the loss, so the way back
# from there is shared.
#
# ### A network small enough for paper
#
# One input, one weight, one bias: $x = 2$, $w = 3$, $b = 1$. The answer should be 4, and the loss
# is the distance to it, $|4 - (w x + b)|$. We compute it with the course's engine,
# `dlcourse.autograd`. (You will have built the heart of that engine before this chapter ends.) Its
# numbers are called `Tensor`; the names are labels for the picture.

# %%
from dlcourse import autograd
from dlcourse.autograd import Tensor

w = Tensor(3.0, requires_grad=True, name="w")
b = Tensor(1.0, requires_grad=True, name="b")
x1 = 2.0 * w
x2 = x1 + b
loss = (4.0 - x2).abs()
x1.name, x2.name, loss.name = "x1", "x2", "loss"

# %% [markdown]
# The engine remembers how each number came about, and draws what it remembers:

# %%
viz.show(
    autograd.draw(loss),
    alt="A graph from left to right: 2 times w, which is 3, is x1 = 6; plus b, which is 1, is "
    "x2 = 7; 4 minus x2 is −3, and the absolute value of that is the loss, 3.",
)

# %% [markdown]
# This is a **computation graph**. From left to right is the **forward pass**: 6, 7, −3, 3. Now go
# back, from right to left, asking at each step only about *one* link:
#
# - A little more $x_2$, and the loss grows as much, since the prediction is too high. Slope **1**.
#   (It takes two links: $4 - x_2$ has slope $-1$, and so has $|\ldots|$ left of 0.)
# - $x_2 = x_1 + b$: both slopes are 1. So $b$ gets $1 \cdot 1 =$ **1**, and $x_1$ gets 1 as well.
# - $x_1 = 2 w$: slope 2. So $w$ gets $1 \cdot 1 \cdot 2 =$ **2**.
#
# Each number on the way back is "the slope of the loss with respect to me". Found once, it serves
# everything further left. (`backward` walks back; `retain_graph` keeps the graph for the picture.)

# %%
loss.backward(retain_graph=True)
autograd.animate(
    loss,
    alt="The graph again. First the values appear from left to right, 6, 7, −3 and 3; then the "
    "gradients from right to left: 1, −1, then 1 for x2, 1 for b and for x1, and 2 for w.",
)

# %% [markdown]
# The engine has left each slope in the attribute `grad`. Does nudging agree?

# %% tags=["nbval-check-output"]
print("slope for w:", w.grad, "  slope for b:", b.grad)
print(f"nudging w:   {central(lambda w: abs(4 - (2 * w + 1)), 3.0, 1e-5):.4f}")

# %% [markdown]
# Two weights, two slopes, **one** way back. Had there been a thousand weights, it would still have
# been one.
#
# ### When a number is used twice
#
# In $f = x^2 y + y + 2$ the number $y$ is used twice. Nudge it, and $f$ changes by way of $x^2 y$,
# nine times as fast, *and* by way of the lone $y$, once as fast. Together: 10 times. The rule is
# simple: **slopes along a path multiply, and slopes of several paths add up.** Follow the paths
# from $f$ back to $x$ and to $y$; the blue numbers are the gradients. ($x$ is both factors of
# $x \cdot x$: two arrows, two paths.)

# %%
x, y = Tensor(3.0, requires_grad=True, name="x"), Tensor(4.0, requires_grad=True, name="y")
result = f(x, y)
result.backward(retain_graph=True)
viz.show(
    autograd.draw(result),
    alt="The graph of f with values and gradients. From y two arrows lead on, to a product and "
    "to a sum, and its gradient is 10; x is both factors of one product: gradient 24.",
)

# %% [markdown]
# ## 6. Build the engine
#
# What must a number know, so that the way back can be walked without a thought? Its value; its
# gradient (0 until something arrives); and for each of its **parents**, the numbers that it was
# computed from, a **rule** that turns its own gradient $g$ into the parent's share. (The design is
# that of Andrej Karpathy's *micrograd*, an engine of a hundred lines.)


# %%
class Value:
    def __init__(self, data, *edges):
        self.data, self.grad = data, 0.0
        self.edges = edges  # (parent, rule) each


# %% [markdown]
# Each rule is written beside its operation, while all that it needs is at hand. For $a + b$ the
# slopes are 1 and 1, so both parents get $g$ as it is. For $a \cdot b$, each gets $g$ times *the
# other* factor. The last two lines make Python call our functions for `+` and `*`, also when the
# number on the left is a plain one.


# %%
def add(a, b):
    b = b if isinstance(b, Value) else Value(b)
    return Value(a.data + b.data, (a, lambda g: g), (b, lambda g: g))


def multiply(a, b):
    b = b if isinstance(b, Value) else Value(b)
    return Value(a.data * b.data, (a, lambda g: g * b.data), (b, lambda g: g * a.data))


Value.__add__ = Value.__radd__ = add
Value.__mul__ = Value.__rmul__ = multiply

# %% [markdown]
# On the way back, each number applies its rules and hands the shares on to its parents. The walk
# starts at the result, whose slope with respect to itself is 1. Try it on a single product. What do
# 3 and 4 get?


# %% tags=["nbval-check-output"]
def hand_on(value):
    for parent, rule in value.edges:
        parent.grad += rule(value.grad)


x, y = Value(3), Value(4)
product = x * y
product.grad = 1
hand_on(product)
print(x.grad, y.grad)

# %% [markdown]
# In a larger graph, in which order do numbers hand on? Each may do so only when its own gradient is
# complete, after everything that was computed *from* it. So we list the numbers such that each
# stands after its parents (a **topological order**), and walk the list from its end. A pile of
# things to do finds such an order: a number that we meet for the first time goes back on the pile,
# with its parents on top of it, and is listed when it comes up again.


# %%
def parents_first(last):
    """Return everything that `last` was computed from, each number after its parents."""
    order, seen, todo = [], set(), [(last, False)]
    while todo:
        value, parents_listed = todo.pop()
        if parents_listed:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            todo += [(value, True), *((parent, False) for parent, _ in value.edges)]
    return order


# %% [markdown]
# That is all. We print how the gradients of $f$ arrive: will they be 24 and 10?

# %% tags=["nbval-check-output"]
x, y = Value(3), Value(4)
result = f(x, y)
result.grad = 1
for value in reversed(parents_first(result)):
    hand_on(value)
    if value.edges:
        print(f"{value.data:>2} has handed on: now x has {x.grad:>2.0f} and y has {y.grad:>2.0f}")

# %% [markdown]
# 42 is the sum $40 + 2$, 40 is $36 + y$, and so on down to $9 = x \cdot x$. Watch $y$: a 1 arrives
# on the direct path, then 9 more by way of the product. That is why `hand_on` says `+=`: with `=`,
# the second path would wipe out the first. ($x$ gets $4 \cdot 3$ twice, being both factors.)
#
# Why does the order matter? Take $b = 2a$ and $d = b\,(b + 1)$ at $a = 3$, with slope
# $2\,(2b + 1) = 26$. $b$ gets 7 by one path and 6 by the other. Had it handed on the 7 at once, and
# 7 + 6 later, the 7 would have been counted twice, and $a$ would have got 40. Such an error is
# silent, the number looks plausible, and descent would even get somewhere. This is why gradients
# are *checked*.
#
# ### What each method costs
#
# Now all methods are on the table; let us count. For a function of $n$ inputs, up to a thousand of
# them, each method has to find all $n$ slopes. Nudging takes two passes an input. Forward mode
# takes one an input: the row of each pass, from the identity matrix, has slope 1 for its own input
# and 0 for the others.


# %%
def chained(inputs):
    total = 0
    for number in inputs:
        total = total * 0.5 + number * number
    return total


def nudging(inputs):
    return nudged_gradient(lambda arrays: chained(arrays[0]), [np.array(inputs)])[0]


def forward_mode(inputs):
    rows = np.eye(len(inputs)).tolist()
    return [chained(map(Dual, inputs, row)).slope for row in rows]


# %% [markdown]
# Reverse mode takes one pass and one way back. First a test, with three inputs:


# %% tags=["nbval-check-output"]
def reverse_mode(inputs):
    values = [Value(number) for number in inputs]
    result = chained(values)
    result.grad = 1
    for value in reversed(parents_first(result)):
        hand_on(value)
    return [value.grad for value in values]


methods = (nudging, forward_mode, reverse_mode)
for method in methods:
    print([f"{slope:.3f}" for slope in method([3.0, -1.0, 0.5])], method.__name__)

# %% [markdown]
# The same slopes from all three. And in what time? **Guess the three lines before you look.**


# %%
def cost(method, n):
    inputs = np.linspace(-1, 1, n).tolist()
    return seconds(lambda: method(inputs), times=2)


counts = chapter.pick(quick=[1, 10, 100, 300], full=[1, 10, 100, 1000])
costs = {method.__name__: [cost(method, n) for n in counts] for method in methods}
course.record(
    forward_mode_seconds=costs["forward_mode"][-1],
    reverse_mode_seconds=costs["reverse_mode"][-1],
)

# %%
viz.show(
    slopes.powers(
        {name.replace("_", " "): (counts, times) for name, times in costs.items()},
        xlabel="inputs n",
        ylabel="seconds for all n slopes",
    ),
    alt="Seconds against the number of inputs, both logarithmic. Nudging and forward mode rise "
    "twice as steeply as reverse mode, which ends far below them.",
)

# %% [markdown]
# For one input, it makes little difference. At a thousand, forward mode took
# {{forward_mode_seconds:.1f}} seconds and reverse mode {{reverse_mode_seconds:.3f}}. All three
# lines rise, since a function of more inputs takes longer anyway; but nudging and forward mode
# multiply that by the number of inputs, and reverse mode does not. (Nudging beats forward mode here
# only because plain numbers are faster in Python than our pairs.) The price of reverse mode is
# memory: every number of the forward pass has to be kept until the way back has used it.
#
# ### From numbers to arrays
#
# One object for each number is far too slow for a network. An engine that is used keeps whole
# *arrays*, and its rules are one NumPy line each. Nearly everything stays as it was. Two things are
# new. For a product of matrices $C = A B$ with gradient $G$ arriving at $C$, the rules are
#
# $$A \text{ gets } G\,B^\top \qquad B \text{ gets } A^\top G$$
#
# (write one entry of $C$ as a sum, and apply the rule for products; the shapes help to remember
# them). And **broadcasting**: if a bias of shape (3,) is added to 32 rows, each of its entries is
# used 32 times, so 32 paths lead back, and paths add up. Repeated on the way there, summed on the
# way back. Here is how the course's engine does it:

# %%
import inspect

from dlcourse.ops.numpy.shapes import unbroadcast

print(inspect.getsource(unbroadcast))

# %% [markdown]
# A gradient of ones, of shape (32, 3), arrives. What is left of it for a row that was repeated 32
# times, and for a column that was repeated 3 times?

# %% tags=["nbval-check-output"]
for shape in ((3,), (32, 1)):
    kept = unbroadcast(np.ones((32, 3)), shape)
    print("an array of shape", shape, "gets", kept.shape, "and each of its entries", kept.max())

# %% [markdown]
# Now read the rest of that engine. `Tensor` is the class that you met in section 5. The next cell
# prints its product (`_pair` makes tensors of both operands) and the heart of its `backward`. Which
# lines do you know from `Value`, and what do the others do?

# %%
print(inspect.getsource(Tensor.__mul__))
print(inspect.getsource(Tensor.backward).split('"""')[-1])

# %% [markdown]
# The same parents and rules, the same order (`in_order` is your `parents_first`), and gradients
# that are added up. `record` keeps, with each rule, the tensors whose values it reads: the engine
# complains if you overwrite one of them before the way back. The other new lines check that a
# gradient is wanted at all (the input of a network needs none), give it the shape of its tensor
# (`_fitted` calls `unbroadcast`), and let go of the graph at the end.
#
# We test it with $2x + 3$, then with $f$, and with $f$ once more. What will the last line say?

# %% tags=["nbval-check-output"]
at = Tensor(0.0, requires_grad=True)
(2 * at + 3).backward()
print("slope of 2x + 3 at 0:", at.grad)

x, y = Tensor(3.0, requires_grad=True), Tensor(4.0, requires_grad=True)
f(x, y).backward()
print("f, once: ", x.grad, y.grad)
f(x, y).backward()
print("f, twice:", x.grad, y.grad)

# %% [markdown]
# Adding up paths also adds up *calls*. Whoever trains with such an engine, ours or PyTorch's, has
# to set the gradients back before each step, with `zero_grad()` or by setting them to `None`.
# Forgetting it is a classic mistake.
#
# ### Trust, but check
#
# Is every rule right? Section 1 gave us an independent witness: nudging is slow and inexact, but it
# knows nothing of rules. `check_gradient` compares the engine with central differences in
# `float64`, for a function whose result is weighted with random numbers, so that no error can hide
# behind a gradient of all ones. Here it checks a layer; then $x^2$, which we spoil on purpose:
# `detach` tells the engine that the second factor is a constant.


# %% tags=["nbval-check-output"]
def layer(x, W, b):
    return (x @ W + b).relu()


rng = np.random.default_rng(seed)
x, W, b = rng.normal(size=(32, 8)), rng.normal(size=(8, 3)), rng.normal(size=3)
print("layer is right to 6 digits:", autograd.check_gradient(layer, x, W, b) < 1e-6)

try:
    autograd.check_gradient(lambda x: x * x.detach(), np.array([3.0]))
except AssertionError as problem:
    print(str(problem).split(". ")[0])

# %% [markdown]
# The engine found half of what nudging found: one of the two paths from $x$ had been cut. (Both
# numbers carry the random weight, so they are not 3 and 6.)
#
# ## 7. The same numbers in TensorFlow, PyTorch and JAX
#
# Frameworks are engines of this kind, with more rules and faster arrays. They differ in how you
# ask:
#
# - **PyTorch** works as ours does: mark the inputs, compute, call `backward`.
# - **TensorFlow** records while a *tape* is open, and plays it backwards when asked.
# - **JAX** takes a function and returns another one, which computes the gradient.
#
# Each function below takes a function of a list of arrays, and returns the list of its gradients.
# (`make` is what makes an input: `Tensor` or `torch.tensor`. Importing three frameworks takes some
# ten seconds.)

# %%
import functools


def by_marking(make, function, inputs):
    inputs = [make(each, requires_grad=True) for each in inputs]
    function(inputs).backward()
    return [each.grad for each in inputs]


ways = {"engine": functools.partial(by_marking, Tensor)}

# %% tags=["frameworks"]
import jax
import tensorflow as tf
import torch


def by_tape(function, inputs):
    inputs = [tf.Variable(each) for each in inputs]
    with tf.GradientTape() as tape:
        result = function(inputs)
    return tape.gradient(result, inputs)


def by_transforming(function, inputs):
    return jax.grad(function)(inputs)


ways |= {
    "torch": functools.partial(by_marking, torch.tensor),
    "tensorflow": by_tape,
    "jax": by_transforming,
}

# %% [markdown]
# First $f$ at (3, 4). You know what should come out.

# %% tags=["nbval-check-output"]
for name, gradients_of in ways.items():
    slopes_of_f = gradients_of(lambda inputs: f(*inputs), [3.0, 4.0])
    print(f"{name:>10}", [float(slope) for slope in slopes_of_f])

# %% [markdown]
# Then a network of two layers, with the same data and weights in all four. Our engine computes the
# loss with operators, the frameworks with the operations of `dlcourse.ops`, which have the same
# names in all of them, as you saw in chapter 1.

# %%
rng = np.random.default_rng(seed)
inputs, targets = rng.normal(size=(2, 16, 4)).astype("float32")
weights = [w.astype("float32") for w in random_weights(rng, 4, 8, 4)]


def engine_loss(weights):
    W1, b1, W2, b2 = weights
    error = (inputs @ W1 + b1).relu() @ W2 + b2 - targets
    return (error * error).mean()


def framework_loss(library, weights):
    W1, b1, W2, b2 = weights
    hidden = library.dense(inputs, W1, b1, activation="relu")
    return library.mean(library.mean_squared_error(targets, library.dense(hidden, W2, b2)))


# %%
from dlcourse import ops

found = {}
for name, gradients_of in ways.items():
    loss = engine_loss if name == "engine" else functools.partial(framework_loss, ops.get(name))
    found[name] = np.concatenate([np.ravel(g) for g in gradients_of(loss, weights)])
differences = [np.abs(slopes_found - found["engine"]).max() for slopes_found in found.values()]
course.record(largest_difference=max(differences))

# %% tags=["nbval-check-output"]
for name, slopes_found in found.items():
    same = np.allclose(slopes_found, found["engine"], rtol=1e-4, atol=1e-6)
    length = np.linalg.norm(slopes_found)
    print(f"{name:>10}: {len(slopes_found)} slopes, length {length:.3f}, as the engine's: {same}")

# %% [markdown]
# Three frameworks and a small engine of NumPy agree in all 76 slopes, down to the last digits of
# `float32`. (This is a good place for a break: the machine is built, and what is left is to use
# it.)
#
# ## 8. Downhill
#
# What are gradients for? For taking a step the other way,
# $w \leftarrow w - \text{learning rate} \cdot \nabla L$, again and again: **gradient descent**.
# Note the minus *and* the old $w$: the weight moves by a small piece of the gradient, it is not
# replaced by it. Here is the whole method, with a little extra named momentum that is switched off
# for now.


# %%
def descend(loss, start, learning_rate, steps, momentum=0.0):
    """Return the weights at the start and after each step, as one array."""
    path, velocity = [np.array(start, dtype="float64")], 0.0
    for _ in range(steps):
        w = Tensor(path[-1], requires_grad=True)
        loss(w).backward()
        velocity = momentum * velocity - learning_rate * w.grad
        path.append(path[-1] + velocity)
    return np.array(path)


# %% [markdown]
# ### The learning rate
#
# The simplest loss is $(w - 1)^2$. One learning rate is small, one fits, one is large. Each starts
# at the black dot, takes eight steps and ends at the orange one. **Guess** where that will be.

# %%
from dlcourse.viz import descent


def valley(w):
    return (w - 1) ** 2


paths = {f"learning rate {rate}": descend(valley, -2, rate, steps=8) for rate in (0.03, 0.3, 1.05)}
viz.show(
    descent.on_curve(valley, paths, window=(-6, 8), top=45),
    alt="Three copies of a parabola. With rate 0.03 eight small steps stay on the left slope, with "
    "0.3 they settle at the bottom, with 1.05 they jump from side to side, higher each time.",
)

# %% [markdown]
# At distance $d$ from the bottom the slope is $2d$, so a step leaves
# $(1 - 2 \cdot \text{rate})\, d$. At 0.03 that is 94 % of the distance, at 0.3 it is 40 %, and at
# 1.05 it is $-110\,\%$: over to the other side, and further out. Any rate above 1 fails here. In
# general the limit is 2 divided by the curvature, and a real network has a different curvature in
# every direction. The landscape of section 3 has two:

# %%
paths = {
    f"learning rate {rate}": descend(lambda w: landscape(*w), [-2.4, 2.2], rate, steps=15)
    for rate in (0.03, 0.4, 0.88)
}
viz.show(
    descent.on_map(landscape, paths, x=(-3, 3), y=(-3, 3)),
    alt="Three maps of an elliptic bowl, fifteen steps each: a short crawl, a direct way to the "
    "bottom, and a zigzag across the bottom that hardly gets narrower.",
)

# %% [markdown]
# The last panel shows the typical sign of a rate close to the limit: along the gentle direction the
# weights have arrived; across it, along the steep one, they still jump to and fro.
#
# ### All samples, some, or one
#
# The loss of a network is a mean over samples, so its gradient is one too. A mean over all of them
# is exact and slow. A **mini-batch** of some, drawn anew for each step, gives a cheap estimate; a
# single sample is the extreme, and the original **stochastic gradient descent** (SGD). We fit a
# line $y = w_1 x + w_2$ to 200 points.

# %%
rng = np.random.default_rng(seed)
px = rng.normal(size=200)
py = 1.5 * px - 0.5 + rng.normal(size=200)


def line_loss(w1, w2, px=px, py=py):
    errors = w1 * px + w2 - py
    return (errors * errors).mean()


def batch_loss(w, size):
    chosen = rng.choice(200, size, replace=False)
    return line_loss(*w, px[chosen], py[chosen])


# %% [markdown]
# Forty steps each, with batches of 200, of 20, and of one. Below the picture we take the mean
# distance from the best line (which `polyfit` knows) over the last twenty steps.

# %%
paths = {
    f"{size} of 200": descend(functools.partial(batch_loss, size=size), [-1, 1.5], 0.1, steps=40)
    for size in (200, 20, 1)
}
viz.show(
    descent.on_map(np.vectorize(line_loss), paths, x=(-2, 3), y=(-2.5, 2.5)),
    alt="Three maps of a round bowl. The path of all 200 samples is smooth, that of mini-batches "
    "of 20 trembles a little, that of single samples wanders about around the bottom.",
)
best = np.polyfit(px, py, 1)
away = [np.linalg.norm(path[-20:] - best, axis=1).mean() for path in paths.values()]
course.record(away_with_all=away[0], away_with_one=away[2])

# %% [markdown]
# With all samples it is {{away_with_all:.2f}}, with one sample {{away_with_one:.2f}}. But all the
# forty steps of the noisy path together looked at 40 samples, and each single step of the exact one
# at 200. For the same work the noisy way gets much further, until it is close and its noise keeps
# it from arriving. That is why networks are trained with mini-batches, and why learning rates are
# often lowered towards the end.
#
# ### Momentum
#
# A ball does not stop at the first dip: it has speed. **Momentum** gives the weights a velocity
# $v$, which keeps a share $m$ of itself (0.9 is typical) and gets a push from each gradient:
#
# $$v \leftarrow m\,v - \text{learning rate} \cdot \nabla L \qquad w \leftarrow w + v$$
#
# With enough speed, the ball may even roll out of a shallow dip (exercise 10). The more common gain
# is another one. Take a **ravine**, a hundred times as steep across as along. The steep direction
# caps the learning rate, at 0.02, so plain descent crawls along the gentle one, while it bounces
# from wall to wall. We count the steps from a loss of 90.5 until it is below 0.01 for good.


# %%
def ravine(w1, w2):
    return (w1**2 + 100 * w2**2) / 2


paths = {
    title: descend(lambda w: ravine(*w), [-9, 1], 0.018, steps=300, momentum=m)
    for title, m in (("plain descent", 0.0), ("momentum 0.9", 0.9))
}

# %%
viz.animate(
    descent.growing(ravine, paths, x=(-10, 6), y=(-1.5, 1.5), steps=range(0, 81, 8)),
    alt="Two long flat ravines, seen from above. Plain descent bounces between the walls, then "
    "crawls, and after 80 steps is still on its way; momentum swings past the bottom and back, "
    "and comes to rest there.",
)
plain, with_momentum = (np.flatnonzero(ravine(*path.T) > 0.01)[-1] + 1 for path in paths.values())
course.record(steps_plain=plain, steps_momentum=with_momentum)

# %% [markdown]
# Across the ravine, the pushes change sign with every swing and largely cancel in the velocity;
# along it they add up, to ten times a single push at most: $1 / (1 - 0.9)$. Plain descent takes
# {{steps_plain:.0f}} steps, momentum {{steps_momentum:.0f}}.
#
# Turn both knobs yourself: run the cell, and move the sliders above the picture. Without momentum,
# where does the rate become too high? Which momentum is too much? And can you get a lower loss in
# sixty steps than the picture does?

# %%
from dlcourse.viz.explore import explore


def sixty_steps(learning_rate=0.018, momentum=0.8):
    path = descend(lambda w: ravine(*w), [-9, 1], learning_rate, steps=60, momentum=momentum)
    title = f"rate {learning_rate}, momentum {momentum}: loss {ravine(*path[-1]):.2g} at the end"
    figure = descent.on_map(ravine, {title: path}, x=(-10, 6), y=(-1.5, 1.5), below=True)
    return figure, f"Sixty steps on the map of the ravine, from the left. {title}."


explore(
    sixty_steps,
    learning_rate=[0.001, 0.003, 0.01, 0.018, 0.02, 0.021, 0.03, 0.05],
    momentum=[0.0, 0.5, 0.8, 0.9, 0.95, 0.99],
)

# %% [markdown]
# Plain descent fails above 0.02, as 2 divided by the curvature of 100 said. With momentum the limit
# is higher, at $(1 + m)$ times as much: a push that would shoot too far is partly taken back.
#
# ## 9. Why depth is hard
#
# The chain rule multiplies one factor a layer. Thirty factors of 0.25, which is the *steepest*
# slope that a sigmoid has, make $10^{-18}$; thirty factors of 4 make $10^{18}$. Does that really
# happen? We send random data through thirty layers of 32 units, a random gradient back, and look at
# the length of the gradient that arrives at each layer's weights.


# %%
def gradient_lengths(activation, spread):
    rng = np.random.default_rng(seed)
    out = Tensor(rng.normal(size=(64, 32)))
    matrices = rng.normal(0, spread, (30, 32, 32))
    weights = [Tensor(matrix, requires_grad=True) for matrix in matrices]
    for W in weights:
        out = activation(out @ W)
    out.backward(rng.normal(size=out.shape))
    return np.array([np.linalg.norm(W.grad) for W in weights])


# %% [markdown]
# Two activations, and two ways to draw the first weights: from the standard normal distribution,
# with spread 1, or scaled to the number of inputs, here 32.

# %%
lengths = {
    "relu, spread 1": gradient_lengths(Tensor.relu, 1),
    "relu, √(2 / inputs)": gradient_lengths(Tensor.relu, (2 / 32) ** 0.5),
    "sigmoid, spread 1": gradient_lengths(Tensor.sigmoid, 1),
    "sigmoid, √(1 / inputs)": gradient_lengths(Tensor.sigmoid, (1 / 32) ** 0.5),
}

# %%
layers = range(1, 31)
viz.show(
    slopes.powers(
        {name: (layers, values) for name, values in lengths.items()},
        xlabel="layer, from input to output",
        ylabel="length of its gradient",
        xscale="linear",
    ),
    alt="Length of the gradient for each of thirty layers, on a logarithmic axis. Relu with spread "
    "1 is nearly constant and huge, with the scaled spread nearly constant and moderate. Sigmoid "
    "with the scaled spread falls steeply towards the first layer, with spread 1 gently.",
)
share = {name: first / last for name, (first, *_, last) in lengths.items()}
course.record(
    sigmoid_normal_decades=np.log10(share["sigmoid, spread 1"]),
    sigmoid_glorot_decades=np.log10(share["sigmoid, √(1 / inputs)"]),
    relu_normal_decades=np.log10(lengths["relu, spread 1"][0]),
    relu_he_ratio=share["relu, √(2 / inputs)"],
)

# %% [markdown]
# With sigmoids and scaled weights, the first layer's gradient is about
# $10^{{{sigmoid_glorot_decades:.0f}}}$ of the last one's: it **vanishes**, and the first layer
# never learns. Large weights multiply what gets through, so they soften this (to
# $10^{{{sigmoid_normal_decades:.0f}}}$), at the price of units that sit where a sigmoid is flat.
#
# With relu the same large weights make every layer's gradient about
# $10^{{{relu_normal_decades:.0f}}}$ long: it **explodes**, and the first step throws the weights
# away. (Why all layers alike? The gradient of a layer's weights is a product of what comes in from
# the left and what comes back from the right. Each layer on the way multiplies by about
# $\sqrt{32 / 2} = 4$, and every layer has all the others on one side or the other.) Relu with the
# spread $\sqrt{2 / \text{inputs}}$, found by Kaiming He and colleagues, keeps the scale: first and
# last layer differ by a factor of {{relu_he_ratio:.0f}} only.
#
# So: activations that do not flatten out, and a start that keeps the scale. For a hundred layers
# that is not enough; *normalisation* then rescales what flows through each layer, and *residual
# connections* give the gradient a path that leads around the layer, with slope 1.
#
# ## 10. All together
#
# Backward passes and descent are all you need to train a network. Two classes of points lie on two
# spirals, which no straight line separates.


# %%
def spirals(rng, count):
    turn, label = rng.uniform(0.2, 1, count), rng.integers(0, 2, count)
    angle = 2.5 * np.pi * turn + np.pi * label
    points = 3 * turn[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + rng.normal(0, 0.12, (count, 2)), label


rng = np.random.default_rng(seed)
points, labels = spirals(rng, 400)

# %% [markdown]
# The network has 2 inputs, twice 16 units and 1 output, 337 weights. Its last number goes through a
# sigmoid and is the probability of class 1. The loss is the *cross-entropy*, as for the digits of
# the next chapter: $-\ln$ of the probability given to the true class.


# %%
def probability(weights, x):
    W1, b1, W2, b2, W3, b3 = weights
    hidden = (x @ W1 + b1).relu()
    hidden = (hidden @ W2 + b2).relu()
    return (hidden @ W3 + b3).sigmoid()[:, 0]


def cross_entropy(p, labels):
    p_true = p * labels + (1 - p) * (1 - labels)
    return -p_true.log().mean()


# %% [markdown]
# An update is a step with momentum for each array of weights, and then the gradients go back to
# nothing. `no_grad` tells the engine that the step itself is not part of the computation. The loop
# is the one that you know by now: forward, backward, step. It keeps the weights of three moments,
# to look at them afterwards.


# %%
def update(weights, velocities, learning_rate=0.05, momentum=0.9):
    with autograd.no_grad():
        for w, velocity in zip(weights, velocities, strict=True):
            velocity[...] = momentum * velocity - learning_rate * w.grad
            w += velocity
            w.zero_grad()


# %%
weights = [Tensor(w, requires_grad=True) for w in random_weights(rng, 2, 16, 16, 1)]
velocities = [np.zeros(w.shape) for w in weights]
updates = chapter.pick(quick=400, full=1000)
snapshots = {}
for number in range(updates + 1):
    if number in (0, 50, updates):
        snapshots[f"after {number} updates"] = [Tensor(w.data.copy()) for w in weights]
    loss = cross_entropy(probability(weights, points), labels)
    loss.backward()
    update(weights, velocities)


# %%
def judge(weights):
    return lambda x: probability(weights, x).data


guesses = {title: judge(weights) for title, weights in snapshots.items()}
viz.show(
    descent.decision(guesses, points, labels),
    alt="Two interleaved spirals of points on three maps of what the network says. At first its "
    "border ignores the points, after 50 updates it parts them crudely, then it winds between.",
)
new_points, new_labels = spirals(rng, 1000)
right = (guesses[f"after {updates} updates"](new_points) > 0.5) == new_labels
course.record(spiral_accuracy=right.mean(), spiral_loss=loss.item())

# %% [markdown]
# The black line is where the network says 50 %. On 1,000 new points it is right for
# {{spiral_accuracy:.1%}}. Each of the 337 weights learned which way to go, again at every update,
# from one way back through the graph. Everything larger, up to networks that write text, learns by
# this loop.
#
# How much of a network does the spiral need? The next cell writes the forward pass for any number
# of hidden layers. Run it, then choose: with none, the border is a straight line. One layer bends
# it. Is it more layers that help, or more units? Each choice trains a new network, for a second or
# two.


# %%
def answer(weights, x):
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    for W, b in pairs[:-1]:
        x = (x @ W + b).relu()
    W, b = pairs[-1]
    return (x @ W + b).sigmoid()[:, 0]


@functools.cache
def trained(hidden_layers, units):
    rng = np.random.default_rng(seed)
    sizes = [2] + hidden_layers * [units] + [1]
    weights = [Tensor(w, requires_grad=True) for w in random_weights(rng, *sizes)]
    velocities = [np.zeros(w.shape) for w in weights]
    for _ in range(400):
        cross_entropy(answer(weights, points), labels).backward()
        update(weights, velocities)
    return weights


# %%
def border(hidden_layers=1, units=8):
    weights = trained(hidden_layers, units)
    right = ((answer(weights, new_points).data > 0.5) == new_labels).mean()
    title = f"{hidden_layers} × {units} units: {right:.0%} right"
    figure = descent.decision({title: lambda x: answer(weights, x).data}, points, labels)
    return figure, f"The two spirals, and the border that a network draws between. {title}."


explore(border, hidden_layers=[0, 1, 2, 3], units=[2, 4, 8, 16, 32])

# %% [markdown]
# Each unit of the first layer contributes one fold to the border, along a straight line; further
# layers fold what is already folded.
#
# ## What you learned
#
# - A derivative is a slope: it forecasts what a small nudge does. Nudging measures it, with an
#   error that truncation and rounding share; it costs two passes a weight.
# - The gradient collects all slopes. It points uphill, most steeply, at a right angle to the
#   contours.
# - Slopes along a path multiply, slopes of several paths add up. Forward mode answers for one input
#   a pass, reverse mode for all inputs in one way back.
# - An engine needs values, parents, rules and an order. Broadcasting sums on the way back.
# - Frameworks compute the same gradients. Gradients that you wrote yourself must be checked.
# - Descent wants a learning rate that fits the steepest direction; momentum helps along the gentle
#   ones; mini-batches give more steps for the same work.
# - Factors multiply from layer to layer: gradients vanish or explode, unless activation and start
#   are chosen well.
#
# ## Practise
#
# 1. Take small steps of one length in all 360 directions from a point of section 3's landscape.
#    Which raises the loss most? Compare with the direction of the gradient.
# 2. Repeat the error curve of section 1 with `np.float32(2)` and `float32` nudges. How many digits
#    are left, and where is the best nudge? What follows for checking gradients in `float32`?
# 3. Give `Dual` a division and a sine, and differentiate $\sin(x) / x$ at 2.
# 4. Draw the graph of $(a + b)\,(b + 1)$ at $a = 2$, $b = 1$ on paper, and find both slopes by
#    walking back. Then ask `Value`.
# 5. In `hand_on`, replace `+=` by `=`. For which functions does the engine still work? Then let
#    each number hand on at once what it has got so far. For which functions is that right?
# 6. Give `Value` a `relu` with its rule. What should its slope at 0 be, and does it matter?
# 7. A column of shape (32, 1) is added to a row of shape (10,). Which shapes do the gradients have
#    on the way back, and along which axis is each one summed?
# 8. For which learning rates does descent on $5\,w^2$ arrive at all? Predict the limit, then try.
# 9. How many steps does the ravine take with momentum 0.8, and with 0.99 (allow 2,000)? Explain.
# 10. The loss $w^4 - 2 w^2 + 0.4 w$ has a shallow dip near 0.95 and a deep one near −1.05. Start at
#     1.75 with learning rate 0.01 and take 80 steps. Which momentum gets to the deep one?
# 11. Replace relu by sigmoid in section 10. What has to change for the spirals to be learned?
# 12. Draw the graph of `engine_loss` with `autograd.draw`, given weights as tensors. Which values
#     of the forward pass does the way back need?
# 13. Build `nudged_gradient` with one-sided differences. How many passes does it need, and which
#     accuracy is lost?
