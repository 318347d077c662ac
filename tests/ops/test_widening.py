"""Sums of narrow integers and booleans don't wrap, in whatever way they are written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from running import compiled, outputs

WAYS = {
    "sum(a)": lambda a: a.sum(),
    "prod(a[0])": lambda a: a[0].prod(),
    "cumsum(a[0])": lambda a: a[0].cumsum(),
    "cumprod(a[0])": lambda a: a[0].cumprod(),
    "trace(a)": np.trace,
    "a @ a": lambda a: a @ a,
    "a @ a[0]": lambda a: a @ a[0],
    "a[0] @ a": lambda a: a[0] @ a,
    "dot(a[0], a[1])": lambda a: a[0] @ a[1],
    "tensordot(a, a, 2)": lambda a: (a * a).sum(),
    'einsum("ii->", a)': np.trace,
    'einsum("ij->i", a)': lambda a: a.sum(axis=1),
    'einsum("ij,ij->j", a, a)': lambda a: (a * a).sum(axis=0),
    'einsum("ij,jk,kl->il", a, a, a)': lambda a: a @ a @ a,
    "conv(a[None, None], a[None, None])": lambda a: (a * a).sum().reshape(1, 1, 1, 1),
    "mean(a)": lambda a: a.mean(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("dtype", ["u8", "i8", "u16", "i16", "u32", "i32"])
def test_sums_widen(way: str, dtype: str) -> None:
    kind = np.dtype(f"{dtype[0]}{int(dtype[1:]) // 8}")
    top = min(int(np.iinfo(kind).max), 2**20 - 3)
    a = np.array([[top, 3], [top - 1, top - 2]], kind)
    found = outputs(compiled(f"input a: {dtype}[2, 2]\noutput y = {way}"), a=a)["y"]
    expected: Any = WAYS[way](a.astype(np.int64))  # type: ignore[no-untyped-call]
    np.testing.assert_array_equal(found, expected)
    if way != "mean(a)":
        assert found.dtype == (np.uint64 if dtype[0] == "u" else np.int64)


def test_products_of_booleans_count() -> None:
    program = 'input p: bool[2, 2]\noutput y = p @ p\noutput t = trace(p)\noutput e = einsum("ij,ij->", p, p)'
    found = outputs(compiled(program), p=np.ones((2, 2), bool))
    assert found["y"].tolist() == [[2, 2], [2, 2]]
    assert found["t"] == found["e"] / 2 == 2


def test_of_one_dtype_that_is_wide_already() -> None:
    """i64 wraps around, as everywhere."""
    found = outputs(compiled("input a: i64[2]\noutput y = a @ a"), a=np.array([2**62, 2]))["y"]
    assert found == 4
