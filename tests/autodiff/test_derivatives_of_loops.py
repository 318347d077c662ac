"""Programs with run-time control flow: values against NumPy, derivatives against central differences, printed again."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import loop_programs.control
import loop_programs.sequences
import loop_programs.solvers  # noqa: F401
import numpy as np
import pytest
from loop_programs import PROGRAMS, Program, numbers
from op_trials import same_bits

from graphc.driver import CATALOGUE, derive, optimise
from graphc.ir.equal import difference
from graphc.ir.graph import Graph
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from graphc.passes.branches import is_loop
from graphc.passes.pipelines import DEFAULT, without
from tests.running import IN_F64, compiled, outputs

Arrays = dict[str, Any]

WAYS = ("back_over_back", "forward_over_back")
every_program = pytest.mark.parametrize("name", PROGRAMS)


def directions(p: Program) -> Arrays:
    return {f"v_{x}": numbers(i, *p.feeds[x].shape) for i, x in enumerate(p.wrt)}


def along(f: Any, feeds: Any, moves: Arrays) -> Any:
    """The derivative of `f` along `moves`, by central differences of fourth order."""
    h = 2e-4

    def at(t: float) -> Any:
        return f({**feeds, **{x[2:]: feeds[x[2:]] + t * v for x, v in moves.items()}})

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def basis(array: Any) -> list[Any]:
    return list(np.eye(array.size).reshape(array.size, *array.shape))


def slope(p: Program, moves: Arrays) -> float:
    return float(along(lambda feeds: p.reference(**feeds), p.feeds, moves))


def written(p: Program, *, second: bool = False) -> str:
    """The program with its derivatives g_x, and the one along all v_x; `second`: those of second order, two ways."""
    types = dict(re.findall(r"^input (\w+): (f64.*)$", p.text, re.MULTILINE))
    wrt, moves = ", ".join(p.wrt), ", ".join(f"v_{x}" for x in p.wrt)
    lines = [f"input v_{x}: {types[x]}" for x in p.wrt]
    lines += gradient("g", "loss", p)
    if not second:
        lines += [f"output forward = jvp(loss, [{wrt}], [{moves}])", *(f"output g_{x}" for x in p.wrt)]
        return p.text + "\n".join(lines) + "\n"
    lines += ["sideways = " + " + ".join(f"sum(g_{x} * v_{x})" for x in p.wrt)]
    lines += gradient("back_over_back", "sideways", p)
    lines += [f"forward_over_back_{x} = jvp(g_{x}, [{wrt}], [{moves}])" for x in p.wrt]
    lines += [f"output {way}_{x}" for x in p.wrt for way in WAYS]
    return p.text + "\n".join(lines) + "\n"


def gradient(prefix: str, of: str, p: Program) -> list[str]:
    names = ", ".join(f"{prefix}_{x}" for x in p.wrt)
    return [f'({names},) = grad({of}, [{", ".join(p.wrt)}], unused="zero")']


@cache
def first_order(name: str) -> Graph:
    return optimise(compiled(written(PROGRAMS[name])), IN_F64).graph


def run_first(name: str, feeds: Arrays) -> Arrays:
    return outputs(first_order(name), passes=False, **feeds, **directions(PROGRAMS[name]))


@every_program
def test_values(name: str) -> None:
    p = PROGRAMS[name]
    graph = compiled(p.text)
    expected = p.reference(**p.feeds)
    for passes in (True, False):
        np.testing.assert_allclose(outputs(graph, passes=passes, **p.feeds)["loss"], expected, rtol=1e-12)


@every_program
def test_reverse_mode(name: str) -> None:
    p = PROGRAMS[name]
    found = run_first(name, p.feeds)
    for x in p.wrt:
        for move in basis(p.feeds[x]):
            expected = slope(p, {f"v_{x}": move})
            np.testing.assert_allclose(np.sum(found[f"g_{x}"] * move), expected, rtol=1e-7, atol=1e-9, err_msg=x)


@every_program
def test_forward_mode(name: str) -> None:
    p = PROGRAMS[name]
    found = run_first(name, p.feeds)["forward"]
    np.testing.assert_allclose(found, slope(p, directions(p)), rtol=1e-7, atol=1e-9)


@every_program
def test_forward_mode_along_the_value_itself(name: str) -> None:
    """Then primal and tangent are one value wherever a region takes both."""
    p = PROGRAMS[name]
    wrt = ", ".join(p.wrt)
    graph = compiled(f"{p.text}\noutput itself = jvp(loss, [{wrt}], [{wrt}])\n")
    verify(graph, CATALOGUE)
    verify(optimise(graph, IN_F64).graph, CATALOGUE)
    expected = slope(p, {f"v_{x}": p.feeds[x] for x in p.wrt})
    np.testing.assert_allclose(outputs(graph, **p.feeds)["itself"], expected, rtol=1e-7, atol=1e-9)


@every_program
def test_a_loop_that_runs_once_computes_the_same(name: str) -> None:
    """`reuse` changes no bit."""
    p = PROGRAMS[name]
    graph = compiled(written(p))
    feeds = {**p.feeds, **directions(p)}
    options = replace(IN_F64, pipeline=without(DEFAULT, ["reuse"]))
    one, other = optimise(graph, options).graph, first_order(name)
    assert sum(is_loop(n) for n in other.nodes) <= sum(is_loop(n) for n in one.nodes)
    first, second = (outputs(g, passes=False, **feeds) for g in (one, other))
    assert first.keys() == second.keys()
    assert all(same_bits(first[k], second[k]) for k in first)


@every_program
def test_second_order(name: str) -> None:
    p = PROGRAMS[name]
    moves = directions(p)
    found = outputs(compiled(written(p, second=True)), **p.feeds, **moves)
    for x in p.wrt:
        expected = along(lambda feeds, x=x: run_first(name, feeds)[f"g_{x}"], p.feeds, moves)
        for way in WAYS:
            np.testing.assert_allclose(found[f"{way}_{x}"], expected, rtol=1e-6, atol=1e-8, err_msg=f"{way} {x}")
            np.testing.assert_allclose(found[f"{way}_{x}"], found[f"{WAYS[0]}_{x}"], rtol=1e-10, atol=1e-11)


@every_program
def test_gradient_programs_print_as_themselves(name: str) -> None:
    """As they are derived, and after the passes; readably and with every op on a line."""
    p = PROGRAMS[name]
    made = derive(compiled(p.text), CATALOGUE, p.wrt)
    better = optimise(made.graph, IN_F64, keep=made.wrt).graph
    for graph, core in ((made.graph, True), (better, True), (better, False)):
        read = compiled(print_graph(graph, core=core))
        assert difference(graph, read) is None, difference(graph, read)
    one, other = (outputs(g, passes=False, **p.feeds) for g in (better, read))
    assert one.keys() == other.keys()
    assert all(same_bits(one[k], other[k]) for k in one)
