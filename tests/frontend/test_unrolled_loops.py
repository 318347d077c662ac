"""Loops over literal lists that the run may leave: branches side by side, whatever the items are."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

import graphc
from graphc.driver import CATALOGUE
from graphc.ir.equal import difference
from graphc.ir.graph import Graph, nested
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from tests.running import compiled, outputs

POINTS = (-2.03, -0.41, 0.31, 1.23, 2.71, 5.53, 11.07)


def summed(n: int) -> str:
    items = ", ".join(f"{i}.0" for i in range(n))
    return f"input a: f64\ny = a\nfor k in [{items}] {{ if y > 50 {{ break }}\n y = y + k * a }}\noutput y\n"


def depth(graph: Graph) -> int:
    return 1 + max((depth(r) for n in graph.nodes for r in n.regions), default=0)


def test_nodes() -> None:
    graphs = [compiled(summed(n)) for n in (10, 20, 40)]
    small, middle, large = (sum(len(g.nodes) for g in nested(graph)) for graph in graphs)
    assert large - middle == 2 * (middle - small)
    assert [depth(graph) for graph in graphs] == [3, 3, 3]  # a guard, and the `if` in it


def test_many_items() -> None:
    text = summed(150) + "output g = grad(y, a)"
    expected, slope = 0.3, 1.0
    for k in range(150):
        if expected > 50:
            break
        expected, slope = expected + k * 0.3, slope + k
    assert outputs(compiled(text), a=0.3) == {"y": pytest.approx(expected), "g": pytest.approx(slope)}


def test_it_prints_as_itself() -> None:
    graph = compiled(summed(5) + "output g = grad(y, a)")
    verify(graph, CATALOGUE)
    for core in (False, True):
        assert difference(graph, compiled(print_graph(graph, core=core))) is None


def first(a: float) -> float:
    """A name that only later items bind, and read; a return, a break and a `continue`."""
    y = a
    for k in (0, 1, 2, 3):
        if k > 0:
            if k == 1:
                t = y * 2
            else:
                y = y + t
        if y > 3:
            if y > 7:
                return y * 100
            break
        if y < 0:
            y = y - 1
            continue
        y = y + 1
    return -y


def second(a: float) -> float:
    """Inside each other, and in a loop of the run."""
    y = a
    for _ in range(3):
        for k in (1, 2, 3):
            for j in (1, 2):
                if y > 6 * k:
                    break
                y = y + j
            if y > 10:
                break
            y = y * k
        y = y - 2
    return y


PROGRAMS = {
    first: """
        fn f(a) {
          y = a
          for k in [0, 1, 2, 3] {
            if k > 0 { if k == 1 { t = y * 2 } else { y = y + t } }
            if y > 3 { if y > 7 { return y * 100 }; break }
            if y < 0 { y = y - 1; continue }
            y = y + 1
          }
          return -y
        }
    """,
    second: """
        fn f(a) {
          y = a
          for i in range(3) {
            for k in [1, 2, 3] {
              for j in [1, 2] { if y > 6 * k { break }; y = y + j }
              if y > 10 { break }
              y = y * k
            }
            y = y - 2
          }
          return y
        }
    """,
}


@pytest.mark.parametrize("reference", PROGRAMS)
def test_values_and_slopes(reference: Callable[[float], float]) -> None:
    text = dedent(PROGRAMS[reference]) + "input a: f64\ny = f(a)\noutput y\noutput g = grad(y, a)"
    graph, program = compiled(text), graphc.loads(text)
    for a in POINTS:
        found = outputs(graph, a=a)
        assert found["y"] == pytest.approx(reference(a), rel=1e-12)
        assert found["g"] == pytest.approx((reference(a + 1e-6) - reference(a - 1e-6)) / 2e-6, rel=1e-6)
        static, eager = program.compile()(a=a), program.run_eagerly(a=a)
        assert {k: v.tobytes() for k, v in static.items()} == {k: v.tobytes() for k, v in eager.items()}


def test_state_and_effects() -> None:
    text = "var w: f32 = 0\ninput a: f32\nfor k in [1, 2, 3] { w = w + k * a; if w > 3 { break } }\noutput w"
    assert [graphc.loads(text).compile()(a=a)["w"] for a in (-1.0, 0.5, 1.0, 2.0, 4.0)] == [-6, 3, 6, 6, 4]


def test_a_name_of_later_items_may_have_no_value_behind_the_loop() -> None:
    text = "input a: f32\nfor k in [0, 1, 2] { if k > 0 { t = k * a }\n if a > k { break } }\noutput t"
    with pytest.raises(graphc.Diagnostics) as raised:
        graphc.loads(text)
    assert [d.code for d in raised.value.items] == ["E0209"]


def test_a_name_of_all_items_has_one() -> None:
    text = "input a: f32\nfor k in [0, 1, 2] { t = k * a; if a > k { break } }\noutput t"
    assert [graphc.loads(text).compile()(a=a)["t"] for a in (0.5, 1.5, 2.5, -1)] == [0, 0, 0, -2]
