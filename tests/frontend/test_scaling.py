"""Programs of many statements cost as many times more nodes and steps, not more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from graphc.driver import CATALOGUE, Options, compile_source
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
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


def steps(text: str) -> int:
    """How many instructions of Python the elaborator and what it calls execute."""
    program = parse(Source("test.g", text))
    executed = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal executed
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        executed += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        elaborate(program, CATALOGUE)
    finally:
        sys.settrace(before)
    return executed


def branches(n: int) -> str:
    """Branches of the top level, one after the other."""
    return "\n".join(["input a: f32", "y = a", *[f"if a > {i}.0 {{ y = y * 2.0 }}" for i in range(n)], "output y"])


def calls(n: int) -> str:
    """Functions that are called once, with a rule each, and capture what the code before has made."""
    lines = [f"fn f{i}(x) {{ return sin(x) * y }} vjp (g) {{ return g * x }}\ny = f{i}(y)" for i in range(n)]
    return "\n".join(["input a: f32", "y = a", *lines, "output y"])


def repetitions(n: int) -> str:
    return "\n".join(["input a: f32", "y = a", *["for i in range(3) { y = y * a }"] * n, "output y"])


def declarations(n: int) -> str:
    lines = [f"input a{i}: f32 = 2.0 * 3.0\nvar v{i}: f32 = k" for i in range(n)]
    return "\n".join(["k = 0.5", *lines, "output y = a0 + v0"])


@pytest.mark.parametrize("program", [branches, calls, repetitions, declarations])
def test_steps_of_the_elaborator(program: Callable[[int], str]) -> None:
    """A walk back through all code before made these quadratic."""
    small, middle, large = (steps(program(n)) for n in (20, 60, 180))
    assert large - middle < 3.3 * (middle - small)
