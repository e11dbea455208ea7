"""The layers of plain networks; those for images are in `images`."""

import math

import numpy as np

from dlcourse.autograd import Tensor, apply
from dlcourse.nn import activations, initializers
from dlcourse.nn.activations import Function
from dlcourse.nn.base import InputShape, Layer, check_count
from dlcourse.nn.initializers import Initializer


class Dense(Layer):
    """Every output is a weighted sum of all inputs: activation(x · kernel + bias).

    Input (…, features), output (…, units). Source: Chollet, section 2.3.
    """

    least_rank = 2

    def __init__(
        self,
        units: int,
        activation: str | Function | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        name: str | None = None,
    ) -> None:
        """Note what is wanted; the kernel (features, units) and the bias (units,) come later."""
        super().__init__(name)
        self.units = check_count("Dense", "units", units)
        self.activation = activations.get("Dense", activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(
            "Dense", "kernel_initializer", kernel_initializer
        )
        self.bias_initializer = initializers.get("Dense", "bias_initializer", bias_initializer)

    def build(self, input_shape: InputShape) -> None:
        """Make the kernel and the bias."""
        shape = (self.take_features(input_shape), self.units)
        self.kernel = self.add_weight("kernel", shape, self.kernel_initializer)
        if self.use_bias:
            self.bias = self.add_weight("bias", (self.units,), self.bias_initializer)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return activation(x · kernel + bias)."""
        out = x @ self.kernel
        if self.use_bias:
            out = out + self.bias
        return self.activation(out)

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return the input's shape with `units` on the last axis."""
        return (*input_shape[:-1], self.units)


class Embedding(Layer):
    """A table with one row of numbers for each index: integers (…) become vectors (…, output_dim).

    The rows are learned. Source: Chollet, section 14.3.
    """

    takes_indices = True

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | Initializer = "uniform",
        name: str | None = None,
    ) -> None:
        """Note how many indices there are (0 to input_dim - 1), and how long the vectors are."""
        super().__init__(name)
        self.input_dim = check_count("Embedding", "input_dim", input_dim)
        self.output_dim = check_count("Embedding", "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(
            "Embedding", "embeddings_initializer", embeddings_initializer
        )

    def build(self, input_shape: InputShape) -> None:
        """Make the table."""
        shape = (self.input_dim, self.output_dim)
        self.embeddings = self.add_weight("embeddings", shape, self.embeddings_initializer)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the row of each index."""
        return apply("embedding", x, self.embeddings)

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return the input's shape with `output_dim` behind it."""
        return (*input_shape, self.output_dim)


class Flatten(Layer):
    """All numbers of a sample in one row: (samples, a, b, …) becomes (samples, a·b·…)."""

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the same numbers as a matrix."""
        return x.reshape(self.compute_output_shape(x.shape))

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return (samples, a·b·…), which is unknown where one of the sizes is."""
        sizes = input_shape[1:]
        return (input_shape[0], None if None in sizes else math.prod(sizes))


class Activation(Layer):
    """An activation as a layer of its own."""

    def __init__(self, activation: str | Function, name: str | None = None) -> None:
        """Note the activation: a name, or a function of a tensor."""
        super().__init__(name)
        self.activation = activations.get("Activation", activation)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return activation(x)."""
        return self.activation(x)


class Dropout(Layer):
    """In training, sets a share of its inputs to zero, chosen anew each time.

    What stays is divided by 1 - rate, so that the expected sum is the same. Outside training,
    nothing happens. Source: Srivastava and others, 2014; Chollet, section 5.4.
    """

    def __init__(self, rate: float, seed: int | None = None, name: str | None = None) -> None:
        """Note the share that is dropped, 0 ≤ rate < 1; a seed gives the layer its own chance."""
        super().__init__(name)
        if not 0 <= rate < 1:
            raise ValueError(
                f"Dropout: rate={rate} must be at least 0 and below 1: the share of the inputs "
                "that is dropped, 0.5 for half of them."
            )
        self.rate = rate
        self.generator = initializers.generator if seed is None else np.random.default_rng(seed)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return x, in training with a share of it dropped."""
        if not training or self.rate == 0:
            return x
        kept = self.generator.random(x.shape, np.float32) >= self.rate
        return x * (kept / np.float32(1 - self.rate))


class BatchNormalization(Layer):
    """Gives each feature mean `beta` and standard deviation `gamma`, which are learned.

    In training, mean and variance are those of the batch; outside, those of all batches before,
    as remembered in moving averages: moving ← momentum · moving + (1 - momentum) · batch.
    Source: Ioffe and Szegedy, 2015; Chollet, section 9.3.
    """

    least_rank = 2

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        name: str | None = None,
    ) -> None:
        """Note the axis of the features, and what is added to the variance, lest it be 0."""
        super().__init__(name)
        self.axis, self.momentum, self.epsilon = axis, momentum, epsilon

    def build(self, input_shape: InputShape) -> None:
        """Make gamma and beta, which are trained, and the two moving averages."""
        is_last = self.axis in (-1, len(input_shape) - 1)
        shape = (self.take_features(input_shape) if is_last else input_shape[self.axis],)
        self.gamma = self.add_weight("gamma", shape, initializers.ones)
        self.beta = self.add_weight("beta", shape, initializers.zeros)
        self.moving_mean = self.add_weight("moving_mean", shape, initializers.zeros, False)
        self.moving_variance = self.add_weight("moving_variance", shape, initializers.ones, False)

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the normalized batch; in training, also move the averages."""
        options = {"axis": self.axis, "epsilon": self.epsilon}
        if not training:
            means = self.moving_mean, self.moving_variance
            return apply("batch_normalization", x, self.gamma, self.beta, *means, **options)
        others = tuple(k for k in range(x.ndim) if k != self.axis % x.ndim)
        self._move(self.moving_mean, np.mean(x.data, axis=others))
        self._move(self.moving_variance, np.var(x.data, axis=others))
        return apply("batch_normalization", x, self.gamma, self.beta, **options)

    def _move(self, average: Tensor, value: np.ndarray) -> None:
        average[...] = self.momentum * average.data + (1 - self.momentum) * value
