"""A network trained on ImageNet whose weights ship with the course: EfficientNet-Lite0.

It is a chain of 16 inverted-residual blocks (Sandler et al., MobileNetV2, 2018) in the
proportions found by Tan and Le (EfficientNet, 2019); "Lite" has ReLU6 in place of swish, and
no squeeze-and-excite. Sizes for an input of 160 × 160:

    layers              output           kernel   expansion
    stem                80 × 80 × 32     3
    block1              80 × 80 × 16     3        1
    block2, block3      40 × 40 × 24     3        6
    block4, block5      20 × 20 × 40     5        6
    block6 to block8    10 × 10 × 80     3        6
    block9 to block11   10 × 10 × 112    5        6
    block12 to block15   5 ×  5 × 192    5        6
    block16              5 ×  5 × 320    3        6
    head                 5 ×  5 × 1280   1
"""

import numpy as np
from keras import KerasTensor, Model, backend, layers, ops, saving

from dlcourse.datasets import store
from dlcourse.datasets.files import parse_npz

WEIGHTS = "efficientnet_lite0.npz"
# Zeros, because the weights that are loaded replace them: no random numbers are drawn.
PLAIN = {"padding": "same", "use_bias": False, "kernel_initializer": "zeros"}
DEPTHWISE = {"padding": "same", "use_bias": False, "depthwise_initializer": "zeros"}
SMALLEST = 32  # the network halves the image five times

# Of each stage: kernel size, stride of its first block, expansion, channels, blocks.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


def efficientnet_lite0(
    input_shape: tuple[int, int, int] = (160, 160, 3), pooling: str | None = None
) -> Model:
    """Return EfficientNet-Lite0 without its classifier, with the weights learned on ImageNet.

    The model takes images of shape (n, height, width, 3) with values 0 to 255 and scales them
    itself, to (x - 127) / 128 as in its training. The layers of a block are called, for
    example, "block3_expand", "block3_depthwise", "block3_project", each with its "…_bn".
    To freeze the model, set `trainable = False`: batch normalisation then uses the means and
    variances that it has learned.

    Args:
        input_shape: height and width, at least 32, and 3 colours. It was trained at 224 × 224.
        pooling: None for feature maps (n, ⌈height / 32⌉, ⌈width / 32⌉, 1280), or "avg" for
            their means over all positions (n, 1280).

    Raises:
        ValueError: an argument cannot be used.
        DataError: the file with the weights is missing or damaged.
    """
    _check(input_shape, pooling)
    images = layers.Input(input_shape, name="images")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescale")(images)
    x = _normalize(layers.Conv2D(32, 3, 2, name="stem_conv", **PLAIN)(x), "stem", activate=True)
    number = 0
    for kernel_size, stride, expansion, channels, repeats in STAGES:
        for repeat in range(repeats):
            number += 1
            strides = 1 if repeat else stride
            x = _block(x, f"block{number}", kernel_size, strides, expansion, channels)
    x = _normalize(layers.Conv2D(1280, 1, name="head_conv", **PLAIN)(x), "head", activate=True)
    if pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="pool")(x)
    model = Model(images, x, name="efficientnet_lite0")
    _load(model)
    return model


@saving.register_keras_serializable(package="dlcourse")
class DepthwiseConv2D(layers.DepthwiseConv2D):
    """Keras's layer, with another way to the same numbers on JAX.

    XLA has no good code for a convolution of each channel by itself on a CPU. As a sum of
    shifted images, one for each position in the kernel, it takes a tenth of the time.
    """

    def call(self, inputs: KerasTensor) -> KerasTensor:
        """Return the filtered maps for `inputs` (n, height, width, channels)."""
        if backend.backend() != "jax":
            return super().call(inputs)
        (k, _), (step, _) = self.kernel_size, self.strides
        lengths = [-(-length // step) for length in inputs.shape[1:3]]  # "same": rounded up
        spans = [(length - 1) * step + 1 for length in lengths]
        missing = [
            max(span + k - 1 - length, 0)
            for span, length in zip(spans, inputs.shape[1:3], strict=True)
        ]
        x = ops.pad(inputs, [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)])
        height, width = spans
        return sum(
            x[:, i : i + height : step, j : j + width : step] * self.kernel[i, j, :, 0]
            for i in range(k)
            for j in range(k)
        )


def _block(
    x: KerasTensor, name: str, kernel_size: int, strides: int, expansion: int, channels: int
) -> KerasTensor:
    """Widen, filter each channel by itself, narrow; add the input where the shapes agree."""
    inputs = x
    if expansion > 1:
        wide = layers.Conv2D(expansion * x.shape[-1], 1, name=f"{name}_expand", **PLAIN)
        x = _normalize(wide(x), f"{name}_expand", activate=True)
    each = DepthwiseConv2D(kernel_size, strides, name=f"{name}_depthwise", **DEPTHWISE)
    x = _normalize(each(x), f"{name}_depthwise", activate=True)
    narrow = layers.Conv2D(channels, 1, name=f"{name}_project", **PLAIN)
    x = _normalize(narrow(x), f"{name}_project", activate=False)
    return layers.Add(name=f"{name}_add")([inputs, x]) if x.shape == inputs.shape else x


def _normalize(x: KerasTensor, name: str, activate: bool) -> KerasTensor:
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
    return layers.ReLU(max_value=6, name=f"{name}_relu")(x) if activate else x


def _load(model: Model) -> None:
    """Give each layer its weights; the file's SHA-256 is checked before anything is read."""
    with parse_npz(store.embedded(WEIGHTS)) as archive:
        for layer in model.layers:
            names = [f"{layer.name}/{weight.name}" for weight in layer.weights]
            layer.set_weights([archive[name].astype(np.float32) for name in names])


def _check(input_shape: tuple[int, int, int], pooling: str | None) -> None:
    if pooling not in (None, "avg"):
        raise ValueError(f'pooling={pooling!r}: choose None (feature maps) or "avg" (means).')
    wanted = "give (height, width, 3), for example (160, 160, 3)"
    if len(input_shape) != 3 or not all(isinstance(length, int) for length in input_shape):
        raise ValueError(f"input_shape={input_shape} is not the shape of one image: {wanted}.")
    if input_shape[2] != 3:
        raise ValueError(
            f"input_shape={input_shape} has {input_shape[2]} channels, but the network was "
            f"trained on red, green and blue: {wanted}; repeat a grey channel three times."
        )
    if min(input_shape[:2]) < SMALLEST:
        raise ValueError(
            f"input_shape={input_shape} is too small: the network halves the image five times, "
            f"so height and width have to be at least {SMALLEST}."
        )
