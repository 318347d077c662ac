"""`for` and `while`: derivatives of loops built by hand, at orders 1 to 3 and in both modes, against differences."""

from __future__ import annotations

import numpy as np
import pytest
from looping import for_, program, while_
from op_trials import planned, same_bits
from traced import Traced, differences, literal, trace

from graphc.autodiff import gradient, jvp
from graphc.driver import Options, optimise
from graphc.ir.builder import Builder
from graphc.ir.region import close_branches, close_region
from graphc.ir.types import F64, I64, StackType, TensorType
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE

X = np.array([[0.3, -1.2], [0.8, 0.5], [-0.4, 1.1], [0.7, -0.2], [1.3, 0.4]])
W = np.array([[0.5, -0.3], [0.2, 0.9]])
S = np.array([0.4, -0.6])


def outside(k, *terms):
    return [k.term(t.value) for t in terms]


def number(b, value, dtype=F64):
    return b.term(b.number(value, dtype))


def total(b, x):
    return b.sum(x, None, False)


def rnn(b, X, W, s, **options):
    def step(k, i, x, h):
        (w,) = outside(k, W)
        new = k.tanh(w @ h + x)
        return [new], [new * x]

    h, every = for_(b, step, mapped=[X], carried=[s], **options)
    return total(b, h * h) + total(b, b.sin(every))


def backwards(b, X, W, s):
    return rnn(b, X, W, s, reverse=True)


def checkpointed(b, X, W, s):
    return rnn(b, X, W, s, checkpoint=2)


def checkpointed_backwards(b, X, W, s):
    return rnn(b, X, W, s, checkpoint=2, reverse=True)


def counted(b, X, W, s):
    """A number of steps that only the run tells, collected in a stack, gone over by another loop."""
    n = b.cast(b.sum(b.cast(X > 0, I64), None, False), I64)

    def step(k, i, h):
        (w,) = outside(k, W)
        new = k.sin(w @ h) + h * 0.5
        return [new], [new]

    h, tape = for_(b, step, count=n, carried=[s])
    (again,) = for_(b, lambda k, i, e, t: ([t * 0.3 + k.tanh(e)], []), mapped=[tape], carried=[h], reverse=True)
    return total(b, again * h)


def counted_checkpoint(b, X, W, s):
    n = b.cast(b.sum(b.cast(X > 0, I64), None, False), I64)

    def step(k, i, h):
        (w,) = outside(k, W)
        return [k.sin(w @ h) + h * (0.5 * k.cast(i, F64))], []

    (h,) = for_(b, step, count=n, carried=[s], checkpoint=2)
    return total(b, h * h * h)


def newton(b, X, W, s):
    """A square root by Newton's method, until it is exact to 1e-12."""
    a = total(b, X * X)

    def step(k, x):
        (c,) = outside(k, a)
        return [(x + c / x) * 0.5], [x]

    r, _ = while_(b, lambda k, x: k.abs(x * x - k.term(a.value)) > 1e-12, step, [a])
    return r * total(b, W) + total(b, s * r)


def collected_while(b, X, W, s):
    def step(k, h, n):
        (w,) = outside(k, W)
        new = k.cos(w @ h)
        return [new, n + 1], [new * new, h]

    h, n, squares, states = while_(b, lambda k, h, n: n < 4, step, [s, number(b, 0, I64)])
    (y,) = for_(b, lambda k, i, q, t, z: ([z + q * t], []), mapped=[squares, states], carried=[s])
    return total(b, y * h) + total(b, b.cast(n, F64) * s)


def nested(b, X, W, s):
    def outer(k, i, x, h):
        def inner(m, j, g):
            w, e = outside(m, W, x)
            return [m.tanh(w @ g + e * m.cast(j, F64))], []

        (g,) = for_(k, inner, length=3, carried=[h])
        return [g + h * 0.1], [k.sum(g * x, None, False)]

    h, every = for_(b, outer, mapped=[X], carried=[s])
    return total(b, h * h) + total(b, every * every)


def late(b, X, W, s):
    """What moves with W reaches the result only after three steps; the first result does not."""
    zero = b.broadcast_to(number(b, 0.0), (2,))

    def step(k, i, p, q, r):
        (w,) = outside(k, W)
        return [k.sum(w, 0, False), k.sin(p) + p, q * q], []

    _, q, r = for_(b, step, length=4, carried=[zero, zero, zero])
    return total(b, r * s) + total(b, q) + total(b, X)


def integers(b, X, W, s):
    """An integer decides which power is taken; only the floats have a path."""

    def step(k, i, n, h):
        even = k.equal(k.remainder(n, number(k, 2, I64)), number(k, 0, I64))
        new = k.where(even, h * h, k.sin(h))
        return [n * 3 + i, new], []

    _, h = for_(b, step, length=5, carried=[number(b, 1, I64), s])
    return total(b, h) + total(b, X * X) * total(b, W)


