"""The check of the gradients finds every mistake that a backward rule could easily hold.

A mistake is put into the rule's source text, and the check must then fail.
"""

import inspect

import numpy as np
import pytest

from dlcourse import ops
from tests.parity.gradients import check_gradients

TRUTH = np.array([2, 0])
PAIR = [np.ones((1, 3)), np.ones((2, 1))]
SAMPLES = [np.ones((2, 3)), np.ones((2, 3))]
IMAGE, KERNEL, BIAS = np.ones((1, 3, 3, 2)), np.ones((2, 2, 2, 2)), np.ones(2)
# Shapes that a missing or wrong transpose leaves alone: only the values can tell.
ARGUMENTS = {
    "add": (PAIR, {}),
    "multiply": (PAIR, {}),
    "maximum": (PAIR, {}),
    "relu": ([np.ones((2, 3))], {}),
    "sigmoid": ([np.ones((2, 3))], {}),
    "tanh": ([np.ones((2, 3))], {}),
    "exp": ([np.ones((2, 3))], {}),
    "log": ([np.ones((2, 3))], {}),
    "sum": ([np.ones((2, 2))], {"axis": 1}),
    "mean": ([np.ones((2, 2))], {"axis": 1}),
    "transpose": ([np.ones((2, 2, 2))], {"axes": (1, 2, 0)}),
    "matmul": ([np.ones((2, 2))] * 2, {}),
    "vector_product": ([np.ones(3)] * 2, {}),
    "matrix_vector_product": ([np.ones((2, 2)), np.ones(2)], {}),
    "dense": ([np.ones((2, 2)), np.ones((2, 2)), np.ones(2)], {"activation": "tanh"}),
    "softmax": ([np.ones((2, 3))], {}),
    "log_softmax": ([np.ones((2, 3))], {}),
    "mean_squared_error": (SAMPLES, {}),
    "mean_absolute_error": (SAMPLES, {}),
    "binary_crossentropy": (SAMPLES, {}),
    "categorical_crossentropy": (SAMPLES, {}),
    "sparse_categorical_crossentropy": ([TRUTH, np.ones((2, 3))], {}),
    "conv2d": ([IMAGE, KERNEL, BIAS], {}),
    "depthwise_conv2d": ([IMAGE, KERNEL, np.ones(4)], {}),
    "separable_conv2d": ([IMAGE, KERNEL, np.ones((1, 1, 4, 4)), np.ones(4)], {}),
    "max_pool2d": ([IMAGE], {"strides": 1}),
    "average_pool2d": ([IMAGE], {"strides": 1}),
    "batch_normalization": ([np.ones((3, 2)), BIAS, BIAS], {}),
    "layer_normalization": ([np.ones((2, 3)), np.ones(3), np.ones(3)], {}),
    "dropout": ([np.ones((2, 2)), np.array([[1, 0], [1, 1]]), 0.75], {}),
    "embedding": ([np.array([0, 2, 2]), np.ones((3, 2))], {}),
}
LOGITS = {"from_logits": True}
INFERENCE = {"mean": np.ones(2), "variance": np.ones(2)}
DEPTHWISE, BATCH, LAYER = "depthwise_conv2d", "batch_normalization", "layer_normalization"
BINARY, SPARSE = "binary_crossentropy", "sparse_categorical_crossentropy"

