"""Using up memory, threads, disk, files, output: each bomb costs its own session, no more."""

from tests.attacks.attack import Attack

OVER = ("ok", "exception", "memory", "output", "processes", "cpu", "wall", "crash")

ATTACKS = [
    Attack("a fork bomb", "while True: os.fork()", ends=("exception",)),
    Attack(
        "a bomb of threads",
        """
def grow():
    while True:
        try: threading.Thread(target=grow).start()
        except RuntimeError: time.sleep(0.01)
grow()
""",
        ends=("exception", "processes", "wall"),
    ),
    Attack(
        "memory, in arrays",
        "kept = []\nwhile True: kept.append(np.ones(10**6))",
        ends=("memory", "exception", "wall"),
    ),
    Attack("memory, at once", "kept = bytearray(10**10)", ends=("exception",)),
    Attack(
        "memory, in small objects",
        "kept = []\nwhile True: kept.append([None] * 10)",
        ends=("memory", "exception", "wall"),
    ),
    Attack(
        "memory, in many threads",
        """
kept = []
def fill():
    while True: kept.append(np.ones(10**5))
for _ in range(8): threading.Thread(target=fill).start()
time.sleep(30)
""",
        ends=("memory", "exception", "wall"),
    ),
    Attack(
        "memory that a mapping hides",
        """
import mmap
kept = []
while True:
    shared = mmap.mmap(-1, 2**24)
    shared.write(bytes(2**24))
    shared.madvise(mmap.MADV_DONTNEED)
    kept.append(shared)
""",
        ends=("exception",),
    ),
    Attack(
        "shared memory filled",
        """
for i in range(10**4):
    with open(f"/dev/shm/evil{i}", "wb") as file:
        file.write(bytes(2**20))
""",
        ends=("exception",),
    ),
    Attack("one large file", "open('f', 'wb').write(bytes(10**8))", ends=("exception",)),
    Attack(
        "a large file with a hole",
        "os.pwrite(os.open('f', os.O_CREAT | os.O_WRONLY), b'x', 10**12)",
        ends=("exception",),
    ),
    Attack(
        "many large files",
        "for i in range(10**5): open(f'f{i}', 'wb').write(bytes(10**6))",
        ends=("exception", "output", "wall"),
    ),
    Attack(
        "many empty files and folders",
        "for i in range(10**6): os.mkdir(f'd{i}'); open(f'd{i}/f', 'w').close()",
        ends=("exception", "output", "wall"),
    ),
    Attack(
        "files without names",
        """
kept = []
while True:
    kept.append(open("f", "wb"))
    os.unlink("f")
    kept[-1].write(bytes(10**6))
    kept[-1].flush()
    if len(kept) > 50: kept.pop(0)
""",
        ends=("exception", "output", "wall", "cpu"),
    ),
    Attack("output", "while True: print('x' * 10_000)", ends=("output",)),
    Attack(
        "output past Python, in asks too",
        """
def flood():
    while True: os.write(1, b"x" * 60_000); os.write(2, b"y" * 60_000)
def double(x):
    flood()
""",
        after=True,
        ends=("output",),
    ),
    Attack(
        "open files, pipes and sockets",
        """
kept = []
try:
    while True:
        kept += [os.pipe(), socket.socketpair()]
except OSError:
    loot += ["many"] if len(kept) > 300 else []
""",
    ),
    Attack(
        "a stack without end",
        "sys.setrecursionlimit(10**9)\ndef deeper(): return deeper()\ndeeper()",
        ends=("memory", "exception", "crash"),
    ),
    Attack(
        "a compiler kept busy",
        "compile('(' * 90 + ')' * 90, 'x', 'exec')\neval('-' * 10**6 + '1')",
        ends=("exception", "memory", "crash", "wall"),
    ),
]
