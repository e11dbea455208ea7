"""Student's code as text: what it defines, uses and calls. Nothing here runs it."""

import ast
import re
import threading
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Longer cells are not analysed: Python's parser takes quadratic time on some inputs.
LONGEST = 20_000

_MAGIC = re.compile(r"(\s*)([%!?].*|[\w.]+\?\??\s*)")
_CELL_MAGIC = re.compile(r"\s*%%(\w*)")
_TRANSPARENT = {"time", "timeit", "capture", "prun"}  # cell magics around ordinary Python


# Python 3.11 counts the depth of all threads' trees in one number, and then raises SystemError.
_ONE_AT_A_TIME = threading.RLock()


def tree_of(source: str) -> ast.Module:
    """Return the syntax tree of `source`; SyntaxError where it is not Python. Safe in threads."""
    with _ONE_AT_A_TIME:
        return ast.parse(source)


@lru_cache(maxsize=64)  # the cells of one submission, each looked at several times
def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of `source`; None where it is not Python, or too long or too deep.

    The tree is shared: it must not be changed.
    """
    if len(source) > LONGEST:
        return None
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a student's text is no news for the grader
        try:
            return tree_of(source)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def without_magics(source: str) -> str:
    """Return `source` with IPython's magics as comments; line numbers stay the same.

    Unchanged where it is Python already, or is not even then. A cell in another language
    (`%%bash`) becomes comments.
    """
    if parse(source) is not None:
        return source
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if match := _CELL_MAGIC.match(lines[first]):
        foreign = match[1] not in _TRANSPARENT
        last = len(lines) if foreign else first + 1
        lines[first:last] = [f"# {line}" for line in lines[first:last]]
    lines = [
        f"{match[1]}pass  # {match[2]}" if (match := _MAGIC.fullmatch(line)) else line
        for line in lines
    ]
    plain = "\n".join(lines)
    return plain if parse(plain) is not None else source


def defined(tree: ast.Module | None) -> set[str]:
    """Return the names that a cell gives a value at its top level: def, class, import, `=`."""
    return {
        name for statement in _top_level(tree.body if tree else ()) for name in _bound(statement)
    }


def free(tree: ast.AST | None) -> set[str]:
    """Return the names that a cell reads and binds nowhere: it takes them from other cells."""
    nodes = list(ast.walk(tree)) if tree else []
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {name for node in nodes if isinstance(node, ast.stmt) for name in _bound(node)}
    return {node.id for node in names} - bound


def definitions(source: str) -> dict[str, str]:
    """Return the text of the top-level statements that define each name of a cell."""
    tree = parse(source)
    lines = source.encode().split(b"\n") if tree else []
    texts: dict[str, str] = {}
    for statement in _top_level(tree.body if tree else ()):
        decorators = getattr(statement, "decorator_list", ())
        text = "".join(f"@{_text(lines, decorator)}\n" for decorator in decorators)
        text += _text(lines, statement)
        for name in _bound(statement):
            texts[name] = f"{texts[name]}\n{text}" if name in texts else text
    return texts


def _text(lines: list[bytes], node: ast.stmt | ast.expr) -> str:
    """Return the text of `node` alone, as if it began its line; Python counts columns in bytes."""
    indent = node.col_offset
    part = lines[node.lineno - 1 : node.end_lineno]
    part[-1] = part[-1][: node.end_col_offset]
    rest = (line[min(indent, len(line) - len(line.lstrip())) :] for line in part[1:])
    return b"\n".join([part[0][indent:], *rest]).decode()


def reachable(names: Iterable[str], texts: dict[str, str]) -> str:
    """Return the definitions in `texts` of `names`, and of all names that those make use of."""
    found: dict[str, str] = {}
    pending = sorted(names)
    while pending:
        name = pending.pop(0)
        if name in texts and name not in found:
            found[name] = texts[name]
            pending += sorted(free(parse(texts[name])))
    return "\n\n".join(dict.fromkeys(found.values()))


def imports(source: str) -> list[str]:
    """Return the import statements at the top level of a cell, one text each."""
    tree = parse(source)
    return [
        ast.unparse(statement)
        for statement in (tree.body if tree else ())
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]


def imported(source: str) -> set[str]:
    """Return the modules that a cell imports at its top level: those of dlcourse, and packages."""
    tree = parse(source)
    modules = set()
    for statement in tree.body if tree else ():
        if isinstance(statement, ast.Import):
            modules |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module == "dlcourse":
            modules |= {f"dlcourse.{alias.name}" for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            modules.add(statement.module)
    return modules


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a cell, those inside top-level if, for, while, with, try too."""
    pending = [*body][::-1]
    while pending:
        statement = pending.pop()
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = [
                child
                for field in ("body", "handlers", "orelse", "finalbody", "cases")
                for child in getattr(statement, field, ())
            ]
            pending += inner[::-1]


def _bound(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.Assign(targets=targets):
            return _stored(targets)
        case ast.AnnAssign(target=target, value=value) if value:
            return _stored([target])
        case ast.AugAssign(target=target) | ast.For(target=target):
            return _stored([target])
    return set()


def _stored(targets: Iterable[ast.expr]) -> set[str]:
    return {
        node.id
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
