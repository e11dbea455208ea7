"""The one description of every operation: shapes, dtype of the result, errors, formula, source.

Dtypes, NaN, infinity and empty axes follow the conventions in the docstring of `dlcourse.ops`.
Every operation raises TypeError for an argument that does not hold numbers. Sources: Chollet,
Deep Learning with Python, third edition; names, defaults and losses as in Keras 3.
"""

from typing import Any, Protocol


class Operations(Protocol):
    """What all six implementations provide; `Any` stands for any array-like, or their array."""

    def add(self, x: Any, y: Any) -> Any:
        """Return xᵢ + yᵢ for all elements, after broadcasting.

        Shapes are aligned at their last axis; an axis that is missing or of size 1 is repeated.
        Integers stay integers. Raises ValueError if the shapes do not fit. Source: section 2.3.
        """

    def multiply(self, x: Any, y: Any) -> Any:
        """Return xᵢ · yᵢ for all elements; shapes, dtypes and errors as in `add`."""

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger of xᵢ and yᵢ, or NaN if one is; shapes, dtypes, errors as in `add`."""

    def relu(self, x: Any) -> Any:
        """Return max(xᵢ, 0), in the shape of x. Integers stay integers. Source: section 2.3."""

    def sigmoid(self, x: Any) -> Any:
        """Return 1 / (1 + e⁻ˣ), between 0 and 1, in the shape of x. Floats. Source: section 4.1."""

    def tanh(self, x: Any) -> Any:
        """Return (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between -1 and 1, in the shape of x. Floats."""

    def exp(self, x: Any) -> Any:
        """Return eˣ, in the shape of x; infinity where that is too large. Floats."""

    def log(self, x: Any) -> Any:
        """Return ln x, in the shape of x; -inf for 0 and NaN for what is negative. Floats."""

    def sum(self, x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
        """Return Σ xᵢ along `axis`: one axis, several, or all (None).

        These axes disappear from the shape, or stay with size 1 (`keepdims=True`). Integers stay
        integers. Raises ValueError for an axis that x has not, or that is named twice.
        """

    def mean(
        self, x: Any, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
    ) -> Any:
        """Return (Σ xᵢ) / n along `axis`. Floats; shapes and errors as in `sum`."""

    def reshape(self, x: Any, newshape: int | tuple[int, ...]) -> Any:
        """Return the same elements in the same order (last axis fastest) in another shape.

        One size may be -1 and is worked out. Keeps the dtype. Raises ValueError if the sizes do
        not hold exactly the elements of x. Source: section 2.3.
        """

    def transpose(self, x: Any, axes: tuple[int, ...] | None = None) -> Any:
        """Return x with axis `axes[k]` at position k; None reverses the axes: xᵀⱼᵢ = xᵢⱼ.

        Keeps the dtype. Raises ValueError unless `axes` names each axis once. Source: section 2.3.
        """

    def matmul(self, x: Any, y: Any) -> Any:
        """Return the matrix product Σₖ xᵢₖ yₖⱼ: shapes (…, m, k) and (…, k, n) give (…, m, n).

        The axes before the last two are broadcast. A vector stands for a matrix of one row (x)
        or one column (y), and that axis is missing in the result: NumPy's rules. Integers stay
        integers. Raises ValueError if the inner sizes differ, or for a single number.
        Source: section 2.3.
        """

    def vector_product(self, x: Any, y: Any) -> Any:
        """Return Σᵢ xᵢ yᵢ, a single number, shape (), of two vectors of shape (n,).

        Integers stay integers. Raises ValueError for other shapes. Source: section 2.3.
        """

    def matrix_vector_product(self, x: Any, y: Any) -> Any:
        """Return Σⱼ xᵢⱼ yⱼ, shape (m,), of a matrix (m, n) and a vector (n,).

        Integers stay integers. Raises ValueError for other shapes. Source: section 2.3.
        """

    def dense(
        self, x: Any, kernel: Any, bias: Any | None = None, activation: str | None = None
    ) -> Any:
        """Return activation(x W + b), a dense layer: (…, inputs) becomes (…, units). Floats.

        `kernel` W has shape (inputs, units), `bias` b (units,). `activation` is None (the sum
        itself), "relu", "sigmoid", "tanh", "softmax" or "log_softmax", the last two along the
        last axis. Raises ValueError for weights that do not fit or an unknown activation,
        TypeError for an activation that is no name. Source: section 2.3.
        """

    def one_hot(self, x: Any, num_classes: int) -> Any:
        """Return for each class number a vector with a 1 there, else 0: (…) → (…, num_classes).

        float32. Raises TypeError unless x holds integers, ValueError for one that is not in
        0 … num_classes - 1. Source: section 4.2.
        """

    def multi_hot(self, x: Any, num_classes: int) -> Any:
        """Return one vector a sample, 1 at each number that occurs: (samples, n) → (samples, k).

        One list of shape (n,) gives (k,), where k = num_classes; how often or where a number
        occurs is lost. float32. Raises as `one_hot`, and ValueError for other shapes or for
        samples without a number. Source: section 4.1.
        """

    def softmax(self, x: Any, axis: int = -1) -> Any:
        """Return eˣⁱ / Σⱼ eˣʲ along `axis`: positive numbers with sum 1, in the shape of x. Floats.

        Raises ValueError for an axis that x has not, TypeError for one that is no integer.
        Source: section 4.2.
        """

    def log_softmax(self, x: Any, axis: int = -1) -> Any:
        """Return xᵢ − ln Σⱼ eˣʲ along `axis`, exact where softmax is rounded to 0. As `softmax`."""

    def conv2d(
        self,
        x: Any,
        kernel: Any,
        bias: Any | None = None,
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
    ) -> Any:
        """Return Σ xₙ,ᵢ₊ₐ,ⱼ₊ᵦ,c kₐ,ᵦ,c,ₒ + bₒ over a, b, c: a window at every place (i, j). Floats.

        Images (n, rows, columns, c_in), `kernel` (kh, kw, c_in, c_out) and `bias` (c_out,) give
        (n, rows', columns', c_out). The kernel is not flipped: a cross-correlation. `strides` are
        the pixels from window to window, one number or (rows, columns). "valid" takes windows
        that lie on the image, ⌊(rows − kh) / stride⌋ + 1 of them; "same" takes ⌈rows / stride⌉,
        with zeros around the image, one more after than before where their number is odd.
        Raises ValueError for shapes that do not fit, a stride below 1, another padding, or where
        no window fits; TypeError for strides that are no integers, a padding that is no word.
        Source: section 8.1.
        """

    def depthwise_conv2d(
        self,
        x: Any,
        kernel: Any,
        bias: Any | None = None,
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
    ) -> Any:
        """Return Σ xₙ,ᵢ₊ₐ,ⱼ₊ᵦ,c kₐ,ᵦ,c,ₘ + b over a, b: kernels for each channel alone. Floats.

        `kernel` has shape (kh, kw, c_in, multiplier); its result for channel c and kernel m is
        channel c · multiplier + m, and `bias` is that long. All else as in `conv2d`, but strides
        must be equal, as TensorFlow knows no others here. Source: section 9.4.
        """

    def separable_conv2d(
        self,
        x: Any,
        depthwise_kernel: Any,
        pointwise_kernel: Any,
        bias: Any | None = None,
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
    ) -> Any:
        """Return `depthwise_conv2d`, then `conv2d` with a kernel of one pixel. Floats.

        `pointwise_kernel` has shape (1, 1, c_in · multiplier, c_out), `bias` (c_out,). All else
        as in `depthwise_conv2d`. Source: section 9.4.
        """

    def max_pool2d(
        self,
        x: Any,
        pool_size: int | tuple[int, int] = 2,
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
    ) -> Any:
        """Return the largest element of each window, channel by channel. Floats.

        (n, rows, columns, c) → (n, rows', columns', c), with `strides` (None: those of
        `pool_size`) and `padding` as in `conv2d`; what is padded is never the largest. Raises
        ValueError and TypeError as there. Source: section 8.1.
        """

    def average_pool2d(
        self,
        x: Any,
        pool_size: int | tuple[int, int] = 2,
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
    ) -> Any:
        """Return the mean of each window, without what is padded; as `max_pool2d`. Floats."""

    def global_average_pool2d(self, x: Any, keepdims: bool = False) -> Any:
        """Return the mean of each channel over rows and columns: (n, rows, columns, c) → (n, c).

        With `keepdims` (n, 1, 1, c). Floats. Raises ValueError for other shapes of x.
        """

    def flatten(self, x: Any) -> Any:
        """Return x in shape (n, a·b·…), one row for each sample of (n, a, b, …); (n,) gives (n, 1).

        Keeps the dtype. Raises ValueError for a single number.
        """

    def batch_normalization(
        self,
        x: Any,
        gamma: Any | None = None,
        beta: Any | None = None,
        mean: Any | None = None,
        variance: Any | None = None,
        axis: int = -1,
        epsilon: float = 1e-3,
    ) -> Any:
        """Return γ (x − μ) / √(σ² + ε) + β, with one γ, β, μ, σ² a channel (`axis`). Floats.

        The shape is that of x, the vectors have shape (channels,). Without `mean` and `variance`
        (training), μ and σ² = 1/n Σ (x − μ)² are taken from x over all other axes, and gradients
        flow through them; with both (inference) they are as given. Raises ValueError for one
        without the other, for other shapes, an axis that x has not, no values to take them from,
        or a negative `epsilon`; TypeError for an axis or epsilon that is no number.
        Source: section 9.3; Ioffe and Szegedy, 2015.
        """

    def layer_normalization(
        self,
        x: Any,
        gamma: Any | None = None,
        beta: Any | None = None,
        axis: int = -1,
        epsilon: float = 1e-3,
    ) -> Any:
        """Return γ (x − μ) / √(σ² + ε) + β, with μ and σ² from x along `axis` alone. Floats.

        Each sample is normalized by itself; `gamma` and `beta` have one element for each place
        along `axis`. Raises as `batch_normalization`. Source: chapter 15; Ba and others, 2016.
        """

    def dropout(self, x: Any, mask: Any, rate: float) -> Any:
        """Return x · mask / (1 − rate), in the shape and dtype of x; integers become floats.

        `mask` has the shape of x: 1 or True keeps an element, 0 or False drops it. Drawn with
        the probability `rate` of a 0, it leaves the expected value of x as it was. Raises
        ValueError for another shape, other values, or a rate outside 0 ≤ rate < 1; TypeError for
        a rate that is no number. Source: section 5.4.
        """

    def embedding(self, x: Any, embeddings: Any) -> Any:
        """Return row xᵢ of `embeddings` for each index: (…) and (rows, d) give (…, d).

        Floats, in the dtype of `embeddings`. Raises TypeError unless x holds integers, ValueError
        for one that is not in 0 … rows - 1, or a table of another rank. Source: chapter 14.
        """

    def mean_squared_error(self, y_true: Any, y_pred: Any) -> Any:
        """Return 1/n Σ (yᵢ − ŷᵢ)² along the last axis: (…, n) and (…, n) give (…). Source: 4.3.

        Raises ValueError if the shapes differ: nothing is broadcast, as (n,) against (n, 1)
        would compare every truth with every prediction.
        """

    def mean_absolute_error(self, y_true: Any, y_pred: Any) -> Any:
        """Return 1/n Σ |yᵢ − ŷᵢ| along the last axis; as `mean_squared_error`. Source: 4.3."""

    def binary_crossentropy(self, y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
        """Return 1/n Σ (−yᵢ ln pᵢ − (1 − yᵢ) ln(1 − pᵢ)) along the last axis: (…, n) → (…).

        p is `y_pred`, clipped, or with `from_logits` sigmoid(y_pred). Shapes and errors as in
        `mean_squared_error`. Source: section 4.1.
        """

    def categorical_crossentropy(self, y_true: Any, y_pred: Any, from_logits: bool = False) -> Any:
        """Return −Σₖ yₖ ln pₖ along the last axis, y one-hot: (…, k) and (…, k) give (…).

        p is `y_pred` divided by its sum and clipped, or with `from_logits` softmax(y_pred).
        Raises ValueError if the shapes differ. Source: section 4.2.
        """

    def sparse_categorical_crossentropy(
        self, y_true: Any, y_pred: Any, from_logits: bool = False
    ) -> Any:
        """Return −ln p of the true class: class numbers (…) and predictions (…, k) give (…).

        p as in `categorical_crossentropy`. Raises ValueError if the shapes do not fit or a number
        is not in 0 … k - 1, TypeError unless the class numbers are integers. Source: section 4.2.
        """
