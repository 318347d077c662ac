"""What goes from iteration to iteration of a loop: names that existed before and that the body binds, and variables.

Which these are, and in which dtypes, is found out by elaborating the body until nothing new turns up: `stable` does
that.  A number that was written without a dtype adopts that which the body gives it.  `loops` calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from graphc.diagnostics import Label
from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.names import current
from graphc.frontend.elaborate.core.scopes import Binding, Frame, Items, Loop, Meaning, Scope, Text, parts
from graphc.frontend.elaborate.core.values import Failure, Nothing, Static
from graphc.frontend.elaborate.core.wording import RETURN_VALUE, describe, kind_of, shown
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.statements.blanks import blank
from graphc.frontend.elaborate.statements.branches import known, variable_before
from graphc.frontend.elaborate.statements.heads import Written
from graphc.ir.builder import Builder
from graphc.ir.graph import Value
from graphc.ir.types import I64, TOKEN, DType, StackType, TensorType
from graphc.source import Span


@dataclass(slots=True)
class Carry:
    """A name or variable (`state`) that is carried: what it was before the loop, and the types of the tensors in it."""

    name: str
    state: bool
    before: Given
    types: list[TensorType | StackType]

    @property
    def key(self) -> Key:
        return self.name, self.state


Key: TypeAlias = "tuple[str, bool]"  # a name, or a variable of the program


@dataclass(slots=True)
class Round:
    """An elaboration of a loop's body.

    `scope` is that of the body, `params` the parameters for what is carried and `bound` the bindings of names to them,
    `token` the one for its effects.  `counter` is the number of the iteration where the op has none, and `counted` says
    whether it was asked for.  `given`: the parameters before the carried ones.  `endless`: nothing ends the loop, and
    that is an effect: what follows it is never reached.  `apart`: names of which the types before and after a step
    don't join, and these: they aren't carried, and have no value after the loop.
    """

    scope: Scope
    loop: Loop
    params: dict[Key, list[Value]]
    bound: dict[str, Binding]
    token: Value
    counter: Value
    counted: bool = False
    given: tuple[Value, ...] = ()
    endless: bool = False
    apart: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def frame(self) -> Frame:
        return self.scope.frame

    @property
    def effects(self) -> bool:
        return self.endless or self.frame.token is not self.token

    def written(self) -> list[Key]:
        """What the body has written, in order."""
        found: list[Key] = []
        for name in self.frame.written:
            state = self.frame.state.get(name)
            if state is not None and state is not self.params.get((name, True), [None])[0]:
                found.append((name, True))
            binding = self.scope.bindings.get(name)
            if binding is not None and binding is not self.bound.get(name):
                found.append((name, False))
        return found

    def after(self, key: Key) -> Given:
        """What a name or variable is at the end of an iteration."""
        name, state = key
        if state:
            return Given(self.frame.state[name], self.loop.span)
        binding = self.scope.bindings[name]
        return Given(known(binding), binding.span)


# ---------------------------------------------------------------- meanings and the tensors in them


def tensors(meaning: Meaning) -> list[Meaning]:
    """The tensors, numbers and strings inside a meaning, in order."""
    return [m for m in parts(meaning) if m is not None and not isinstance(m, Nothing)]


def rebuilt(meaning: Meaning, values: Iterator[Value]) -> Meaning:
    """The same lists of other tensors."""
    if isinstance(meaning, Items):
        return replace(meaning, items=tuple([rebuilt(m, values) for m in meaning.items]))
    if isinstance(meaning, Nothing):
        return meaning
    return next(values)


def carriable(meaning: Meaning) -> bool:
    return all(isinstance(m, Value | Static | Text) for m in tensors(meaning))


def type_of(e: Elaborator, meaning: Meaning, span: Span) -> TensorType | StackType:
    if isinstance(meaning, Value):
        kind: TensorType | StackType = meaning.type
        return kind
    return TensorType(e.dtype_of(meaning, span))


def types_of(e: Elaborator, given: Given) -> list[TensorType | StackType]:
    return [type_of(e, m, given.span) for m in tensors(given.meaning)]


def same_form(a: Meaning, b: Meaning) -> bool:
    """Are they lists of the same lengths, or no lists?"""
    if isinstance(a, Items) or isinstance(b, Items):
        return (
            isinstance(a, Items)
            and isinstance(b, Items)
            and a.is_tuple == b.is_tuple
            and len(a.items) == len(b.items)
            and all(same_form(x, y) for x, y in zip(a.items, b.items, strict=True))
        )
    return isinstance(a, Nothing) == isinstance(b, Nothing)


# ---------------------------------------------------------------- rounds


def opened(e: Elaborator, scope: Scope, span: Span, carries: Sequence[Carry]) -> Round:
    """A frame and scope for the body of a loop, or its condition, in which the carried names are parameters."""
    outer = scope.frame
    frame = Frame(Builder(e.catalogue, e.default_float, enclosing=outer.builder), outer, outer.function)
    frame.branch, frame.call = True, outer.call
    inner = frame.scope = Scope(scope, frame)
    loop = frame.loop = Loop(span, frame, outer, {})
    token = frame.token = bindings.parameter_node(e, "token", TOKEN, span)
    params: dict[Key, list[Value]] = {}
    bound: dict[str, Binding] = {}
    for carry in carries:
        own = [bindings.parameter_node(e, shown(carry.name), t, carry.before.span) for t in carry.types]
        params[carry.key] = own
        leaves = tensors(carry.before.meaning)
        e.arguments.update((p, m) for p, m in zip(own, leaves, strict=True) if isinstance(m, Value))
        frame.given.update(dict.fromkeys(own))
        if carry.state:
            frame.assign(carry.name, own[0])
        else:
            meaning = rebuilt(carry.before.meaning, iter(own))
            bound[carry.name] = inner.bind(carry.name, meaning, carry.before.span)
    counter = bindings.parameter_node(e, "step", TensorType(I64), span)
    return Round(inner, loop, params, bound, token, counter)


def stable(
    e: Elaborator, scope: Scope, loop: Written, body: Callable[[Round], Step], starts: dict[str, Meaning]
) -> Step:
    """Elaborate `body` until what it carries is known: (carries in the order in which it writes them, last round).

    `starts`: flags of the loop, which no code before has bound, with what they are at first.
    """
    guess = [name for name in loop.assigned if name not in loop.local and name not in loop.targets]
    first = [c for name in guess if (c := carry_of(e, scope, name)) is not None]
    traces, places = len(e.traces), keys.counted(scope.frame)
    try:
        return (yield settled(e, scope, loop, first, body, starts))
    except Failure as failure:
        if not first:
            raise
        forget(e, traces)
        keys.recount(scope.frame, places)
        try:  # numbers that looked as if they changed may be needed as constants
            return (yield settled(e, scope, loop, [], body, starts))
        except Failure:
            raise failure from None


def settled(
    e: Elaborator,
    scope: Scope,
    loop: Written,
    carries: list[Carry],
    body: Callable[[Round], Step],
    starts: dict[str, Meaning],
) -> Step:
    """`stable`, from a first list of what is carried."""
    guessed, places = True, keys.counted(scope.frame)
    own = set(loop.local)
    apart: dict[str, tuple[str, str]] = {}
    while True:
        traces = len(e.traces)
        this = opened(e, scope, loop.span, carries)
        this.apart = apart
        for name, meaning in starts.items():
            if (name, False) not in this.params:
                this.scope.bind(name, meaning, loop.span)
        this.frame.written.clear()
        yield body(this)
        written = [key for key in this.written() if key[0] not in own]
        new, private, changed = [], set(), False
        carried = {c.key: c for c in carries}
        for key in written:
            try:
                if key in carried:
                    changed |= adopt(e, carried[key], this)
                elif (found := discovered(e, scope, loop, this, key, starts)) is not None:
                    new.append(found)
            except Failure:
                if is_target(loop, this, key):
                    apart[key[0]] = kinds(scope, this, key)
                elif not is_private(scope, key):
                    raise
                private.add(key[0])
        if guessed and any(c.key not in written for c in carries):
            carries = [c for c in carries if c.key in written]
        elif not new and not changed and not private:
            break
        guessed = False
        own |= private
        carries = [c for c in [*carries, *new] if c.name not in private]
        forget(e, traces)
        keys.recount(scope.frame, places)
    place = {key: i for i, key in enumerate(written)}
    return sorted(carries, key=lambda c: place.get(c.key, len(place))), this


def is_private(scope: Scope, key: Key) -> bool:
    """Does the loop bind a name that code outside its function has bound, too?

    If that can't be what it carries, the name is one of its own.
    """
    found = None if key[1] else scope.find(key[0])
    return found is not None and not scope.within(found[0])


def is_target(loop: Written, this: Round, key: Key) -> bool:
    """Is a name bound by the head of this loop or one inside, before an iteration reads it?

    Nothing needs to carry it then, and if its types don't join, that is the matter of whoever reads it after the loop.
    """
    name, state = key
    if state or loop.before is None or name in loop.before:
        return not state and name in loop.targets
    return name in loop.targets or this.scope.bindings[name].target


def kinds(scope: Scope, this: Round, key: Key) -> tuple[str, str]:
    """What a name is before and after an iteration, in words."""
    found = scope.find(key[0])
    assert found is not None
    return kind_of(known(found[1])), kind_of(this.after(key).meaning)


def forget(e: Elaborator, count: int) -> None:
    """Drop the traces that an elaboration which doesn't count has made."""
    for made in e.traces[count:]:
        made.function.traces.remove(made)
    del e.traces[count:]


