"""Tests that write themselves from the op records: every op, in every dtype, over shapes and attributes.

An op that is added is tested here as soon as it is in the catalogue; one whose operands can't be made from its record
wants an entry in tests/op_samples.py.  Counts are shown at the end of the run.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from op_samples import KINDS_WITHOUT_SAMPLES, TABLE, Sample, samples
from op_trials import (
    Trial,
    dtype_choices,
    floats,
    in_dtypes,
    operands_of,
    planned,
    same_bits,
    symbolic_attrs,
    symbolic_shapes,
    types_of,
)

from graphc.autodiff import gradient, jvp
from graphc.diagnostics import Diagnostics
from graphc.frontend.elaborate import elaborate
from graphc.frontend.elaborate.program import callable_op
from graphc.frontend.parse import parse
from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.equal import difference
from graphc.ir.graph import Graph, Node, Output, Value, reachable
from graphc.ir.op import (
    Contraction,
    Creation,
    Elementwise,
    Inferred,
    Masked,
    NotDifferentiable,
    Op,
    TypeRuleError,
    View,
)
from graphc.ir.text import print_graph
from graphc.ir.types import BOOL, F32, F64, TensorType
from graphc.ops import CATALOGUE, RECORDS
from graphc.ops.structure import Cast
from graphc.passes.fold import fold
from graphc.passes.pass_ import Context
from graphc.source import BUILTIN, Source

SOAK = os.environ.get("GRAPHC_SOAK") == "1"
SEEDS = range(20 if SOAK else 1)  # directions in which derivatives are taken

SAMPLED = [op for op in RECORDS if not isinstance(op, tuple(KINDS_WITHOUT_SAMPLES))]
SMOOTH = [op for op in SAMPLED if op.differentiable and op.operands]
Record = Callable[[str, object], None]

every_op = pytest.mark.parametrize("op", SAMPLED, ids=lambda op: op.name)
every_smooth_op = pytest.mark.parametrize("op", SMOOTH, ids=lambda op: op.name)


def count(record: Record, what: str, number: int) -> None:
    record("counted", (what, number))


# ---------------------------------------------------------------- types and values


@every_op
def test_inferred_type_is_evaluated_type(op: Op, record_property: Record) -> None:
    """In every dtype; and what `fold` computes has the same bits."""
    cases = 0
    for sample in samples(op):
        for dtypes in dtype_choices(op, sample):
            arrays = in_dtypes(op, sample, dtypes)
            try:
                trial = Trial(op, types_of(arrays, dtypes), sample.attrs)
            except TypeRuleError as error:
                assert error.code == "E0309", (error.message, sample, dtypes)  # a negative power of integers
                continue
            check_fixed_point(op, trial.node)
            kept = [a.copy() for a in arrays]
            trial.run(trial.ys, arrays)  # compares dtypes and shapes
            assert all(map(same_bits, arrays, kept)), f"{op.name} changes its operands"
            check_fold(op, arrays, dtypes, sample)
            cases += 1
    assert cases
    count(record_property, "evaluations", cases)


def check_fixed_point(op: Op, node: Node) -> None:
    """A node's attributes are normal: the rule gives them back."""
    again = op.infer(tuple(v.type for v in node.inputs), node.attrs)
    assert again.attrs == node.attrs
    assert again.types == tuple(r.type for r in node.results)
    assert not again.guards


def check_fold(op: Op, arrays: Sequence[Any], dtypes: Sequence[Any], sample: Sample) -> None:
    b = Builder(CATALOGUE, F64)
    xs = [
        b.constant(Constant(np.ascontiguousarray(a).reshape(a.shape), t)) for a, t in zip(arrays, dtypes, strict=True)
    ]
    node = b.emit(op, xs, sample.attrs)
    graph = Graph(tuple(b.nodes), tuple(Output(f"y{i}", r, BUILTIN) for i, r in enumerate(node.results)))
    folded = fold.run(graph, Context(CATALOGUE))
    assert isinstance(op, View | Creation) or all(n.op is not op for n in folded.nodes), f"{op.name} isn't folded"
    for value, expected in zip(planned(folded, ())(()), planned(graph, ())(()), strict=True):
        assert same_bits(value, expected)


