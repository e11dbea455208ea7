"""Arguments for every operation, drawn by hypothesis: a list of them, and a dictionary of options.

Shapes of rank 0 to 4 with empty axes, broadcasting, five dtypes, axes from both ends.
"""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.parity.arrays import DTYPES, FLOATS, array, shapes
from tests.parity.formulas import ACTIVATIONS
from tests.parity.image_cases import IMAGE_CASES


def pairs(max_dims=4):
    shapes = hnp.mutually_broadcastable_shapes(
        num_shapes=2, max_dims=max_dims, min_side=0, max_side=3
    )
    return shapes.map(lambda drawn: drawn.input_shapes)


@st.composite
def one(draw, low=-1e3, high=1e3, dtypes=DTYPES):
    return [draw(array(draw(shapes()), dtypes, low, high))], {}


@st.composite
def two(draw):
    return [draw(array(shape)) for shape in draw(pairs())], {}


@st.composite
def reductions(draw):
    x = draw(array(draw(shapes())))
    options = {"keepdims": draw(st.booleans())}
    if x.ndim and draw(st.booleans()):
        axes = st.integers(-x.ndim, x.ndim - 1)
        several = st.lists(axes, min_size=1, unique_by=lambda a: a % x.ndim).map(tuple)
        options["axis"] = draw(axes | several)
    return [x], options


@st.composite
def reshapes(draw):
    x = draw(array(draw(shapes())))
    sizes = draw(st.permutations(x.shape))
    if len(sizes) > 1 and draw(st.booleans()):
        sizes = [sizes[0] * sizes[1], *sizes[2:]]
    known = int(np.prod(sizes[1:]))
    if sizes and known and draw(st.booleans()):
        sizes = [-1, *sizes[1:]]
    return [x, sizes[0] if len(sizes) == 1 and draw(st.booleans()) else tuple(sizes)], {}


@st.composite
def transposes(draw):
    x = draw(array(draw(shapes())))
    axes = tuple(a - x.ndim * draw(st.booleans()) for a in draw(st.permutations(range(x.ndim))))
    return [x], draw(st.sampled_from([{}, {"axes": axes}]))


@st.composite
def matrix_products(draw):
    drawn = draw(
        hnp.mutually_broadcastable_shapes(
            signature=np.matmul.signature, max_dims=2, min_side=0, max_side=3
        )
    )
    return [draw(array(shape, low=-30, high=30)) for shape in drawn.input_shapes], {}


@st.composite
def vectors(draw, rows=False):
    n = draw(st.integers(0, 4))
    first = (draw(st.integers(0, 4)), n) if rows else (n,)
    return [draw(array(shape, low=-30, high=30)) for shape in (first, (n,))], {}


@st.composite
def denses(draw):
    *batch, inputs = draw(shapes(min_dims=1, max_dims=3))
    units = draw(st.integers(1, 3))
    small = {"low": -3, "high": 3}
    arguments = [draw(array((*batch, inputs), **small)), draw(array((inputs, units), **small))]
    bias = draw(array((units,), **small)) if draw(st.booleans()) else None
    return arguments, {"bias": bias, "activation": draw(st.sampled_from(list(ACTIVATIONS)))}


@st.composite
def encodings(draw, ranks=(0, 4), min_side=0):
    num_classes = draw(st.integers(1, 5))
    shape = draw(shapes(*ranks, min_side=min_side))
    dtype = draw(st.sampled_from([np.int32, np.int64, np.uint8]))
    x = draw(hnp.arrays(dtype, shape, elements=st.integers(0, num_classes - 1)))
    return [x], {"num_classes": num_classes}


@st.composite
def along_axis(draw):
    x = draw(array(draw(shapes(min_dims=1)), low=-1e4, high=1e4))
    return [x], {"axis": draw(st.integers(-x.ndim, x.ndim - 1))}


@st.composite
def sample_shapes(draw, min_size=1):
    batch = draw(shapes(max_dims=2))
    return (*batch, draw(st.integers(min_size, 4)))


@st.composite
def errors(draw):
    shape = draw(sample_shapes())
    return [draw(array(shape, low=-100, high=100)) for _ in range(2)], {}


@st.composite
def crossentropies(draw):
    shape = draw(sample_shapes(min_size=2))
    from_logits = draw(st.booleans())
    low, high = (-1e4, 1e4) if from_logits else (0.015625, 0.984375)
    y_true = draw(array(shape, low=0, high=1))
    return [y_true, draw(array(shape, FLOATS, low, high))], {"from_logits": from_logits}


@st.composite
def class_numbers(draw):
    shape = draw(sample_shapes(min_size=2))
    from_logits = draw(st.booleans())
    low, high = (-1e4, 1e4) if from_logits else (0.015625, 0.984375)
    numbers = st.integers(0, shape[-1] - 1)
    dtype = draw(st.sampled_from([np.int32, np.int64, np.uint8]))
    y_true = draw(hnp.arrays(dtype, shape[:-1], elements=numbers))
    return [y_true, draw(array(shape, FLOATS, low, high))], {"from_logits": from_logits}


CASES = {
    "add": two(),
    "multiply": two(),
    "maximum": two(),
    "relu": one(),
    "sigmoid": one(-80, 80),
    "tanh": one(),
    "exp": one(-80, 80),
    "log": one(1e-3, 1e4, DTYPES.filter(lambda dtype: dtype is not np.bool_)),
    "sum": reductions(),
    "mean": reductions(),
    "reshape": reshapes(),
    "transpose": transposes(),
    "matmul": matrix_products(),
    "vector_product": vectors(),
    "matrix_vector_product": vectors(rows=True),
    "dense": denses(),
    "one_hot": encodings(),
    "multi_hot": encodings(ranks=(1, 2), min_side=1),
    "softmax": along_axis(),
    "log_softmax": along_axis(),
    "flatten": shapes(min_dims=1)
    .flatmap(lambda shape: st.tuples(array(shape)))
    .map(lambda drawn: (list(drawn), {})),
    "mean_squared_error": errors(),
    "mean_absolute_error": errors(),
    "binary_crossentropy": crossentropies(),
    "categorical_crossentropy": crossentropies(),
    "sparse_categorical_crossentropy": class_numbers(),
} | IMAGE_CASES
