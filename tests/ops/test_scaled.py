"""Functions times a factor: an element has the same bits alone, in a large array and in any layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc
from graphc.ir.op import Elementwise
from graphc.ops.scaled import RECORDS

ATTRS = {"gaussian": (0.5, 2), "inversion": (2, True)}
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


@pytest.mark.parametrize(
    ("size", "dtype"), [(1e-180, "f64"), (3e-150, "f64"), (1e150, "f64"), (1e-20, "f32"), (1e15, "f32"), (2.0, "f64")]
)
def test_second_derivatives_of_the_angle(size: float, dtype: str) -> None:
    """The mixed one is (x**2 - y**2) / r**4, 0 on the diagonal; the others are its neighbours in size."""
    program = f"""input x: {dtype}
input y: {dtype}
a = atan2(y, x)
output mixed = grad(grad(a, x), y)
output turned = jvp(grad(a, y), x, 1.0)
output across = grad(grad(a, x), x)
output third = grad(grad(grad(a, x), x), y)
"""
    run = graphc.loads(program).compile()
    kind = np.dtype({"f32": np.float32, "f64": np.float64}[dtype])
    for x, y in ((size, size), (-size, size), (size, -size)):
        found = run(x=kind.type(x), y=kind.type(y))
        assert found["mixed"] == found["turned"] == 0
        with np.errstate(over="ignore"):
            right = np.float64(2 * np.sign(x) * np.sign(y) / 4 / float(size)) / float(size)
            np.testing.assert_allclose(found["across"], right.astype(kind), rtol=1e-6)
