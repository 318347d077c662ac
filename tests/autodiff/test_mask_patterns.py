"""Where a derivative is zero by structure, for every op: the same in both modes, and never where it isn't zero.

A root at 0 makes what isn't structural infinite or NaN.  Backwards, the operands are moved by sqrt(u) at u = 0, and one
element of the result counts: what the others alone depend on has the cotangent 0.  Forwards, one element of an operand
moves, and the root of y - y is taken: what doesn't depend on it has the tangent 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_trials import SMOOTH, differentiable_samples
from traced import evaluate, parameter

from graphc.autodiff.activity import carries_derivative
from graphc.autodiff.forward import jvp
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.op import Op
from graphc.ir.types import BOOL, F64, TensorType
from graphc.ops import CATALOGUE

SIZE = 12  # elements of operands, about: each takes an evaluation
OPAQUE = {op.name for op in SMOOTH if op.mask == "opaque"}  # linear algebra: no mask goes on


class Probe:
    """An op at one point, with what moves its operands and says which results count."""

    def __init__(self, op: Op, arrays: list[Any], types: list[TensorType], attrs: tuple[Any, ...]) -> None:
        b = Builder(CATALOGUE, F64)
        xs = [parameter(b, "x", t) for t in types]
        floats = [i for i, x in enumerate(xs) if carries_derivative(x.value)]
        us = {i: parameter(b, "u", types[i]) for i in floats}
        cs = {i: parameter(b, "c", types[i].with_dtype(BOOL)) for i in floats}
        self.env: dict[Any, Any] = {x.value: a for x, a in zip(xs, arrays, strict=True)}
        self.env.update({u.value: np.zeros(u.shape) for u in us.values()})

        def made(operands: list[Any]) -> list[Any]:
            results = b.emit(op, [t.value for t in operands], attrs).results
            return [b.term(r) for r in results if carries_derivative(r)]

        ys = made([x + b.sqrt(us[i]) if i in us else x for i, x in enumerate(xs)])
        ds = [parameter(b, "d", y.type.with_dtype(BOOL)) for y in ys]
        moved = [u.value for u in us.values()]
        counted = [b.where(d, y, 0).value for d, y in zip(ds, ys, strict=True)]
        self.backward = gradient(b, counted, moved, [None] * len(ys))
        again = made([x + b.where(cs[i], us[i], 0) if i in cs else x for i, x in enumerate(xs)])
        roots = [b.sqrt(y - b.stop_grad(y)).value for y in again]
        self.forward = jvp(b, roots, moved, [b.ones(u.shape, F64).value for u in us.values()])
        plain = made(xs)
        seeds = [b.cast(d, F64).value for d in ds]
        self.slopes = gradient(b, [y.value for y in plain], [xs[i].value for i in floats], seeds)
        self.nodes, self.moved, self.counted = b.nodes, list(cs.values()), ds

    def run(self, chosen: Any, place: int, wanted: list[Any], like: list[Any]) -> Any:
        """Which elements of `wanted` aren't 0, if only that `place` is true in `chosen`; all as one row."""
        env = dict(self.env)
        for t in (*self.moved, *self.counted):
            mask = np.zeros(t.shape, bool)
            if t is chosen:
                mask.flat[place] = True
            env[t.value] = mask
        values = evaluate(self.nodes, env)
        rows = [np.zeros(t.shape) if v is None else values[v] for v, t in zip(wanted, like, strict=True)]
        return np.concatenate([np.ravel(r != 0) for r in rows])

    def rows(self, choices: list[Any], wanted: list[Any], like: list[Any]) -> Any:
        return np.array([self.run(t, k, wanted, like) for t in choices for k in range(int(np.prod(t.shape)))])


@pytest.mark.parametrize("op", SMOOTH, ids=lambda op: op.name)
def test_both_modes_know_the_same_zeros(op: Op) -> None:
    found = [s for s in differentiable_samples(op) if s[0].smooth and all(np.size(a) for a in s[1])]
    found.sort(key=lambda s: abs(sum(np.size(a) for a in s[1]) - SIZE))
    for sample, arrays, types in found[:2]:
        probe = Probe(op, arrays, types, sample.attrs)
        backward = probe.rows(probe.counted, probe.backward, probe.moved)
        slopes = probe.rows(probe.counted, probe.slopes, probe.moved)
        forward = probe.rows(probe.moved, probe.forward, probe.counted).T
        assert not np.any(slopes & ~backward), sample
        assert not np.any(slopes & ~forward), sample
        assert op.name in OPAQUE or np.array_equal(backward, forward), sample
    assert found
