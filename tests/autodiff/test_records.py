"""Every elementwise record, with operands that broadcast: reverse, forward, masked and second derivatives.

Written from the records: what a rule assumes about shapes (that g has the result's, say) shows here.
"""

from __future__ import annotations

import numpy as np
import pytest
from traced import evaluate, parameter

from graphc.autodiff.forward import jvp
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.op import REQUIRED, Elementwise
from graphc.ir.types import BOOL, BOOLS, F64, FLOATS, I64, TensorType
from graphc.ops import CATALOGUE, RECORDS

SHAPES = ((3,), (2, 1), (2, 3))
ATTRIBUTES = {"dtype": F64, "exponent": 3, "n": 1}
DIFFERENTIABLE = [
    r
    for r in RECORDS
    if isinstance(r, Elementwise) and r.differentiable and any(p.accepts & FLOATS for p in r.operands)
]


class Case:
    """A record applied to placeholders of the SHAPES, with data from its domain."""

    def __init__(self, record: Elementwise, mask: bool = False) -> None:
        rng = np.random.default_rng(3)
        self.b = Builder(CATALOGUE, F64)
        self.env = {}
        self.moving = []
        terms = []
        for operand, shape, (low, high) in zip(record.operands, SHAPES, record.domain.intervals, strict=False):
            dtype = F64 if operand.accepts & FLOATS else BOOL if operand.accepts == BOOLS else I64
            data = rng.uniform(low, high, shape) if dtype is F64 else rng.integers(0, 2, shape).astype(dtype.numpy)
            term = self.parameter(data, dtype)
            terms.append(term)
            if dtype is F64:
                self.moving.append(term)
        attrs = [a.default if a.default is not REQUIRED else ATTRIBUTES[a.name] for a in record.attributes]
        (y,) = self.b.emit(record, [t.value for t in terms], attrs).results
        self.y = self.b.term(y)
        self.keep = rng.integers(0, 2, self.y.shape).astype(bool)
        if mask:
            self.y = self.b.where(self.parameter(self.keep, BOOL), self.y, 0)
        self.seed = self.parameter(rng.uniform(0.5, 1, self.y.shape), F64)
        self.tangents = [self.parameter(rng.uniform(-1, 1, x.shape), F64) for x in self.moving]

    def parameter(self, data, dtype):
        term = parameter(self.b, "p", TensorType(dtype, data.shape))
        self.env[term.value] = data
        return term

    def reverse(self, y=None, seed=None):
        y, seed = y or self.y, seed or self.seed
        return gradient(self.b, [y.value], [x.value for x in self.moving], [seed.value])

    def values(self, found):
        values = evaluate(self.b.nodes, self.env)
        return [np.zeros(x.shape) if v is None else values[v] for v, x in zip(found, self.moving, strict=True)]


@pytest.mark.parametrize("record", DIFFERENTIABLE, ids=repr)
def test_forward_is_the_transpose_of_reverse(record):
    case = Case(record)
    for i, (x, t) in enumerate(zip(case.moving, case.tangents, strict=True)):
        (forward,) = jvp(case.b, [case.y.value], [x.value], [t.value])
        found = case.reverse()
        if forward is None:
            assert found[i] is None
            continue
        assert forward.type == case.y.type
        values = evaluate(case.b.nodes, case.env)
        forward_product = np.sum(values[forward] * case.env[case.seed.value])
        reverse_product = np.sum(values[found[i]] * case.env[t.value])
        np.testing.assert_allclose(forward_product, reverse_product, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("record", DIFFERENTIABLE, ids=repr)
def test_second_derivatives_are_symmetric(record):
    """<u, H t> by reverse over reverse and by forward over reverse."""
    case = Case(record)
    first = case.reverse()
    for slope, u in zip(first, case.tangents, strict=True):
        if slope is None:
            continue
        inner = case.b.term(slope)
        second = case.reverse(inner, u)
        moved = jvp(case.b, [slope], [x.value for x in case.moving], [t.value for t in case.tangents])
        values = evaluate(case.b.nodes, case.env)
        backward = sum(np.sum(values[v] * values[t.value]) for v, t in zip(second, case.tangents, strict=True) if v)
        forward = 0 if moved[0] is None else np.sum(values[moved[0]] * values[u.value])
        np.testing.assert_allclose(forward, backward, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("record", DIFFERENTIABLE, ids=repr)
def test_masked_is_the_gradient_with_a_masked_seed(record):
    masked, plain = Case(record, mask=True), Case(record)
    plain.env[plain.seed.value] = np.where(masked.keep, masked.env[masked.seed.value], 0)
    for a, b in zip(masked.values(masked.reverse()), plain.values(plain.reverse()), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