@every_op
def test_symbols_then_sizes(op: Op, record_property: Record) -> None:
    """The type rule on symbols, bound, is the rule on sizes; what it couldn't decide holds."""
    cases = 0
    for sample in samples(op):
        if not sample.arrays or sample.numbers is None:
            continue
        dtypes = next(iter(dtype_choices(op, sample)))
        expected = infer(op, types_of(sample.arrays, dtypes), sample.attrs)
        shapes, sizes = symbolic_shapes(sample)
        types = [TensorType(t, s) for t, s in zip(dtypes, shapes, strict=True)]
        if expected is not None:
            inferred = infer(op, types, symbolic_attrs(op, sample, sizes))
            assert inferred is not None
            assert tuple(t.bind(sizes) for t in inferred.types) == expected.types  # type: ignore[union-attr]
            assert all(guard.holds(sizes) for guard in inferred.guards)
            again = infer(op, types, inferred.attrs)
            assert again is not None
            assert (again.types, again.attrs) == (inferred.types, inferred.attrs)
            cases += 1
    count(record_property, "symbolic types", cases)


def infer(op: Op, types: Sequence[TensorType], attrs: Sequence[Any]) -> Inferred | None:
    """None for integers that a rule refuses for their dtype."""
    try:
        return op.infer(tuple(types), tuple(attrs))
    except TypeRuleError as error:
        if error.code == "E0309" and not types[0].dtype.is_float:
            return None
        raise


# ---------------------------------------------------------------- derivatives


@dataclass(frozen=True, slots=True)
class Derivatives:
    """The first and second derivative of <u, op(x)>, and the tangent of op(x), as values of one builder."""

    trial: Trial
    moved: tuple[Value, ...]  # operands
    results: tuple[Value, ...]
    first: tuple[Value | None, ...]  # by each of `moved`
    second: tuple[Value | None, ...]  # of <v, first>
    tangents: tuple[Value | None, ...]  # of each of `results` for v

    @property
    def all(self) -> tuple[Value | None, ...]:
        return (*self.first, *self.second, *self.tangents)


def derivatives(op: Op, types: Sequence[TensorType], attrs: Sequence[Any]) -> Derivatives:
    """Further inputs are u for each result and v for each moved operand, in order."""
    trial = Trial(op, types, attrs)
    b, moved, results = trial.b, floats(trial.xs), floats(trial.ys)
    us = [trial.input(f"u{i}", y.type) for i, y in enumerate(results)]
    vs = [trial.input(f"v{i}", x.type) for i, x in enumerate(moved)]
    nodes = tuple(b.nodes)
    first = gradient(b, results, moved, us)
    made = [(f, v) for f, v in zip(first, vs, strict=True) if f is not None]
    second = gradient(b, [f for f, _ in made], moved, [v for _, v in made])
    tangents = jvp(b, results, moved, vs, nodes=nodes)
    return Derivatives(trial, tuple(moved), tuple(results), tuple(first), tuple(second), tuple(tangents))


def directions(values: Sequence[Value], seed: int, symmetric: bool = False) -> list[Any]:
    rng = np.random.default_rng(seed)
    found = [rng.uniform(-1, 1, v.type.shape).astype(v.type.dtype.numpy) for v in values]
    return [(a + a.swapaxes(-1, -2)) / 2 for a in found] if symmetric else found


def inner(values: Sequence[Any], others: Sequence[Any]) -> float:
    return float(sum(np.sum(np.asarray(a) * np.asarray(b)) for a, b in zip(values, others, strict=True)))


def differentiable_samples(op: Op) -> list[tuple[Sample, list[Any], list[TensorType]]]:
    """With their arrays in f64."""
    found = []
    for sample in samples(op):
        choices = [c for c in dtype_choices(op, sample) if all(t in (F64, BOOL) or t.is_integer for t in c)]
        choices = [c for c in choices if F64 in c] or []
        for dtypes in choices[:1]:
            if not (op.name == "cast" and sample.attrs[0] not in (F32, F64)):
                arrays = in_dtypes(op, sample, dtypes)
                found.append((sample, arrays, types_of(arrays, dtypes)))
    return found


