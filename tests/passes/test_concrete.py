"""What an executor is given: no weak dtype, no identity of a rule; and f32 where f64 would give the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from graphc.driver import Options, compile_source, executable
from graphc.driver.session import Session
from graphc.ir.graph import Graph, nested
from graphc.ir.types import F64, StackType, TensorType
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE
from graphc.passes.concrete import concrete, concrete_more
from graphc.passes.pass_ import Context
from graphc.source import Source


def executed(text: str, **feeds: object) -> tuple[Graph, dict[str, np.ndarray]]:
    """The graph that NumPy runs, and what it gives."""
    graph = compile_source(Source("p.g", text), Options()).graph
    seen: list[Graph] = []
    session = Session(graph, executable(graph, Options(), prepared=seen.append))
    outputs = session.step(session.bind(feeds))
    (made,) = seen
    verify(made, CATALOGUE)
    return made, outputs


def dtypes(graph: Graph) -> set[object]:
    """Those of everything in the graph and its regions."""
    types = [v.type for g in nested(graph) for n in g.nodes for v in n.results]
    return {t.dtype for t in types if isinstance(t, TensorType | StackType)}


PROGRAMS = {
    "numbers": "input x: f32[3] = [1, 2, 4]\nk = 0.1\noutput y = k * x\noutput z = k",
    "a loop": "input x: f32 = 2\ns = 0.0\nfor i in range(5) { s = s + x * (i / 10) }\noutput s",
    "a carried number": "k = 1\nwhile k < 100 { k = k * 3 }\noutput k",
    "a branch": "input p: bool = true\nv = 1\nif p { v = 2.5 }\noutput v",
    "a rule": "fn f(x) { return sin(x) } vjp (g) { return g }\n"
    "input x: f32 = 1\ny = f(x) + stop_grad(x)\noutput d = grad(y, x)",
    "a map": "fn f(v) = v * 2\noutput y = map(f, [1, 2])",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_no_weak_dtype_is_executed(text):
    made, _ = executed(text)
    assert not [t for t in dtypes(made) if t.weak]


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_a_graph_without_passes_is_made_concrete(text):
    graph = compile_source(Source("p.g", text), Options()).graph
    made = concrete.run(graph, Context(CATALOGUE))
    verify(made, CATALOGUE)
    assert not [t for t in dtypes(made) if t.weak]
    assert not {n.op.name for g in nested(made) for n in g.nodes} & {"stop_grad", "with_vjp"}
    assert concrete.run(made, Context(CATALOGUE)) is made


def test_a_growing_graph_keeps_what_it_knows():
    graph = compile_source(Source("p.g", PROGRAMS["numbers"]), Options()).graph
    mapping = {}
    made = concrete_more(graph, CATALOGUE, mapping)
    assert [mapping.get(o.value, o.value) for o in graph.outputs] == [o.value for o in made.outputs]


NARROW = {
    "pixels": "input u: u8[4] = [0, 1, 77, 255]\ninput x: f32[4] = [1, 2, 3, 4]\noutput y = x * (u / 255)",
    "bools": "input p: bool[3] = [true, false, true]\ninput x: f32[3] = [1, 2, 3]\noutput y = x - (p * 0.5)",
    "a root": "input u: u16[3] = [2, 3, 65535]\ninput x: f32[3] = [1, 1, 1]\noutput y = x * sqrt(u)",
}


@pytest.mark.parametrize("name", NARROW)
def test_exact_operands_cost_no_f64(name):
    made, _ = executed(NARROW[name])
    assert F64 not in dtypes(made)


def test_every_quotient_of_a_pixel_has_the_bits_of_f64():
    text = "input u: u16[n, 1]; input v: i16[1, m]; input x: f32 = 1\noutput q = x * (u / v)\noutput r = x * sqrt(u)"
    u = np.arange(0, 65536, 97, dtype=np.uint16).reshape(-1, 1)
    v = np.arange(-32768, 32768, 89, dtype=np.int16).reshape(1, -1)
    _, outputs = executed(text, u=u, v=v)
    with np.errstate(all="ignore"):
        expected = (u.astype(np.float64) / v.astype(np.float64)).astype(np.float32)
    assert outputs["q"].tobytes() == expected.tobytes()
    assert outputs["r"].tobytes() == np.sqrt(u.astype(np.float64)).astype(np.float32).tobytes()


def test_what_f32_would_round_twice_stays_in_f64():
    text = "input i: i64[3] = [16777217, 3, 9007199254740991]\ninput x: f32[3] = [1, 1, 1]\noutput y = x * (i / 3)"
    made, outputs = executed(text)
    assert F64 in dtypes(made)
    expected = (np.array([16777217, 3, 9007199254740991], np.float64) / 3).astype(np.float32)
    assert outputs["y"].tobytes() == expected.tobytes()


def test_a_literal_that_f32_does_not_hold_stays_in_f64():
    made, outputs = executed("input u: u8[2] = [7, 200]\ninput x: f32[2] = [1, 1]\noutput y = x * (u * 0.1)")
    assert F64 in dtypes(made)
    assert outputs["y"].tobytes() == (np.array([7.0, 200.0]) * 0.1).astype(np.float32).tobytes()