def in_a_map(b, X, W, s):
    def row(k, x):
        def step(m, i, h):
            w, e = outside(m, W, x)
            return [m.tanh(w @ h) + e], []

        (h,) = for_(k, step, length=3, carried=[k.term(s.value)])
        return k.sum(h * x, None, False)

    k = Builder(CATALOGUE, F64, b.origin, b)
    p = k.term(k.emit(CATALOGUE["parameter"], (), ("x", TensorType(F64, (2,))), (), ("x",)).results[0])
    y = row(k, p)
    region, captures = close_region(CATALOGUE["parameter"], k.nodes, [p.value], [y.value], b.origin, F64)
    node = b.emit(CATALOGUE["map"], (X.value, *captures), (1,), (region,))
    ys = b.term(node.results[0])
    return total(b, ys * ys)


def branches(b, X, W, s):
    """A cond in a loop, and a loop in a cond."""

    def cond(k, c, one, other):
        builders = [Builder(CATALOGUE, F64, b.origin, k) for _ in range(2)]
        ends = [f(m) for f, m in zip((one, other), builders, strict=True)]
        pairs = [(m.nodes, [e.value]) for m, e in zip(builders, ends, strict=True)]
        regions, captures = close_branches(CATALOGUE["parameter"], pairs, None, b.origin, F64)
        return k.term(k.emit(CATALOGUE["cond"], (c.value, *captures), (), regions).results[0])

    def step(k, i, x, h):
        (w,) = outside(k, W)
        g = cond(k, k.sum(x, None, False) > 0, lambda m: m.tanh(m.term(w.value) @ m.term(h.value)),
                 lambda m: m.term(h.value) * m.term(x.value))  # fmt: skip
        return [g + h], []

    def looped(m):
        return for_(m, step, mapped=[m.term(X.value)], carried=[m.term(s.value)])[0]

    h = cond(b, total(b, s) < 0, looped, lambda m: m.term(s.value))
    return total(b, h * h)


def untouched(b, X, W, s):
    """A loop of no steps over what isn't finite."""
    empty = literal(b, np.zeros((0, 2)))
    h, every = for_(b, lambda k, i, x, h: ([k.log(h - h) + x], [k.sqrt(h - h)]), mapped=[empty], carried=[s])
    return total(b, h * h * total(b, X)) + total(b, every) + total(b, W)


PROGRAMS = (
    rnn, backwards, checkpointed, checkpointed_backwards, counted, counted_checkpoint, newton, collected_while, nested,
    late, integers, in_a_map, branches, untouched,
)  # fmt: skip
every_program = pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)


def traced(f):
    """With inputs, as a program has them."""
    b = Builder(CATALOGUE, F64)
    arrays = {"X": X, "W": W, "s": S}
    terms = {}
    for name, array in arrays.items():
        attrs = (name, TensorType(F64, array.shape), None)
        terms[name] = b.term(b.emit(CATALOGUE["input"], (), attrs, (), (name,)).results[0])
    return Traced(b, terms, f(b, **terms), arrays)


@every_program
def test_first_derivatives(f):
    t = traced(f)
    nodes = tuple(t.b.nodes)
    xs = [t.x[name].value for name in ("X", "W", "s")]
    found = gradient(t.b, [t.y.value], xs, [None], nodes=nodes)
    slopes = [differences(t, name) for name in ("X", "W", "s")]
    rng = np.random.default_rng(0)
    moves = [rng.normal(size=np.shape(t.arrays[name])) for name in ("X", "W", "s")]
    tangents = [literal(t.b, m).value for m in moves]
    (tangent,) = jvp(t.b, [t.y.value], xs, tangents, nodes=nodes)
    for g, slope in zip(found, slopes, strict=True):
        np.testing.assert_allclose(0 if g is None else t.run(g), slope, rtol=1e-7, atol=1e-8)
    expected = sum(np.sum(a * b) for a, b in zip(slopes, moves, strict=True))
    np.testing.assert_allclose(t.run(tangent), expected, rtol=1e-7, atol=1e-8)


