"""Layers for images, channels last: (samples, rows, columns, channels)."""

from dlcourse.autograd import Tensor, apply
from dlcourse.nn import activations, initializers
from dlcourse.nn.activations import Function
from dlcourse.nn.base import InputShape, Layer, check_count
from dlcourse.nn.initializers import Initializer
from dlcourse.ops.geometry import Pair, axes


class _Windows(Layer):
    """Base class of the layers that move a window over their images."""

    rank = 4

    def __init__(
        self, argument: str, window: Pair, strides: Pair, padding: str, name: str | None
    ) -> None:
        """Note the window's size, given as `argument`, how far it moves, and the padding."""
        super().__init__(name)
        layer = type(self).__name__
        self.window, self.strides = _pair(layer, argument, window), _pair(layer, "strides", strides)
        if padding not in ("valid", "same"):
            raise ValueError(
                f"{layer}: padding={padding!r} must be 'valid' (only windows that lie on the "
                "image) or 'same' (zeros around it: with strides 1, the size stays)."
            )
        self.padding = padding

    def check(self, shape: InputShape) -> None:
        """Raise ValueError unless the input is a batch of images that the window fits on."""
        super().check(shape)
        if self.padding == "valid" and any(
            size is not None and size < window
            for size, window in zip(shape[1:3], self.window, strict=True)
        ):
            raise ValueError(
                f"{self._found(shape)}, images smaller than the window of {self.window[0]} × "
                f"{self.window[1]}. Use padding='same', or fewer layers that make images smaller "
                "before it."
            )

    def places(self, shape: InputShape) -> tuple[int | None, int | None]:
        """Return how many places the window has along rows and columns; None where unknown."""
        sizes = shape[1:3]
        known = [w if size is None else size for size, w in zip(sizes, self.window, strict=True)]
        along = axes((1, *known, 1), self.window, self.strides, self.padding)
        rows, columns = [
            None if size is None else axis.count for size, axis in zip(sizes, along, strict=True)
        ]
        return rows, columns


class Conv2D(_Windows):
    """Every output is a weighted sum of a window of the image, all channels of it.

    Images (samples, rows, columns, channels) become (samples, rows', columns', filters).
    Source: Chollet, section 8.1.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Pair,
        strides: Pair = 1,
        padding: str = "valid",
        activation: str | Function | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        name: str | None = None,
    ) -> None:
        """Note what is wanted; the kernel (rows, columns, channels, filters) comes later."""
        super().__init__("kernel_size", kernel_size, strides, padding, name)
        layer = type(self).__name__
        self.filters = check_count(layer, "filters", filters)
        self.activation = activations.get(layer, activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(layer, "kernel_initializer", kernel_initializer)
        self.bias_initializer = initializers.get(layer, "bias_initializer", bias_initializer)

    def build(self, input_shape: InputShape) -> None:
        """Make the kernel and the bias."""
        shape = (*self.window, self.take_features(input_shape), self.filters)
        self.kernel = self.add_weight("kernel", shape, self.kernel_initializer)
        self._build_bias()

    def _build_bias(self) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.filters,), self.bias_initializer)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return activation(x convolved with the kernel, + bias)."""
        options = {"strides": self.strides, "padding": self.padding}
        return self.activation(apply("conv2d", x, self.kernel, self.bias, **options))

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return (samples, rows', columns', filters)."""
        return (input_shape[0], *self.places(input_shape), self.filters)


class SeparableConv2D(Conv2D):
    """First looks for patterns in each channel alone, then mixes the channels point by point.

    That takes far fewer weights than doing both at once. Source: Chollet, section 9.4.
    """

    def build(self, input_shape: InputShape) -> None:
        """Make the two kernels and the bias; one initializer serves both kernels."""
        channels = self.take_features(input_shape)
        depthwise, pointwise = (*self.window, channels, 1), (1, 1, channels, self.filters)
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel", depthwise, self.kernel_initializer
        )
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel", pointwise, self.kernel_initializer
        )
        self._build_bias()

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return activation(both convolutions of x, + bias)."""
        kernels = self.depthwise_kernel, self.pointwise_kernel
        options = {"strides": self.strides, "padding": self.padding}
        return self.activation(apply("separable_conv2d", x, *kernels, self.bias, **options))


class MaxPooling2D(_Windows):
    """The largest value of each window, channel by channel. Source: Chollet, section 8.1."""

    def __init__(
        self,
        pool_size: Pair = 2,
        strides: Pair | None = None,
        padding: str = "valid",
        name: str | None = None,
    ) -> None:
        """Note the size of the windows, which by default stand side by side."""
        strides = pool_size if strides is None else strides
        super().__init__("pool_size", pool_size, strides, padding, name)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the largest value of each window."""
        return apply("max_pool2d", x, self.window, self.strides, self.padding)

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return (samples, rows', columns', channels)."""
        return (input_shape[0], *self.places(input_shape), input_shape[-1])


class GlobalAveragePooling2D(Layer):
    """The mean of each channel: (samples, rows, columns, channels) → (samples, channels)."""

    rank = 4

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the means over rows and columns."""
        return x.mean(axis=(1, 2))

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return (samples, channels)."""
        return (input_shape[0], input_shape[-1])


def _pair(layer: str, argument: str, value: Pair) -> tuple[int, int]:
    """Return a size for rows and one for columns; raise ValueError unless both are at least 1."""
    sizes = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(sizes) != 2:
        raise ValueError(
            f"{layer}: {argument}={value} must be one number, or two: for rows and for columns."
        )
    return check_count(layer, argument, sizes[0]), check_count(layer, argument, sizes[1])
