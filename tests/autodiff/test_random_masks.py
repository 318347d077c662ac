"""Random programs around singular places: derivatives of both modes and orders against numbers that know structural
zeros.

GRAPHC_SOAK=1 takes three thousand programs.  One of them: `-k "test_random_masks and [17]"`; a failure shows its text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphc
from tests.conftest import SOAK
from tests.random_masks.programs import N, Program, random_program
from tests.running import compiled, outputs

HEAD = f"input x: f64[{N}]\ninput ok: bool[{N}]\ninput direction: f64[{N}]\n"
TAIL = """
y = where(ok, {last}, 0) + 0 * x ** 3
output y
g = grad(y, x, unused="zero")
output first = g
output second = grad(g, x, unused="zero")
output along = jvp(y, x, direction, unused="zero")
output across = jvp(g, x, direction, unused="zero")
output product = hvp(sum(y), x, direction)
output matrix = jacobian(y, x)
output whole = hessian(sum(y), x)
"""
DIRECTION = np.array([1.0, -2.0, 0.5, 3.0])


def expected(made: Program, ok: list[bool]) -> dict[str, Any]:
    matrix, whole, y = np.zeros((N, N)), np.zeros((N, N)), np.zeros(N)
    for row, (d, counts) in enumerate(zip(made.result, ok, strict=True)):
        if counts:
            y[row] = d.value
            for i, slope in d.first.items():
                matrix[row, i] = slope
            for (i, j), bend in d.second.items():
                whole[i, j] += bend
                whole[j, i] += bend if i != j else 0
    return {
        "y": y,
        "first": matrix.sum(0),
        "second": whole.sum(0),
        "along": matrix @ DIRECTION,
        "across": whole @ DIRECTION,
        "product": whole @ DIRECTION,
        "matrix": matrix,
        "whole": whole,
    }


@pytest.mark.parametrize("seed", range(3_000 if SOAK else 40))
def test_random_masks(seed: int) -> None:
    made = random_program(seed)
    ok = [d.is_regular for d in made.result]
    text = HEAD + "\n".join(made.lines) + TAIL.format(last=made.last)
    feeds: dict[str, Any] = {"x": np.array(made.x), "ok": np.array(ok), "direction": DIRECTION}
    right = expected(made, ok)
    ways = {"compiled": outputs(compiled(text), **feeds)}
    if seed % 4 == 0:
        ways["as written"] = outputs(compiled(text), passes=False, **feeds)
        ways["eagerly"] = graphc.loads(text, float="f64").run_eagerly(**feeds)
    for way, found in ways.items():
        for output, value in right.items():
            scale = max(1.0, float(np.max(np.abs(value))))
            said = f"{output}, {way}\nx = {made.x}\n{text}"
            np.testing.assert_allclose(found[output], value, rtol=1e-9, atol=1e-9 * scale, err_msg=said)
