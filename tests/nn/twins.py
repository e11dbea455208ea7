"""The same model twice, in `dlcourse.nn` and in Keras, with the same weights."""

import numpy as np
import pytest

from dlcourse import nn

# Keras's own get_weights uses an interface that NumPy 2 wants to be rid of.
keras_warns = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

# Each is a function of the module that the layers come from: both have the same names.
ARCHITECTURES = {
    "dense": ((6,), lambda L: [L.Dense(5, activation="relu"), L.Dense(3, activation="softmax")]),
    "activations": (
        (6,),
        lambda L: [
            L.Dense(4, activation="tanh", use_bias=False),
            L.Dense(4),
            L.Activation("sigmoid"),
            L.Dense(3, activation="log_softmax"),
        ],
    ),
    "dense on every row": ((4, 5), lambda L: [L.Dense(3, activation="relu"), L.Flatten()]),
    "convolution": (
        (7, 6, 2),
        lambda L: [
            L.Conv2D(3, 3, activation="relu"),
            L.Conv2D(4, (3, 2), strides=2, padding="same", use_bias=False),
            L.GlobalAveragePooling2D(),
        ],
    ),
    "separable": (
        (7, 6, 2),
        lambda L: [
            L.SeparableConv2D(3, 3, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.SeparableConv2D(2, (2, 1), strides=2, use_bias=False),
            L.Flatten(),
        ],
    ),
    "pooling": (
        (7, 6, 2),
        lambda L: [
            L.MaxPooling2D(3, strides=2, padding="same"),
            L.Conv2D(3, 2),
            L.MaxPooling2D((2, 1)),
            L.Flatten(),
        ],
    ),
    "batch normalization": (
        (5, 4, 2),
        lambda L: [
            L.Conv2D(3, 2),
            L.BatchNormalization(),
            L.Activation("relu"),
            L.Flatten(),
            L.Dense(4),
            L.BatchNormalization(momentum=0.7, epsilon=0.01),
        ],
    ),
    "embedding": ((4,), lambda L: [L.Embedding(9, 3), L.Flatten(), L.Dense(2, activation="tanh")]),
}


def twins(architecture, seed=0):
    """Return our model and Keras's, with the same random weights (biases too)."""
    import keras

    shape, layers = ARCHITECTURES[architecture]
    dtype = "int32" if architecture == "embedding" else "float32"
    ours = nn.Sequential([nn.Input(shape), *layers(nn)])
    theirs = keras.Sequential([keras.Input(shape, dtype=dtype), *layers(keras.layers)])
    ours.set_weights(random_weights(theirs, seed))
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def random_weights(model, seed=0):
    """Return weights of the model's shapes, all positive: some of them are variances."""
    generator = np.random.default_rng(seed)
    return [generator.uniform(0.05, 1, w.shape) - 0.4 * (w.ndim > 1) for w in model.get_weights()]


def inputs(architecture, samples=8, seed=1):
    """Return a batch for the architecture; that of the embedding repeats indices."""
    generator, shape = np.random.default_rng(seed), ARCHITECTURES[architecture][0]
    if architecture == "embedding":
        return generator.integers(0, 9, (samples, *shape))
    return generator.normal(size=(samples, *shape)).astype(np.float32)
