"""Daemons, and every other way to be more than one process."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "a daemon by two forks",
        """
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    return "forked"
attempt(daemon)
""",
    ),
    Attack(
        "programs",
        """
attempt(subprocess.run, ["/bin/true"])
attempt(subprocess.Popen, ["/bin/sleep", "60"])
attempt(os.posix_spawn, "/bin/true", ["true"], {})
attempt(lambda: os.system("sleep 60 &") == 0 or 1 / 0)
attempt(os.popen, "id")
""",
        wins_unprotected=True,
    ),
    Attack(
        "this process replaced by another program",
        """
attempt(os.execv, "/bin/sleep", ["sleep", "60"])
attempt(os.execv, sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"])
""",
    ),
    Attack(
        "bare system calls: fork, vfork, clone, clone3, execveat",
        """
libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0)
for call in ((57,), (58,), (56, 17, 0, 0, 0, 0), (56, 0x100 | 17, 0, 0, 0, 0),
             (56, 0x10000000 | 17, 0, 0, 0, 0), (435, ctypes.byref(arguments), 88)):
    number = libc.syscall(*call)
    if number == 0:
        time.sleep(60)
        os._exit(0)
    if number > 0:
        loot.append(f"system call {call[0]}")
""",
    ),
    Attack(
        "system calls by the numbers of other architectures",
        """
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(0x40000000 | 57) > 0:  # fork, as x32 programs call it
    loot.append("x32")
""",
        ends=("ok", "exception", "crash"),
    ),
    Attack(
        "pools of processes",
        """
import concurrent.futures, multiprocessing
for method in ("fork", "spawn", "forkserver"):
    attempt(multiprocessing.get_context(method).Process(target=time.sleep, args=(60,)).start)
attempt(concurrent.futures.ProcessPoolExecutor(1).submit(os.getpid).result, 1)
""",
    ),
    Attack(
        "threads that go on when the cell is done",
        """
def work():
    while True:
        try:
            open("alive", "w").write("x"); time.sleep(0.01)
        except BaseException:
            pass
for _ in range(5):
    threading.Thread(target=work, daemon=False).start()
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
signal.signal(signal.SIGALRM, lambda *a: open("alarm", "w").close())
""",
    ),
]
