"""Branches: a condition known now takes one, a condition of the run makes a `cond` of both.

Each branch is elaborated in a frame and a scope of its own, which read the code around.  What both bind (or one binds,
and the code before bound) comes out of the op: names, new states of variables, a value that is returned, the last
effect.  A name that only one branch binds may not be used after.  `bodies` and `expressions` call it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphc.diagnostics import Label
from graphc.frontend import syntax
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.names import current
from graphc.frontend.elaborate.core.scopes import (
    Binding,
    Capture,
    Frame,
    Function,
    Items,
    Meaning,
    Partial,
    Scope,
    Text,
)
from graphc.frontend.elaborate.core.state import root
from graphc.frontend.elaborate.core.values import DTypeName, Failure, Nothing, Poisoned, Static
from graphc.frontend.elaborate.core.wording import RETURN_VALUE, RETURNED, describe, is_flag, kind_of
from graphc.frontend.elaborate.core.wording import shown as shown_name
from graphc.frontend.elaborate.derivatives import unseen
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.statements.blanks import blank
from graphc.frontend.elaborate.statements.slots import Fixed, Several, Slot, meaning_of
from graphc.ir.builder import Builder
from graphc.ir.graph import Value, reachable
from graphc.ir.region import close_branches, tidy
from graphc.ir.types import BOOL, TOKEN, DType
from graphc.source import Origin, Span


@dataclass(frozen=True, slots=True)
class Arm:
    """What elaborates a branch in its scope, to a meaning or None, and where it stands.

    `skips`: the code after doesn't run if this branch is taken, or doesn't read the names that only the other binds.
    """

    step: Callable[[Scope], Step]
    span: Span
    skips: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """An elaborated branch.  `skips`: as of an arm, or it has left."""

    scope: Scope
    result: Meaning | None
    span: Span
    skips: bool


@dataclass(slots=True)
class Results:
    """The outputs of both branches so far, and the names of the results."""

    outputs: tuple[list[Value], list[Value]] = field(default_factory=lambda: ([], []))
    names: list[str | None] = field(default_factory=list)

    def back_to(self, count: int) -> None:
        """Without the results after so many."""
        for listed in (*self.outputs, self.names):
            del listed[count:]


def decide(e: Elaborator, scope: Scope, condition: syntax.Expr) -> Step:
    """A condition: True or False if it is known now, else a boolean scalar of the run."""
    meaning = yield e.expression(scope, condition)
    if isinstance(meaning, Static) and isinstance(meaning.value, bool):
        return e.look(meaning)
    value = e.tensor(scope.frame, meaning, condition.span)
    if value.type.dtype is BOOL and not value.type.shape:
        return value
    text = condition.span.text
    hint = f"any({text} != 0)" if value.type.shape else f"{text} != 0"
    if value.type.dtype is BOOL:
        hint = f"all({text}) or any({text}); where(c, a, b) chooses elementwise"
    raise e.fail("E0304", f"a condition is a boolean scalar, not {value.type}", condition.span, hint=hint)


def choose(e: Elaborator, scope: Scope, condition: Value, arms: Sequence[Arm], span: Span, *, binds: bool) -> Step:
    """A `cond` of both arms: what they result in, or None.  `binds`: the code after sees the names that they bind."""
    frame = scope.frame
    first = bindings.parameter_node(e, "token", TOKEN, span)
    branches = []
    for arm in arms:
        inner = Scope(
            scope, Frame(Builder(e.catalogue, e.default_float, enclosing=frame.builder), frame, frame.function)
        )
        inner.frame.branch, inner.frame.call = True, frame.call
        inner.frame.scope = inner
        inner.frame.loop, inner.frame.flagged = frame.loop, frame.flagged
        inner.frame.token = inner.frame.first_token = first
        result = yield arm.step(inner)
        branches.append(Branch(inner, result, arm.span, arm.skips or has_left(inner)))
    then, other = branches
    results = Results()
    returned: Slot | None = None
    if then.result is not None and other.result is not None:
        givens = [Given(b.result, b.span) for b in branches if b.result is not None]
        returned = joined(e, branches, results, None, givens[0], givens[1], span)
    bound = outcomes(e, scope, branches, results, span, binds=binds)
    values = emit(e, frame, condition, branches, results, first, span)
    for name, slot, where in bound:
        if name in e.variables and isinstance(slot, int) and where is None:
            bindings.set_state(frame, name, values[slot], span)
        elif where is not None:
            bind_joined(scope, name, meaning_of(slot, values, span), where, branches)
    return None if returned is None else meaning_of(returned, values, span)


def has_left(scope: Scope) -> bool:
    """Has the code at the end of this branch left the function or the iteration, and set the flag for it?"""
    loop = scope.frame.loop
    skipped = loop is not None and loop.flagged and is_set(scope, loop.skipped)
    return skipped or (scope.frame.flagged and is_set(scope, RETURNED))


def goes_round(scope: Scope) -> bool:
    """Has it left the iteration alone?  What it has bound is there in the next one, or after the loop."""
    return has_left(scope) and not is_set(scope, RETURNED)


def is_set(scope: Scope, name: str) -> bool:
    """Is it known that this code has set a flag?"""
    found = scope.bindings.get(name)
    return found is not None and isinstance(found.meaning, Static) and found.meaning.value is True


# ---------------------------------------------------------------- what comes out


Outcome: TypeAlias = "tuple[str, Slot, Span | None]"  # a name, its result, where it was bound (None: a state)


def outcomes(
    e: Elaborator, scope: Scope, branches: Sequence[Branch], results: Results, span: Span, *, binds: bool
) -> list[Outcome]:
    """The names and variables that come out of the branches, in the order in which these write them."""
    found: list[Outcome] = []
    for name in dict.fromkeys(n for b in branches for n in b.scope.frame.written):
        if any(name in b.scope.frame.state for b in branches):
            new = [b.scope.frame.state.get(name) for b in branches]
            old = variable_before(e, scope, name)
            pair = [Given(v if v is not None else old, span) for v in new]
            found.append((name, joined(e, branches, results, name, pair[0], pair[1], span), None))
        elif binds:
            found += bound_name(e, scope, name, branches, results, span)
    return found


def variable_before(e: Elaborator, scope: Scope, name: str) -> Value:
    """The value of a variable before the branches."""
    frame = scope.frame
    while frame.parent is not None and name not in frame.state:
        frame = frame.parent
    home = root(e)
    meaning = frame.state[name] if name in frame.state else known(home.bindings[name])
    if frame is not scope.frame:
        scope.frame.captures.setdefault((id(home), name), Capture(home, name, meaning))
    assert isinstance(meaning, Value)
    return meaning


def bound_name(
    e: Elaborator, scope: Scope, name: str, branches: Sequence[Branch], results: Results, span: Span
) -> list[Outcome]:
    """A name that a branch binds: a result if the other branch, or the code before, binds it, too."""
    bindings = [b.scope.bindings.get(name) for b in branches]
    home = scope.find(name)
    old = None if home is None or home[1].partial is not None else home
    if home is not None and home[1].partial is not None and home[1].partial.kinds and any(b.skips for b in branches):
        half(scope, name, home[1].partial)
        return []
    if old is not None and name == RETURN_VALUE and not scope.within(old[0]):
        old = None  # of a function around this one
    lasting = old is not None and any(name in b.scope.bindings and goes_round(b.scope) for b in branches)
    if not is_flag(name) and not lasting and any(b.skips for b in branches):
        return behind(e, scope, name, branches, results, old, span)
    where = next(b for b in bindings if b is not None)
    if old is None and name == RETURN_VALUE:
        pair = [own_or_blank(e, b, where, branch) for b, branch in zip(bindings, branches, strict=True)]
        return [(name, joined(e, branches, results, name, pair[0], pair[1], span), where.span)]
    for b, branch in zip(bindings, branches, strict=True):
        partial = b.partial if b is not None else None
        if partial is None and b is None and old is None:
            partial = Partial(where.span, branch.span)
        if b is not None and isinstance(b.meaning, Function):
            partial = Partial(b.span, branches[1 - branches.index(branch)].span, function=True)
        if partial is not None:
            half(scope, name, partial)
            return []
    pair = [Given(meaning_before(scope, old, name) if b is None else known(b), (b or where).span) for b in bindings]
    mark = len(results.names)
    try:
        return [(name, joined(e, branches, results, name, pair[0], pair[1], span), where.span)]
    except Failure:
        target = any(b is not None and b.target for b in bindings)
        if not target and (old is None or scope.within(old[0]) or None not in bindings):
            raise
    results.back_to(mark)  # a name of the function's own, which code outside has, too
    if target:
        half(scope, name, Partial(where.span, span, kinds=(kind_of(pair[0].meaning), kind_of(pair[1].meaning))))
    else:
        half(scope, name, Partial(where.span, branches[bindings.index(None)].span))
    return []


def behind(
    e: Elaborator,
    scope: Scope,
    name: str,
    branches: Sequence[Branch],
    results: Results,
    old: tuple[Scope, Binding] | None,
    span: Span,
) -> list[Outcome]:
    """A name behind two branches of which one skips what follows: what the other, or the code before, has bound.

    The branch that skips gives what was bound before, or a value that nobody will see.
    """
    stays = next((b for b in branches if not b.skips), None)
    own = None if stays is None else stays.scope.bindings.get(name)
    if stays is None or own is None:
        return []
    mark = len(results.names)
    skips = branches[1 - branches.index(stays)]

    def outcome(other: Meaning) -> list[Outcome]:
        a, b = [Given(known(own) if branch is stays else other, own.span) for branch in branches]
        return [(name, joined(e, branches, results, name, a, b, span), own.span)]

    flagged, inside = scope.frame.flagged, old is not None and scope.within(old[0])
    if own.partial is None and old is not None and (inside or not flagged):
        try:
            return outcome(meaning_before(scope, old, name))
        except Failure:
            if inside and not flagged and not own.target:
                raise
            results.back_to(mark)
            if own.target:
                half(scope, name, Partial(own.span, span, kinds=(kind_of(known(old[1])), kind_of(known(own)))))
                return []
    if own.partial is None and not isinstance(own.meaning, Function) and (flagged or old is None):
        try:
            return outcome(blank(e, skips.scope.frame, known(own), own.span))
        except Failure:
            results.back_to(mark)
    half(scope, name, own.partial or Partial(own.span, skips.span))
    return []


def half(scope: Scope, name: str, partial: Partial) -> None:
    """Bind a name that may have no value."""
    scope.bind(name, None, partial.bound).partial = partial
    scope.bindings[name].poisoned = False


def own_or_blank(e: Elaborator, own: Binding | None, other: Binding, branch: Branch) -> Given:
    """What a branch binds; if it binds nothing, a value like the `other` branch's, which nobody will see."""
    if own is not None:
        return Given(known(own), own.span)
    return Given(blank(e, branch.scope.frame, known(other), other.span), other.span)


