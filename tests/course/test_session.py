"""What a chapter calls while it runs."""

import os
import random
import subprocess
import sys

import numpy as np
import pytest

from dlcourse.course import record, session, set_seed, start


@pytest.fixture(autouse=True)
def _restore(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(session, "_current", None)
    monkeypatch.setattr(session.devices, "release_native_messages", lambda: None)
    monkeypatch.setattr(session, "_keras_backend", lambda: None)


def begin(**changes):
    settings = {"backend": "jax", "device": "cpu", "profile": "quick", "seed": 3}
    return start("01_small", **settings | changes)


def test_start_sets_the_backend_and_says_so():
    chapter = begin()
    assert os.environ["KERAS_BACKEND"] == "jax"
    assert repr(chapter) == (
        "chapter 01_small · Keras on jax · device cpu · profile quick · seed 3"
    )


@pytest.mark.parametrize("wrong", [{"backend": "pytorch"}, {"device": "tpu"}, {"profile": "slow"}])
def test_a_wrong_parameter_is_refused_with_the_choices(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"{name}='{value}' is not one of .*, "):
        begin(**wrong)


def test_another_backend_in_the_same_kernel_is_refused(monkeypatch):
    monkeypatch.setattr(session, "_keras_backend", lambda: "torch")
    with pytest.raises(RuntimeError, match="already loaded with 'torch'.*Restart the kernel"):
        begin()


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(session.devices, "_probe", lambda backend: "cpu")
    with pytest.raises(RuntimeError, match="jax finds only the CPU"):
        begin(device="gpu")


def test_pick_follows_the_profile():
    assert begin().pick(quick=1, full=5) == 1
    assert begin(profile="full").pick(quick=1, full=5) == 5


def test_the_seed_repeats_python_and_numpy():
    begin()
    first = random.random(), np.random.rand()
    set_seed(3)
    assert (random.random(), np.random.rand()) == first


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, 2.0]])
def test_only_one_finite_number_can_be_recorded(value):
    with pytest.raises(TypeError, match=r"record\(loss=…\) wants one finite number"):
        record(loss=value)


@pytest.mark.parametrize("value", [np.float32(0.5), np.array([0.5]), 0.5])
def test_numbers_of_any_kind_can_be_recorded(value, capsys):
    record(loss=value)
    assert "recorded: loss = 0.5" in capsys.readouterr().out


def test_the_state_names_backend_variants_memory_and_modules():
    begin()
    state = session.state()
    assert state["chapter"]["name"] == "01_small"
    assert state["backend"] == "jax"
    assert 20 < state["peak_rss_mb"] < 10_000
    assert "dlcourse.course.session" in state["modules"]


def test_start_imports_no_framework_but_the_one_to_seed():
    code = (
        "import sys; from dlcourse import course\n"
        "course.start('x', backend='jax', device='cpu', profile='quick', seed=1)\n"
        "print(sorted({'jax', 'keras', 'tensorflow', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
