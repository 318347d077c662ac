"""Names in syntax: which names a statement binds, and whether the bodies of uncalled functions make sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names, places
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Function, ModuleType, Scope
from graphc.frontend.lexing import reserved
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
    """The names that a statement binds, in order, those of branches and loops included, but not a loop's own."""
    stack: list[Any] = [statement]
    local: list[set[str]] = []
    while stack:
        match stack.pop():
            case None:
                local.pop()
            case syntax.For(target, _, body):
                local.append({n.text for n in target_names(target)})
                stack += [None, *reversed(body.statements)]
            case syntax.While(_, body):
                stack.extend(reversed(body.statements))
            case syntax.If(_, then, other):
                if other is not None:
                    stack += [other] if isinstance(other, syntax.If) else reversed(other.statements)
                stack.extend(reversed(then.statements))
            case single:
                yield from (n for n in _own_names(single) if all(n.text not in names for names in local))


def _own_names(statement: syntax.Stmt) -> Iterator[syntax.Name]:
    match statement:
        case syntax.Input(name) | syntax.Var(name) | syntax.Fn(name) | syntax.Module(name):
            yield name
        case syntax.Output(name, value):
            if value is not None:
                yield name
        case syntax.Assign(target) | syntax.AugAssign(target):
            yield from target_names(target)
        case syntax.Import():
            bound = import_name(statement)
            if bound is not None:
                yield bound
        case syntax.FromImport(_, names):
            for name, alias in names:
                yield alias or name
        case _:
            return


def import_name(node: syntax.Import) -> syntax.Name | None:
    """What an import binds: its alias, the module's name, or the file's without `.g`; None if that can't be a name."""
    if node.alias is not None:
        return node.alias
    if isinstance(node.path, syntax.Name):
        return node.path
    stem = file_stem(node.path)
    return syntax.Name(stem, node.path.span) if stem.isidentifier() and not is_reserved(stem) else None


def is_reserved(word: str) -> bool:
    return word in reserved()


def file_stem(path: syntax.String) -> str:
    return path.value.rpartition("/")[2].removesuffix(".g")


DECLARATIONS = (syntax.Input, syntax.Var, syntax.Fn, syntax.Module, syntax.Output)


def poison(scope: Scope, statement: syntax.Stmt) -> None:
    kept = {"input", "variable", "instance"}
    if isinstance(statement, DECLARATIONS):
        kept |= {"function", "module"}
    for name in bound_names(statement):
        old = scope.bindings.get(name.text)
        if old is None or old.kind not in kept:
            scope.bind(name.text, None, name.span)


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
    """Names that don't exist, in the bodies of functions that nobody called and of modules that nobody made."""
    for statement in statements:
        found = None if not isinstance(statement, DEFINITIONS) else scope.bindings.get(statement.name.text)
        match None if found is None else found.meaning:
            case Function(called=False) as function:
                check_names(e, scope, function.definition)
            case ModuleType(made=False) as module:
                bound = {n.text for s in module.definition.body.statements for n in bound_names(s)}
                bound |= {p.name.text for p in module.definition.parameters}
                for method in methods(module.definition):
                    check_names(e, scope, method, bound)
    for instance in e.instances.values():
        for binding in instance.scope.bindings.values():
            if isinstance(binding.meaning, Function) and not binding.meaning.called and binding.kind == "function":
                check_names(e, instance.scope, binding.meaning.definition)


DEFINITIONS = (syntax.Fn, syntax.Module)


def methods(module: syntax.Module) -> Iterator[syntax.Fn]:
    return (s for s in module.body.statements if isinstance(s, syntax.Fn))


def check_names(e: Elaborator, scope: Scope, function: syntax.Fn, bound: Set[str] = frozenset()) -> None:
    """Report the names in a function's body that mean nothing, `bound` aside."""
    for name in free_names(function):
        if name.text in bound or scope.find(name.text) or scope.find_dim(name.text) or e.builtins(name.text):
            continue
        if any(path.startswith(f"{name.text}.") for path in e.variables):
            continue
        if name.text not in names.CONSTANTS:
            e.call = None
            whole, called = use_of(function, name)
            failure = names.undefined_root(e, scope, whole, name, called) if whole else None
            e.report((failure or names.undefined(e, scope, name, called)).diagnostic)


def use_of(function: syntax.Fn, name: syntax.Name) -> tuple[syntax.Attribute | None, Sequence[syntax.Argument] | None]:
    """What is read of a name in a function, `np.sum`, and the arguments if that is called."""
    stack: list[Any] = [function]
    while stack:
        match stack.pop():
            case syntax.CallExpr(syntax.Attribute() as whole, arguments) if names.root_of(whole) is name:
                return whole, arguments
            case syntax.CallExpr(callee, arguments) if callee is name:
                return None, arguments
            case syntax.Attribute() as whole if names.root_of(whole) is name:
                return whole, None
            case node:
                stack.extend(_parts(node))
    return None, None


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
            case syntax.Assign() | syntax.AugAssign():
                bound |= {n.text for n in bound_names(node)}
            case syntax.For(target):
                bound |= {n.text for n in target_names(target)}
        stack.extend(reversed(list(_parts(node))))
    for name in read:
        if name.text not in bound and name.text != "?":
            yield name
