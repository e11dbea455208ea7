"""Reading tests, solutions, other submissions, grades and secrets."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "files by their names",
        """
for name in ("solutions.py", "gradebook.db", "secret", "alice/hw/notebook.ipynb"):
    attempt(lambda: open(os.path.join(WORLD, name)).read())
    attempt(os.open, os.path.join(WORLD, name), os.O_RDONLY)
attempt(os.listdir, WORLD)
""",
        wins_unprotected=True,
    ),
    Attack(
        "links, soft and hard",
        """
def through_link():
    os.symlink(WORLD + "/secret", "link")
    return open("link").read()
def through_hard_link():
    os.link(WORLD + "/secret", "hard")
    return open("hard").read()
def through_proc():
    os.symlink(WORLD, "folder")
    return os.listdir("/proc/self/cwd/folder")
attempt(through_link); attempt(through_hard_link); attempt(through_proc)
attempt(lambda: open("/proc/self/root" + WORLD + "/secret").read())
""",
        wins_unprotected=True,
    ),
    Attack(
        "a search of the whole system",
        """
end = time.monotonic() + 1.5
for place in (os.path.dirname(WORLD), "/home", "/root", "/work", "/srv", "/var", "/opt", "/mnt"):
    for folder, _, names in os.walk(place):
        for name in names:
            if name.endswith((".ipynb", ".db")) or name in ("secret", "solutions.py"):
                if "site-packages" not in folder and "/lib/python" not in folder:
                    attempt(lambda: open(os.path.join(folder, name), "rb").read(20))
        if time.monotonic() > end:
            break
""",
        wins_unprotected=True,
    ),
    Attack(
        "the sources of exercises, beside the package",
        """
import dlcourse
checkout = os.path.dirname(os.path.dirname(dlcourse.__file__))
for name in ("notebooks", "notebooks/src", "notebooks/src/exercises", "tests", ".git", "../shared"):
    attempt(os.listdir, os.path.join(checkout, name))
attempt(lambda: open(os.path.join(checkout, "tests/attacks/attack.py")).read())
attempt(lambda: open(os.path.join(checkout, "pyproject.toml")).read())
""",
    ),
    Attack(
        "the system's own files",
        """
for name in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/etc/machine-id", "/proc/kcore"):
    attempt(lambda: open(name, "rb").read(10))
for name in ("/etc/ssh", "/var/log", "/home", "/root/.ssh"):
    attempt(os.listdir, name)
""",
        wins_unprotected=True,
    ),
    Attack(
        "other processes, by what the kernel tells of them",
        """
own = int(os.readlink("/proc/self"))
for number in {GRADER, os.getppid(), *range(1, 200)} - {own, os.getpid(), 0}:
    for name in ("environ", "mem", "maps", "io"):
        attempt(lambda: open(f"/proc/{number}/{name}", "rb").read(1))
    for name in ("cwd", "root", "exe"):
        attempt(os.listdir, f"/proc/{number}/{name}/")
    attempt(os.listdir, f"/proc/{number}/fd")
""",
    ),
    Attack(
        "other processes, by tracing them",
        """
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(8)
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
vector = Vector(ctypes.addressof(buffer), 8)
for number in {GRADER, os.getppid(), *range(1, 100)} - {os.getpid(), 0}:
    if libc.ptrace(16, number, None, None) == 0:
        loot.append(f"traced {number}")
    if libc.process_vm_readv(number, ctypes.byref(vector), 1, ctypes.byref(vector), 1, 0) > 0:
        loot.append(f"read {number}")
""",
    ),
    Attack(
        "files that were left open",
        """
for number in range(3, 1024):
    if number != 100:  # its own channel to the grader
        attempt(os.fstat, number)
attempt(lambda: os.read(0, 10) or 1 / 0)
""",
    ),
    Attack(
        "the environment of the grader",
        """
loot += [value for value in os.environ.values() if "TOP" + "-SECRET" in value]
loot += [name for name in os.environ if name.startswith(("AWS_", "SSH_", "COURSE_", "PYTEST"))]
attempt(lambda: open("/proc/self/environ").read().index("TOP" + "-SECRET"))
""",
    ),
    Attack(
        "files by number, past every folder",
        """
libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(128)
ctypes.memmove(handle, (120).to_bytes(4, "little"), 4)
mount = ctypes.c_int()
if libc.name_to_handle_at(-100, b"/usr", handle, ctypes.byref(mount), 0) == 0:
    number = os.open("/usr", os.O_RDONLY)
    if libc.open_by_handle_at(number, handle, 0) >= 0:
        loot.append("opened by handle")
""",
    ),
    Attack(
        "another view of the files: namespaces, mounts, a new root",
        """
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0x10000000, 0x20000, 0x20000000, 0x10020000, 0x40000000):
    if libc.unshare(flags) == 0:
        loot.append(f"unshared {flags:#x}")
if libc.mount(b"/", b"/tmp", None, 4096, None) == 0:
    loot.append("mounted")
if libc.umount2(b"/tmp", 2) == 0:
    loot.append("unmounted")
attempt(os.chroot, "/")
for name in ("user", "mnt", "pid"):
    try:
        number = os.open(f"/proc/{GRADER}/ns/{name}", os.O_RDONLY)
        if libc.setns(number, 0) == 0:
            loot.append("entered " + name)
    except OSError:
        pass
""",
    ),
]