@every_program
def test_second_derivatives(f):
    """Of <gradient, u>: backward and forward over backward, and backward over forward."""
    t = traced(f)
    b = t.b
    names = ("X", "W", "s")
    xs = [t.x[name].value for name in names]
    rng = np.random.default_rng(1)
    moves = [rng.normal(size=np.shape(t.arrays[name])) for name in names]
    us = [literal(b, m).value for m in moves]
    nodes = tuple(b.nodes)
    first = gradient(b, [t.y.value], xs, [None], nodes=nodes)
    pairs = [(g, u) for g, u in zip(first, us, strict=True) if g is not None]
    twice = gradient(b, [g for g, _ in pairs], xs, [u for _, u in pairs])
    over = jvp(b, [g for g, _ in pairs], xs, us)
    (slope,) = jvp(b, [t.y.value], xs, us, nodes=nodes)
    back = gradient(b, [slope], xs, [None])
    h = 1e-5
    shifted = [{n: t.arrays[n] + s * h * m for n, m in zip(names, moves, strict=True)} for s in (1, -1)]
    for i, name in enumerate(names):
        if first[i] is None:
            continue
        high, low = (np.asarray(t.run(first[i], **move)) for move in shifted)
        expected = (high - low) / (2 * h)
        for found in (twice[i], back[i]):
            value = np.zeros(np.shape(X if name == "X" else t.arrays[name])) if found is None else t.run(found)
            np.testing.assert_allclose(value, expected, rtol=1e-6, atol=1e-7, err_msg=name)
    for (g, _), found in zip(pairs, over, strict=True):
        high, low = (np.asarray(t.run(g, **move)) for move in shifted)
        value = np.zeros_like(high) if found is None else t.run(found)
        np.testing.assert_allclose(value, (high - low) / (2 * h), rtol=1e-6, atol=1e-7)


@every_program
def test_derivatives_are_well_formed_and_run(f):
    """Three times over; the executor and the passes agree with the plain evaluator."""
    t = traced(f)
    b = t.b
    xs = [t.x[name].value for name in ("X", "W", "s")]
    ends = {"y": t.y}
    values = [t.y.value]
    for order in range(1, 4):
        found = [g for g in gradient(b, values, xs, [None] * len(values)) if g is not None]
        if not found:
            break
        values = found
        ends |= {f"g{order}_{i}": b.term(v) for i, v in enumerate(found)}
    graph = program(b, **ends)
    verify(graph, CATALOGUE)
    expected = t.run(*ends.values())
    better = optimise(graph, Options(default_float=F64, verify_each=True)).graph
    for g in (graph, better):
        params = [n.results[0] for n in g.inputs()]
        results = planned(g, params)([t.arrays[p.name] for p in params])
        for a, z in zip(results, expected, strict=True):
            np.testing.assert_allclose(a, z, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("every", [1, 2, 3, 5, 7])
def test_segments_give_the_same_bits(every, reverse):
    def gradients(checkpoint):
        t = trace(lambda b, X, W, s: rnn(b, X, W, s, checkpoint=checkpoint, reverse=reverse), X=X, W=W, s=S)
        return t.run(*gradient(t.b, [t.y.value], [t.x[n].value for n in ("X", "W", "s")], [None]))

    assert all(map(same_bits, gradients(every), gradients(0)))


def loops_of(b):
    return [n for n in b.nodes if n.regions]


def test_only_what_the_backward_loop_reads_is_kept():
    """Of three carried values the derivative reads one, and of a linear step none."""

    def f(b, X, s):
        def step(k, i, x, h, n, z):
            return [k.sin(h) + x, n + i, z + h * 2], []

        h, _, z = for_(b, step, mapped=[X], carried=[s, number(b, 0, I64), s])
        return total(b, h) + total(b, z)

    t = trace(f, X=X, s=S)
    assert len(loops_of(t.b)) == 1
    gradient(t.b, [t.y.value], [t.x["s"].value], [None])
    _, again, back = loops_of(t.b)
    assert [r.type for r in again.results if r.type.shape[:1] == (5,)] == [TensorType(F64, (5, 2))]
    assert again.attr("carried") == 1
    assert back.attr("reverse")
    t = trace(lambda b, X, s: total(b, for_(b, lambda k, i, x, h: ([h * x], []), mapped=[X], carried=[s])[0]), X=X, s=S)
    gradient(t.b, [t.y.value], [t.x["s"].value], [None])
    assert len(loops_of(t.b)) == 2


def test_no_steps_give_back_the_cotangent():
    t = traced(untouched)
    found = t.run(*gradient(t.b, [t.y.value], [t.x["s"].value], [None]))
    assert found.tolist() == (2 * S * X.sum()).tolist()


def test_a_mask_around_a_loop_is_applied_before_it():
    """Steps that never happened give no NaN, and masked results none either."""

    def f(b, X, s):
        n = b.cast(b.sum(b.cast(X > 10, I64), None, False), I64)
        (h,) = for_(b, lambda k, i, h: ([k.log(h - h)], []), count=n, carried=[s])
        return total(b, b.where(s > 0, h * h, 0))

    t = trace(f, X=X, s=S)
    assert t.run(*gradient(t.b, [t.y.value], [t.x["s"].value], [None])).tolist() == [0.8, 0.0]


def test_a_cotangent_of_a_stack_is_a_stack():
    t = traced(counted)
    b = t.b
    tape = next(r for n in b.nodes for r in n.results if isinstance(r.type, StackType))
    (found,) = gradient(b, [t.y.value], [tape], [None])
    assert found.type == tape.type
    doubled = gradient(b, [t.y.value, tape], [tape], [None, None])[0]
    one, two = t.run(found, doubled)
    assert len(one) == len(two) > 0
    np.testing.assert_allclose(np.array(two), np.array(one) + 1)
