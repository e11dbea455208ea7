"""What really runs when it is tried: the frameworks, a Jupyter kernel, the sandbox."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from dlcourse.doctor.finding import BROKEN, LIMITED, OK, Finding, how_to_get
from dlcourse.doctor.hardware import gpu

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager

_SECONDS = 120  # for what takes 10 on a slow machine
_OTHER_KERNEL = (
    "jupyter kernelspec list says where the kernel python3 comes from; one of this Python: "
    "python -m ipykernel install --sys-prefix"
)


def framework(name: str) -> Finding:
    """Let Keras compute a small product on the framework `name`, in a process of its own."""
    if missing := [x for x in (name, "keras") if importlib.util.find_spec(x) is None]:
        return Finding(LIMITED, f"{' and '.join(missing)} not installed", how_to_get("course"))
    command = [sys.executable, "-P", "-m", "dlcourse.doctor.product", name]
    origin = importlib.util.find_spec(name).origin
    again = f"what was imported is {origin}: install it again, or remove it"
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Finding(BROKEN, f"no answer within {_SECONDS} seconds", again)
    if done.returncode != 0:
        return Finding(BROKEN, _how_it_ended(done), again)
    answer = json.loads(done.stdout.splitlines()[-1])
    found = f"{answer['version']}, computes on the {answer['device'].upper()}"
    if answer["device"] == "cpu" and gpu():
        return Finding(LIMITED, f"{found}, not on the {gpu()}", "see the README, section GPU")
    return Finding(OK, found)


def kernel() -> Finding:
    """Start the kernel that notebooks run in, and ask it for the course."""
    from jupyter_client.kernelspec import NoSuchKernel
    from jupyter_client.manager import KernelManager

    from dlcourse.course.execute import local_transport

    start = time.perf_counter()
    with local_transport() as transport, tempfile.TemporaryFile("w+") as said:
        manager = KernelManager(kernel_name="python3", **transport)
        try:
            manager.start_kernel(stderr=said)
            answer = _ask(manager)
        except (NoSuchKernel, RuntimeError, OSError) as error:
            said.seek(0)
            return Finding(BROKEN, _last_line(said.read()) or str(error), _OTHER_KERNEL)
        finally:
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)
    if answer["status"] != "ok":
        return Finding(BROKEN, f"it runs without the course: {answer['evalue']}", _OTHER_KERNEL)
    return Finding(OK, f"answered in {time.perf_counter() - start:.1f} s")


def sandbox() -> Finding:
    """Try the levels of the sandbox that `dlcourse grade` runs students' code in."""
    learners = "to learn, none is needed"
    if sys.platform != "linux":
        return Finding(LIMITED, "none, grading needs Linux", f"grade on Linux; {learners}")
    if importlib.util.find_spec("pyseccomp") is None:
        raise ModuleNotFoundError(name="pyseccomp")
    from dlcourse.grading.sandbox.probe import LEVELS, why_not

    reasons = []
    for level in LEVELS[:-1]:
        if (reason := why_not(level)) is None:
            return Finding(OK, "; ".join([f"{level}, which passed its self-test", *reasons]))
        reasons.append(f"not {level}: {reason}")
    way = f"to grade, mend one of these (Debian, Ubuntu: apt install bubblewrap); {learners}"
    return Finding(LIMITED, "; ".join(reasons), way)


def _how_it_ended(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return f"its process was ended by {signal.Signals(-done.returncode).name}"
    return _last_line(done.stderr) or f"it ended with exit status {done.returncode}"


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _ask(manager: KernelManager) -> dict[str, str]:
    """Return the kernel's answer to the question which course it can import."""
    question = {"course": "__import__('dlcourse').__version__"}
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=_SECONDS)
        reply = client.execute(
            "", silent=True, user_expressions=question, reply=True, timeout=_SECONDS
        )
    finally:
        client.stop_channels()
    return reply["content"]["user_expressions"]["course"]