# The implementation, the operation, what stands in its rule, what is put there, other options.
MUTATIONS = [
    ("numpy", "add", "unbroadcast(upstream, y.shape)", "upstream", {}),
    ("naive", "add", "dx[a] += upstream[i]", "dx[a] = upstream[i]", {}),
    ("numpy", "multiply", "upstream * y", "upstream / y", {}),
    ("numpy", "multiply", "upstream * x", "upstream * y", {}),
    ("naive", "multiply", "upstream[i] * y[b]", "upstream[i] + y[b]", {}),
    ("naive", "multiply", "dy[b] +=", "dy[b] =", {}),
    ("numpy", "maximum", "1 - share", "share", {}),
    ("naive", "maximum", "x[a] > y[b]", "x[a] < y[b]", {}),
    ("numpy", "relu", "(x > 0)", "(x < 0)", {}),
    ("naive", "relu", "upstream[i] if x[i] > 0 else 0", "upstream[i]", {}),
    ("numpy", "sigmoid", "(1 - p)", "(1 + p)", {}),
    ("naive", "sigmoid", "(1 + e) ** 2", "(1 + e)", {}),
    ("numpy", "tanh", " ** 2", "", {}),
    ("naive", "exp", "upstream[i] * np", "upstream[i] + np", {}),
    ("numpy", "log", "upstream / x", "upstream * x", {}),
    ("numpy", "sum", "np.expand_dims(upstream, axis)", "upstream", {}),
    ("naive", "sum", "reduced(i, summed, keepdims)", "(i[1],)", {}),
    ("numpy", "mean", "upstream / x.dtype.type(n)", "upstream", {}),
    ("naive", "mean", "] / n", "]", {}),
    ("numpy", "transpose", "np.argsort([axis % x.ndim for axis in axes])", "axes", {}),
    ("naive", "transpose", "back[axis] = position", "back[position] = axis", {}),
    ("numpy", "matmul", "np.swapaxes(columns, -1, -2)", "columns", {}),
    ("numpy", "matmul", "np.swapaxes(rows, -1, -2)", "rows", {}),
    ("naive", "matmul", "swapped(rows), upstream", "upstream, swapped(rows)", {}),
    ("naive", "matmul", "matmul(upstream, swapped(columns))", "matmul(upstream, columns)", {}),
    ("naive", "vector_product", "dx[i] = upstream * y[i]", "dx[i] = upstream * x[i]", {}),
    ("numpy", "matrix_vector_product", "np.dot(upstream, x)", "np.dot(x, upstream)", {}),
    ("numpy", "dense", "kernel.T", "kernel", {}),
    ("numpy", "dense", "tensordot(x, upstream,", "tensordot(upstream, x,", {}),
    ("numpy", "dense", "unbroadcast(upstream, bias.shape)", "upstream", {}),
    ("numpy", "dense", "if activation is not None", "if False", {}),
    ("naive", "dense", "dense(x, kernel, bias))", "dense(x, kernel))", {}),
    ("numpy", "softmax", "upstream - np.sum", "upstream + np.sum", {}),
    ("naive", "softmax", "(upstream[i] - average)", "upstream[i]", {}),
    ("numpy", "log_softmax", "softmax(x, axis) * np", "np", {}),
    ("naive", "log_softmax", " - p[i] * total", "", {}),
    ("numpy", "mean_squared_error", " * 2 ", " ", {}),
    ("numpy", "mean_squared_error", "return -dy_pred", "return dy_pred", {}),
    ("naive", "mean_squared_error", "] - y_true[i]) / n", "] - y_true[i])", {}),
    ("naive", "mean_absolute_error", "1 if error > 0", "1 if error < 0", {}),
    ("numpy", BINARY, "(p * (1 - p))", "p", {}),
    ("numpy", BINARY, "(sigmoid(y_pred) - y_true)", "(y_true - sigmoid(y_pred))", LOGITS),
    ("naive", BINARY, "upstream[i[:-1]] / n", "upstream[i[:-1]]", {}),
    ("naive", BINARY, "share * (p - y)", "share * (y - p)", LOGITS),
    ("numpy", "categorical_crossentropy", "-upstream[...", "upstream[...", LOGITS),
    ("numpy", "categorical_crossentropy", "- np.sum(dq * q", "+ np.sum(dq * q", {}),
    ("numpy", "categorical_crossentropy", ") / total,)", "),)", {}),
    ("naive", "categorical_crossentropy", "(dq[k] - average)", "dq[k]", {}),
    ("naive", SPARSE, "-upstream[i]", "upstream[i]", LOGITS),
    ("naive", SPARSE, "upstream[(*i, k)] / q", "upstream[(*i, k)] * q", {}),
    ("numpy", "conv2d", "weights, strict=True", "weights[::-1], strict=True", {}),
    ("numpy", "conv2d", "flat @ w.T", "flat @ w", {}),
    ("numpy", "conv2d", "(covered.T @ flat)", "(flat.T @ covered)", {}),
    ("numpy", "conv2d", "np.sum(upstream, axis=SUMMED)", "np.mean(upstream, axis=SUMMED)", {}),
    ("naive", "conv2d", "u * kernel[a, b, c, o]", "u * kernel[b, a, c, o]", {}),
    ("naive", "conv2d", "u * x[n, row, column, c]", "u / x[n, row, column, c]", {}),
    ("naive", "conv2d", "dbias[o] +=", "dbias[o] =", {}),
    ("numpy", DEPTHWISE, "dpixels += upstream * w", "dpixels += upstream / w", {}),
    ("numpy", DEPTHWISE, "p, upstream)", "p, p)", {}),
    ("naive", DEPTHWISE, "c, m = divmod(o, kernel.shape[3])", "m, c = divmod(o, 2)", {}),
    ("numpy", "separable_conv2d", "_vjp(dinner, x", "_vjp(inner, x", {}),
    ("numpy", "max_pool2d", "dpixels += np", "dpixels[...] = np", {}),
    ("numpy", "max_pool2d", "np.where(found, upstream, 0)", "upstream", {}),
    ("naive", "max_pool2d", ")] += upstream", ")] = upstream", {}),
    ("numpy", "average_pool2d", "upstream / _pixels(x, rows, columns)", "upstream", {}),
    ("naive", "average_pool2d", "] / len(pixels)", "] * len(pixels)", {}),
    ("numpy", BATCH, " - through_variance", "", {}),
    ("numpy", BATCH, "dz - through_mean", "dz", {}),
    ("numpy", BATCH, "/ (2 * s)", "/ s", INFERENCE),
    ("naive", BATCH, "dgamma[k] += upstream[i] * z", "dgamma[k] += upstream[i]", {}),
    ("numpy", LAYER, "dz = _scaled(upstream, gamma,", "dz = _scaled(upstream, None,", {}),
    ("naive", LAYER, "dvariance * 2 * (x", "dvariance * (x", {}),
    ("naive", LAYER, "dmean -= dx[i]", "dmean += dx[i]", {}),
    ("numpy", "dropout", "dropout(upstream, mask, rate)", "upstream * mask", {}),
    ("naive", "dropout", "dropout(upstream, mask, rate)", "dropout(upstream, 1 - mask, rate)", {}),
    ("numpy", "embedding", "np.add.at(dembeddings, x, upstream)", "dembeddings[x] += upstream", {}),
    ("naive", "embedding", "dembeddings[x[i], k] +=", "dembeddings[x[i], k] =", {}),
]  # fmt: skip


