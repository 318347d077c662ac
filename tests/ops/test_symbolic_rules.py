"""VJP rules on symbolic sizes: every cotangent has its operand's type, at orders 1 and 2, and attributes are normal."""

from __future__ import annotations

from typing import Any

import pytest
from evaluation import reverse

from graphc.ir.builder import Builder, Term
from graphc.ir.dims import symbol
from graphc.ir.types import F64, I64, DType, TensorType
from graphc.ops import CATALOGUE

n, m, k = symbol("n"), symbol("m"), symbol("k")
NM, N = (n, m), (n,)
REDUCTIONS = [
    (name, [(F64, (n, 3, m))], (axis, keepdims, *extra))
    for name, extra in [
        ("sum", ()), ("prod", ()), ("mean", ()), ("variance", (1,)), ("std", (0,)), ("norm", ()), ("logsumexp", ()),
        ("max", ()), ("min", ()),
    ]
    for axis, keepdims in [(None, False), (0, False), ((1, 2), True), ((0, 2), False)]
]  # fmt: skip

CASES: list[tuple[str, list[tuple[DType, tuple[Any, ...]]], tuple[Any, ...]]] = [
    *REDUCTIONS,
    ("reshape", [(F64, (n, 6))], ((2 * n, -1),)),
    ("reshape", [(F64, NM)], ((m, n),)),
    ("reshape", [(F64, NM)], ((k,),)),
    ("transpose", [(F64, (n, m, 2))], ((2, 0, 1),)),
    ("squeeze", [(F64, (n, 1, m))], ((0, 1),)),
    ("squeeze", [(F64, (n, 1, m))], (None,)),
    ("expand_dims", [(F64, NM)], ((0, 2),)),
    ("flip", [(F64, NM)], (None,)),
    ("roll", [(F64, NM)], (k, 1)),
    ("broadcast_to", [(F64, (1, m))], ((k, n, m),)),
    ("broadcast_to", [(F64, ())], ((k, n),)),
    ("tile", [(F64, NM)], ((k, 1, 2),)),
    ("repeat", [(F64, NM)], (k, 1)),
    ("concat", [(F64, NM), (F64, (2, m)), (F64, (k, m))], (0,)),
    ("stack", [(F64, NM), (F64, NM)], (-1,)),
    ("split", [(F64, NM)], (3, 0)),
    ("split", [(F64, (n + m, 2))], ((n,), 0)),
    ("split", [(F64, NM)], ((1, 4), 1)),
    ("pad", [(F64, NM)], (((1, k), (0, 2)), 0, (0, 1))),
    ("pad", [(F64, NM)], (((k - 1, 0), (0, 0)), 3, 2)),
    ("strided", [(F64, NM)], ((0, 1), (None, -1), (0, 2))),
    ("strided", [(F64, NM)], ((k, None), (None, None), (1, -2))),
    ("strided", [(F64, NM)], ((n - 1, k), (None, None), (0, 0))),
    ("slice", [(F64, NM), (I64, (2,))], ((k, 3),)),
    ("set_slice", [(F64, NM), (F64, (k, 3)), (I64, (2,))], ()),
    ("set_strided", [(F64, NM), (F64, (m,))], ((0, 0), (None, None), (0, 1))),
    ("take", [(F64, NM), (I64, (k, 2))], (1,)),
    ("scatter_add", [(F64, NM), (I64, (k,)), (F64, (k, m))], (0,)),
    ("scatter_set", [(F64, NM), (I64, (k, 2)), (F64, (k, 2, m))], (0,)),
    ("take_along_axis", [(F64, NM), (I64, (k, m))], (0,)),
    ("add_along_axis", [(F64, NM), (I64, (k, m)), (F64, (k, m))], (0,)),
    ("put_along_axis", [(F64, NM), (I64, (k, m)), (F64, (k, m))], (0,)),
    ("take_nd", [(F64, (n, m, 3)), (I64, (k, 2))], ()),
    ("add_nd", [(F64, (n, m, 3)), (I64, (k, 2)), (F64, (k, 3))], ()),
    ("put_nd", [(F64, (n, m, 3)), (I64, (k, 2)), (F64, (k, 3))], ()),
    ("tril", [(F64, NM)], (1,)),
    ("diagonal", [(F64, (k, n, m))], (-1,)),
    ("diag", [(F64, N)], (2,)),
    ("diag", [(F64, NM)], (1,)),
    ("sort", [(F64, NM)], (0, True)),
    ("top_k", [(F64, NM)], (k, 1)),
    ("cumsum", [(F64, NM)], (0, True, False)),
    ("cumprod", [(F64, NM)], (1, False, True)),
    ("cumprod", [(F64, NM)], (1, True, False)),
    ("linear_recurrence", [(F64, NM), (F64, NM)], (0, False)),
    ("cummax", [(F64, NM)], (0, False)),
]


@pytest.mark.parametrize(("name", "operands", "attrs"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_types_of_cotangents(name: str, operands: Any, attrs: Any) -> None:
    b = Builder(CATALOGUE, default_float=F64)

    def placeholder(type: TensorType) -> Term:
        return b.term(b.emit(CATALOGUE["parameter"], (), ("", type)).results[0])

    terms = [placeholder(TensorType(*t)) for t in operands]
    wrt = [t.value for t in terms if t.dtype is F64]
    node = b.emit(CATALOGUE[name], [t.value for t in terms], attrs)
    level = [r for r in node.results if r.type.dtype is F64]
    for _ in range(2):
        found = reverse(b, {v: placeholder(v.type) for v in level}, wrt)
        level = [c.value for c in found if c is not None]
        assert [c.type for c in level] == [v.type for v, c in zip(wrt, found, strict=True) if c is not None]
    for emitted in b.nodes:
        again = emitted.op.infer(tuple(v.type for v in emitted.inputs), emitted.attrs, ())
        assert again.attrs == emitted.attrs
        assert again.types == tuple(r.type for r in emitted.results)
