"""Answers to the exercises of chapter 4 that are wrong in one way, with the points they get."""

NEAR_MISSES = {
    "kept_gradient": [
        (  # nothing is left when the calls are a multiple of the resets
            """
def kept_gradient(t, calls, reset_every=None):
    summed = calls if reset_every is None else calls % reset_every
    return summed * 10 * t
""",
            1,
        ),
        (  # as if every call began afresh
            """
def kept_gradient(t, calls, reset_every=None):
    return 10 * t if reset_every is None else ((calls - 1) % reset_every + 1) * 10 * t
""",
            1,
        ),
    ],
    "traces": [
        (  # each change is traced
            """
def traces(calls):
    return 1 + sum(a != b for a, b in zip(calls, calls[1:]))
""",
            1,
        ),
        (  # shapes only
            """
def traces(calls):
    return len({shape for shape, dtype in calls})
""",
            1,
        ),
    ],
    "boundary": [
        (  # the answer 0 instead of one half
            """
def boundary(W, b, x1):
    return (-b[0] - W[0, 0] * x1) / W[1, 0]


def class_above(W):
    return int(W[1, 0] > 0)
""",
            1,
        ),
        (  # class 1 is always above
            """
def boundary(W, b, x1):
    return (0.5 - b[0] - W[0, 0] * x1) / W[1, 0]


def class_above(W):
    return 1
""",
            1,
        ),
    ],
    "squared_error": [
        (  # outputs must be a column, targets a vector
            """
def squared_error(outputs, targets):
    if len(outputs) != len(targets):
        raise ValueError("numbers differ")
    return np.mean((outputs[:, 0] - targets) ** 2)
""",
            2,
        ),
        (  # a 1 on either side is stretched
            """
def squared_error(outputs, targets):
    return np.mean((outputs.reshape(-1) - targets.reshape(-1)) ** 2)
""",
            2,
        ),
        (  # as it was
            """
squared_error = loss_with_bug
""",
            0,
        ),
    ],
    "layer_norm": [
        (  # divides by the variance, as a textbook does
            """
class LayerNorm(keras.layers.Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.alpha = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")

    def call(self, inputs):
        away = inputs - keras.ops.mean(inputs, axis=-1, keepdims=True)
        variance = keras.ops.mean(keras.ops.square(away), axis=-1, keepdims=True)
        return self.alpha * away / (variance + 0.001) + self.beta
""",
            3,
        ),
        (  # the small number stands outside of the root
            """
class LayerNorm(keras.layers.Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.alpha = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")

    def call(self, inputs):
        away = inputs - keras.ops.mean(inputs, axis=-1, keepdims=True)
        variance = keras.ops.mean(keras.ops.square(away), axis=-1, keepdims=True)
        return self.alpha * away / (keras.ops.sqrt(variance) + 0.001) + self.beta
""",
            4,
        ),
        (  # axis 1, not the last
            """
class LayerNorm(keras.layers.Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.alpha = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")

    def call(self, inputs):
        away = inputs - keras.ops.mean(inputs, axis=1, keepdims=True)
        variance = keras.ops.mean(keras.ops.square(away), axis=1, keepdims=True)
        return self.alpha * away / keras.ops.sqrt(variance + 0.001) + self.beta
""",
            4,
        ),
        (  # the weights are made and not used
            """
class LayerNorm(keras.layers.Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.alpha = self.add_weight(shape=shape, initializer="ones")
        self.beta = self.add_weight(shape=shape, initializer="zeros")

    def call(self, inputs):
        away = inputs - keras.ops.mean(inputs, axis=-1, keepdims=True)
        variance = keras.ops.mean(keras.ops.square(away), axis=-1, keepdims=True)
        return away / keras.ops.sqrt(variance + 0.001)
""",
            4,
        ),
        (  # not the student's own
            """
class LayerNorm(keras.layers.LayerNormalization):
    pass
""",
            0,
        ),
    ],
    "wide_and_deep": [
        (  # no relu
            """
def wide_and_deep(features, units):
    inputs = keras.Input((features,))
    hidden = keras.layers.Dense(units)(inputs)
    both = keras.layers.Concatenate()([inputs, hidden])
    return keras.Model(inputs, keras.layers.Dense(1)(both))
""",
            2,
        ),
        (  # the hidden units come first
            """
def wide_and_deep(features, units):
    inputs = keras.Input((features,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    both = keras.layers.Concatenate()([hidden, inputs])
    return keras.Model(inputs, keras.layers.Dense(1)(both))
""",
            1,
        ),
        (  # no short cut
            """
def wide_and_deep(features, units):
    inputs = keras.Input((features,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    return keras.Model(inputs, keras.layers.Dense(1)(hidden))
""",
            0,
        ),
    ],
    "batch_sizes": [
        (  # one model, trained on and on
            """
model = fresh_model()


def loss_with(batch_size):
    model.fit(x, y, batch_size=batch_size, **settings)
    return model.evaluate(x, y, batch_size=320, verbose=0)


loss_after = {str(size): loss_with(size) for size in (320, 32, 8)}
steps_made = {str(size): 4 * 320 // size for size in (320, 32, 8)}
""",
            1,
        ),
        (  # steps of one epoch
            """
def loss_with(batch_size):
    model = fresh_model()
    model.fit(x, y, batch_size=batch_size, **settings)
    return model.evaluate(x, y, batch_size=320, verbose=0)


loss_after = {str(size): loss_with(size) for size in (320, 32, 8)}
steps_made = {str(size): 320 // size for size in (320, 32, 8)}
""",
            2,
        ),
        (  # one epoch
            """
def loss_with(batch_size):
    model = fresh_model()
    model.fit(x, y, batch_size=batch_size, shuffle=False, verbose=0)
    return model.evaluate(x, y, batch_size=320, verbose=0)


loss_after = {str(size): loss_with(size) for size in (320, 32, 8)}
steps_made = {str(size): 4 * 320 // size for size in (320, 32, 8)}
""",
            1,
        ),
        (  # the numbers are known from elsewhere
            """
loss_after = {"320": 10.69, "32": 0.4437, "8": 0.00951}
steps_made = {"320": 4, "32": 40, "8": 160}


def loss_with(batch_size):
    return loss_after[str(batch_size)]
""",
            2,
        ),
    ],
}