def known(binding: Binding) -> Meaning:
    if binding.meaning is None:
        raise Poisoned
    return binding.meaning


def meaning_before(scope: Scope, old: tuple[Scope, Binding] | None, name: str) -> Meaning:
    """What the name meant before the branches."""
    assert old is not None
    known(old[1])
    return current(scope, old[0], name, old[1])


def bind_joined(scope: Scope, name: str, meaning: Meaning, span: Span, branches: Sequence[Branch]) -> None:
    """Bind a name to what the branches made of it; it has been read if a branch read what it bound."""
    inside = [b.scope.bindings.get(name) for b in branches]
    binding = scope.bind(name, meaning, span)
    binding.read = any(b is not None and b.read for b in inside)
    binding.target = any(b is not None and b.target for b in inside)


def joined(
    e: Elaborator, branches: Sequence[Branch], results: Results, name: str | None, a: Given, b: Given, span: Span
) -> Slot:
    """One result out of what it means in both branches."""
    x, y = a.meaning, b.meaning
    if isinstance(x, Items) and isinstance(y, Items) and len(x.items) == len(y.items) and x.is_tuple == y.is_tuple:
        pairs = zip(x.items, y.items, strict=True)
        slots = [joined(e, branches, results, name, Given(s, a.span), Given(t, b.span), span) for s, t in pairs]
        return Several(tuple(slots), x)
    if any(isinstance(m, Items) and m.is_tuple for m in (x, y)):
        raise differ(e, shown_name(name) if name else "the value", (a, kind_of(x)), (b, kind_of(y)), span)
    if isinstance(x, Text | DTypeName | Nothing) and type(x) is type(y) and same(e, x, y):
        return Fixed(x)
    if name == RETURNED and isinstance(x, Static) and isinstance(y, Static) and x.value is y.value:
        return Fixed(x)
    shown = shown_name(name) if name else "the value"
    if not all(isinstance(m, Value | Static | Items | Text) for m in (x, y)):
        raise differ(e, shown, (a, describe(x)), (b, describe(y)), span)
    dtype = common(e.dtype_of(x, a.span), e.dtype_of(y, b.span))
    pair = []
    for given, branch in zip((a, b), branches, strict=True):
        pair.append(e.collected(branch.scope.frame, given.meaning, given.span, dtype))
    if pair[0].type != pair[1].type:
        raise differ(e, shown, (a, str(pair[0].type)), (b, str(pair[1].type)), span)
    for value, outputs in zip(pair, results.outputs, strict=True):
        outputs.append(value)
    results.names.append(name and shown_name(name))
    return len(results.names) - 1


