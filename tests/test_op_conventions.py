"""What the op records promise, tried on every op: masked cotangents, documentation, kinks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from op_trials import (
    SAMPLED,
    SMOOTH,
    Record,
    Trial,
    count,
    differentiable_samples,
    every_smooth_op,
    floats,
    inner,
)

from graphc.autodiff import gradient, jvp
from graphc.diagnostics import Diagnostics
from graphc.ir.op import Contraction, Elementwise, Masked, NotDifferentiable, Op
from graphc.ir.types import BOOL, F64, TensorType
from graphc.ops import RECORDS

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
    """where(c, op(x), 0) with c false has derivatives that are exactly zero, whatever op(x) is."""
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


# ---------------------------------------------------------------- documentation

# Attributes whose names say it all, as in every op of NumPy.
FAMILIAR = {"axis", "axes", "keepdims", "dtype", "shape", "descending", "reverse"}


@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
def test_documentation_is_complete(op: Op) -> None:
    first = op.doc.split("\n")[0]
    assert first.endswith("."), first
    assert len(first) <= 120
    if op in SAMPLED and op.name != "constant":
        hidden = [a.name for a in op.attributes if a.name not in FAMILIAR and not re.search(rf"\b{a.name}\b", op.doc)]
        assert not hidden
    if isinstance(op.vjp, NotDifferentiable):
        assert op.vjp.reason
        assert not op.vjp.reason.endswith(".")
    if op.subgradient is not None:
        assert op.differentiable
        assert op.subgradient
        assert not op.subgradient.endswith(".")


@every_smooth_op
def test_kinks_are_documented(op: Op) -> None:
    """Where one-sided differences disagree, or a derivative is infinite, the record says what holds."""
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
