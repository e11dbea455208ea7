"""How hypothesis draws one array: its shape, its dtype, its elements."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

DTYPES = st.sampled_from([np.float32, np.float64, np.int32, np.uint8, np.bool_])
FLOATS = st.sampled_from([np.float32, np.float64])


def shapes(min_dims=0, max_dims=4, min_side=0):
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=3)


@st.composite
def array(draw, shape, dtypes=DTYPES, low=-1e3, high=1e3):
    """Draw an array; `low` and `high` bound its floats, integers stay small enough to be exact."""
    dtype = np.dtype(draw(dtypes))
    if dtype.kind == "f":
        # The frameworks may replace subnormal numbers by 0, so none are drawn.
        bounds = {"width": 32, "allow_subnormal": False}
        low, high = float(np.float32(low)), float(np.float32(high))
        return draw(hnp.arrays(dtype, shape, elements=st.floats(low, high, **bounds)))
    if dtype.kind == "b":
        return draw(hnp.arrays(dtype, shape))
    smallest = 0 if dtype.kind == "u" else max(int(np.ceil(low)), -100)
    bounds = st.integers(max(smallest, int(np.ceil(low))), min(int(high), 100))
    return draw(hnp.arrays(dtype, shape, elements=bounds))
