"""Answers to the exercises of chapter 2 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "slope_along": [
        (  # the arrow's length counts
            """
def slope_along(f, point, direction, h=1e-5):
    step = h * direction
    return (f(point + step) - f(point - step)) / (2 * h)
""",
            2,
        ),
        (  # one-sided
            """
def slope_along(f, point, direction, h=1e-5):
    step = h * direction / np.linalg.norm(direction)
    return (f(point + step) - f(point)) / h
""",
            2,
        ),
        (  # one axis at a time: fine along axes only
            """
def slope_along(f, point, direction, h=1e-5):
    k = np.argmax(np.abs(direction))
    step = np.zeros(len(point))
    step[k] = h * np.sign(direction[k])
    return (f(point + step) - f(point - step)) / (2 * h)
""",
            1,
        ),
    ],
    "slopes": [
        (  # relu forgotten
            """
def slopes(x, w, b, y):
    upstream = 2 * (w * x + b - y)
    return upstream * x, upstream
""",
            2,
        ),
        (  # the other factor is x, not w
            """
def slopes(x, w, b, y):
    if w * x + b < 0:
        return 0.0, 0.0
    upstream = 2 * (w * x + b - y)
    return upstream * w, upstream
""",
            2,
        ),
    ],
    "divide": [
        (  # the upstream gradient is forgotten
            """
def divide(a, b):
    a = a if isinstance(a, Value) else Value(a)
    b = b if isinstance(b, Value) else Value(b)
    return Value(
        a.data / b.data,
        (a, lambda g: 1 / b.data),
        (b, lambda g: -a.data / b.data**2),
    )
""",
            3,
        ),
        (  # the minus is forgotten
            """
def divide(a, b):
    a = a if isinstance(a, Value) else Value(a)
    b = b if isinstance(b, Value) else Value(b)
    return Value(
        a.data / b.data,
        (a, lambda g: g / b.data),
        (b, lambda g: g * a.data / b.data**2),
    )
""",
            3,
        ),
        (  # a plain number above is forgotten
            """
def divide(a, b):
    b = b if isinstance(b, Value) else Value(b)
    return Value(
        a.data / b.data,
        (a, lambda g: g / b.data),
        (b, lambda g: -g * a.data / b.data**2),
    )
""",
            3,
        ),
    ],
    "dense_backward": [
        (  # relu forgotten
            """
def dense_backward(x, W, b, upstream):
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)
""",
            3,
        ),
        (  # a mean instead of a sum
            """
def dense_backward(x, W, b, upstream):
    gradient = upstream * (x @ W + b > 0)
    return gradient @ W.T, x.T @ gradient, gradient.mean(axis=0)
""",
            3,
        ),
        (  # the bias is forgotten before relu
            """
def dense_backward(x, W, b, upstream):
    gradient = upstream * (x @ W > 0)
    return gradient @ W.T, x.T @ gradient, gradient.sum(axis=0)
""",
            3,
        ),
        (  # the gradient for x is the one for W
            """
def dense_backward(x, W, b, upstream):
    gradient = upstream * (x @ W + b > 0)
    return np.ones(x.shape) * gradient.mean(), x.T @ gradient, gradient.sum(axis=0)
""",
            3,
        ),
    ],
    "descend": [
        (  # as it was
            """
descend = descend_with_bug
""",
            0,
        ),
        (  # all points are one array
            """
def descend(gradient, start, rate, steps, momentum):
    w, velocity = np.array(start, dtype="float64"), 0.0
    path = [w]
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(w)
        w += velocity
        path.append(w)
    return np.array(path)
""",
            2,
        ),
        (  # copies for the path, but the start is still written to
            """
def descend(gradient, start, rate, steps, momentum):
    w, velocity, path = start, 0.0, [start.copy()]
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(w)
        w += velocity
        path.append(w.copy())
    return np.array(path)
""",
            1,
        ),
        (  # a copy of whole numbers has room for whole numbers only
            """
def descend(gradient, start, rate, steps, momentum):
    w, velocity, path = start.copy(), 0.0, [start.copy()]
    for _ in range(steps):
        velocity = momentum * velocity - rate * gradient(w)
        w += velocity
        path.append(w.copy())
    return np.array(path)
""",
            2,
        ),
    ],
    "steps_needed": [
        (  # the other side counts as arrived
            """
def steps_needed(distance, rate, curvature, tolerance):
    left = 1 - rate * curvature
    if abs(left) >= 1:
        return None
    steps = 0
    while distance > tolerance:
        distance *= left
        steps += 1
    return steps
""",
            2,
        ),
        (  # gives up on all rates that jump over the minimum
            """
def steps_needed(distance, rate, curvature, tolerance):
    left = 1 - rate * curvature
    if left <= 0:
        return None
    steps = 0
    while distance > tolerance:
        distance *= left
        steps += 1
    return steps
""",
            2,
        ),
        (  # the limit itself: jumps to and fro for ever
            """
def steps_needed(distance, rate, curvature, tolerance):
    left = abs(1 - rate * curvature)
    if left > 1:
        return None
    steps = 0
    while distance > tolerance and steps < 10_000:
        distance *= left
        steps += 1
    return steps
""",
            2,
        ),
    ],
    "good_spread": [
        (  # one spread for both
            """
good_spread = {"without relu": 0.1, "with relu": 0.1}
""",
            1,
        ),
        (  # the spread for 32 units
            """
good_spread = {"without relu": 0.1, "with relu": (2 / 32) ** 0.5}
""",
            1,
        ),
    ],
}
