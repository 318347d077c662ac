"""Loops: `for` and `while` become ops that repeat a region; over a compile-time list they are written out.

The body is elaborated in a frame of its own, in which the names that it carries are parameters (carrying.py); what
leaves it early sets flags (exits.py).  A `for` that can be left early becomes a `while` with an index.  `bodies` calls
`for_` and `while_`, with the step for the statements of the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Frame, Loop, Meaning, Partial, Scope
from graphc.frontend.elaborate.core.values import Static
from graphc.frontend.elaborate.core.wording import shown
from graphc.frontend.elaborate.statements import bindings
from graphc.frontend.elaborate.statements.branches import Arm, choose, decide, half, propagate
from graphc.frontend.elaborate.statements.carrying import (
    Carry,
    Round,
    carry_of,
    initial,
    opened,
    outputs_of,
    rebuilt,
    stable,
)
from graphc.frontend.elaborate.statements.exits import any_flag, set_flag
from graphc.frontend.elaborate.statements.heads import Body, Written, bind_target, written
from graphc.frontend.elaborate.statements.iteration import Course, course, iteration, slice_names
from graphc.frontend.elaborate.statements.unrolling import listed, unrolled
from graphc.ir.dims import decide_le
from graphc.ir.graph import Value
from graphc.ir.region import close_loop
from graphc.ir.types import I64, StackType, TensorType
from graphc.source import Origin, Span

# ---------------------------------------------------------------- for


def for_(e: Elaborator, scope: Scope, node: syntax.For, body: Body) -> Step:
    """`for target in iterable { … }`."""
    given = Given((yield e.expression(scope, node.iterable)), node.iterable.span)
    tree = iteration(e, scope.frame, given)
    loop = written(e, scope, node, Span(node.span.source, node.span.start, node.iterable.span.end), body)
    items = listed(e, scope.frame, tree)
    if items is not None:
        yield unrolled(e, scope, node.target, items, loop)
        return
    way = course(e, scope.frame, tree)
    loop = replace(loop, runs=way.length is not None and decide_le(1, way.length) is True)
    names = slice_names(tree, node.target)
    before = keys.counted(scope.frame)
    if loop.flags and not (yield left_early(e, scope, node.target, way, names, loop)):
        keys.recount(scope.frame, before)
        loop = replace(loop, breaks=False, returns=False)
    if not loop.flags:
        yield repeated(e, scope, node.target, way, names, loop)


def repeated(
    e: Elaborator, scope: Scope, target: syntax.Expr, way: Course, names: Sequence[str], loop: Written
) -> Step:
    """A loop that nothing leaves early."""

    def body(this: Round) -> Step:
        frame, span = this.frame, loop.span
        i = bindings.parameter_node(e, "i", TensorType(I64), span)
        slices = [
            bindings.parameter_node(e, name, element_type(v), span) for name, v in zip(names, way.mapped, strict=True)
        ]
        frame.index = lambda: i
        this.given = (i, *slices)
        frame.given.update(dict.fromkeys(slices))
        e.arguments.update(zip(slices, way.mapped, strict=True))
        bind_target(e, this.scope, target, Given(way.element(frame, i, slices), target.span))
        yield loop.body(this.scope)

    carries, this = yield stable(e, scope, loop, body, {})
    ends = collected(e, scope.frame, this, carries)
    ends.sources.update({s: (v,) for s, v in zip(this.given[1:], way.mapped, strict=True)})
    head = () if way.count is None else (way.count,)
    attrs = (len(way.mapped), len(ends.params), way.length, way.reverse, way.checkpoint)
    part = (this.frame.builder.nodes, (*this.given, *ends.params), ends.outputs)
    emit(e, scope, loop, carries, this, ends, "for", attrs, (*head, *way.mapped), [part])


def element_type(value: Value) -> Any:
    kind = value.type
    return kind.element if isinstance(kind, StackType) else kind.with_shape(kind.shape[1:])


def left_early(
    e: Elaborator, scope: Scope, target: syntax.Expr, way: Course, names: Sequence[str], loop: Written
) -> Step:
    """A `for` with `break` or `return` as a `while` with an index.  False if it turns out that nothing leaves it."""
    for value in way.mapped:
        if isinstance(value.type, StackType):
            raise e.fail(
                "E0309", "a loop over a stack runs to its end: no break or return", loop.span, hint="set a flag, and if"
            )
    span = loop.span
    total: Meaning = Static(way.length, span) if way.length is not None else way.count  # type: ignore[assignment]
    limit = e.tensor(scope.frame, total, span, I64)

    def body(this: Round) -> Step:
        frame = this.frame
        this.counted = True
        frame.index = lambda: this.counter
        i = this.counter
        if way.reverse:
            last = e.apply(frame, e.catalogue["subtract"], pair(limit, Static(1, span), span), (), span)[0]
            i = e.apply(frame, e.catalogue["subtract"], pair(last, i, span), (), span)[0]
        slices = []
        for name, value in zip(names, way.mapped, strict=True):
            taken = e.apply(frame, e.catalogue["take"], pair(value, i, span), (0,), span)[0]
            if taken.name is None:
                frame.builder.name(taken, name)
            slices.append(taken)
        bind_target(e, this.scope, target, Given(way.element(frame, i, slices), target.span))
        yield loop.body(this.scope)

    carries, this = yield stable(e, scope, loop, body, loop.starts)
    if not any(c.name in loop.flags for c in carries):
        return False
    test = opened(e, scope, span, carries)
    more = e.apply(test.frame, e.catalogue["less"], pair(test.counter, limit, span), (), span)[0]
    stop = any_flag(e, test.scope, loop.flags, span)
    assert isinstance(stop, Value)
    on = e.apply(test.frame, e.catalogue["logical_not"], (Given(stop, span),), (), span)[0]
    result = e.apply(test.frame, e.catalogue["logical_and"], pair(more, on, span), (), span)[0]
    while_op(e, scope, loop, carries, this, test, result)
    return True


def pair(a: Meaning, b: Meaning, span: Span) -> tuple[Given, Given]:
    return Given(a, span), Given(b, span)


# ---------------------------------------------------------------- while


def while_(e: Elaborator, scope: Scope, node: syntax.While, body: Body) -> Step:
    """`while condition { … }`."""
    loop = written(e, scope, node, Span(node.span.source, node.span.start, node.condition.span.end), body)
    meaning, pure = yield tried(e, scope, node.condition, loop)
    if not pure:
        yield effectful(e, scope, node.condition, loop)
        return
    if meaning is False:
        return

    def step(this: Round) -> Step:
        count(this)
        yield loop.body(this.scope)

    carries, this = yield stable(e, scope, loop, step, loop.starts)
    test = opened(e, scope, loop.span, carries)
    count(test)
    span = node.condition.span
    stop = any_flag(e, test.scope, [f for f in loop.flags if (f, False) in this.params], span)
    this.endless = meaning is True and stop is False
    if isinstance(stop, bool):
        found = yield decide(e, test.scope, node.condition)
    elif meaning is True:
        found = e.apply(test.frame, e.catalogue["logical_not"], (Given(stop, span),), (), span)[0]
    else:
        arms = [
            Arm(lambda _: constant(Static(False, span)), span),
            Arm(lambda inner: e.expression(inner, node.condition), span),
        ]
        found = yield choose(e, test.scope, stop, arms, span, binds=False)
    result = e.tensor(test.frame, Static(found, span) if isinstance(found, bool) else found, span)
    while_op(e, scope, loop, carries, this, test, result)


def constant(meaning: Meaning) -> Step:
    yield from ()
    return meaning


def count(this: Round) -> None:
    """The number of the iteration of a `while`, for those who ask, as random numbers do."""

    def index() -> Value:
        this.counted = True
        return this.counter

    this.frame.index = index


def tried(e: Elaborator, scope: Scope, condition: syntax.Expr, loop: Written) -> Step:
    """The condition, True or False if it is known now, and whether it has no effects: elaborated once to find out."""
    from_guess = [c for name in loop.assigned if (c := carry_of(e, scope, name)) is not None]
    before = keys.counted(scope.frame)
    this = opened(e, scope, loop.span, from_guess)
    count(this)
    this.frame.written.clear()
    found = yield decide(e, this.scope, condition)
    keys.recount(scope.frame, before)
    return found, not this.effects and not any(state for _, state in this.written())


def effectful(e: Elaborator, scope: Scope, condition: syntax.Expr, loop: Written) -> Step:
    """A `while` whose condition has effects: evaluated before the loop and at the end of the body."""
    span = condition.span
    first = yield decide(e, scope, condition)
    name = Loop(loop.span, scope.frame, scope.frame, {}).going

    def again(inner: Scope) -> Step:
        found = yield decide(e, inner, condition)
        inner.bind(name, Static(found, span) if isinstance(found, bool) else found, span)

    def stopped(inner: Scope) -> Step:
        set_flag(inner, name, False, span)
        yield from ()

    def step(this: Round) -> Step:
        count(this)
        yield loop.body(this.scope)
        stop = any_flag(e, this.scope, loop.flags, span)
        if isinstance(stop, bool):
            yield stopped(this.scope) if stop else again(this.scope)
        else:
            yield choose(e, this.scope, stop, [Arm(stopped, span), Arm(again, span)], span, binds=True)

    starts = {**loop.starts, name: Static(first, span) if isinstance(first, bool) else first}
    carries, this = yield stable(e, scope, loop, step, starts)
    test = opened(e, scope, loop.span, carries)
    while_op(e, scope, loop, carries, this, test, test.params[name, False][0])


def while_op(
    e: Elaborator, scope: Scope, loop: Written, carries: Sequence[Carry], this: Round, test: Round, result: Value
) -> None:
    params = [p for c in carries for p in test.params[c.key]]
    this.counted |= test.counted
    ends = collected(e, scope.frame, this, carries)
    ends.sources.update({p: ends.sources[own] for p, own in zip(params, ends.params, strict=False)})
    if this.counted:
        params.append(test.counter)
    if this.effects:
        params.append(test.token)
    parts = [
        (test.frame.builder.nodes, params, [result]),
        (this.frame.builder.nodes, ends.params, ends.outputs),
    ]
    propagate(e, test.frame, scope.frame, ends.sources)
    emit(e, scope, loop, carries, this, ends, "while", (len(ends.params),), (), parts)


# ---------------------------------------------------------------- the op, and what comes out


@dataclass(frozen=True, slots=True)
class Ends:
    """The carried parameters of a body, their initial values, all outputs, and names for the results.

    `sources`: what the parameters stand for, before the loop and in it.
    """

    params: list[Value]
    initial: list[Value]
    outputs: list[Value]
    names: list[str | None]
    sources: dict[Value, tuple[Value, ...]]


def collected(e: Elaborator, outer: Frame, this: Round, carries: Sequence[Carry]) -> Ends:
    span = this.loop.span
    ends = Ends([], [], [], [], {})
    for carry in carries:
        own = this.params[carry.key]
        ends.params.extend(own)
        ends.outputs.extend(outputs_of(e, carry, this))
        ends.initial.extend(initial(e, outer, carry))
        ends.names.extend([shown(carry.name)] * len(own))
    ends.sources.update({p: (a, b) for p, a, b in zip(ends.params, ends.initial, ends.outputs, strict=True)})
    if this.counted:
        ends.params.append(this.counter)
        one = Static(1, span)
        ends.outputs.append(e.apply(this.frame, e.catalogue["add"], pair(this.counter, one, span), (), span)[0])
        ends.initial.append(e.at(outer, span).number(0, I64))
        ends.names.append("step")
    if this.effects:
        assert this.frame.token is not None
        ends.params.append(this.token)
        ends.outputs.append(this.frame.token)
        ends.initial.append(bindings.token(e, outer, span))
        ends.names.append(None)
    for name, (value, _) in this.loop.pushed.items():
        ends.outputs.append(value)
        ends.names.append(name)
    return ends


def emit(
    e: Elaborator,
    scope: Scope,
    loop: Written,
    carries: Sequence[Carry],
    this: Round,
    ends: Ends,
    op: str,
    attrs: tuple[Any, ...],
    leading: tuple[Value, ...],
    parts: Sequence[tuple[Sequence[Any], Sequence[Value], Sequence[Value]]],
) -> None:
    """The op with its regions, unless nothing comes out of it, and the names that it binds."""
    frame = scope.frame
    propagate(e, this.frame, frame, ends.sources)
    results: tuple[Value, ...] = ()
    if ends.outputs:
        b = e.at(frame, loop.span)
        origin = Origin((loop.span,))
        regions, captures = close_loop(e.catalogue["parameter"], parts, origin, e.default_float)
        inputs = (*leading, *ends.initial, *captures)
        results = b.emit(e.catalogue[op], inputs, attrs, regions, ends.names).results
    if this.effects:
        frame.token = results[len(ends.params) - 1]
    bind_carried(scope, loop, carries, this, results)
    for name, value in zip(this.loop.pushed, results[len(ends.params) :], strict=True):
        scope.bind(name, value, this.loop.pushed[name][1])


def bind_carried(scope: Scope, loop: Written, carries: Sequence[Carry], this: Round, results: Sequence[Value]) -> None:
    """Bind the names that are carried to their last values; others that the body binds may have none."""
    values = iter(results)
    inner = Loop(loop.span, scope.frame, scope.frame, {})
    for carry in carries:
        meaning = rebuilt(carry.before.meaning, values)
        if carry.state:
            assert isinstance(meaning, Value)
            bindings.set_state(scope.frame, carry.name, meaning, loop.span)
        elif carry.name not in (inner.broken, inner.going):
            binding = this.scope.bindings[carry.name]
            scope.bind(carry.name, meaning, binding.span).target = binding.target or carry.name in loop.targets
    for name, state in this.written():
        if state or (name, False) in this.params or name in loop.local or name in this.loop.pushed:
            continue
        binding = this.scope.bindings[name]
        found, apart = scope.find(name), this.apart.get(name)
        stays = found is not None and found[1].partial is None and found[1].meaning is not None
        if found is not None and stays and apart is None and scope.within(found[0]):
            continue
        where = binding.partial.bound if binding.partial is not None else binding.span
        half(scope, name, Partial(where, loop.span, loop=True, target=name in loop.targets, kinds=apart))