def carry_of(e: Elaborator, scope: Scope, name: str) -> Carry | None:
    """The name as it was before the loop, if it can be carried."""
    if name in e.variables and (found := scope.find(name)) is not None and found[1].kind == "variable":
        value = variable_before(e, scope, name)
        return Carry(name, True, Given(value, found[1].span), [value.type])
    found = scope.find(name)
    if found is None or found[1].partial is not None:
        return None
    if found[1].kind in bindings.FIXED and scope.within(found[0]):
        return None  # it can't be bound again
    meaning = known(found[1])
    if not carriable(meaning):
        return None
    before = Given(current(scope, found[0], name, found[1]), found[1].span)
    return Carry(name, False, before, types_of(e, before))


def discovered(
    e: Elaborator, scope: Scope, loop: Written, this: Round, key: Key, starts: dict[str, Meaning]
) -> Carry | None:
    """What the body has written and what isn't carried yet, if it must be."""
    if key in this.params:
        return None
    name, state = key
    span = this.loop.span
    if state:
        value = variable_before(e, scope, name)
        return Carry(name, True, Given(value, span), [value.type])
    if name in starts:
        before = Given(starts[name], span)
        return Carry(name, False, before, types_of(e, before))
    if name == RETURN_VALUE or (name in loop.targets and loop.runs):
        after = this.after(key)
        before = Given(blank(e, scope.frame, after.meaning, span), span)
        return Carry(name, False, before, types_of(e, after))
    found = carry_of(e, scope, name)
    if found is None and (old := scope.find(name)) is not None and old[1].meaning is not None:
        binding = this.scope.bindings[name]
        if binding.partial is None and binding.meaning is not old[1].meaning:
            raise changed_form(e, name, Given(old[1].meaning, old[1].span), this.after(key))
    return found


