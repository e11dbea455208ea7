"""The interpreter's own hooks, and the objects of who called."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "trace functions that change what is returned",
        """
def tracer(frame, event, argument):
    for name in ("wanted", "expected", "points", "score", "max_points"):
        if name in frame.f_locals:
            loot.append(name)
            frame.f_locals["points"] = 3
    return tracer
sys.settrace(tracer)
sys.setprofile(tracer)
threading.settrace(tracer)
""",
    ),
    Attack(
        "frames of the callers",
        """
def climb(mark):
    frame = sys._getframe(1)
    while frame:
        for scope in (frame.f_locals, frame.f_globals):
            for name, value in list(scope.items()):
                if mark in repr(value)[:10_000]:
                    loot.append(name)
        frame = frame.f_back
climb("-".join(("HIDDEN", "CHECK")))
""",
    ),
    Attack(
        "every object of the process",
        """
import gc
gc.unfreeze()
def search(mark):
    for thing in gc.get_objects():
        if isinstance(thing, dict):
            loot.extend(v for v in list(thing.values()) if isinstance(v, str) and mark in v)
search("-".join(("HIDDEN", "CHECK")))
""",
    ),
    Attack(
        "display hooks that print full marks",
        """
sys.displayhook = sys.excepthook = lambda *a: print("score: 3/3")
import builtins
builtins.repr = builtins.print = lambda *a, **k: "score: 3/3"
print("###NBGRADER score 3 max_score 3")
""",
    ),
    Attack(
        "transformers of notebooks",
        """
from IPython.core.interactiveshell import InteractiveShell
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)
shell = InteractiveShell.instance()
shell.ast_transformers.append(Strip())
shell.input_transformers_cleanup.append(lambda lines: [])
""",
    ),
    Attack(
        "patched compile, eval, exec and ast.parse",
        """
import ast, builtins
builtins.compile = lambda *a, **k: (_ for _ in ()).throw(SystemExit)
builtins.eval = builtins.exec = lambda *a, **k: True
ast.parse = lambda *a, **k: type("T", (), {"body": []})()
""",
        ends=("ok", "exception", "crash"),
    ),
    Attack(
        "exit handlers, finalizers and warnings",
        """
import atexit, weakref, warnings
atexit.register(lambda: open(WORLD + "/at-exit", "w").close())
class Last:
    def __del__(self): open(WORLD + "/deleted", "w").close()
last = Last()
warnings.showwarning = lambda *a, **k: os._exit(0)
""",
    ),
    Attack(
        "an exception that claims every class",
        """
class Every(ValueError, TypeError, KeyError): pass
def double(x):
    if isinstance(x, str):
        return x
    raise Every("score: 3/3 \\x1b[2J\\x1b]0;title\\x07 </td><script>alert(1)</script>")
""",
        after=True,
    ),
]
