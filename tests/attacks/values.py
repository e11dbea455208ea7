"""Values that are huge, nested, or not numbers."""

from tests.attacks.attack import Attack


def _returns(name, expression, before="", ends=("ok", "exception")):
    code = f"{before}\ndef double(x): return {expression}"
    return Attack(f"the answer is {name}", code, after=True, ends=ends)


ATTACKS = [
    _returns("not a number", "x * np.nan if not isinstance(x, str) else np.nan"),
    _returns("infinite", "np.full((3, 4), np.inf)"),
    _returns("an array that broadcasts", "np.zeros((0, 4))"),
    _returns("an array of another rank", "np.ones((1, 1, 3, 4)) * np.nan"),
    _returns("a masked array, all masked", "np.ma.masked_all((3, 4))"),
    _returns("a record", "np.zeros(3, dtype=[('a', 'f8')])"),
    _returns("a huge integer", "10 ** 5000"),
    _returns("a huge array", "np.zeros(10**7)"),
    _returns("a huge text", "'x' * 2 * 10**7"),
    _returns("many items", "list(range(2 * 10**5))"),
    _returns("itself, without end", "LOOP", "LOOP = []; LOOP.append(LOOP)"),
    _returns("nested deeply", "DEEP", "DEEP = []\nfor _ in range(10**5): DEEP = [DEEP]"),
    _returns("a dictionary with odd keys", "{1: 2, None: 3, (4, 5): 6}"),
    _returns("half of a character", r"'\ud800'"),
    _returns("control characters", r"'\x1b[2J\x00\r\n=cmd()'"),
    _returns("a generator", "(one for one in iter(int, 1))"),
    _returns("a function", "double"),
]