# ---------------------------------------------------------------- types


def adopt(e: Elaborator, carry: Carry, this: Round) -> bool:
    """Take over the dtypes that the body gives to numbers without one: has anything changed?  Raises E0319."""
    after = this.after(carry.key)
    before = carry.before
    if not carriable(after.meaning) or not same_form(before.meaning, after.meaning):
        raise changed_form(e, carry.name, before, after)
    changed = False
    for i, new in enumerate(types_of(e, after)):
        old = carry.types[i]
        joined = meet(old, new)
        if joined is None:
            raise changed_type(e, carry, i, after, new)
        changed = changed or joined != old
        carry.types[i] = joined
    return changed


def meet(old: TensorType | StackType, new: TensorType | StackType) -> TensorType | StackType | None:
    """The type of a carried value of these types before and after an iteration."""
    if old == new:
        return old
    if isinstance(old, StackType) or isinstance(new, StackType) or old.shape != new.shape:
        return None
    dtype = joint(old.dtype, new.dtype)
    return None if dtype is None else old.with_dtype(dtype)


def joint(old: DType, new: DType) -> DType | None:
    if old is new:
        return old
    if new.weak and bindings.implicit(new, old):
        return old
    return new if old.weak and bindings.implicit(old, new) else None


def changed_type(e: Elaborator, carry: Carry, i: int, after: Given, new: TensorType | StackType) -> Failure:
    old = carry.types[i]
    name = shown(carry.name)
    hint = "give it one type before and in the loop"
    if isinstance(old, TensorType) and isinstance(new, TensorType):
        start = carry.before.meaning
        if old.shape != new.shape:
            sizes = ", ".join(map(str, new.shape))
            number = isinstance(start, Static) and start.value == 0 and old.dtype.weak
            hint = f"start with {name} = zeros([{sizes}])" if number else "a carried value keeps its shape"
        else:
            hint = f"cast one of them, as in {new.dtype}(…)" if not old.dtype.weak else f"start with {new.dtype}(…)"
    where = after.span
    here = where != carry.before.span
    return e.fail(
        "E0319",
        f"{name} is {old} before an iteration of the loop and {new} after it",
        where,
        f"{new} here" if here else "",
        secondary=[Label(carry.before.span, f"{old} here")] if here else [],
        hint=hint,
    )


