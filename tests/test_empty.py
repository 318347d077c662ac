"""Operands without elements, over the catalogue and the library: NumPy's results, derivatives without elements, or an
error that says there is no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from running import IN_F64, compiled, outputs

from graphc.diagnostics import Diagnostics
from graphc.driver.eager import Eager
from graphc.frontend.parse import parse
from graphc.ir.op import Elementwise, Operand
from graphc.ops import CATALOGUE
from graphc.source import Source

SHAPES = [(0,), (0, 3), (3, 0)]

ALONG: dict[str, Callable[..., Any]] = {  # of x and an axis
    "sum": np.sum,
    "prod": np.prod,
    "mean": lambda x, axis: np.full(np.sum(x, axis).shape, np.nan if x.shape[axis] == 0 else 0.0),
    "variance": lambda x, axis: np.full(np.sum(x, axis).shape, np.nan if x.shape[axis] == 0 else 0.0),
    "std": lambda x, axis: np.full(np.sum(x, axis).shape, np.nan if x.shape[axis] == 0 else 0.0),
    "norm": lambda x, axis: np.linalg.norm(x, axis=axis),
    "logsumexp": lambda x, axis: np.full(np.sum(x, axis).shape, -np.inf if x.shape[axis] == 0 else 0.0),
    "softmax": lambda x, axis: x,
    "log_softmax": lambda x, axis: x,
    "sort": np.sort,
    "argsort": np.argsort,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cummax": np.maximum.accumulate,
    "argcummax": lambda x, axis: x.astype(np.int64),
    "flip": np.flip,
    "standardise": lambda x, axis: x,
    "normalise": lambda x, axis: x,
    "max": None,
    "min": None,
    "argmax": None,
    "argmin": None,
}  # fmt: skip


def everywhere(program: str, **feeds: Any) -> dict[str, Any]:
    found = outputs(compiled(program), **feeds)
    for other in (
        outputs(compiled(program), passes=False, **feeds),
        Eager(IN_F64, feeds).run(parse(Source("t", program))),
    ):
        for name, value in found.items():
            np.testing.assert_array_equal(other[name], value)
    return found


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("declared", ["known", "symbolic"])
def test_along_an_axis(name: str, shape: tuple[int, ...], declared: str) -> None:
    x = np.zeros(shape)
    sizes = list(shape) if declared == "known" else "[n, m]" if len(shape) > 1 else "[n]"
    for axis in range(len(shape)):
        head = f"input x: f64{sizes}\ny = {name}(x, axis={axis})\n"
        if ALONG[name] is None and shape[axis] == 0:
            with pytest.raises(Diagnostics, match="no elements"):
                outputs(compiled(head + "output y"), x=x)
            continue
        value = np.sum(x, axis) if ALONG[name] is None else ALONG[name](x, axis=axis)
        found = everywhere(head + "output y", x=x)["y"]
        np.testing.assert_array_equal(found, value)
        if found.dtype == np.float64:
            more = 'output g = grad(sum(y), x)\noutput t = jvp(y, x, x)\noutput h = grad(sum(g * x), x, unused="zero")'
            derivatives = everywhere(head + more, x=x)
            assert derivatives["g"].shape == derivatives["h"].shape == shape
            assert derivatives["t"].shape == found.shape


def _elementwise() -> list[str]:
    kinds = [op for op in CATALOGUE.values() if isinstance(op, Elementwise) and len(op.params) <= 2]
    floats = [op for op in kinds if all(isinstance(p, Operand) and not p.variadic for p in op.params)]
    return [op.name for op in floats if any(t.is_float for t in op.operands[0].accepts)]


@pytest.mark.parametrize("name", _elementwise())
def test_elementwise(name: str) -> None:
    """Every op, on no elements and on a scalar broadcast to none."""
    count = len(CATALOGUE[name].operands)
    for shape in SHAPES:
        call = f"{name}({', '.join(['x'] * count)})"
        found = everywhere(f"input x: f64{list(shape)}\noutput y = {call}", x=np.zeros(shape))["y"]
        assert found.shape == shape
        if found.dtype == np.float64:
            program = f'input x: f64{list(shape)}\noutput g = grad(sum({call}), x, unused="zero")'
            assert everywhere(program, x=np.zeros(shape))["g"].shape == shape


def test_matrices() -> None:
    program = """
        input x: f64[0, 3]
        input y: f64[3, 0]
        output a = y @ x
        output b = x @ y
        output c = einsum("ij,jk->ik", y, x)
        output d = solve(eye(3), y)
        output e = det(zeros([2, 0, 0]))
        output f = top_k(y, 0)[0]
        output g = searchsorted(zeros([0]), [1.0, 2.0])
        output h = permutation(x)
        output k = softmax(x, axis=None)
        output dx = grad(sum(y @ x), x)
    """
    found = everywhere(program, x=np.zeros((0, 3)), y=np.zeros((3, 0)))
    zeros = {
        "a": (3, 3),
        "b": (0, 0),
        "c": (3, 3),
        "d": (3, 0),
        "f": (3, 0),
        "g": (2,),
        "h": (0, 3),
        "k": (0, 3),
        "dx": (0, 3),
    }
    for name, shape in zeros.items():
        np.testing.assert_array_equal(found[name], np.zeros(shape))
    assert found["e"].tolist() == [1, 1]
