"""Set up `.venv`: `python3 -m dlcourse.bootstrap`, which `make course` and `make test` call.

It needs nothing but the standard library, and any Python from 3.6 on can read it, so that an old
one can look for a newer, or say that it is too old. Installed are the exact versions of
requirements.lock; nothing happens where the environment already is what pyproject.toml and the
lock ask for.
"""

import collections
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "dlcourse-setup"
LOCK = ROOT / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED = 4e9  # bytes: the environment takes 3.4e9
# PyTorch's own index has the CPU build; elsewhere Linux gets gigabytes of CUDA packages with it.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do, after what another program said."""

    def __init__(self, message, said=""):
        """Put the message last: that is where one looks first."""
        super().__init__((said + "\n\n" if said else "") + "Set-up stopped: " + message)


def main() -> int:
    """Make the environment what the lock asks for; return the exit status."""
    try:
        python = find_python()
        wanted = fingerprint(python)
        if STAMP.exists() and STAMP.read_text() == wanted:
            return 0
        print(f"Setting up {VENV.name}: 3.4 GB of packages (once; a few minutes) …", flush=True)
        create_venv(python)
        install()
        STAMP.write_text(wanted)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Start again with the same command.", file=sys.stderr)
        return 130
    return 0


def find_python() -> str:
    """Return a Python of a supported version: this one if it is, else one from the PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise SetupError(
        "the course needs Python 3.11, 3.12 or 3.13, and this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}. Install one, or name yours: "
        "make course PYTHON=/path/to/python3.12"
    )


def fingerprint(python: str) -> str:
    """Return a digest of all that decides what the environment must hold."""
    digest = hashlib.sha256(python.encode())
    for path in (ROOT / "pyproject.toml", LOCK):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def create_venv(python: str) -> None:
    """Create the environment unless it is there with a Python that starts."""
    if run([venv_python(), "-c", "import pip"])[0] == 0:
        return
    free = shutil.disk_usage(str(ROOT)).free
    if free < NEEDED:
        raise SetupError(
            f"{free / 1e9:.1f} GB are free in {ROOT}, and the course needs 5 GB. Make room, "
            "or clone it to a larger disk"
        )
    status, said = run([python, "-m", "venv", "--clear", str(VENV)])
    if status != 0:
        raise SetupError(
            f"{python} could not create a virtual environment. On Debian and Ubuntu: "
            "sudo apt install python3-venv; then start again",
            said,
        )


def install() -> None:
    """Install the locked dependencies and the package itself, in place."""
    command = [venv_python(), "-m", "pip", "install", "--no-compile", "--constraint", str(LOCK)]
    if sys.platform == "linux" and reachable(TORCH_CPU_INDEX):
        command += ["--extra-index-url", TORCH_CPU_INDEX]
    status, said = run([*command, "--editable", f"{ROOT}[course,docs,grading,test]"])
    if status != 0:
        raise SetupError(
            "pip could not install the locked packages; it says why above. Check the network "
            "and the free disk space (5 GB), then start again: what was downloaded is kept. To "
            "begin afresh: make clean",
            said,
        )


def reachable(url: str, seconds: float = 3.0) -> bool:
    """Say whether `url` answers within `seconds`; one try only, so that nobody waits for it."""
    request = urllib.request.Request(url, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=seconds).close()
    except urllib.error.HTTPError:
        return True  # it answered, if only to refuse the folder's own page
    except OSError:
        return False
    return True


def venv_python() -> str:
    """Return the path of the environment's Python."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def run(command: list) -> tuple:
    """Run `command`, on a terminal with its latest line in view; return its status and last lines.

    The status is 127 where there is no such program.
    """
    last = collections.deque(maxlen=15)
    try:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except FileNotFoundError as error:
        return 127, str(error)
    ended = threading.Event()
    shown = threading.Thread(target=show, args=(last, ended))
    shown.start()
    try:
        with process:
            for line in process.stdout:
                last.append(line.rstrip())
    finally:
        ended.set()
        shown.join()
    return process.returncode, "\n".join(last)


def show(last: collections.deque, ended: threading.Event) -> None:
    """Keep the latest line in view, with a clock: pip unpacks for a minute without a word."""
    start = time.monotonic()
    while not ended.wait(1) and sys.stdout.isatty():
        minutes, seconds = divmod(int(time.monotonic() - start), 60)
        line = "  {}:{:02}  {}".format(minutes, seconds, last[-1].strip() if last else "")
        print("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1], end="", flush=True)
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