def changed_form(e: Elaborator, name: str, before: Given, after: Given) -> Failure:
    a, b = [kind_of(m) if isinstance(m, Items) else describe(m) for m in (before.meaning, after.meaning)]
    hint = "a loop carries tensors, numbers and strings, and tuples of one form; bind another name in it"
    if isinstance(before.meaning, Items) and not before.meaning.is_tuple and name.isidentifier():
        hint = f"to collect values: {name} = stack() before the loop, push({name}, y) in it"
    if a == b and isinstance(before.meaning, Items):
        a, b = f"{a} of one form", "of another"
    return e.fail(
        "E0319",
        f"{shown(name)} is {a} before an iteration of the loop and {b} after it"
        if a != b
        else f"{shown(name)} is another {a.split(' ', 1)[1]} after an iteration of the loop",
        after.span,
        secondary=[Label(before.span, "bound here")],
        hint=hint,
    )


# ---------------------------------------------------------------- ends


def outputs_of(e: Elaborator, carry: Carry, this: Round) -> list[Value]:
    """The carried tensors at the end of an iteration."""
    if carry.key not in this.written():
        return this.params[carry.key]
    after = this.after(carry.key)
    leaves = tensors(after.meaning)
    return [as_type(e, this.frame, m, t, after.span) for m, t in zip(leaves, carry.types, strict=True)]


def as_type(e: Elaborator, frame: Frame, meaning: Meaning, kind: TensorType | StackType, span: Span) -> Value:
    if isinstance(meaning, Value) and meaning.type == kind:
        return meaning
    return e.tensor(frame, meaning, span, kind.dtype)


def initial(e: Elaborator, frame: Frame, carry: Carry) -> list[Value]:
    """The carried tensors before the loop.  A number whose only name is carried is one of the right dtype at once."""
    found = []
    leaves = tensors(carry.before.meaning)
    for meaning, kind in zip(leaves, carry.types, strict=True):
        own = isinstance(meaning, Static) and meaning.named == carry.name and meaning.op is None and not meaning.needs
        if own and isinstance(meaning, Static) and kind.dtype is not meaning.dtype:
            plain = Static(meaning.value, meaning.span)
            found.append(e.number(frame, plain, kind.dtype, meaning.span))
        else:
            found.append(as_type(e, frame, meaning, kind, carry.before.span))
    return found
