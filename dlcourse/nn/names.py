"""Strings in place of objects: `loss="mse"` finds the loss, and a typing error finds its remedy."""

from collections.abc import Mapping
from typing import Any

from dlcourse.ops.conditions import did_you_mean


def look_up(where: str, argument: str, name: str, choices: Mapping[str, Any]) -> Any:
    """Return what `choices` holds under `name`; capitals and underscores do not matter.

    So "mean_squared_error" and "MeanSquaredError" are the same, as in Keras.

    Raises:
        ValueError: there is no such name; the message lists all, and suggests the nearest.
    """
    plain = {choice.replace("_", "").lower(): value for choice, value in choices.items()}
    key = name.replace("_", "").lower()
    if key not in plain:
        raise ValueError(
            f"{where}: {argument}={name!r} is not one of {', '.join(choices)}."
            f"{did_you_mean(name.lower(), tuple(choices))}"
        )
    return plain[key]
