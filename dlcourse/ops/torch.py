"""The operations in PyTorch: `torch` for arithmetic, `torch.nn.functional` for networks."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

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
    leaves = [x.detach().clone().requires_grad_() for x in arrays]
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


def flatten(x: Tensor) -> Tensor:
    return torch.flatten(x, start_dim=1) if x.ndim > 1 else x[:, None]


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
