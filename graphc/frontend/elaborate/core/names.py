"""What names mean: lookups through scopes and frames, then builtins, then suggestions."""

from __future__ import annotations

import math

from graphc.diagnostics import Label
from graphc.diagnostics.suggest import suggest
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.scopes import Binding, Capture, Frame, Items, Meaning, Partial, Scope, Text
from graphc.frontend.elaborate.core.values import Failure, Poisoned, State, Static
from graphc.frontend.elaborate.core.written_types import ELSEWHERE
from graphc.ir.graph import Value

CONSTANTS = {"pi": math.pi, "inf": math.inf, "nan": math.nan}

_SUGGESTED = 50  # errors for which what was meant is looked for, among all names

# How other libraries call what draws random numbers.
_DRAWS = {
    **dict.fromkeys(("rand", "random", "random_uniform"), "did you mean uniform?"),
    **dict.fromkeys(("randn", "gaussian", "random_normal", "standard_normal"), "did you mean normal?"),
    **dict.fromkeys(("integers", "random_integers"), "did you mean randint?"),
    **dict.fromkeys(("shuffle", "randperm"), "did you mean permutation?"),
    **dict.fromkeys(("choice", "multinomial"), "categorical(log(p)) draws from a list of probabilities"),
    "dropout": "from nn import dropout",
    **dict.fromkeys(("seed", "manual_seed", "set_seed"), "run with --seed 1"),
    **dict.fromkeys(("PRNGKey", "key"), 'random_key(), or site("a name")'),
}


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


def lookup(e: Elaborator, scope: Scope, name: syntax.Name) -> Meaning:
    """What a name means here.  A name from outside the frame is noted as a capture."""
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
        raise undefined(e, scope, name)
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
        frame: Frame | None = scope.frame
        while frame is not None and frame is not home.frame:
            if name in frame.state:
                meaning = frame.state[name]
                break
            frame = frame.parent
        if frame is scope.frame:
            return meaning
    if isinstance(meaning, Value | Static | Items | Text):
        scope.frame.captures.setdefault((id(home), name), Capture(home, name, meaning))
    return meaning


def half_bound(e: Elaborator, name: syntax.Name, partial: Partial) -> Failure:
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
    return e.fail(
        "E0209",
        f"{name.text} may have no value here: only one branch binds it",
        name.span,
        "used here",
        secondary=[Label(partial.bound, "bound in this branch"), Label(partial.missing, "not bound in this one")],
        hint=f"bind it in both branches, or before: {name.text} = …",
    )


def undefined(e: Elaborator, scope: Scope, name: syntax.Name) -> Failure:
    candidates: list[str] = []
    if len(e.diagnostics) < _SUGGESTED:
        candidates = [*scope.visible(), *e.builtin_names(), *CONSTANTS, "true", "false"]
    meant = ELSEWHERE.get(name.text) or suggest(name.text, candidates)
    hint = _DRAWS.get(name.text) or (f"did you mean {meant}?" if meant else None)
    if meant is None and name.text in e.import_names:
        hint = f"import {name.text}"
    return e.fail("E0201", f"{name.text} is not defined", name.span, hint=hint)
