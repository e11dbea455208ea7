"""What `dlcourse doctor` says of frameworks, kernel and sandbox that do not run.

That they run here is tested with the whole command, in tests/cli.
"""

import importlib.util
import json
import os
import sys

import pytest

from dlcourse.doctor import BROKEN, LIMITED, OK, examine, running
from dlcourse.grading.sandbox import probe


class TestFramework:
    @pytest.fixture
    def module(self, tmp_path, monkeypatch):
        """Write a module that is found before the real one."""
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        return lambda name, code: (tmp_path / f"{name}.py").write_text(code)

    @pytest.mark.parametrize(
        ("code", "found"),
        [
            ("raise ImportError('libfoo.so.3: no such file')", "ImportError: libfoo.so.3: no such"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "was ended by SIGILL"),
            ("import os; os._exit(3)", "it ended with exit status 3"),
        ],
    )
    def test_one_that_breaks_is_reported_as_itself(self, module, code, found):
        module("torch", code)
        finding = running.framework("torch")
        assert finding.state == BROKEN
        assert found in finding.found
        assert importlib.util.find_spec("torch").origin in finding.way

    def test_one_that_hangs(self, module, monkeypatch):
        module("torch", "import time; time.sleep(60)")
        monkeypatch.setattr(running, "_SECONDS", 1)
        finding = running.framework("torch")
        assert (finding.state, finding.found) == (BROKEN, "no answer within 1 seconds")

    @pytest.mark.parametrize(("wrong", "state"), [(0, OK), (1, BROKEN)])
    def test_one_that_computes_something_else(self, module, wrong, state):
        product = f"matmul, convert_to_numpy = lambda x, y: x @ y + {wrong}, lambda x: x"
        module("keras", f"import numpy\nclass ops:\n  ones = numpy.ones\n  {product}\n")
        finding = running.framework("torch")
        assert finding.state == state, finding
        if wrong:
            assert "a sum of 64 ones is not 64, but 65.0 to 65.0" in finding.found

    @pytest.mark.parametrize("name", ["torch", "keras"])
    def test_one_that_is_not_there(self, monkeypatch, name):
        real = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda x: None if x == name else real(x))
        finding = running.framework("torch")
        assert (finding.state, finding.found) == (LIMITED, f"{name} not installed")
        assert finding.way == "pip install 'dlcourse[course]'"

    def test_one_that_leaves_a_gpu_alone(self, monkeypatch):
        monkeypatch.setenv("JAX_PLATFORMS", "cpu")
        monkeypatch.setattr(running, "gpu", lambda: "NVIDIA X")
        finding = running.framework("jax")
        assert finding.state == LIMITED
        assert finding.found.endswith("computes on the CPU, not on the NVIDIA X")
        assert "README, section GPU" in finding.way


class TestKernel:
    @pytest.fixture
    def kernel(self, tmp_path, monkeypatch):
        """Make Jupyter find another kernel under the name python3."""
        folder = tmp_path / "kernels" / "python3"
        folder.mkdir(parents=True)
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

        def write(code):
            spec = {"argv": [sys.executable, "-c", code, "-f", "{connection_file}"]}
            spec |= {"display_name": "another", "language": "python"}
            (folder / "kernel.json").write_text(json.dumps(spec))

        return write

    def test_one_that_does_not_start_says_why(self, kernel):
        kernel("import sys; sys.exit('No module named ipykernel')")
        finding = running.kernel()
        assert (finding.state, finding.found) == (BROKEN, "No module named ipykernel")
        assert "ipykernel install" in finding.way

    def test_one_of_another_python_does_not_have_the_course(self, kernel):
        kernel(
            "import sys; sys.modules['dlcourse'] = None; from ipykernel import kernelapp; "
            "kernelapp.launch_new_instance()"
        )
        finding = running.kernel()
        assert finding.state == BROKEN
        assert "it runs without the course: import of dlcourse" in finding.found


class TestSandbox:
    @pytest.fixture
    def reasons(self, monkeypatch):
        def set_them(**reasons):
            monkeypatch.setattr(probe, "why_not", reasons.get)

        return set_them

    def test_the_strongest_that_works(self, reasons):
        reasons()
        assert running.sandbox().state == OK
        assert running.sandbox().found == "bubblewrap, which passed its self-test"

    def test_the_next_one_and_why_not_the_first(self, reasons):
        reasons(bubblewrap="bwrap is not there")
        assert running.sandbox().state == OK
        assert running.sandbox().found.startswith("landlock, ")
        assert "not bubblewrap: bwrap is not there" in running.sandbox().found

    def test_none_is_no_trouble_for_learners(self, reasons):
        reasons(bubblewrap="bwrap is not there", landlock="an old kernel")
        finding = running.sandbox()
        assert finding.state == LIMITED
        assert finding.found == "not bubblewrap: bwrap is not there; not landlock: an old kernel"
        assert "to learn, none is needed" in finding.way

    def test_what_it_needs_is_looked_for_first(self, reasons, monkeypatch):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        assert "pyseccomp is not installed" in examine(running.sandbox).found

    def test_other_systems(self, monkeypatch):
        monkeypatch.setattr(sys, "platform", "darwin")
        assert running.sandbox().state == LIMITED
        assert "Linux" in running.sandbox().way
