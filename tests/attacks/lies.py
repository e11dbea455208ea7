"""Objects that lie about what they are and what they equal."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "equal to everything",
        """
class Liar:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __le__ = __ge__ = __contains__ = lambda self, other: True
    __hash__ = lambda self: 0
    def __bool__(self): return True
def double(x): return Liar()
""",
        after=True,
    ),
    Attack(
        "an array that is close to everything",
        """
class Liar(np.ndarray):
    def __eq__(self, other): return np.array(True)
    def __array_ufunc__(self, *a, **k): return np.array(True)
    def __array_function__(self, *a, **k): return np.array(True)
    def all(self, *a, **k): return True
def double(x): return np.asarray(x).view(Liar)
""",
        after=True,
    ),
    Attack(
        "numbers and text that lie",
        """
class LiarFloat(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
class LiarInt(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__
class LiarText(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
def double(x):
    return LiarText(x) if isinstance(x, str) else LiarInt(x) if isinstance(x, int) else LiarFloat(1)
""",
        after=True,
    ),
    Attack(
        "containers that lie",
        """
class LiarList(list):
    __eq__ = lambda self, other: True
    __len__ = lambda self: 5
    __iter__ = lambda self: iter(())
class LiarDict(dict):
    __eq__ = lambda self, other: True
    items = keys = values = lambda self: ()
def double(x): return LiarList([LiarDict({"a": 1})])
""",
        after=True,
    ),
    Attack(
        "another array whenever it is looked at",
        """
class Changing:
    shape = (3, 4)
    dtype = np.dtype(float)
    looks = 0
    def __array__(self, *a, **k):
        Changing.looks += 1
        return np.full((3, 4), float(Changing.looks))
def double(x): return Changing()
""",
        after=True,
    ),
    Attack(
        "a metaclass that claims to be any type",
        """
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class Liar(metaclass=Meta):
    __class__ = np.ndarray
def double(x): return Liar()
""",
        after=True,
    ),
    Attack(
        "pickles, in an array of objects",
        """
class Bomb:
    def __reduce__(self): return (os.system, ("touch " + WORLD + "/pickled",))
def double(x):
    result = np.empty(1, dtype=object)
    result[0] = Bomb()
    return result
""",
        after=True,
    ),
]
