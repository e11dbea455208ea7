"""Signals to the parent, and to everybody else."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "the parent killed or stopped",
        """
for number in {os.getppid(), GRADER, 1, 2, 3} - {0, os.getpid()}:
    for which in (0, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        attempt(os.kill, number, which)
""",
    ),
    Attack(
        "every process that can be reached",
        """
attempt(os.kill, -1, signal.SIGTERM)
attempt(os.kill, 0, signal.SIGTERM)
attempt(os.killpg, 0, signal.SIGTERM)
attempt(os.killpg, os.getpgid(os.getppid()) if os.getppid() else 1, signal.SIGTERM)
for number in range(2, 3000):
    if number != os.getpid():
        attempt(os.kill, number, signal.SIGKILL)
""",
    ),
    Attack(
        "signals by other calls",
        """
libc = ctypes.CDLL(None, use_errno=True)
for number in {os.getppid(), GRADER, 1, 2, 3} - {0, os.getpid()}:
    attempt(os.pidfd_open, number)
    tkill, tgkill, sigqueue = (200, number, 9), (234, number, number, 9), (129, number, 9, None)
    for call in (tkill, tgkill, sigqueue, (424, 5, 9, None, 0)):
        if libc.syscall(*call) == 0:
            loot.append(f"system call {call[0]}")
libc.prctl(1, 9, 0, 0, 0)
attempt(lambda: os.setsid())
attempt(lambda: os.setpgid(0, 0))
""",
    ),
    Attack(
        "signals by terminals and open files",
        """
import fcntl, termios
for number in (0, 1, 2, 100):
    attempt(fcntl.ioctl, number, termios.TIOCSTI, b"x")
    attempt(fcntl.ioctl, number, termios.TIOCSCTTY, 0)
left, right = socket.socketpair()
for owner in (os.getppid(), GRADER):
    if owner:
        fcntl.fcntl(left, fcntl.F_SETOWN, owner)
        fcntl.fcntl(left, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(left, fcntl.F_SETFL, os.O_ASYNC)
        right.send(b"x")
""",
    ),
    Attack("itself", "os.kill(os.getpid(), signal.SIGKILL); os.abort()", ends=("crash",)),
    Attack("itself, quietly", "os._exit(0)", ends=("crash",)),
    Attack("itself, in the answer", "def double(x): os._exit(0)", after=True, ends=("crash",)),
]
