"""Functions times a factor: an element has the same bits alone, in a large array and in any layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphc.ir.op import Elementwise
from graphc.ops.scaled import RECORDS

ATTRS = {"gaussian": (0.5, 2)}
SHAPES = [(40000,), (250, 160), (8193,), (2, 0, 9000)]


def evaluate(op: Elementwise, *operands: Any) -> Any:
    with np.errstate(all="ignore"):
        return op.evaluate(*operands, *ATTRS.get(op.name, ()))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
def test_the_bits_of_an_element_depend_on_nothing_else(op: Elementwise, dtype: type[np.floating]) -> None:
    rng = np.random.default_rng(3)
    for shape in SHAPES:
        operands = [(rng.normal(size=shape) * 30).astype(dtype) for _ in op.operands]
        large = evaluate(op, *operands)
        assert (large.dtype, large.shape) == (dtype, shape)
        some = rng.integers(0, max(large.size, 1), 50) if large.size else []
        for i in some:
            alone = evaluate(op, *[np.asarray(a.reshape(-1)[i]) for a in operands])
            assert alone.tobytes() == large.reshape(-1)[i].tobytes()
        turned = evaluate(op, *[np.asarray(a.T) for a in operands])
        assert np.ascontiguousarray(turned.T).tobytes() == large.tobytes()


@pytest.mark.parametrize("op", RECORDS, ids=lambda op: op.name)
def test_operands_broadcast_at_any_size(op: Elementwise) -> None:
    rng = np.random.default_rng(4)
    column, row = rng.normal(size=(300, 1)).astype(np.float32), rng.normal(size=(1, 200)).astype(np.float32)
    operands = [(column, row)[i % 2] for i in range(len(op.operands))]
    full = [np.ascontiguousarray(np.broadcast_to(a, (300, 200))) for a in operands]
    np.testing.assert_array_equal(evaluate(op, *operands), evaluate(op, *full))
