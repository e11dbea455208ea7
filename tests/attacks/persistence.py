"""Leaving something for the next student."""

from tests.attacks.attack import Attack

# A grader that is not root cannot measure a folder that denies every access: that ends by output.
UNMEASURED = ("ok", "exception", "output")

ATTACKS = [
    Attack(
        "files wherever one may write",
        """
import tempfile
for folder in (".", os.path.expanduser("~"), tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm",
               "/dev", "/run", "/run/lock", "/dev/mqueue", "/"):
    try:
        open(os.path.join(folder, "evil"), "w").write("double = lambda x: 2 * x")
        os.mkdir(os.path.join(folder, "evil.d"), 0)
    except OSError:
        pass
""",
        ends=UNMEASURED,
    ),
    Attack(
        "folders that cannot be removed",
        """
os.mkdir("locked"); os.mkdir("locked/inside"); open("locked/inside/file", "w").close()
os.umask(0o777)
os.mkdir("closed", 0)
open("unreadable", "w").close()
open("-rf", "w").close(); open("new\\nline", "w").close()
open(b"bytes-\\xff", "w").close()
os.symlink("/", "everything"); os.symlink("loop", "loop")
""",
        ends=UNMEASURED,
    ),
    Attack(
        "folders deeper than a path can be",
        """
for i in range(3000):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
open("bottom", "w").close()
""",
        ends=("ok", "exception", "output"),
    ),
    Attack(
        "patched modules and the environment",
        """
import builtins, random
builtins.EVIL = np.EVIL = os.EVIL = True
sys.modules["evil"] = np
os.environ["EVIL"] = os.environ["PYTHONSTARTUP"] = "1"
np.add, np.random.seed, random.seed = max, None, None
sys.path.insert(0, os.getcwd()); sys.setrecursionlimit(50)
""",
        ends=("ok", "exception", "crash"),
    ),
    Attack(
        "memory shared between processes",
        """
import mmap
attempt(mmap.mmap, -1, 4096)
open("file", "wb").write(bytes(4096))
attempt(mmap.mmap, os.open("file", os.O_RDWR), 4096)
attempt(os.memfd_create, "evil")
libc = ctypes.CDLL(None, use_errno=True)
for call in (lambda: libc.shmget(4711, 4096, 0o1666), lambda: libc.semget(4711, 1, 0o1666),
             lambda: libc.msgget(4711, 0o1666)):
    if call() >= 0:
        loot.append("System V")
for line in open("/proc/self/maps"):
    if line.split()[1] == "rw-s":
        loot.append(line)
""",
    ),
    Attack(
        "shared memory and semaphores of Python",
        """
from multiprocessing import shared_memory, resource_tracker
resource_tracker.register = lambda *a: None
attempt(lambda: shared_memory.SharedMemory("evil", create=True, size=4096).name)
import multiprocessing
attempt(multiprocessing.get_context("spawn").Process(target=print).start)
""",
    ),
    Attack(
        "queues, keys and abstract sockets of the kernel",
        """
libc = ctypes.CDLL(None, use_errno=True)
rt = ctypes.CDLL("librt.so.1", use_errno=True)
if rt.mq_open(b"/evil", 0o102, 0o666, None) >= 0:
    loot.append("message queue")
if libc.syscall(248, b"user", b"evil", b"payload", 7, -3) > 0:
    loot.append("key")
for address in ("\\0evil", "evil.socket"):
    attempt(lambda: socket.socket(socket.AF_UNIX).bind(address) or address)
""",
    ),
    Attack(
        "limits and priorities of the processes around",
        """
import resource
for number in (os.getppid(), GRADER, 1, 2, 3):
    if number and number != os.getpid():
        attempt(resource.prlimit, number, resource.RLIMIT_CPU, (1, 1))
        attempt(os.sched_setaffinity, number, {0})
        attempt(os.setpriority, os.PRIO_PROCESS, number, 19)
attempt(os.nice, 19)
attempt(resource.setrlimit, resource.RLIMIT_CPU, (10**6, 10**6))
attempt(resource.setrlimit, resource.RLIMIT_NOFILE, (10**6, 10**6))
""",
    ),
]
