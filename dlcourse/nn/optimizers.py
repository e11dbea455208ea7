"""Optimizers: how gradients move the weights.

The formulas are Keras's, written for whole arrays; `Optimizer.apply` gives them one piece of the
weights at a time, small enough that all that is computed on the way stays in the processor's
cache. For the 400,000 weights of an MNIST network, that makes Adam about twice as fast.
"""

import math
from collections.abc import Sequence

import numpy as np

from dlcourse.autograd import Tensor, no_grad
from dlcourse.nn.names import look_up

PIECE = 65_536  # elements: a float32 array of this length takes 256 KiB
NEGLIGIBLE = 1e-30  # far below what any step can feel, far above the smallest float32


class Optimizer:
    """Base class: subclasses give `slots`, how many arrays they remember, and `update`."""

    slots = 0  # arrays of the shape of each weight that are kept from step to step

    def __init__(self, learning_rate: float) -> None:
        """Note the learning rate; it may be changed between steps."""
        if not learning_rate > 0:
            raise ValueError(
                f"{type(self).__name__}: learning_rate={learning_rate} must be above 0: it says "
                "how far a step goes against the gradient."
            )
        self.learning_rate = learning_rate
        self.iterations = 0
        self._weights: list[Tensor] = []
        self._memory: list[list[np.ndarray]] = []

    def apply(self, gradients: Sequence[np.ndarray], weights: Sequence[Tensor]) -> None:
        """Take one step: change the weights, in place.

        Args:
            gradients: of the loss with respect to each weight, in its shape.
            weights: the same tensors in each call.

        Raises:
            ValueError: other weights than in the first call, or a weight without a gradient.
        """
        self._check(gradients, weights)
        self.iterations += 1
        with no_grad():
            for weight, gradient, memory in zip(weights, gradients, self._memory, strict=True):
                rows = [x.reshape(-1) for x in (weight.data, gradient, *memory)]
                for start in range(0, weight.size, PIECE):
                    self.update(*[row[start : start + PIECE] for row in rows])
                weight[False] = 0  # to no element: it tells the engine of the changes above
        if self.iterations % 100 == 0:
            self._forget()

    def update(self, w: np.ndarray, g: np.ndarray, *memory: np.ndarray) -> None:
        """Change the weights `w`, whose gradient is `g`, and what is remembered, in place."""
        raise NotImplementedError

    def _forget(self) -> None:
        """Set to 0 what is negligible of the past.

        Where gradients are 0, as at pixels that are never lit, what is remembered shrinks from
        step to step, at last to subnormal numbers, with which processors compute many times more
        slowly: epochs would take longer and longer.
        """
        for memory in self._memory:
            for x in memory:
                x[np.abs(x) < NEGLIGIBLE] = 0

    def _check(self, gradients: Sequence[np.ndarray], weights: Sequence[Tensor]) -> None:
        """Check that all is there; begin to remember, before the first step."""
        name = type(self).__name__
        for i, (gradient, weight) in enumerate(zip(gradients, weights, strict=True)):
            if gradient is None:
                raise ValueError(
                    f"{name}: weight {i}, shape {weight.shape}, has no gradient. Call backward() "
                    "on the loss first, and use every weight in computing it."
                )
        if not self._weights:
            self._weights = list(weights)
            self._memory = [list(np.zeros((self.slots, w.size), w.dtype)) for w in weights]
        if list(map(id, self._weights)) != list(map(id, weights)):
            raise ValueError(
                f"{name}: this optimizer has worked on other weights, whose past gradients it "
                "remembers. Make a new optimizer for a new model."
            )


