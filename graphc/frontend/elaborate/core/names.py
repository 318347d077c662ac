"""What names mean: lookups through scopes and frames, then builtins, then suggestions."""

from __future__ import annotations

import math

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core import elsewhere
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.elsewhere import Arguments
from graphc.frontend.elaborate.core.scopes import (
    Binding,
    Capture,
    Items,
    Meaning,
    Namespace,
    Partial,
    Scope,
    Text,
)
from graphc.frontend.elaborate.core.values import Failure, Poisoned, State, Static
from graphc.frontend.foreign import FUNCTIONS, PREFIXES
from graphc.ir.graph import Value

CONSTANTS = {"pi": math.pi, "inf": math.inf, "nan": math.nan}

_SUGGESTED = 50  # errors for which what was meant is looked for, among all names


def find(e: Elaborator, scope: Scope, name: str) -> tuple[Scope, Binding, str] | None:
    """Where a name is bound, and what it is called there: the variable of a module is bound at the top, by its path."""
    found = scope.find(name)
    if found is None and "." in name and e.top is not None and name in e.variables:
        found = e.top, e.top.bindings[name]
    if found is None:
        return None
    home, binding = found
    if isinstance(binding.meaning, State):
        assert e.top is not None
        return e.top, e.top.bindings[binding.meaning.path], binding.meaning.path
    return home, binding, name


def lookup(e: Elaborator, scope: Scope, name: syntax.Name, called: Arguments | None = None) -> Meaning:
    """What a name means here.  A name from outside the frame is noted as a capture.  `called`: with these arguments."""
    found = find(e, scope, name.text)
    if found is None:
        size = scope.find_dim(name.text)
        if size is not None:
            return Static(size, name.span)
        meaning = e.builtins(name.text)
        if meaning is not None:
            return meaning
        if name.text in CONSTANTS:
            return Static(CONSTANTS[name.text], name.span)
        raise undefined(e, scope, name, called)
    home, binding, path = found
    if binding.partial is not None:
        raise half_bound(e, name, binding.partial)
    if binding.poisoned or binding.meaning is None:
        raise Poisoned
    if e.reading:
        binding.read = True
    return current(scope, home, path, binding)


def current(scope: Scope, home: Scope, name: str, binding: Binding) -> Meaning:
    """The present meaning of a binding, with assignments made by functions on the way here."""
    meaning = binding.meaning
    assert meaning is not None
    if home.frame is scope.frame:
        return meaning
    if binding.kind == "variable":
        if name in scope.frame.state:
            return scope.frame.state[name]
        meaning = scope.frame.value_of(name, home.frame) or meaning
    if isinstance(meaning, Value | Static | Items | Text):
        scope.frame.captures.setdefault((id(home), name), Capture(home, name, meaning))
    return meaning


def half_bound(e: Elaborator, name: syntax.Name, partial: Partial) -> Failure:
    if partial.kinds is not None:
        one, other = partial.kinds
        return e.fail(
            "E0209",
            f"{name.text} may be {one} or {other} here: that depends on how far the loop goes",
            name.span,
            "used here",
            secondary=[Label(partial.bound, f"{other} here"), Label(partial.missing, f"{one}, unless it takes a step")],
            hint="choose another name for one of them",
        )
    if partial.target:
        return e.fail(
            "E0209",
            f"{name.text} may have no value here: the loop that binds it may take no step",
            name.span,
            "used here",
            secondary=[Label(partial.bound, "bound by the loop"), Label(partial.missing, "it may take no step")],
            hint=f"bind it before the loop: {name.text} = …",
        )
    if partial.loop:
        return e.fail(
            "E0209",
            f"{name.text} has no value here: only the loop binds it",
            name.span,
            "used here",
            secondary=[
                Label(partial.bound, "bound in the loop"),
                Label(partial.missing, "what was bound before the loop keeps its value after it"),
            ],
            hint=f"bind it before the loop: {name.text} = …",
        )
    if partial.function:
        return e.fail(
            "E0209",
            f"{name.text} is a function of a branch; which one is called is settled before the program runs",
            name.span,
            "used here",
            secondary=[Label(partial.bound, "defined in this branch"), Label(partial.missing, "this is the other one")],
            hint=f"put the branch into one function: fn {name.text}(…) {{ if … {{ … }} }}",
        )
    return e.fail(
        "E0209",
        f"{name.text} may have no value here: only one branch binds it",
        name.span,
        "used here",
        secondary=[Label(partial.bound, "bound in this branch"), Label(partial.missing, "not bound in this one")],
        hint=f"bind it in both branches, or before: {name.text} = …",
    )


def undefined(e: Elaborator, scope: Scope, name: syntax.Name, called: Arguments | None = None) -> Failure:
    text = name.text
    looks = called is None and len(e.diagnostics) < _SUGGESTED
    own = suggest(text, scope.visible()) if looks else None
    hint = f"did you mean {own}?" if own else elsewhere.hint(e, text, called) or nearest(e, scope, text)
    if text in e.import_names:
        hint = f"import {text}"
    elif text in PREFIXES - {"F", "sp", "cp"} and own is None and text not in FUNCTIONS:
        hint = f"graphc's own functions need no {text}.: sum(x)"
    return e.fail("E0201", f"{text} is not defined", name.span, hint=hint)


def nearest(e: Elaborator, scope: Scope, name: str) -> str | None:
    if len(e.diagnostics) >= _SUGGESTED:
        return None
    meant = suggest(name, [*scope.visible(), *e.builtin_names(), *CONSTANTS, "true", "false"])
    return f"did you mean {meant}?" if meant else None


def check_prefix(e: Elaborator, scope: Scope, node: syntax.Attribute, called: Arguments | None = None) -> None:
    """Raise E0201 for `np.sum` and `self.W`, where nothing is called np or self."""
    root = root_of(node)
    if root is None or (root.text not in PREFIXES and root.text != "self"):
        return
    if find(e, scope, root.text) is None and e.builtins(root.text) is None:
        raise undefined_root(e, scope, node, root, called)


def root_of(node: syntax.Expr) -> syntax.Name | None:
    """The name that a chain of attributes begins with."""
    while isinstance(node, syntax.Attribute):
        node = node.value
    return node if isinstance(node, syntax.Name) else None


def undefined_root(
    e: Elaborator, scope: Scope, node: syntax.Attribute, root: syntax.Name, called: Arguments | None
) -> Failure:
    """E0201 for the first name of a chain of attributes."""
    path, name = "".join(node.span.text.split()), node.name.text
    module = e.imports(root.text)
    if root.text == "self":
        hint: str | None = f"a method sees {name} by its name: {path.removeprefix('self.')}"
    elif root.text not in PREFIXES or (isinstance(module, Namespace) and name in module.members):
        return undefined(e, scope, root)
    else:
        hint = elsewhere.unprefixed(e, path, called, lambda text: nearest(e, scope, text))
    return e.fail("E0201", f"{root.text} is not defined", root.span, hint=hint)
