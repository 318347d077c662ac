"""Programs of many statements cost as many times more nodes, not more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphc.driver import Options, compile_source
from graphc.ir.graph import nested
from graphc.source import Source


def count(text: str) -> int:
    graph = compile_source(Source("test.g", text), Options()).graph
    return sum(len(g.nodes) for g in nested(graph))


def returning(n: int) -> str:
    """Branches that may return, one after the other."""
    lines = ["if x > 1.0 { if x > 1.5 { return y }; y = y * 2 }"] * n
    return "\n".join(["fn f(x) {", "y = x", *lines, "return y", "}", "input a: f32", "output y = f(a)"])


def nested_returns(n: int) -> str:
    """Branches that may return inside each other, each with code behind it."""
    text = "if x > 9 { return y }; y = y + 1"
    for i in range(n):
        text = f"if x > {i} {{ {text} }}; y = y * 2"
    return f"fn f(x) {{ y = x; {text}; z = y * 3; return z }}\ninput a: f32\noutput y = f(a)"


def chained_returns(n: int) -> str:
    """The arms of one chain, which may return, and code behind it."""
    arms = " else ".join(f"if x > {i} {{ if y > {i} {{ return y }}; y = y + 1 }}" for i in range(n))
    return f"fn f(x) {{ y = x; {arms}\nz = sin(cos(y)) * 3; return z }}\ninput a: f32\noutput y = f(a)"


@pytest.mark.parametrize("program", [returning, nested_returns, chained_returns])
def test_nodes_of_early_returns(program: Callable[[int], str]) -> None:
    small, middle, large = (count(program(n)) for n in (6, 12, 24))
    assert large - middle == 2 * (middle - small)
    assert large < 30 * 24 + 40
