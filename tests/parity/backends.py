"""Which backend Keras runs on, and what that means for the width of its numbers."""


def keras_backend():
    """Return the backend; Keras is imported here, after conftest.py chose it."""
    import keras

    return keras.backend.backend()


def on_jax(name):
    """Say whether an implementation is JAX, or Keras on JAX."""
    return name == "jax" or (name == "keras" and keras_backend() == "jax")


def narrow(name):
    """Say whether an implementation computes in 32 bits only."""
    return name == "jax" or (name == "keras" and keras_backend() != "tensorflow")