def mutated(rule, old, new):
    """Return the rule with one mistake in its source, or in that of a function beside it."""
    used = [rule.__globals__.get(name) for name in rule.__code__.co_names]
    near = [function for function in used if getattr(function, "__module__", "") == rule.__module__]
    source = "\n\n".join(inspect.getsource(function) for function in [*near, rule])
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in:\n{source}"
    namespace = dict(rule.__globals__)
    exec(source.replace(old, new), namespace)
    return namespace[rule.__name__]


@pytest.mark.parametrize("name", ["naive", "numpy"])
@pytest.mark.parametrize("operation", ARGUMENTS)
def test_the_rules_themselves_pass(name, operation):
    arguments, options = ARGUMENTS[operation]
    check_gradients([name], operation, arguments, options, np.random.default_rng(0))


@pytest.mark.parametrize(("name", "operation", "old", "new", "options"), MUTATIONS)
def test_a_mistake_in_a_rule_is_found(name, operation, old, new, options, monkeypatch):
    module, rule = ops.get(name).module, f"{operation}_vjp"
    monkeypatch.setattr(module, rule, mutated(getattr(module, rule), old, new))
    arguments, usual = ARGUMENTS[operation]
    with pytest.raises(AssertionError):
        check_gradients([name], operation, arguments, usual | options, np.random.default_rng(0))
