"""Programs as text, run by the driver's stages: what tests of whole programs share."""

from __future__ import annotations

from typing import Any

from graphc.driver import CATALOGUE, Options, compile_source, derive, executable, optimise
from graphc.executors.binding import bind
from graphc.ir.graph import Graph
from graphc.ir.types import F64
from graphc.source import Source

IN_F64 = Options(default_float=F64)


def compiled(text: str) -> Graph:
    return compile_source(Source("test.g", text), IN_F64).graph


def derivative(text: str, wrt: list[str], order: int) -> Graph:
    """The gradient program, after the passes."""
    made = derive(compiled(text), CATALOGUE, wrt, order=order)
    return optimise(made.graph, IN_F64, keep=made.wrt).graph


def outputs(graph: Graph, *, passes: bool = True, **feeds: Any) -> dict[str, Any]:
    """The outputs of one run, in f64; `passes`: after the default pipeline."""
    options = IN_F64 if passes else Options(default_float=F64, pipeline=())
    ready = executable(graph, options)
    needed = set(ready.graph.nodes)
    binding = bind(ready.graph, feeds, pruned=[n for n in graph.inputs() if n not in needed])
    return dict(ready.run(binding).outputs)
