"""Never coming back."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "a loop that swallows every interrupt",
        """
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    try:
        while True: pass
    except BaseException: pass
""",
        ends=("wall", "cpu"),
    ),
    Attack(
        "one instruction that takes for ever", "x = 9 ** 9 ** 9", ends=("wall", "cpu", "memory")
    ),
    Attack(
        "a regular expression that takes for ever",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        ends=("wall", "cpu"),
    ),
    Attack(
        "a lock that nobody opens",
        "lock = threading.Lock(); lock.acquire(); lock.acquire()",
        ends=("wall",),
    ),
    Attack(
        "an answer that never comes",
        "def double(x):\n    while True: time.sleep(1)",
        after=True,
        ends=("wall",),
    ),
    Attack(
        "an answer that takes for ever to be written down",
        """
class Slow(list):
    def __iter__(self):
        while True: yield Slow()
def double(x): return Slow()
""",
        after=True,
        ends=("ok", "exception", "wall", "memory"),
    ),
]