STEP = 1e-4
OPERAND_OF_RESULT = {"cast"}  # ops whose results may have less than f64 can't be compared with differences


@every_smooth_op
def test_derivatives_are_those_of_differences(op: Op, record_property: Record) -> None:
    """Orders 1 and 2 against central differences; the JVP against the VJP."""
    checks = 0
    for sample, arrays, types in differentiable_samples(op):
        d = derivatives(op, types, sample.attrs)
        if not sample.smooth or any(y.type.dtype is not F64 for y in d.results):
            continue
        check_public(d.trial.b.nodes)
        given = [f for f in d.first if f is not None]
        run = d.trial.plan([*d.results, *given, *(s for s in d.second if s is not None), *filter(None, d.tangents)])
        for seed in SEEDS:
            us, vs, ws = (
                directions(d.results, 1000 + seed),
                directions(d.moved, seed, sample.symmetric),
                directions(d.moved, 2000 + seed, sample.symmetric),
            )
            checks += check_numerically(d, run, arrays, (us, vs, ws), sample)
    assert checks
    count(record_property, "derivatives", checks)


def check_numerically(d: Derivatives, run: Any, arrays: Sequence[Any], given: Any, sample: Sample) -> int:
    us, vs, ws = given
    places = [d.trial.xs.index(x) for x in d.moved]
    seeded = [i for i, f in enumerate(d.first) if f is not None]

    def at(step: float) -> list[Any]:
        xs = list(arrays)
        for i, w in zip(places, ws, strict=True):
            xs[i] = xs[i] + step * w
        return run([*xs, *us, *vs])  # type: ignore[no-any-return]

    n, m = len(d.results), len(seeded)
    values = at(0.0)
    near = [at(k * STEP) for k in (-2, -1, 1, 2)]
    levels = [
        (lambda r: inner(r[:n], us), dict(zip(seeded, values[n : n + m], strict=True))),
        (lambda r: inner(r[n : n + m], [vs[i] for i in seeded]), _by_operand(d.second, values[n + m :])),
    ]
    for order, (number, found) in enumerate(levels, 1):
        a, b, c, e = map(number, near)
        expected = (8 * (c - b) - (e - a)) / (12 * STEP)  # an error of order STEP**4
        parts = [float(np.sum(np.abs(g * ws[i]))) for i, g in found.items()]
        actual = inner(list(found.values()), [ws[i] for i in found])
        scale = max(1.0, sum(parts))
        assert abs(actual - expected) <= 1e-7 * scale, f"order {order}: {actual}, not {expected}: {sample}"
    tangents = _by_operand(d.tangents, values[n + m + sum(s is not None for s in d.second) :])
    forward = inner(list(tangents.values()), [us[i] for i in tangents])
    parts = [float(np.sum(np.abs(values[n + k] * vs[i]))) for k, i in enumerate(seeded)]
    backward = inner(values[n : n + m], [vs[i] for i in seeded])
    assert abs(forward - backward) <= 1e-10 * max(1.0, sum(parts)), f"{forward}, not {backward}: {sample}"
    return 3


def _by_operand(values: Sequence[Value | None], arrays: Sequence[Any]) -> dict[int, Any]:
    made = iter(arrays)
    return {i: next(made) for i, v in enumerate(values) if v is not None}


def check_public(nodes: Sequence[Node]) -> None:
    """A derivative can be written in a program: its ops have names there, or are structure."""
    for node in nodes:
        assert CATALOGUE[node.op.name] is node.op
        assert callable_op(node.op.name) or node.op.name in ("input", "constant", "dim"), node.op