def same(e: Elaborator, x: Meaning, y: Meaning) -> bool:
    match x, y:
        case (Text(), Text()):
            return e.text(x) == e.text(y)
        case _:
            return x == y


def common(a: DType, b: DType) -> DType | None:
    """The dtype of both after weak numbers have adopted the other's; None to leave them as they are."""
    if a is b:
        return None
    if bindings.implicit(a, b) and a.weak:
        return b
    return a if bindings.implicit(b, a) and b.weak else None


def differ(e: Elaborator, name: str, a: tuple[Given, str], b: tuple[Given, str], span: Span) -> Exception:
    (then, first), (other, second) = a, b
    dtypes = [m.type.dtype for m in (then.meaning, other.meaning) if isinstance(m, Value)]
    hint = "give it one type in both branches"
    if any(isinstance(given.meaning, Nothing) for given in (then, other)):
        hint = "return a value at the end, too"
    if len(dtypes) == 2 and dtypes[0] is not dtypes[1] and then.span != other.span:
        hint = f"cast one of them, as in {dtypes[0]}(…)"
    same_place = then.span == other.span
    return e.fail(
        "E0318",
        f"{name} is {first} in one branch and {second} in the other",
        span if same_place else other.span,
        "" if same_place else f"{second} here",
        secondary=[] if same_place else [Label(then.span, f"{first} here")],
        hint=hint,
    )


