"""The operations in PyTorch: `torch` for arithmetic, `torch.nn.functional` for networks."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from dlcourse.ops.geometry import Pair, axes

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1

Axes = int | tuple[int, ...] | None


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, Tensor)


def array(x: Any, dtype: str | None = None, like: Tensor | None = None) -> Tensor:
    """Convert to a tensor, on the device of the tensor `like`."""
    if isinstance(x, np.ndarray):
        # PyTorch shares NumPy's memory, and wants it writable and in one piece.
        x = np.require(x, requirements=["C", "W"])
    return torch.as_tensor(
        x,
        dtype=None if dtype is None else getattr(torch, dtype),
        device=None if like is None else like.device,
    )


def vjp(function: Callable[..., Tensor], upstream: Tensor, *arrays: Tensor) -> tuple[Tensor, ...]:
    """Differentiate by recording the operations on tensors that require gradients."""
    leaves = [x.detach().requires_grad_() for x in arrays]
    return torch.autograd.grad(function(*leaves), leaves, upstream)


def add(x: Tensor, y: Tensor) -> Tensor:
    return torch.add(x, y)


def multiply(x: Tensor, y: Tensor) -> Tensor:
    return torch.mul(x, y)


def maximum(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x, y)


def relu(x: Tensor) -> Tensor:
    return F.relu(x)


def sigmoid(x: Tensor) -> Tensor:
    return torch.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    return torch.tanh(x)


def exp(x: Tensor) -> Tensor:
    return torch.exp(x)


def log(x: Tensor) -> Tensor:
    return torch.log(x)


def sum(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Tensor:
    return torch.sum(x, dim=axis, keepdim=keepdims)


def mean(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Tensor:
    return torch.mean(x, dim=axis, keepdim=keepdims)


def reshape(x: Tensor, newshape: int | tuple[int, ...]) -> Tensor:
    return torch.reshape(x, (newshape,) if isinstance(newshape, int) else newshape)


def transpose(x: Tensor, axes: tuple[int, ...] | None = None) -> Tensor:
    # torch.transpose swaps two axes; the general form is called permute.
    return torch.permute(x, tuple(reversed(range(x.ndim))) if axes is None else axes)


def matmul(x: Tensor, y: Tensor) -> Tensor:
    return torch.matmul(x, y)


def vector_product(x: Tensor, y: Tensor) -> Tensor:
    return torch.dot(x, y)


def matrix_vector_product(x: Tensor, y: Tensor) -> Tensor:
    return torch.mv(x, y)


def dense(
    x: Tensor, kernel: Tensor, bias: Tensor | None = None, activation: str | None = None
) -> Tensor:
    out = F.linear(x, kernel.T, bias)  # PyTorch keeps its kernels as (units, inputs)
    return out if activation is None else ACTIVATIONS[activation](out)


def one_hot(x: Tensor, num_classes: int) -> Tensor:
    return F.one_hot(x, num_classes).to(torch.float32)


def multi_hot(x: Tensor, num_classes: int) -> Tensor:
    return torch.zeros((*x.shape[:-1], num_classes), device=x.device).scatter(-1, x, 1.0)


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    return F.softmax(x, dim=axis)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    return F.log_softmax(x, dim=axis)


def conv2d(
    x: Tensor,
    kernel: Tensor,
    bias: Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Tensor:
    images = _channels_first(x, kernel.shape[:2], strides, padding)
    weights = kernel.permute(3, 2, 0, 1).contiguous()  # PyTorch keeps (outputs, inputs, kh, kw)
    return F.conv2d(images, weights, bias, strides).permute(0, 2, 3, 1)


def depthwise_conv2d(
    x: Tensor,
    kernel: Tensor,
    bias: Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Tensor:
    images = _channels_first(x, kernel.shape[:2], strides, padding)
    weights = kernel.permute(2, 3, 0, 1).reshape(-1, 1, *kernel.shape[:2])
    return F.conv2d(images, weights, bias, strides, groups=x.shape[3]).permute(0, 2, 3, 1)


def separable_conv2d(
    x: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    bias: Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Tensor:
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    return conv2d(inner, pointwise_kernel, bias)


def max_pool2d(
    x: Tensor, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Tensor:
    images = _channels_first(x, pool_size, strides, padding, -torch.inf)
    return F.max_pool2d(images, pool_size, strides).permute(0, 2, 3, 1)


def average_pool2d(
    x: Tensor, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Tensor:
    # The zeros around the image are averaged too: divide by the share of pixels in each window.
    out, share = [
        F.avg_pool2d(_channels_first(y, pool_size, strides, padding), pool_size, strides)
        for y in (x, torch.ones_like(x[:1, :, :, :1]))
    ]
    return (out / share).permute(0, 2, 3, 1)


def global_average_pool2d(x: Tensor, keepdims: bool = False) -> Tensor:
    return mean(x, (1, 2), keepdims)


def _channels_first(
    x: Tensor, window: Pair, strides: Pair | None, padding: str, value: float = 0
) -> Tensor:
    # PyTorch wants (n, c, rows, columns), and pads only alike on both sides.
    rows, columns = axes(x.shape, window, strides, padding)
    x = x.permute(0, 3, 1, 2)
    widths = (columns.before, columns.after, rows.before, rows.after)
    return F.pad(x, widths, value=value) if any(widths) else x


def flatten(x: Tensor) -> Tensor:
    return torch.flatten(x, start_dim=1) if x.ndim > 1 else x[:, None]


def batch_normalization(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    mean: Tensor | None = None,
    variance: Tensor | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Tensor:
    # Not F.batch_norm: it takes no gradient of the statistics, and wants two values a channel.
    if mean is None:
        others = [k for k in range(x.ndim) if k != axis % x.ndim]
        variance, mean = torch.var_mean(x, dim=others, correction=0)
    shape = [-1 if k == axis % x.ndim else 1 for k in range(x.ndim)]
    out = (x - mean.reshape(shape)) / torch.sqrt(variance.reshape(shape) + epsilon)
    if gamma is not None:
        out = out * gamma.reshape(shape)
    return out if beta is None else out + beta.reshape(shape)


def layer_normalization(
    x: Tensor,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Tensor:
    out = F.layer_norm(x.movedim(axis, -1), (x.shape[axis],), gamma, beta, epsilon)
    return out.movedim(-1, axis)


def dropout(x: Tensor, mask: Tensor, rate: float) -> Tensor:
    # F.dropout draws a mask of its own.
    return x * mask / (1 - rate)


def embedding(x: Tensor, embeddings: Tensor) -> Tensor:
    return F.embedding(x, embeddings)


def mean_squared_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    return F.mse_loss(y_pred, y_true, reduction="none").mean(dim=-1)


def mean_absolute_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    return F.l1_loss(y_pred, y_true, reduction="none").mean(dim=-1)


def binary_crossentropy(y_true: Tensor, y_pred: Tensor, from_logits: bool = False) -> Tensor:
    if from_logits:
        surprise = F.binary_cross_entropy_with_logits(y_pred, y_true, reduction="none")
    else:
        # Not F.binary_cross_entropy: it raises an error for a NaN, which should show as a NaN.
        p = torch.clip(y_pred, EPSILON, 1 - EPSILON)
        surprise = -(y_true * torch.log(p) + (1 - y_true) * torch.log(1 - p))
    return surprise.mean(dim=-1)


def categorical_crossentropy(y_true: Tensor, y_pred: Tensor, from_logits: bool = False) -> Tensor:
    # F.cross_entropy wants the classes in the second axis; here they are in the last.
    log_p = F.log_softmax(y_pred, dim=-1) if from_logits else _log_probabilities(y_pred)
    return -torch.sum(y_true * log_p, dim=-1)


def sparse_categorical_crossentropy(
    y_true: Tensor, y_pred: Tensor, from_logits: bool = False
) -> Tensor:
    log_p = F.log_softmax(y_pred, dim=-1) if from_logits else _log_probabilities(y_pred)
    rows = log_p.reshape(-1, log_p.shape[-1])  # nll: negative logarithm of the likelihood
    return F.nll_loss(rows, y_true.reshape(-1), reduction="none").reshape(y_true.shape)


def _log_probabilities(p: Tensor) -> Tensor:
    p = p / torch.sum(p, dim=-1, keepdim=True)
    return torch.log(torch.clip(p, EPSILON, 1 - EPSILON))


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
