"""Which levels of the sandbox work on this machine: each is tried, not guessed."""

import functools
import sys
import tempfile
from pathlib import Path

from dlcourse.grading.exercises.vocabulary import AskError
from dlcourse.grading.sandbox.limits import LEVELS, Limits, SandboxError
from dlcourse.grading.sandbox.slot import Slot

# What no code may be able to do in a sandbox; `path` is a file outside that everybody may change.
_FORBIDDEN = {
    "read a file outside": "open(path).read()",
    "change a file outside": "open(path, 'a').write('changed')",
    "look through a folder outside": "import os\nos.listdir(os.path.dirname(path))",
    "make a file outside": "open(path + '.new', 'w').close()",
    "open a socket": "import socket\nsocket.socket().fileno()",
    "start a process": "import os\nos.fork()",
    "run a program": "import subprocess\nsubprocess.run(['true']).returncode",
    "signal another process": "import os\nos.kill(1 if os.getpid() > 1 else os.getppid() or 2, 0)",
}
_LEAVE = "open('left', 'w').close()\nimport os\nos.getcwd()"
_LOOK = "import os\nos.listdir('.')"


def levels() -> list[str]:
    """Return the levels that work here, the strongest first; "none" protects from nothing.

    Each is tried once in the life of this process; `why_not` tells what is wrong with the others.
    """
    return [level for level in LEVELS if why_not(level) is None]


@functools.cache
def why_not(level: str) -> str | None:
    """Return why a level does not work on this machine; None where it does.

    A session is started at this level, tries what it must not be able to do, and leaves a file
    that the next one must not find. Raises ValueError for a level that does not exist.
    """
    slot = Slot(level, Limits(cpu=30, wall=60, ask_wall=20), warm=())
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}"
    with tempfile.TemporaryDirectory(prefix="dlcourse-probe-") as folder:
        target = Path(folder, "outside")
        target.write_text("secret", encoding="utf-8")
        target.chmod(0o666)
        Path(folder).chmod(0o777)
        try:
            with slot:
                return _attempt(slot, str(target))
        except (SandboxError, AskError, OSError) as error:
            return str(error)


def _attempt(slot: Slot, path: str) -> str | None:
    with slot.session([]) as session:
        if session.ask("a + b", a=[1], b=[2]) != [1, 2]:
            return "it answers wrongly"
        if slot.level == "none":
            return None
        for what, code in _FORBIDDEN.items():
            try:
                session.ask(code, path=path)
            except AskError as error:
                if error.kind in ("PermissionError", "FileNotFoundError", "ProcessLookupError"):
                    continue
                return f"code that tried to {what} ended in {error}"
            return f"code in it can {what}"
        session.ask(_LEAVE)
    with slot.session([]) as session:
        if session.ask(_LOOK):
            return "what one session leaves, the next one finds"
    return None
