"""What makes graphs different, and what doesn't."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from graphc.ir.builder import Builder
from graphc.ir.constant import Constant
from graphc.ir.equal import attributes_key, difference, structural_key
from graphc.ir.graph import Graph, Output, inline
from graphc.ir.types import F32, TensorType
from graphc.ops import CATALOGUE
from graphc.source import BUILTIN
from tests.graphs import graphs, random_graph

VECTOR = TensorType(F32, (3,))


def program(build, names=("x", "y"), outputs=("s",)) -> Graph:
    b = Builder(CATALOGUE)
    inputs = [b.term(b.emit(CATALOGUE["input"], (), (n, VECTOR, None), (), (n,)).results[0]) for n in names]
    made = build(b, *inputs)
    made = made if isinstance(made, tuple) else (made,)
    ends = tuple(Output(n, t.value, BUILTIN) for n, t in zip(outputs, made, strict=True))
    return Graph(tuple(b.nodes), ends)


def rebuilt(graph: Graph) -> Graph:
    """Other nodes, independent ones in another order."""
    mapping: dict = {}
    nodes = list(inline(graph.nodes, mapping))
    order = {n: i for i, n in enumerate(nodes)}
    depth: dict = {}
    for n in nodes:
        depth[n] = 1 + max((depth[v.node] for v in n.inputs), default=0)
    nodes.sort(key=lambda n: (depth[n], -order[n]))
    return graph.with_nodes(nodes, mapping)


@given(graphs())
def test_a_reordered_copy_is_equal(graph):
    again = rebuilt(graph)
    assert difference(graph, again) is None
    assert difference(again, graph) is None
    assert structural_key(graph) == structural_key(again)


def sine_once(b, x, y):
    s = b.sin(x)
    return s + s


DIFFERENT = {
    "output s: add.* and .*subtract": (lambda b, x, y: x + y, lambda b, x, y: x - y),
    "sin.x. is shared in the first only": (sine_once, lambda b, x, y: b.sin(x) + b.sin(x)),
    "sin.x. is shared in the second only": (lambda b, x, y: b.sin(x) + b.sin(x), sine_once),
    "input x": (lambda b, x, y: x + y, lambda b, x, y: y + x),
    "only the second has cos.x.": (lambda b, x, y: x + y, lambda b, x, y: (b.cos(x), x + y)[1]),
    "only the first has cos.x.": (lambda b, x, y: (b.cos(x), x + y)[1], lambda b, x, y: x + y),
    "constant": (lambda b, x, y: x * 0.0, lambda b, x, y: x * -0.0),
    "exponent=2 and exponent=3": (lambda b, x, y: x**2, lambda b, x, y: x**3),
}


@pytest.mark.parametrize("expected", DIFFERENT)
def test_difference_is_named(expected):
    left, right = DIFFERENT[expected]
    found = difference(program(left), program(right))
    assert found is not None
    assert re.search(expected, found), found


def test_ends():
    one, other = program(lambda b, x, y: x), program(lambda b, x, y: x, outputs=("t",))
    assert difference(one, other) == "outputs s and t"
    assert "inputs x, y and x, z" in str(difference(one, program(lambda b, x, z: x, names=("x", "z"))))


def test_names_must_agree_where_both_have_them():
    graph = program(lambda b, x, y: (b.sin(x), b.cos(x)), outputs=("s", "t"))
    s, t = (o.value for o in graph.outputs)
    assert difference(replace(graph, names={"a": s}), replace(graph, names={"a": s, "new": t})) is None
    assert difference(replace(graph, names={"a": s}), replace(graph, names={"a": t})) is not None
    assert difference(replace(graph, names={"a": s}), graph) == "the second has no a"


def test_nan_is_equal_to_itself_and_zeros_have_signs():
    def keys(*values: float):
        return [attributes_key((Constant.scalar(v, F32), v)) for v in values]

    assert len({*keys(0.0, -0.0, float("nan")), *keys(float("nan"))}) == 3


def test_numbers_may_be_shared_or_not():
    def shared(b, x, y):
        two = b.term(b.constant(Constant(np.float32(2).reshape(()), F32)))
        return x * two + y * two

    assert difference(program(shared), program(lambda b, x, y: x * 2 + y * 2)) is None
    assert difference(program(lambda b, x, y: x * 2 + y * 2), program(shared)) is None


def test_long_chains():
    def chain(b, x, y):
        for _ in range(50_000):
            x = -x
        return x

    one, other = program(chain), program(chain)
    assert difference(one, other) is None
    assert structural_key(one) == structural_key(other)


def test_random_graphs_differ():
    found = [random_graph(random.Random(seed)) for seed in range(10)]
    assert all(difference(a, b) for i, a in enumerate(found) for b in found[:i])
