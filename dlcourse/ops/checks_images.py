"""What the operations on images want of their arguments; see `checks.py`."""

from collections.abc import Sequence
from typing import Any

from dlcourse.ops import conditions
from dlcourse.ops.conditions import shape


def conv2d(operation: str, x: Any, kernel: Any, bias: Any, strides: Any, padding: Any) -> None:
    """Check images, kernel and bias against each other, and how the kernel is moved."""
    _images(operation, x)
    _kernel(operation, "kernel", kernel, "(kh, kw, c_in, c_out)")
    _channels(operation, "kernel", kernel, shape(x)[3])
    _bias(operation, "kernel", kernel, bias, shape(kernel)[3])
    _pixels(operation, "strides", strides)
    _fits(operation, "kernel", x, shape(kernel)[:2], padding)


def depthwise_conv2d(
    operation: str, x: Any, kernel: Any, bias: Any, strides: Any, padding: Any
) -> None:
    """Check as `conv2d`, where each channel has as many kernels as `multiplier` says."""
    _images(operation, x)
    _kernel(operation, "kernel", kernel, "(kh, kw, c_in, multiplier)")
    _channels(operation, "kernel", kernel, shape(x)[3])
    _bias(operation, "kernel", kernel, bias, shape(kernel)[2] * shape(kernel)[3])
    _equal_strides(operation, strides)
    _fits(operation, "kernel", x, shape(kernel)[:2], padding)


def separable_conv2d(
    operation: str,
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    bias: Any,
    strides: Any,
    padding: Any,
) -> None:
    """Check both kernels, the second against the channels that the first makes."""
    _images(operation, x)
    _kernel(operation, "depthwise_kernel", depthwise_kernel, "(kh, kw, c_in, multiplier)")
    _kernel(operation, "pointwise_kernel", pointwise_kernel, "(1, 1, c_in · multiplier, c_out)")
    _channels(operation, "depthwise_kernel", depthwise_kernel, shape(x)[3])
    inner = shape(depthwise_kernel)[2] * shape(depthwise_kernel)[3]
    if shape(pointwise_kernel)[:3] != (1, 1, inner):
        raise ValueError(
            f"{operation}: pointwise_kernel has shape {shape(pointwise_kernel)}, but a "
            f"depthwise_kernel of shape {shape(depthwise_kernel)} makes {inner} channels "
            f"(c_in · multiplier), and they are mixed pixel by pixel: shape (1, 1, {inner}, c_out) "
            "is wanted. Make it that shape."
        )
    _bias(operation, "pointwise_kernel", pointwise_kernel, bias, shape(pointwise_kernel)[3])
    _equal_strides(operation, strides)
    _fits(operation, "depthwise_kernel", x, shape(depthwise_kernel)[:2], padding)


def pooling(operation: str, x: Any, pool_size: Any, strides: Any, padding: Any) -> None:
    """Check the images, the window, and how it is moved."""
    _images(operation, x)
    window = _pixels(operation, "pool_size", pool_size)
    if strides is not None:
        _pixels(operation, "strides", strides)
    _fits(operation, "pool_size", x, window, padding)


def global_pooling(operation: str, x: Any, keepdims: Any) -> None:
    """Check that there are images with pixels to average."""
    _images(operation, x)


def _images(operation: str, x: Any) -> None:
    if len(shape(x)) != 4:
        raise ValueError(
            f"{operation}: x has shape {shape(x)}, but images of shape (n, rows, columns, "
            "channels) are wanted. Reshape it: one grey image of 28 by 28 is (1, 28, 28, 1)."
        )
    if 0 in shape(x):
        raise ValueError(
            f"{operation}: x has shape {shape(x)}, but at least one image is wanted, of at least "
            "one row, one column and one channel. Check how x was cut."
        )


def _kernel(operation: str, argument: str, kernel: Any, wanted: str) -> None:
    conditions.rank(operation, argument, kernel, (4,), f"a kernel {wanted}")
    if 0 in shape(kernel):
        raise ValueError(
            f"{operation}: {argument} has shape {shape(kernel)}, but every size of a kernel "
            f"{wanted} must be at least 1. Check how it was made."
        )


def _channels(operation: str, argument: str, kernel: Any, channels: int) -> None:
    if shape(kernel)[2] != channels:
        raise ValueError(
            f"{operation}: {argument} has shape {shape(kernel)}, whose axis 2 is for images of "
            f"{shape(kernel)[2]} channels, but the last axis of x holds {channels}. Make both "
            "equal, or move the channels of x to its last axis with transpose(x, (0, 2, 3, 1))."
        )


def _bias(operation: str, argument: str, kernel: Any, bias: Any, channels: int) -> None:
    wanted_by = f"{argument}, shape {shape(kernel)}, makes {channels} channels"
    conditions.one_each(operation, "bias", bias, channels, wanted_by, "channel")


def _pixels(operation: str, argument: str, value: Any) -> list[int]:
    """Return how many pixels `strides` or `pool_size` means along rows and along columns."""
    both = value if isinstance(value, tuple | list) else (value, value)
    numbers = [conditions.integer(operation, argument, number) for number in both]
    if len(numbers) != 2 or min(numbers) < 1:
        raise ValueError(
            f"{operation}: {argument}={value} must be one number of pixels, at least 1, or two of "
            "them, for rows and columns. Give 2 or (2, 2), for example."
        )
    return numbers


def _equal_strides(operation: str, strides: Any) -> None:
    rows, columns = _pixels(operation, "strides", strides)
    if rows != columns:
        raise ValueError(
            f"{operation}: strides={strides} must be equal for rows and columns, as TensorFlow "
            "knows no other depthwise convolution. Give one number, or use conv2d."
        )


def _fits(operation: str, argument: str, x: Any, window: Sequence[int], padding: Any) -> None:
    conditions.choice(operation, "padding", padding, ("valid", "same"))
    sizes = shape(x)[1:3]
    if padding == "valid" and any(w > n for w, n in zip(window, sizes, strict=True)):
        raise ValueError(
            f"{operation}: {argument} covers {window[0]} × {window[1]} pixels, but the images of "
            f"x, shape {shape(x)}, have {sizes[0]} × {sizes[1]}: with padding='valid' nothing "
            "would be left. Use padding='same', larger images or a smaller window."
        )
