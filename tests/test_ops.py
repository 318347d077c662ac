"""Tests that write themselves from the op records: every op, in every dtype, over shapes and attributes.

An op that is added is tested here as soon as it is in the catalogue; one whose operands can't be made from its record
wants an entry in tests/op_samples.py.  Counts are shown at the end of the run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from op_generation import samples
from op_samples import TABLE, Sample
from op_trials import (
    SAMPLED,
    SMOOTH,
    Derivatives,
    Record,
    Trial,
    count,
    derivatives,
    differentiable_samples,
    directions,
    dtype_choices,
    every_op,
    every_smooth_op,
    in_dtypes,
    inner,
    planned,
    same_bits,
    symbolic_attrs,
    symbolic_derivatives,
    symbolic_shapes,
    types_of,
)  # fmt: skip

from graphc.diagnostics import Diagnostics
from graphc.frontend.elaborate.builtins.prelude import callable_op
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.equal import difference
from graphc.ir.graph import Graph, Node, Output, Value, reachable
from graphc.ir.op import (
    Creation,
    Inferred,
    Op,
    TypeRuleError,
    View,
)
from graphc.ir.text import print_graph
from graphc.ir.types import F32, F64, TensorType, leaving
from graphc.ops import CATALOGUE, RECORDS
from graphc.ops.structure import Cast
from graphc.passes.fold import fold
from graphc.passes.pass_ import Context
from graphc.source import BUILTIN, Source

SOAK = os.environ.get("GRAPHC_SOAK") == "1"
SEEDS = range(20 if SOAK else 1)  # directions in which derivatives are taken


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


STEP = 1e-4


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
            near = sample.smooth and sample.alike
            assert not near or np.all(np.abs(value - expected) <= 2e-3 * scale), (value, expected, sample)
        if sample.numbers is not None:
            check_symbolic_derivatives(op, sample, types, [*arrays, *more], reference)
        checks += 1
    count(record_property, "gradients in f32", checks)


def check_symbolic_derivatives(
    op: Op, sample: Sample, types: Sequence[TensorType], arrays: Sequence[Any], reference: Sequence[Any]
) -> None:
    d, sizes = symbolic_derivatives(op, sample, types), symbolic_shapes(sample)[1]
    for values, operands in ((d.first, d.moved), (d.second, d.moved), (d.tangents, d.results)):
        for value, operand in zip(values, operands, strict=True):
            assert value is None or value.type == operand.type
    for value, expected in zip(d.trial.run(list(filter(None, d.all)), arrays, sizes), reference, strict=True):
        assert np.allclose(value, expected, rtol=1e-12, atol=1e-12, equal_nan=True), sample


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("op", [op for op in SAMPLED if op.name != "dim"], ids=lambda op: op.name)
def test_printed_graphs_read_back(op: Op, record_property: Record) -> None:
    """Readable and in core form, in all strong dtypes in turn.  (A `dim` of a known size is written as the number.)"""
    texts = 0
    for i, sample in enumerate(samples(op)):
        choices = [c for c in dtype_choices(op, sample) if not any(t.weak for t in c)]
        for dtypes in choices if SOAK or i == 0 else [choices[i % len(choices)]]:
            types = types_of(sample.arrays, dtypes)
            same = isinstance(op, Cast) and sample.attrs[0] in dtypes  # written, it is nothing
            if infer(op, types, sample.attrs) is not None and not same:
                trial = Trial(op, types, sample.attrs)
                texts += check_text(trial.graph([leave(trial, y) for y in trial.ys]))
    assert texts
    count(record_property, "texts", texts)


def leave(trial: Trial, y: Value) -> Value:
    """A result as a program gives it out: no number without a dtype leaves."""
    return trial.b.cast(y, leaving(y.type.dtype, F64)) if isinstance(y.type, TensorType) else y


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
