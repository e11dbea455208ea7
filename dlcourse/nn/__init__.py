"""A small Keras on our own automatic differentiation: layers, losses, optimizers, `Sequential`.

Names, defaults and numbers are Keras's; weights can be copied to and from a Keras model. Read it
from the inside out: `base`, `layers`, `losses`, `optimizers`, then `training`, where they meet.
"""

from dlcourse.nn.base import Input, Layer
from dlcourse.nn.images import (
    Conv2D,
    GlobalAveragePooling2D,
    MaxPooling2D,
    SeparableConv2D,
)
from dlcourse.nn.initializers import set_random_seed
from dlcourse.nn.layers import Activation, BatchNormalization, Dense, Dropout, Embedding, Flatten
from dlcourse.nn.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from dlcourse.nn.optimizers import SGD, Adam, Optimizer, RMSprop
from dlcourse.nn.sequential import Sequential
from dlcourse.nn.training import History

__all__ = [
    "SGD",
    "Activation",
    "Adam",
    "BatchNormalization",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling2D",
    "History",
    "Input",
    "Layer",
    "Loss",
    "MaxPooling2D",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Optimizer",
    "RMSprop",
    "SeparableConv2D",
    "Sequential",
    "SparseCategoricalCrossentropy",
    "set_random_seed",
]