@every_smooth_op
def test_gradients_have_the_types_of_their_operands(op: Op, record_property: Record) -> None:
    """In f32, and near those in f64; on symbolic sizes the same as on numbers."""
    checks = 0
    for sample, arrays, types in differentiable_samples(op):
        single = [t.with_dtype(F32) if t.dtype is F64 else t for t in types]
        d, e = derivatives(op, single, sample.attrs), derivatives(op, types, sample.attrs)
        for values, operands in ((d.first, d.moved), (d.second, d.moved), (d.tangents, d.results)):
            for value, operand in zip(values, operands, strict=True):
                assert value is None or value.type == operand.type
        assert [v is None for v in d.all] == [v is None for v in e.all]
        more = [*directions(e.results, 1), *directions(e.moved, 0)]
        reference = e.trial.run(list(filter(None, e.all)), [*arrays, *more])
        small = [
            a.astype(np.float32) if t.dtype is F32 and a.dtype == np.float64 else a
            for a, t in zip((*arrays, *more), [v.type for v in d.trial.inputs], strict=True)
        ]
        for value, expected in zip(d.trial.run(list(filter(None, d.all)), small), reference, strict=True):
            scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
            assert not sample.smooth or np.all(np.abs(value - expected) <= 2e-3 * scale), (value, expected, sample)
        if sample.numbers is not None:
            check_symbolic_derivatives(op, sample, types, [*arrays, *more], reference)
        checks += 1
    count(record_property, "gradients in f32", checks)


def symbolic_derivatives(op: Op, sample: Sample, types: Sequence[TensorType]) -> Derivatives:
    shapes, sizes = symbolic_shapes(sample)
    symbolic = [t.with_shape(s) for t, s in zip(types, shapes, strict=True)]
    return derivatives(op, symbolic, symbolic_attrs(op, sample, sizes))


def check_symbolic_derivatives(
    op: Op, sample: Sample, types: Sequence[TensorType], arrays: Sequence[Any], reference: Sequence[Any]
) -> None:
    d, sizes = symbolic_derivatives(op, sample, types), symbolic_shapes(sample)[1]
    for values, operands in ((d.first, d.moved), (d.second, d.moved), (d.tangents, d.results)):
        for value, operand in zip(values, operands, strict=True):
            assert value is None or value.type == operand.type
    for value, expected in zip(d.trial.run(list(filter(None, d.all)), arrays, sizes), reference, strict=True):
        assert np.allclose(value, expected, rtol=1e-12, atol=1e-12, equal_nan=True), sample


# ---------------------------------------------------------------- masked cotangents

SPECIAL = (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e300, -1e300, 5e-324)
MASKING = [op for op in SMOOTH if op.mask != "opaque"]  # the others apply the mask before their derivative


def special_samples(op: Op) -> list[tuple[tuple[Any, ...], list[Any], list[TensorType]]]:
    """Attributes, and operands that hold special values: all pairs of them for elementwise ops."""
    found = []
    for sample, arrays, types in differentiable_samples(op):
        rng = np.random.default_rng(0)
        odd = [rng.choice(SPECIAL, a.shape) if t.dtype is F64 else a for a, t in zip(arrays, types, strict=True)]
        found.append((sample.attrs, odd, types))
    if isinstance(op, Elementwise):
        _, arrays, types = differentiable_samples(op)[0]
        grid = [np.array(column) for column in zip(*itertools.product(SPECIAL, repeat=len(arrays)), strict=True)]
        odd = [column if t.dtype is F64 else column > 0 for column, t in zip(grid, types, strict=True)]
        attrs = dict.fromkeys(a for a, _, t in found if len(t) == len(types))
        found += [(a, odd, [t.with_shape(c.shape) for t, c in zip(types, odd, strict=True)]) for a in attrs]
    return found


