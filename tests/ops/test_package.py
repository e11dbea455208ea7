"""The package's own interface: names, lookup, one signature and one docstring an operation."""

import inspect
import subprocess
import sys

import pytest

from dlcourse import ops
from dlcourse.ops.protocol import Operations

FRAMEWORKS = ("tensorflow", "torch", "jax", "keras")


def test_names_run_from_the_loop_to_the_highest_level():
    assert ops.names() == ("naive", "numpy", "tensorflow", "torch", "jax", "keras")


def test_get_returns_one_implementation_a_name():
    assert ops.get("numpy") is ops.get("numpy")
    assert ops.get("numpy").name == "numpy"
    assert "numpy" in repr(ops.get("numpy"))


@pytest.mark.parametrize(
    ("wrong", "nearest"), [("pytorch", "torch"), ("tf", "tensorflow"), ("Numpy", "numpy")]
)
def test_unknown_implementation_suggests_the_nearest(wrong, nearest):
    with pytest.raises(ValueError, match=f"name='{wrong}' .*naive.*mean '{nearest}'"):
        ops.get(wrong)


def test_missing_framework_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, "dlcourse.ops.torch", raising=False)
    with pytest.raises(ImportError, match="'torch' needs the package 'torch'.*pip install"):
        ops.get.__wrapped__("torch")


def run(code):
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.parametrize(
    ("used", "loaded"),
    [("ops.names(), ops.operations()", []), ("ops.get('naive'), ops.get('numpy')", []),
     ("ops.get('jax')", ["jax"])],
)  # fmt: skip
def test_a_framework_is_imported_when_it_is_asked_for(used, loaded):
    code = f"""
import sys
from dlcourse import ops
{used}
print(*(name for name in {FRAMEWORKS} if name in sys.modules))
"""
    assert run(code) == loaded


def test_operations_are_those_of_the_protocol():
    described = [name for name in vars(Operations) if not name.startswith("_")]
    assert list(ops.operations()) == described


@pytest.mark.parametrize("operation", ops.operations())
@pytest.mark.parametrize("name", ops.names())
def test_every_implementation_has_the_signature_of_the_protocol(name, operation):
    wanted = inspect.signature(getattr(Operations, operation)).parameters
    found = inspect.signature(getattr(ops.get(name), operation)).parameters
    assert [(p.name, p.default, p.kind) for p in found.values()] == [
        (p.name, p.default, p.kind) for p in wanted.values() if p.name != "self"
    ]
    annotated = [p.annotation is not inspect.Parameter.empty for p in found.values()]
    assert all(annotated)


@pytest.mark.parametrize("name", ops.names())
def test_help_shows_the_protocol_and_the_source_shows_the_function(name):
    matmul = ops.get(name).matmul
    assert matmul.__doc__ == Operations.matmul.__doc__
    assert inspect.getsource(matmul).startswith("def matmul(")


@pytest.mark.parametrize("operation", ops.operations())
def test_naive_functions_fit_on_one_screen(operation):
    assert len(inspect.getsource(getattr(ops.get("naive"), operation)).splitlines()) <= 25
