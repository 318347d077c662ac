"""On symbolic sizes, the derivative rules of contractions and linear algebra give cotangents of the operands' types."""

from __future__ import annotations

from typing import Any

import pytest

from graphc.ir.builder import Builder
from graphc.ir.dims import symbol
from graphc.ir.op import Masked
from graphc.ir.types import F32, TensorType
from graphc.ops import CATALOGUE

B, C, H, K, M, N = (symbol(name) for name in "bchkmn")

CASES: list[tuple[Any, ...]] = [
    ("matmul", [(N, M), (M, K)], ()),
    ("matmul", [(B, N, M), (M, K)], ()),
    ("matmul", [(N, M), (B, M, K)], ()),
    ("matmul", [(B, 1, N, M), (C, M, K)], ()),
    ("matmul", [(B, N, M), (M,)], ()),
    ("matmul", [(M,), (B, M, K)], ()),
    ("einsum", [(N, M), (M, K)], ("ij,jk",)),
    ("einsum", [(B, N, M), (M,)], ("...j,j",)),
    ("einsum", [(N, N)], ("ii",)),
    ("einsum", [(N, M), (K,)], ("ij,k->i",)),
    ("einsum", [(N, 1), (M,)], ("ij,j->j",)),
    ("tensordot", [(B, N, M), (M, N)], (((1, 2), (1, 0)),)),
    ("conv", [(B, 4, H, N), (6, 2, 3, 3)], (2, "same", 1, 2)),
    ("conv", [(B, C, H), (K, C, 3)], (1, 1, 2, 1)),
    ("conv_input", [(B, 4, H - 2), (4, C, 3)], ((H,), 1, 0, 1, 1)),
    ("conv_weight", [(B, 4, H), (B, 6, H - 2)], ((3,), 1, 0, 1, 2)),
    ("max_pool", [(B, C, 2 * H, N)], (2, None, "same")),
    ("max_pool", [(B, C, H)], (3, 2, 1)),
    ("avg_pool", [(B, C, H)], (3, 2, 1)),
    ("windows", [(B, C, H)], (3, 2, 1, 0.0)),
    ("overlap_add", [(B, C, H - 2, 3)], ((H,), 1, 0)),
    ("solve", [(B, N, N), (N,)], ()),
    ("solve", [(N, N), (B, N, K)], ()),
    ("solve", [(B, N, N), (N, K)], ()),
    ("triangular_solve", [(B, N, N), (N,)], (True, False, False)),
    ("triangular_solve", [(1, N, N), (B, N, K)], (False, True, True)),
    ("inv", [(B, N, N)], ()),
    ("pinv", [(B, N, M)], (None,)),
    ("det", [(B, N, N)], ()),
    ("cofactor", [(N, N)], ()),
    ("slogdet", [(B, N, N)], ()),
    ("cholesky", [(B, N, N)], ()),
    ("eigh", [(B, N, N)], ()),
    ("svd", [(B, N, M)], ()),
    ("svd", [(N, N)], ()),
    ("qr", [(B, N, M)], ()),
    ("qr", [(N + M, M)], ()),
    ("qr", [(M, N + M)], ()),
    ("qr", [(3, M)], ()),
]


@pytest.mark.parametrize(("name", "shapes", "attrs"), CASES)
def test_cotangents_have_the_types_of_operands(name: str, shapes: list[Any], attrs: tuple[Any, ...]) -> None:
    b = Builder(CATALOGUE)
    op = CATALOGUE[name]

    def parameter(type: Any) -> Any:
        return b.term(b.emit(CATALOGUE["parameter"], (), ("", type)).results[0])

    operands = [parameter(TensorType(F32, s)) for s in shapes]
    node = b.emit(op, [x.value for x in operands], attrs)
    g = tuple(parameter(r.type) for r in node.results)
    y = tuple(b.term(r) for r in node.results)
    single = len(y) == 1
    given: list[Any] = [tuple(operands)] if op.variadic else operands
    found = op.vjp(b, g[0] if single else g, y[0] if single else y, *given, *node.attrs)  # type: ignore[operator]
    found = found if isinstance(found, tuple) else (found,)
    values = [c.value if isinstance(c, Masked) else c for c in found]
    assert [v.type for v in values] == [x.type for x in operands]