# ---------------------------------------------------------------- the op


def emit(
    e: Elaborator,
    frame: Frame,
    condition: Value,
    branches: Sequence[Branch],
    results: Results,
    first: Value,
    span: Span,
) -> tuple[Value, ...]:
    """The op with both branches as regions, unless nothing comes out of it; its results."""
    frames = [b.scope.frame for b in branches]
    effects = any(f.token is not first for f in frames)
    for inner in frames:
        propagate(e, inner, frame, {})
    if not effects and not results.names:
        return ()
    token = bindings.token(e, frame, span) if effects else None
    closed = []
    for inner, outputs in zip(frames, results.outputs, strict=True):
        assert inner.token is not None
        ends = [*outputs, *((inner.token,) if effects else ())]
        live = reachable(ends, set(inner.builder.nodes))
        closed.append(([n for n in inner.builder.nodes if n in live], ends))
    b = e.at(frame, span)
    regions, captures = close_branches(
        e.catalogue["parameter"], closed, first if effects else None, Origin((span,)), e.default_float
    )
    inputs = (*captures, token) if token is not None else captures
    inputs, regions = tidy(inputs, regions)
    names = [*results.names, *((None,) if effects else ())]
    node = b.emit(e.catalogue["cond"], (condition, *inputs), (), regions, names)
    if effects:
        frame.token = node.results[-1]
    return node.results


def propagate(e: Elaborator, inner: Frame, outer: Frame, sources: Mapping[Value, tuple[Value, ...]]) -> None:
    """What a branch or a loop's body took from outside its function, that function takes.

    `sources`: what its parameters stand for.  Raises Failure E0415.
    """
    unseen.leave(e, inner, outer, sources)
    outer.calls += inner.calls
    for capture in inner.captures.values():
        outer.take(capture)


def conditional(e: Elaborator, scope: Scope, node: syntax.Conditional) -> Step:
    """`a if c else b`: only one of them is computed."""
    condition = yield decide(e, scope, node.condition)
    if isinstance(condition, bool):
        return (yield e.expression(scope, node.then if condition else node.other))
    arms = [lazily(e, node.then), lazily(e, node.other)]
    result: Any = yield choose(e, scope, condition, arms, node.span, binds=False)
    return result


def lazily(e: Elaborator, node: syntax.Expr) -> Arm:
    return Arm(lambda inner: e.expression(inner, node), node.span)