class SGD(Optimizer):
    """Gradient descent: w ← w − η g; with momentum, w keeps some of its velocity.

    v ← μ v − η g, then w ← w + v, or with Nesterov's look ahead w ← w + μ v − η g.
    Source: Chollet, section 2.4.
    """

    def __init__(
        self, learning_rate: float = 0.01, momentum: float = 0.0, nesterov: bool = False
    ) -> None:
        """Note η, μ (0 ≤ momentum < 1) and which of the two steps is taken."""
        super().__init__(learning_rate)
        _check_share("SGD", "momentum", momentum)
        self.momentum, self.nesterov = momentum, nesterov
        self.slots = 1 if momentum else 0

    def update(self, w: np.ndarray, g: np.ndarray, *memory: np.ndarray) -> None:
        """Take the step; `memory` is the velocity, if there is momentum."""
        step = self.learning_rate * g
        if not memory:
            w -= step
            return
        (v,) = memory
        v *= self.momentum
        v -= step
        w += self.momentum * v - step if self.nesterov else v


class RMSprop(Optimizer):
    """Steps measured by the usual size of each weight's gradient: w ← w − η g / √(s + ε).

    s ← ρ s + (1 − ρ) g² is the recent mean of g²; `centered` takes from it the square of the mean
    of g, which leaves the variance. With momentum, b ← μ b + η g / √(s + ε) and w ← w − b.
    Source: Hinton's lectures, 2012; Chollet, section 2.4.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
    ) -> None:
        """Note η, ρ and μ (from 0 to below 1), ε, and whether means are taken away."""
        super().__init__(learning_rate)
        _check_share("RMSprop", "rho", rho)
        _check_share("RMSprop", "momentum", momentum)
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered
        self.slots = 1 + bool(momentum) + bool(centered)

    def update(self, w: np.ndarray, g: np.ndarray, *memory: np.ndarray) -> None:
        """Take the step; `memory` is s, then the mean of g if centered, then b."""
        s, *others = memory
        s *= self.rho
        s += (1 - self.rho) * (g * g)
        variance = s
        if self.centered:
            mean = others[0]
            mean *= self.rho
            mean += (1 - self.rho) * g
            variance = s - mean * mean
        step = self.learning_rate * g / np.sqrt(variance + self.epsilon)
        if self.momentum:
            b = others[-1]
            b *= self.momentum
            b += step
            step = b
        w -= step


class Adam(Optimizer):
    """RMSprop with momentum, and no timid first steps: w ← w − η m̂ / (√v̂ + ε).

    m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g² are the recent means of g and g². They begin
    at 0, and after t steps hold the shares 1 − β₁ᵗ and 1 − β₂ᵗ of what they should: m̂ and v̂ are
    divided by these. As in Keras, ε is added to √v, before the division.
    Source: Kingma and Ba, 2014.
    """

    slots = 2

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        """Note η, β₁ and β₂ (from 0 to below 1), and ε."""
        super().__init__(learning_rate)
        _check_share("Adam", "beta_1", beta_1)
        _check_share("Adam", "beta_2", beta_2)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update(self, w: np.ndarray, g: np.ndarray, *memory: np.ndarray) -> None:
        """Take the step; `memory` is m and v, each without its factor 1 - β.

        These factors are the same for all weights: it is enough to multiply the step by them.
        """
        m, v = memory
        # w ← w − rate · (1 − β₁) m / (√(1 − β₂) √v + ε)
        t, root = self.iterations, math.sqrt(1 - self.beta_2)
        rate = self.learning_rate * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        m *= self.beta_1
        m += g
        step = g * g  # from here on, this array holds all that is computed on the way
        v *= self.beta_2
        v += step
        np.sqrt(v, out=step)
        step += self.epsilon / root
        np.divide(m, step, out=step)
        step *= rate * (1 - self.beta_1) / root
        w -= step


OPTIMIZERS = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam}


def get(optimizer: str | Optimizer) -> Optimizer:
    """Return a new optimizer by its name; an optimizer stays what it is.

    Raises:
        ValueError: there is none of that name.
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    return look_up("compile", "optimizer", optimizer, OPTIMIZERS)()


def _check_share(optimizer: str, argument: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(
            f"{optimizer}: {argument}={value} must be at least 0 and below 1: the share of what "
            "is remembered that stays from step to step."
        )
