"""What a loop carries and never changes is read from outside: fewer operands, the same results."""

from __future__ import annotations

import numpy as np
import pytest

from graphc.driver import CATALOGUE, optimise
from graphc.ir.graph import Graph, nested
from graphc.ir.verify import verify
from tests.running import IN_F64, compiled, outputs

TEXT = """
    input n: i64
    input x: f64
    a = x; b = x * 2; c = x * 3
    i = 0
    while i < n { i += 1; b = b; a, c = a * b, c }
    output a
    output b
    output c
    output slope = grad(a * c * b, x)
    output tangent = jvp(a * c, x, 1.0)
    k = 1.0
    for j in range(n) { k = k }
    output k
    p = x
    ys = stack()
    for j in range(4) { p = p; push(ys, p * f64(j)); for l in range(n) { p = p } }
    output ys
    s = "text"
    for j in range(n) { s = s; assert length(s) == 4 }
    output s
"""


def carried(graph: Graph) -> list[int]:
    """How many values each loop carries."""
    loops = [n for g in nested(graph) for n in g.nodes if getattr(n.op, "loop", None) is not None]
    return [n.op.loop(*n.attrs).carried for n in loops]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_results_stay(n):
    graph = compiled(TEXT)
    plain, passed = outputs(graph, passes=False, n=n, x=1.5), outputs(graph, n=n, x=1.5)
    assert plain.keys() == passed.keys()
    for name, value in plain.items():
        assert np.array_equal(value, passed[name]), name
    assert plain["a"] == pytest.approx(1.5 * 3.0**n)
    assert plain["slope"] == pytest.approx((n + 3) * 6 * 2**n * 1.5 ** (n + 2))


def test_loops_carry_less():
    graph = compiled(TEXT)
    smaller = optimise(graph, IN_F64).graph
    verify(smaller, CATALOGUE)
    before, after = carried(graph), carried(smaller)
    assert len(after) < len(before)  # those that changed nothing are gone
    assert sum(after) <= sum(before) - 10
