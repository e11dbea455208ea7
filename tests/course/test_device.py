"""Which device is chosen, and which one was used. Where there is no GPU, stand-ins report one."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from dlcourse.course import device


def jax(platform, *peaks):
    cards = [
        SimpleNamespace(memory_stats=lambda p=p: p and {"peak_bytes_in_use": p}) for p in peaks
    ]
    return SimpleNamespace(default_backend=lambda: platform, devices=lambda: cards)


def tensorflow(*peaks):
    cards = [SimpleNamespace(name=f"/device:GPU:{i}") for i in range(len(peaks))]
    memory = {f"GPU:{i}": {"peak": peak} for i, peak in enumerate(peaks)}
    config = SimpleNamespace(
        list_physical_devices=lambda kind: cards,
        list_logical_devices=lambda kind: cards,
        experimental=SimpleNamespace(get_memory_info=memory.__getitem__),
    )
    return SimpleNamespace(config=config)


def torch(*peaks, apple=None):
    return SimpleNamespace(
        cuda=SimpleNamespace(
            is_available=lambda: bool(peaks),
            device_count=lambda: len(peaks),
            max_memory_allocated=peaks.__getitem__,
        ),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: apple is not None)),
        mps=SimpleNamespace(current_allocated_memory=lambda: apple),
    )


@pytest.mark.parametrize(
    ("backend", "stand_in", "megabytes"),
    [
        ("jax", jax("gpu", 5_000_000, 2_000_000), 7),
        ("jax", jax("gpu", None), 0),  # a memory pool that keeps no record
        ("jax", jax("cpu", 5_000_000), 0),
        ("tensorflow", tensorflow(3_000_000, 0), 3),
        ("tensorflow", tensorflow(0), 0),
        ("tensorflow", tensorflow(), 0),
        ("torch", torch(1_000_000, 8_000_000), 9),
        ("torch", torch(0), 0),
        ("torch", torch(), 0),
        ("torch", torch(apple=4_000_000), 4),
    ],
)
def test_the_gpu_counts_as_used_where_memory_was_taken_there(
    monkeypatch, backend, stand_in, megabytes
):
    monkeypatch.setitem(sys.modules, backend, stand_in)
    assert device.gpu_peak_mb(backend) == megabytes
    assert device.used(backend) == ("gpu" if megabytes else "cpu")


def test_a_framework_that_was_never_loaded_used_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert device.used("torch") is None
    assert device.used(None) is None
    assert device.gpu_peak_mb("torch") == 0
    assert "torch" not in sys.modules


def test_what_the_user_has_set_stays_but_cpu_means_cpu(monkeypatch):
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", "true")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert device.settings("auto")["XLA_PYTHON_CLIENT_PREALLOCATE"] == "true"
    assert "CUDA_VISIBLE_DEVICES" not in device.settings("gpu")
    assert device.settings("cpu")["CUDA_VISIBLE_DEVICES"] == "-1"


def test_frameworks_share_a_card_and_keep_float32_whole():
    chosen = device.settings("gpu")
    assert chosen["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert chosen["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    code = """
import sys
from dlcourse import course
course.start("x", backend="tensorflow", device="auto", profile="quick", seed=1)
import jax, keras, tensorflow as tf
print(jax.config.jax_default_matmul_precision)
print(tf.config.experimental.tensor_float_32_execution_enabled())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["highest", "False"]


@pytest.mark.parametrize("backend", ["jax", "tensorflow", "torch"])
def test_here_the_real_frameworks_report_the_device_that_they_used(backend):
    code = f"""
from dlcourse import course
from dlcourse.course import session
course.start("x", backend="{backend}", device="cpu", profile="quick", seed=1)
import keras
keras.ops.matmul(keras.ops.ones((9, 9)), keras.ops.ones((9, 9)))
state = session.state()
print(state["backend"], state["device"], state["peak_gpu_mb"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [backend, "cpu", "0.0"]