@pytest.mark.parametrize("op", MASKING, ids=lambda op: op.name)
def test_what_is_masked_has_no_derivative(op: Op, record_property: Record) -> None:
    """where(c, op(x), 0) with c false has derivatives that are exactly zero, whatever op(x) is: orders 1, 2, forward."""
    checks = 0
    for attrs, arrays, types in special_samples(op):
        trial = Trial(op, types, attrs, infinite=isinstance(op, Contraction))
        b, moved, ys = trial.b, floats(trial.xs), floats(trial.ys)
        cs = [b.term(trial.input(f"c{i}", TensorType(BOOL, y.type.shape))) for i, y in enumerate(ys)]
        ts = [trial.input(f"t{i}", x.type) for i, x in enumerate(moved)]
        zs = [b.where(c, b.term(y), 0).value for c, y in zip(cs, ys, strict=True)]
        nodes = tuple(b.nodes)
        first = [g for g in gradient(b, zs, moved, [None] * len(zs)) if g is not None]
        second = [g for g in gradient(b, first, moved, [None] * len(first)) if g is not None]
        tangents = [t for t in jvp(b, zs, moved, ts, nodes=nodes) if t is not None]
        given = [*arrays, *(np.zeros(y.type.shape, bool) for y in ys), *(np.ones(x.type.shape) for x in moved)]
        for value in trial.run([*first, *second, *tangents], given):
            assert not value.any(), (attrs, arrays, value)  # a NaN counts as any
            checks += 1
    assert checks
    count(record_property, "masked derivatives", checks)


@pytest.mark.parametrize("op", [op for op in SMOOTH if getattr(op, "keeps_zero", False)], ids=lambda op: op.name)
def test_keeps_zero(op: Op) -> None:
    """The record's promise: a zero cotangent gives zeros whatever the operands hold."""
    assert callable(op.vjp)
    for attrs, arrays, types in special_samples(op):
        trial = Trial(op, types, attrs)
        b = trial.b
        (y,) = trial.ys
        g = b.zeros(y.type.shape, y.type.dtype)
        returned = op.vjp(b, g, b.term(y), *map(b.term, trial.xs), *trial.node.attrs)
        listed = returned if isinstance(returned, tuple) else (returned,)
        terms = [r.value if isinstance(r, Masked) else r for r in listed]
        for value in trial.run([t.value for t in terms if t is not None], arrays):
            assert not value.any(), (attrs, arrays, value)


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("op", [op for op in SAMPLED if op.name != "dim"], ids=lambda op: op.name)
def test_printed_graphs_read_back(op: Op, record_property: Record) -> None:
    """One op in each strong dtype, readable and in core form.  (A `dim` of a known size is written as the number.)"""
    texts = 0
    for sample in samples(op):
        for dtypes in dtype_choices(op, sample):
            types = types_of(sample.arrays, dtypes)
            same = isinstance(op, Cast) and sample.attrs[0] in dtypes  # written, it is nothing
            if infer(op, types, sample.attrs) is not None and not same and not any(t.weak for t in dtypes):
                trial = Trial(op, types, sample.attrs)
                texts += check_text(trial.graph(trial.ys))
    assert texts
    count(record_property, "texts", texts)


@every_smooth_op
def test_printed_derivatives_read_back(op: Op, record_property: Record) -> None:
    """Those of orders 1 and 2, and forward."""
    texts = 0
    for sample, _, types in differentiable_samples(op):
        if isinstance(op, Cast) and sample.attrs[0] is F64:
            continue
        d = derivatives(op, types, sample.attrs)
        texts += check_text(d.trial.graph([*d.results, *(v for v in d.all if v is not None)]))
        if sample.numbers is not None:
            e = symbolic_derivatives(op, sample, types)
            texts += check_text(e.trial.graph([*e.results, *(v for v in e.all if v is not None)]))
    count(record_property, "texts", texts)


def check_text(whole: Graph) -> int:
    """Of what the results need: a rule may write more than that."""
    needed = reachable(whole.results)
    graph = whole.with_nodes([n for n in whole.nodes if n in needed or n.op.name == "input"])
    for core in (False, True):
        text = print_graph(graph, core=core)
        try:
            read = elaborate(parse(Source("printed.g", text)), CATALOGUE, default_float=graph.default_float).graph
        except Diagnostics as error:
            raise AssertionError(f"{text}\n{error}") from None
        assert difference(graph, read) is None, f"{difference(graph, read)}\n{text}"
    return 2


