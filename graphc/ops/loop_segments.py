"""`checkpoint`: the backward loop in segments, each of which runs forward again from the carried values before it.

Only those are kept.  The steps are the same, in the same order, as without segments, so the sums have the same bits.
What is left over by segments of equal length, at the end, is a loop of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphc.ir.builder import Builder
from graphc.ir.dims import Dim, floordiv
from graphc.ir.graph import Value
from graphc.ir.loops import Span, emit_for
from graphc.ir.types import I64
from graphc.ops.loop_adjoint import Adjoint, Stretch, run_again, run_back
from graphc.ops.loop_parts import Values


@dataclass(frozen=True, slots=True)
class _Segments:
    """A stretch in two: `count` segments of `every` steps, and the rest.  None of a phase that has no steps."""

    every: int
    count: Span
    segments: Stretch
    rest: Stretch


def by_segments(
    b: Builder, adjoint: Adjoint, whole: Stretch, every: int, state: Values
) -> tuple[list[Value], list[Value]]:
    """The backward loop, segment by segment: each runs again from the carried values before it."""
    cut = _cut(b, whole, every)
    parts = adjoint.parts
    first, second = (cut.rest, None) if whole.span.reverse else (None, cut.rest)
    carried = list(parts.carried)
    if first is not None:
        found, _ = run_again(b, adjoint, first, carried, True, False)
        before_rest, carried = carried, [v for v in found if v is not None]
    starts, after = _starts(b, adjoint, cut, carried, last=second is not None)
    pieces: dict[str, list[Value]] = {}
    if second is not None:
        state, pieces["rest"] = _segment(b, adjoint, second, after, state)
    state, pieces["segments"] = _segments_back(b, adjoint, cut, starts, state)
    if first is not None:
        state, pieces["rest"] = _segment(b, adjoint, first, before_rest, state)
    return list(state), [
        _joined(b, segments, rest) for segments, rest in zip(pieces["segments"], pieces["rest"], strict=True)
    ]


def _segment(
    b: Builder, adjoint: Adjoint, stretch: Stretch, carried: Values, state: Values
) -> tuple[list[Value], list[Value]]:
    """One segment: forward once more for its tapes, and back."""
    _, tapes = run_again(b, adjoint, stretch, carried, False, True)
    return run_back(b, adjoint, stretch, [t for t in tapes if t is not None], state)


def _cut(b: Builder, whole: Stretch, every: int) -> _Segments:
    """Where the segments are: from index 0 on, what is left over at the end."""
    span = whole.span
    if span.length is None:
        assert span.count is not None
        k, zero = b.number(every, I64), b.number(0, I64)
        total = b.value_of("maximum", b.term(span.count), b.term(zero))
        full = b.value_of("floor_divide", b.term(total), b.term(k))
        done = b.value_of("multiply", b.term(full), b.term(k))
        rest = b.value_of("subtract", b.term(total), b.term(done))
        outer, last = Span(None, full, span.reverse), Span(None, rest, span.reverse)
        after: Callable[[Builder], Value] = lambda _: done  # noqa: E731
        cuts: list[tuple[Value, Value]] = []
        seeds: list[tuple[Value, Value]] = []
    else:
        segments = floordiv(span.length, every)
        steps = segments * every
        outer, last = Span(segments, None, span.reverse), Span(span.length - steps, None, span.reverse)
        after = lambda k: k.size(steps, I64).value  # noqa: E731
        cuts = [_halves(b, v, segments, every) for v in whole.mapped]
        seeds = [_halves(b, v, segments, every) for v in whole.seeds]
    inner = Span(every, None, span.reverse)
    return _Segments(
        every,
        outer,
        Stretch(inner, [a for a, _ in cuts], [a for a, _ in seeds], None),
        Stretch(last, [z for _, z in cuts], [z for _, z in seeds], after),
    )


def _halves(b: Builder, value: Value, segments: Dim, every: int) -> tuple[Value, Value]:
    """A sequence as segments, `[segments, every, …]`, and its rest."""
    rest = value.type.shape[1:]
    steps = segments * every
    full, last = b.split(b.term(value), (steps,), 0)
    return b.reshape(full, (segments, every, *rest)).value, last.value


def _joined(b: Builder, segments: Value, rest: Value) -> Value:
    """The reverse of `_halves`."""
    count, every, *shape = segments.type.shape
    whole = b.reshape(b.term(segments), (count * every, *shape))
    return b.concat((whole, b.term(rest)), axis=0).value  # type: ignore[no-any-return]


def _segment_at(cut: _Segments, slices: Values, s: Value) -> Stretch:
    """The segment of index `s`, of which `slices` are the parts."""
    count = len(cut.segments.mapped)

    def base(k: Builder) -> Value:
        return k.value_of("multiply", k.term(s), k.term(k.number(cut.every, I64)))

    return Stretch(cut.segments.span, slices[:count], slices[count:], base)


def _starts(b: Builder, adjoint: Adjoint, cut: _Segments, carried: Values, last: bool) -> tuple[Values, Values]:
    """The carried values before each segment, and if asked for after the last one."""
    count = len(carried)

    def step(k: Builder, s: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        found, _ = run_again(k, adjoint, _segment_at(cut, slices, s), state, True, False)
        return [v for v in found if v is not None], state

    needed = lambda k: last or k >= count  # noqa: E731
    found = emit_for(b, cut.count, cut.segments.mapped, carried, step, needed=needed)
    return [v for v in found[count:] if v is not None], [v for v in found[:count] if v is not None]


def _segments_back(
    b: Builder, adjoint: Adjoint, cut: _Segments, starts: Values, state: Values
) -> tuple[list[Value], list[Value]]:
    """The backward loop over the segments, each of which is a backward loop."""
    over = [*cut.segments.mapped, *cut.segments.seeds, *starts]
    count = len(starts)

    def step(k: Builder, s: Value, slices: Values, state: Values) -> tuple[Values, Values]:
        cotangents, sliced = _segment(k, adjoint, _segment_at(cut, slices[:-count], s), slices[-count:], state)
        return cotangents, sliced

    span = Span(cut.count.length, cut.count.count, not cut.count.reverse)
    found = [v for v in emit_for(b, span, over, state, step) if v is not None]
    return found[: len(state)], found[len(state) :]
