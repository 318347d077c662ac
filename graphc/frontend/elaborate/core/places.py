"""Places: what an assignment binds, and which path an instance is made under.

A path is one name because a variable is declared so (`net.l1.W`), or it goes through instances and imported files to
one.  What comes in: the syntax of a name or of a chain of attributes.  What goes out: one name, as the scopes know it.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Instance, Items, Meaning, Namespace, Scope
from graphc.frontend.elaborate.core.values import Failure, State


def dotted(node: syntax.Expr) -> syntax.Name | None:
    """A name, or a chain of attributes of one, as a path; None for anything else."""
    words = []
    inner = node
    while isinstance(inner, syntax.Attribute):
        words.append(inner.name.text)
        inner = inner.value
    if not isinstance(inner, syntax.Name):
        return None
    return syntax.Name(".".join((inner.text, *reversed(words))), node.span)


def path(scope: Scope, node: syntax.Attribute) -> syntax.Name | None:
    """The attribute as one name, if that is bound."""
    name = dotted(node)
    return name if name is not None and scope.find(name.text) is not None else None


# ---------------------------------------------------------------- targets


def target(e: Elaborator, scope: Scope, node: syntax.Expr) -> syntax.Name | None:
    """The name that an assignment to `node` binds; None if it is no name.  Raises Failure for an unknown path."""
    if isinstance(node, syntax.Name):
        return node
    if not isinstance(node, syntax.Attribute):
        return None
    found = path(scope, node)
    if found is not None:
        return found
    check_known(e, scope, node)
    whole = resolve(e, scope, node.value)
    part = None if whole is None else member(whole, node.name.text)
    if isinstance(part, State):
        return syntax.Name(part.path, node.span)
    if isinstance(whole, Instance | Namespace) and part is None:
        raise no_member(e, whole, node)
    raise e.fail(
        "E0109", f"{node.span.text} can't be assigned to", node.span, "no variable", hint="assign to a name, or to x[i]"
    )


def resolve(e: Elaborator, scope: Scope, node: syntax.Expr) -> Meaning | None:
    """What a name, a member or an element of a list is, if it can be told without computing anything."""
    match node:
        case syntax.Name(text):
            found = names.find(e, scope, text)
            return None if found is None else found[1].meaning
        case syntax.Attribute(value, name):
            whole = resolve(e, scope, value)
            return None if whole is None else member(whole, name.text)
        case syntax.Index(value, (syntax.Number(int() as index),)):
            whole = resolve(e, scope, value)
            return None if whole is None else member(whole, str(index))
        case _:
            return None


def variable(e: Elaborator, scope: Scope, node: syntax.Expr) -> str | None:
    """The path of the variable that an expression names here, and nothing nearer; None for anything else."""
    name = dotted(node)
    found = None if name is None else scope.find(name.text)
    if name is not None and found is not None:
        meaning = found[1].meaning
        if isinstance(meaning, State):
            return meaning.path
        return name.text if found[1].kind == "variable" and name.text in e.variables else None
    if not isinstance(node, syntax.Attribute):
        return None
    whole = resolve(e, scope, node.value)
    part = None if whole is None else member(whole, node.name.text)
    return part.path if isinstance(part, State) else None


def member(whole: Meaning, name: str) -> Meaning | None:
    """A member of an instance or an imported file, or an element of a list by its number; None if there is none."""
    match whole:
        case Instance(_, _, scope):
            binding = scope.bindings.get(name)
            return None if binding is None else binding.meaning
        case Namespace():
            return whole.member(name)
        case Items(items) if name.isdigit() and int(name) < len(items):
            return items[int(name)]
        case _:
            return None


def members(whole: Instance | Namespace) -> tuple[str, ...]:
    """The names of what an instance (besides its arguments) or an imported file has."""
    if isinstance(whole, Namespace):
        return whole.members
    return tuple([name for name, binding in whole.scope.bindings.items() if binding.kind != "parameter"])


def no_member(e: Elaborator, whole: Instance | Namespace, node: syntax.Attribute) -> Failure:
    name = node.name.text
    listed = members(whole)
    shown = whole.name if isinstance(whole, Namespace) else f"{node.value.span.text}, {called(whole)},"
    before = whole.name if isinstance(whole, Namespace) else node.value.span.text
    meant = suggest(name, listed)
    hint = f"did you mean {before}.{meant}?" if meant else f"it has {', '.join(listed) or 'no members'}"
    return e.fail("E0206", f"{shown} has no member {name}", node.name.span, hint=hint)


def called(instance: Instance) -> str:
    return f"an instance of {instance.module.name}"


def check_known(e: Elaborator, scope: Scope, node: syntax.Expr) -> None:
    """Raise E0201 if the first word means nothing, but paths begin with it."""
    name = dotted(node)
    if name is None:
        return
    words = name.text.split(".")
    paths = [other for other in e.variables if other.startswith(f"{words[0]}.")]
    if not paths or scope.find(words[0]) is not None or e.builtins(words[0]) is not None:
        return
    if all(scope.find(".".join(words[:count])) is None for count in range(2, len(words) + 1)):
        raise unknown(e, name, paths)


def unknown(e: Elaborator, name: syntax.Name, paths: list[str]) -> Failure:
    meant = suggest(name.text, paths)
    head = name.text.partition(".")[0]
    hint = f"did you mean {meant}?" if meant else f"{head} has {', '.join(p.partition('.')[2] for p in paths)}"
    return e.fail("E0201", f"{name.text} is not defined", name.span, hint=hint)


# ---------------------------------------------------------------- where instances are made


def mark(e: Elaborator, node: syntax.Expr, path: str) -> None:
    """Note the path of the instance that an expression may make; the elements of a list have numbers."""
    match node:
        case syntax.CallExpr():
            e.places[id(node)] = path
        case syntax.List(items):
            for i, item in enumerate(items):
                mark(e, item, f"{path}.{i}")
        case syntax.Conditional(_, then, other):
            mark(e, then, path)
            mark(e, other, path)


def mark_target(e: Elaborator, scope: Scope, target: syntax.Expr, value: syntax.Expr) -> None:
    """Note the paths of the instances that `target = value` may make."""
    if scope.home is None:
        return
    match target, value:
        case syntax.Name(text), _:
            mark(e, value, scope.home + text)
        case syntax.Tuple(names_), (syntax.Tuple(values) | syntax.List(values)) if len(names_) == len(values):
            for name, item in zip(names_, values, strict=True):
                mark_target(e, scope, name, item)


def instances(meanings: Iterable[Meaning]) -> list[Instance]:
    """The instances among meanings and inside lists of them."""
    found: list[Instance] = []
    stack = list(meanings)
    while stack:
        match stack.pop():
            case Instance() as instance:
                found.append(instance)
            case Items(items):
                stack.extend(items)
    return found