# ---------------------------------------------------------------- documentation

# Attributes whose names say it all, as in every op of NumPy.
FAMILIAR = {"axis", "axes", "keepdims", "dtype", "shape", "descending", "reverse", "exclusive"}


@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
def test_documentation_is_complete(op: Op) -> None:
    first = op.doc.split("\n")[0]
    assert first.endswith("."), first
    assert len(first) <= 120
    if isinstance(op.vjp, NotDifferentiable):
        assert op.vjp.reason
        assert not op.vjp.reason.endswith(".")
    if op.subgradient is not None:
        assert op.differentiable
        assert op.subgradient
        assert not op.subgradient.endswith(".")


@every_smooth_op
def test_kinks_are_documented(op: Op) -> None:
    """Where one-sided differences disagree, or a finite result has an infinite derivative, the record says what holds."""
    if op.subgradient is None:
        for arrays, attrs, types in flat_points(op):
            assert not has_kink(op, arrays, attrs, types), f"{op.name} has a kink at {arrays}, attributes {attrs}"


def flat_points(op: Op) -> list[tuple[list[Any], tuple[Any, ...], list[TensorType]]]:
    """Small operands all of whose elements are equal: ties, zeros, and the ends of common domains."""
    found = []
    for sample, arrays, types in differentiable_samples(op):
        if sum(a.size for a in arrays) <= 30:
            for fill in itertools.product((0.0, 1.0, -1.0), repeat=min(2, len(arrays))):
                filled = [
                    np.full(a.shape, fill[i % 2 if len(fill) > 1 else 0]) if t.dtype is F64 else a
                    for i, (a, t) in enumerate(zip(arrays, types, strict=True))
                ]
                found.append((filled, sample.attrs, types))
    return found


def has_kink(op: Op, arrays: Sequence[Any], attrs: Sequence[Any], types: Sequence[TensorType]) -> bool:
    trial = Trial(op, types, attrs)
    b, moved, ys = trial.b, floats(trial.xs), [y for y in trial.ys if y.type.dtype is F64]
    us = [trial.input(f"u{i}", y.type) for i, y in enumerate(ys)]
    first = [g for g in gradient(b, ys, moved, us) if g is not None]
    seeds = [np.ones(y.type.shape) for y in ys]
    run = trial.plan([*ys, *first])
    step, rng = 1e-6, np.random.default_rng(0)
    direction = [rng.uniform(0.5, 1, a.shape) if t.dtype is F64 else 0 for a, t in zip(arrays, types, strict=True)]
    try:
        at, right, left = (
            run(
                [
                    *(a + s * d if t.dtype is F64 else a for a, d, t in zip(arrays, direction, types, strict=True)),
                    *seeds,
                ]
            )
            for s in (0, step, -step)
        )
    except Diagnostics:  # a singular matrix
        return False
    n = len(ys)
    if not all(np.isfinite(y).all() for y in at[:n]):
        return False
    if not all(np.isfinite(g).all() for g in at[n:]):
        return True
    forward, backward = (inner(side[:n], seeds) - inner(at[:n], seeds) for side in (right, left))
    return bool(abs(forward + backward) > 1e-3 * step)


# ---------------------------------------------------------------- the whole


def test_the_table_has_no_leftovers() -> None:
    assert not [name for name in TABLE if name not in CATALOGUE]
    assert not [op.name for op in SAMPLED if not samples(op)]


def test_counts(record_property: Record) -> None:
    """That nothing has fallen out of the generation."""
    assert len(SAMPLED) >= 140
    assert len(SMOOTH) >= 90
    assert sum(len(samples(op)) for op in SAMPLED) >= 2_000
    assert sum(len(list(dtype_choices(op, s))) for op in SAMPLED for s in samples(op)) >= 15_000
    left_out = [op.name for op in RECORDS if op not in SAMPLED]
    assert len(left_out) < 20, left_out
    count(record_property, "ops", len(SAMPLED))
    count(record_property, "ops with derivatives", len(SMOOTH))
