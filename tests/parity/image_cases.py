"""Arguments for the operations on images, and for what goes with them, drawn by hypothesis.

One image or several, one channel or several, odd and even sizes, kernels of 1 × 1 to 4 × 3, strides
of 1 to 3 pixels below and above the window's size, both kinds of padding.
"""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.parity.arrays import array, shapes

SMALL = {"low": -8, "high": 8}
FEW = st.integers(1, 3)
STRIDES = FEW | st.tuples(FEW, FEW)


@st.composite
def geometries(draw, strides):
    """Draw the shape of images, the size of a window that fits, and how it is moved."""
    padding = draw(st.sampled_from(["valid", "same"]))
    window = draw(st.integers(1, 4)), draw(FEW)
    rows, columns = [draw(st.integers(size if padding == "valid" else 1, 7)) for size in window]
    shape = draw(st.integers(1, 2)), rows, columns, draw(FEW)
    return shape, window, {"strides": draw(strides), "padding": padding}


@st.composite
def convolutions(draw, strides=STRIDES, depthwise=False):
    shape, window, options = draw(geometries(strides))
    outputs = draw(st.integers(1, 2))
    arguments = [draw(array(shape, **SMALL)), draw(array((*window, shape[3], outputs), **SMALL))]
    if draw(st.booleans()):
        length = shape[3] * outputs if depthwise else outputs
        arguments.append(draw(array((length,), **SMALL)))
    return arguments, options


@st.composite
def separable_convolutions(draw):
    shape, window, options = draw(geometries(FEW))
    multiplier, outputs = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    arguments = [
        draw(array(shape, **SMALL)),
        draw(array((*window, shape[3], multiplier), **SMALL)),
        draw(array((1, 1, shape[3] * multiplier, outputs), **SMALL)),
    ]
    if draw(st.booleans()):
        arguments.append(draw(array((outputs,), **SMALL)))
    return arguments, options


@st.composite
def poolings(draw):
    shape, window, options = draw(geometries(st.none() | STRIDES))
    if window[0] == window[1] and draw(st.booleans()):
        window = window[0]
    return [draw(array(shape))], {"pool_size": window} | options


@st.composite
def global_poolings(draw):
    shape, _, _ = draw(geometries(st.just(1)))
    return [draw(array(shape))], {"keepdims": draw(st.booleans())}


@st.composite
def normalizations(draw, batch=False):
    x = draw(array(draw(shapes(min_dims=2, min_side=1)), **SMALL))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    vector = (x.shape[axis],)
    options = {"axis": axis, "epsilon": draw(st.sampled_from([1e-3, 0.125]))}
    for argument in ("gamma", "beta"):
        if draw(st.booleans()):
            options[argument] = draw(array(vector, low=-2, high=2))
    if batch and draw(st.booleans()):
        options["mean"] = draw(array(vector, **SMALL))
        options["variance"] = draw(array(vector, low=0, high=4))
    return [x], options


@st.composite
def dropouts(draw):
    x = draw(array(draw(shapes())))
    kinds = st.sampled_from([np.bool_, np.int32, np.float32, np.float64])
    mask = draw(hnp.arrays(np.bool_, x.shape)).astype(draw(kinds))
    return [x, mask, draw(st.sampled_from([0, 0.25, 0.5, 0.9]))], {}


@st.composite
def embeddings(draw):
    rows = draw(st.integers(1, 5))
    dtype = draw(st.sampled_from([np.int32, np.int64, np.uint8]))
    x = draw(hnp.arrays(dtype, draw(shapes()), elements=st.integers(0, rows - 1)))
    return [x, draw(array((rows, draw(st.integers(0, 3)))))], {}


IMAGE_CASES = {
    "conv2d": convolutions(),
    "depthwise_conv2d": convolutions(strides=FEW, depthwise=True),
    "separable_conv2d": separable_convolutions(),
    "max_pool2d": poolings(),
    "average_pool2d": poolings(),
    "global_average_pool2d": global_poolings(),
    "batch_normalization": normalizations(batch=True),
    "layer_normalization": normalizations(),
    "dropout": dropouts(),
    "embedding": embeddings(),
}
