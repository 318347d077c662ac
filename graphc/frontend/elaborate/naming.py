"""Names in syntax: which names a statement binds, and whether the bodies of uncalled functions make sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate import names, places
from graphc.frontend.elaborate.core import Elaborator
from graphc.frontend.elaborate.values import Function, Scope
from graphc.source import Span


def target_names(target: syntax.Expr) -> Iterator[syntax.Name]:
    stack = [target]
    while stack:
        match stack.pop():
            case syntax.Name() as name:
                yield name
            case syntax.Tuple(items) | syntax.List(items):
                stack.extend(reversed(items))
            case syntax.Index(value):
                stack.append(value)
            case syntax.Attribute() as node:
                path = places.dotted(node)
                if path is not None:
                    yield path


def bound_names(statement: syntax.Stmt) -> Iterator[syntax.Name]:
    """The names that a statement binds, in order, those of branches included."""
    stack = [statement]
    while stack:
        match stack.pop():
            case syntax.If(_, then, other):
                if other is not None:
                    stack += [other] if isinstance(other, syntax.If) else reversed(other.statements)
                stack.extend(reversed(then.statements))
            case single:
                yield from _own_names(single)


def _own_names(statement: syntax.Stmt) -> Iterator[syntax.Name]:
    match statement:
        case syntax.Input(name) | syntax.Var(name) | syntax.Fn(name) | syntax.Module(name):
            yield name
        case syntax.Output(name, value):
            if value is not None:
                yield name
        case syntax.Assign(target) | syntax.AugAssign(target):
            yield from target_names(target)
        case syntax.Import(path, alias):
            bound = alias or path
            if isinstance(bound, syntax.Name):
                yield bound
        case syntax.FromImport(_, names):
            for name, alias in names:
                yield alias or name
        case syntax.For(target):
            yield from target_names(target)
        case _:
            return


def _parts(node: Any) -> Iterator[Any]:
    """The syntax nodes directly inside one, in order."""
    for f in fields(node):
        value = getattr(node, f.name)
        items = value if isinstance(value, tuple) else (value,)
        for item in items:
            if isinstance(item, tuple):
                yield from (x for x in item if is_dataclass(x) and not isinstance(x, Span))
            elif is_dataclass(item) and not isinstance(item, Span):
                yield item


def check_uncalled(e: Elaborator, scope: Scope, statements: Sequence[syntax.Stmt]) -> None:
    """Names that don't exist, in the bodies of functions that nobody called."""
    for statement in statements:
        if isinstance(statement, syntax.Fn):
            found = scope.bindings.get(statement.name.text)
            if found is None or not isinstance(found.meaning, Function) or found.meaning.called:
                continue
            for name in free_names(statement):
                if scope.find(name.text) or scope.find_dim(name.text) or e.builtins(name.text):
                    continue
                if any(path.startswith(f"{name.text}.") for path in scope.bindings):
                    continue
                if name.text not in names.CONSTANTS:
                    e.call = None
                    e.report(names.undefined(e, scope, name).diagnostic)


def free_names(function: syntax.Fn) -> Iterator[syntax.Name]:
    """The names that a function's body reads and doesn't bind anywhere in itself."""
    bound = {p.name.text for p in function.parameters}
    read: list[syntax.Name] = []
    stack: list[Any] = [function.body]
    if function.vjp is not None:
        bound |= {p.name.text for p in function.vjp.parameters} | {"result"}
        stack.append(function.vjp.body)
    for p in function.parameters:
        if p.type is not None and p.type.shape is not None:
            bound |= {d.text for d in p.type.shape if isinstance(d, syntax.Name)}
    while stack:
        node = stack.pop()
        match node:
            case syntax.Name():
                read.append(node)
                continue
            case syntax.Fn():
                bound |= {node.name.text, *(p.name.text for p in node.parameters)}
                stack.append(node.body)
                continue
            case syntax.Attribute():
                stack.append(node.value)
                continue
            case syntax.Argument():
                stack.append(node.value)
                continue
            case syntax.TypeExpr():
                continue
            case syntax.Assign() | syntax.AugAssign() | syntax.For():
                bound |= {n.text for n in bound_names(node)}
        stack.extend(reversed(list(_parts(node))))
    for name in read:
        if name.text not in bound and name.text != "?":
            yield name
