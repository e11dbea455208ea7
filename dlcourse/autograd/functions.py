"""The larger operations - convolution, pooling, normalization, losses - as parts of the graph.

Values and gradients are those of `dlcourse.ops`, in NumPy, where the rule `op_vjp` stands beside
each operation `op`: to read one, `inspect.getsource(ops.get("numpy").module.softmax_vjp)`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse import ops
from dlcourse.autograd.array import plain
from dlcourse.autograd.engine import Tensor
from dlcourse.ops.conditions import did_you_mean
from dlcourse.ops.implementation import RULES, prepare, signature_of


@np.errstate(all="ignore")
def apply(operation: str, *args: Any, **options: Any) -> Tensor:
    """Compute an operation of `dlcourse.ops`, such as "conv2d"; gradients flow to its arrays.

    The arguments are the operation's own, as `dlcourse.ops` documents them: its arrays as tensors
    or arrays, and options such as padding="same". Class numbers and masks get no gradient.

    Raises:
        ValueError: there is no such operation; otherwise the errors of the operation itself.
    """
    if operation not in RULES:
        raise ValueError(
            f"apply: operation={operation!r} is not one of {', '.join(ops.operations())}."
            f"{did_you_mean(str(operation), ops.operations())}"
        )
    module = ops.get("numpy").module
    arrays, constant = RULES[operation].arrays, RULES[operation].constant
    forward = getattr(module, operation)
    raw = {name: plain(value) for name, value in options.items()}
    arguments = prepare(operation, module, plain(args), raw)
    given = dict(zip(signature_of(forward).parameters, args, strict=False)) | options
    tensors = {name: given[name] for name in arrays if isinstance(given.get(name), Tensor)}
    wanted = [name for name, x in tensors.items() if x.requires_grad and name not in constant]
    shown = wanted + [name for name, x in tensors.items() if not x.requires_grad]
    pending: dict[str, np.ndarray] = {}

    def rule_for(name: str) -> Callable[[np.ndarray], np.ndarray]:
        def rule(g: np.ndarray) -> np.ndarray:
            if not pending:  # one call gives the gradients of all the arguments
                gradients = getattr(module, f"{operation}_vjp")(g, **arguments)
                pending.update((n, gradients[arrays.index(n)]) for n in wanted)
            return pending.pop(name)

        return rule

    value = forward(**arguments)
    out = next(iter(tensors.values()))._view(value) if tensors else Tensor(value)
    return out.record(operation, *((tensors[n], rule_for(n), *tensors.values()) for n in shown))
