"""pytest plugin that mends nbval 0.11 for this course: `pytest -p tests.notebooks.nbval_shim`.

nbval starts its kernels over TCP, waits for five seconds at most for a cell's next output, and
runs cells outside the history, so that a semicolon does not silence the last line.
"""

from contextlib import ExitStack
from functools import partial

import pytest
from jupyter_client.manager import KernelManager
from nbval import kernel, plugin

from dlcourse.course.execute import local_transport

OUTPUT_TIMEOUT_SECONDS = 120


def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    config.add_cleanup(stack.close)
    kernel.KernelManager = partial(KernelManager, **stack.enter_context(local_transport()))
    kernel.RunningKernel.execute_cell_input = _execute_with_history
    plugin.IPyNbCell.__init__ = _with_patience(plugin.IPyNbCell.__init__)


def _execute_with_history(self, cell_input, allow_stdin=None):
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def _with_patience(init):
    def patient_init(self, *args, **kwargs):
        init(self, *args, **kwargs)
        self.output_timeout = OUTPUT_TIMEOUT_SECONDS

    return patient_init
