import os

# Keras reads its backend once, when it is imported; the whole suite can be run on another one.
os.environ.setdefault("KERAS_BACKEND", os.environ.get("DLCOURSE_BACKEND", "jax"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
