"""Where a path breaks: the first op that lets no derivative through."""

from __future__ import annotations

import pytest
from test_reverse import hand_written
from traced import parameter

from graphc.autodiff.activity import depends
from graphc.autodiff.path import broken_path
from graphc.autodiff.reverse import gradient
from graphc.ir.builder import Builder
from graphc.ir.types import F64, I64, TensorType
from graphc.ops import CATALOGUE

CASES = {
    "cast": (lambda b, x: b.cast(b.cast(2 * x, I64), F64), "integer", "cast", "i64"),
    "stop_grad": (lambda b, x: b.exp(b.stop_grad(3 * x)), "op", "stop_grad", "stop_grad"),
    "comparison": (None, "op", "greater", "boolean"),
    "floor": (lambda b, x: b.floor(x) ** 2, "op", "floor", "piecewise"),
    "a condition is named last": (lambda b, x: b.where(x > 0, b.floor(x), 0), "op", "floor", "piecewise"),
    "first of two": (lambda b, x: b.floor(b.exp(x)) + b.ceil(x), "op", "floor", "piecewise"),
}


@pytest.mark.parametrize("name", CASES)
def test_breaks_at(name):
    f, kind, op, reason = CASES[name]
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64))
    if name == "comparison":
        y = b.where(x > 0, b.term(b.number(1.0, F64)), b.term(b.number(2.0, F64)))
    else:
        y = f(b, x)
    assert gradient(b, [y.value], [x.value], [None]) == [None]
    found = broken_path([y.value], x.value)
    assert (found.kind, found.node.op.name) == (kind, op)
    assert reason in found.reason


def test_no_part_in_it():
    b = Builder(CATALOGUE, F64)
    x, z = (parameter(b, n, TensorType(F64)) for n in "xz")
    b.exp(z)
    found = broken_path([b.sin(x).value], z.value)
    assert (found.kind, found.node) == ("none", None)


def test_an_integer_has_no_path_to_begin_with():
    b = Builder(CATALOGUE, F64)
    k = parameter(b, "k", TensorType(I64))
    found = broken_path([b.cast(k, F64).value], k.value)
    assert (found.kind, found.reason) == ("dtype", "it is i64")


def test_a_rule_that_takes_no_notice():
    b = Builder(CATALOGUE, F64)
    x = parameter(b, "x", TensorType(F64))
    h = b.stop_grad(x)
    y = hand_written(b, h, lambda i, g, at: g)
    inner = y.value.node.inputs[0]
    found = broken_path([y.value], inner)
    assert (found.kind, found.node) == ("rule", y.value.node)


def test_depends():
    b = Builder(CATALOGUE, F64)
    x, z = (parameter(b, n, TensorType(F64)) for n in "xz")
    y = b.sin(x) + b.floor(z)
    assert depends(reversed(b.nodes), y.value, x.value)
    assert depends(reversed(b.nodes), x.value, x.value)
    assert not depends(reversed(b.nodes), y.value, z.value)
