"""Which functions a piece of student's code calls: for rules on code. Nothing here runs it."""

import ast

from dlcourse.grading.exercises import syntax


def calls(source: str) -> set[str]:
    """Return the names that `source` calls, such as {"np.matmul", "len"}; for rules on code.

    A dotted name that is handed on or renamed counts too. What an import or an assignment renames
    goes by its own name: after `from numpy import dot as f`, the call `f(a, b)` is "np.dot" (numpy
    is always np). A method of something unnamed goes by the method's name alone, the operator @
    by "@". Empty where `source` is not Python.

    >>> sorted(calls("import numpy\\nnumpy.dot(a, b @ c).sum()"))
    ['@', 'np.dot', 'sum']
    """
    tree = syntax.parse(source)
    nodes = list(ast.walk(tree)) if tree else []
    aliases: dict[str, str] = {}
    for node in nodes:
        aliases |= _renames(node)
    called = {_full_name(node.func, aliases) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute):
            name = _full_name(node, aliases)
            called |= {name} if "." in name else set()
        if isinstance(node, ast.ImportFrom):
            called |= {_np(aliases[alias.asname]) for alias in node.names if alias.asname}
        if isinstance(node, ast.MatMult):
            called.add("@")
    return called - {""}


def _renames(node: ast.AST) -> dict[str, str]:
    match node:
        case ast.Import(names=names):
            return {alias.asname: alias.name for alias in names if alias.asname}
        case ast.ImportFrom(module=module, names=names):
            return {alias.asname or alias.name: f"{module or ''}.{alias.name}" for alias in names}
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            dotted = _dotted(value)
            return {name: dotted} if dotted else {}
    return {}


def _full_name(node: ast.expr, aliases: dict[str, str]) -> str:
    name = _dotted(node)
    if not name:
        return node.attr if isinstance(node, ast.Attribute) else ""
    head, dot, rest = name.partition(".")
    seen = set()
    while head in aliases and head not in seen:  # an alias of an alias, but no circle
        seen.add(head)
        head, dot, rest = (aliases[head] + dot + rest).partition(".")
    return _np(head + dot + rest)


def _np(name: str) -> str:
    head, dot, rest = name.partition(".")
    return ("np" if head == "numpy" else head) + dot + rest


def _dotted(node: ast.expr) -> str:
    """Return `a.b.c` as text; empty where the expression is anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
