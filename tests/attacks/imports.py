"""Patched libraries, a patched import system, and a patched copy of the grader's own modules."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "NumPy's comparisons say yes",
        """
np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.EVIL = True
""",
    ),
    Attack(
        "the vocabulary of checks says yes",
        """
import dlcourse.grading.exercises.vocabulary as vocabulary
vocabulary.near = vocabulary.equal = vocabulary.raises = lambda *a, **k: None
vocabulary.Wrong = vocabulary.AskError = type("Never", (BaseException,), {})
""",
    ),
    Attack(
        "the encoder says what it likes",
        """
import dlcourse.grading.sandbox.child as child
original = child.encode
child.encode = lambda value, **k: original(value | {"points": 3, "score": 3})
""",
        ends=("crash",),
    ),
    Attack(
        "the encoder sends a pickle",
        """
import pickle
import dlcourse.grading.sandbox.child as child
class Bomb:
    def __reduce__(self): return (os.system, ("touch " + WORLD + "/pickled",))
child.encode = lambda *a, **k: pickle.dumps(Bomb())
""",
        ends=("crash",),
    ),
    Attack(
        "finders and loaders for what is imported next",
        """
import importlib.abc, builtins
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        loot.append(name) if "hidden" in name or "check" in name else None
sys.meta_path.insert(0, Finder())
sys.modules["evil"] = sys.modules["random"] = np
builtins.__import__ = lambda name, *a, **k: sys.modules.get(name, np)
""",
    ),
    Attack(
        "the class of functions and modules",
        """
import builtins, types
class Module(types.ModuleType):
    def __getattribute__(self, name): return lambda *a, **k: True
sys.modules["__main__"].__class__ = Module
builtins.EVIL = True
builtins.isinstance = lambda *a: True
""",
        ends=("ok", "exception", "crash", "wall"),
    ),
    Attack(
        "memory of the interpreter overwritten",
        """
address = id(False)
ctypes.memmove(address, id(True), ctypes.sizeof(ctypes.c_void_p) * 4)
""",
        ends=("ok", "exception", "crash", "wall"),
    ),
]
