"""Variables that code declares: they behave like written ones."""

from __future__ import annotations

import pytest

from graphc.frontend.elaborate.core.scopes import Scope
from graphc.frontend.elaborate.core.state import declare_variable, read
from graphc.frontend.elaborate.core.values import Failure
from graphc.frontend.elaborate.session import Session
from graphc.frontend.parse import parse
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Output, Value
from graphc.ir.text import print_graph
from graphc.ir.types import F32, TensorType
from graphc.ops import CATALOGUE
from graphc.source import Origin, Source, Span

SOURCE = Source("test.g", 'var w: f32 = 1.0\nopt = "here"\n')
HERE, ELSEWHERE = Origin((Span(SOURCE, 17, 20),)), Origin((Span(SOURCE, 23, 28),))


def zero() -> Graph:
    b = Builder(CATALOGUE, F32, origin=HERE)
    return Graph((*b.nodes, (node := b.number(0.0, F32).node)), (Output("0", node.results[0], HERE),))


def declared(session: Session, origin: Origin = HERE) -> Value:
    return declare_variable(session.e, "opt.w.m", TensorType(F32), zero(), False, origin)


def fed(session: Session, text: str) -> None:
    program = parse(Source("more.g", text))
    session.declare(program.statements)
    for statement in program.statements:
        session.feed(statement)


def test_a_program_reads_and_assigns_it():
    session = Session(CATALOGUE)
    declared(session)
    fed(session, "input x: f32\nfn f() { assign(opt.w.m, opt.w.m + x) }\nif x > 0 { f() }\noutput y = opt.w.m * 2")
    graph = session.finish()
    assert [n.attrs[:3] for n in graph.variables()] == [("opt.w.m", TensorType(F32), False)]
    assert [u.variable.name for u in graph.updates] == ["opt.w.m"]
    assert "var opt.w.m: f32 = 0.0, trainable=false\n" in print_graph(graph)


def test_the_same_place_asks_twice():
    session = Session(CATALOGUE)
    assert declared(session) is declared(session)
    with pytest.raises(Failure, match="declared twice"):
        declared(session, ELSEWHERE)


def test_a_read_inside_a_frame_is_a_capture():
    session = Session(CATALOGUE)
    value = declared(session)
    inner = Scope(session.scope, type(session.frame)(Builder(CATALOGUE, F32), session.frame, None))
    assert read(session.e, session.scope, "opt.w.m") is value
    assert read(session.e, inner, "opt.w.m") is value
    assert [c.name for c in inner.frame.captures.values()] == ["opt.w.m"]
