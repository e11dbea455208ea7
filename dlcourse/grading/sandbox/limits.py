"""What a submission may use, and the words for how a run of it ended."""

from dataclasses import dataclass, fields

# The kinds of sandbox, the strongest first. "bubblewrap" has namespaces, Landlock's rules where the
# kernel has them, and seccomp; "landlock" has the last two; "none" has limits alone.
LEVELS = ("bubblewrap", "landlock", "none")

# How a process can end. What comes first in this list is told where several happened.
REASONS = (
    "memory",  # used more than its share
    "processes",  # started too many threads
    "output",  # printed or wrote too much
    "cpu",  # used up its processor time
    "wall",  # did not finish in time
    "crash",  # died: a signal, os._exit, nonsense on the channel
    "exception",  # a cell raised
    "ok",
)

# The kind of the AskError that an ask raises when the process ends so.
KINDS = {
    "memory": "MemoryLimit",
    "processes": "ProcessLimit",
    "output": "OutputLimit",
    "cpu": "Timeout",
    "wall": "Timeout",
    "crash": "Crash",
}

MAX_FILES = 4096  # files and folders in a session's temporary folder
MAX_OPEN_FILES = 256


class SandboxError(RuntimeError):
    """The sandbox itself does not work; the submission is not to blame."""


@dataclass(frozen=True)
class Limits:
    """What one session may use.

    cpu: seconds of processor time, all threads together. Starts anew when the session restarts.
    wall: seconds for the whole session, restarts included.
    cell_wall, ask_wall: seconds for one cell and for one ask.
    memory_mb: memory that the session adds to the warm process, in MiB.
    threads: threads at a time, those of the libraries included.
    disk_mb: size of the temporary folder; and once more of shared memory.
    output_mb: what may be printed, in MiB.
    restarts: how many times a session begins again after its process was ended.

    Raises ValueError for a limit that is not positive (restarts may be 0).
    """

    cpu: float = 60
    wall: float = 120
    cell_wall: float = 60
    ask_wall: float = 10
    memory_mb: int = 1024
    threads: int = 128
    disk_mb: int = 64
    output_mb: int = 4
    restarts: int = 4

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0 if field.name == "restarts" else 1e-3
            if not value >= least:
                raise ValueError(f"the limit {field.name} is {value}: give a positive number")
