"""Every pass, on random graphs: it keeps what they compute and gives well-formed graphs; the pipeline ends."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.builder import Builder
from graphc.ir.graph import Graph, Output
from graphc.ir.types import F32, TensorType
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE
from graphc.passes.cse import cse
from graphc.passes.pass_ import Context, Pass
from graphc.passes.pipelines import DEFAULT, PASSES, ROUNDS, run_pipeline
from graphc.passes.prune import prune
from graphc.source import Source
from tests.graphs import evaluate_graph, feeds_for, graphs, same_bits


def context(**options) -> Context:
    return Context(CATALOGUE, **options)


def agree(before: Graph, after: Graph, seed: int) -> None:
    feeds = feeds_for(before, seed)
    names = [*(o.name for o in before.outputs), *("update" for _ in before.updates)]
    results = zip(names, evaluate_graph(before, feeds), evaluate_graph(after, feeds), strict=True)
    for name, old, new in results:
        assert same_bits(old, new), (name, old, new)


@given(graphs(), st.integers(0, 1000))
def test_random_graphs_are_well_formed(graph, seed):
    verify(graph, CATALOGUE)
    assert len(evaluate_graph(graph, feeds_for(graph, seed))) == len(graph.outputs) + 1


@pytest.mark.parametrize("each", PASSES, ids=lambda p: p.name)
@given(graph=graphs(), seed=st.integers(0, 1000))
def test_pass_keeps_every_bit(each: Pass, graph: Graph, seed: int):
    after = each.run(graph, context())
    verify(after, CATALOGUE)
    agree(graph, after, seed)


@given(graphs(), st.integers(0, 1000))
def test_pipeline_keeps_every_bit(graph, seed):
    after = run_pipeline(graph, DEFAULT, context(), verify_each=True).graph
    agree(graph, after, seed)


@given(graphs())
def test_fast_math_gives_well_formed_graphs(graph):
    run_pipeline(graph, DEFAULT, context(fast_math=True), verify_each=True)


@given(graphs())
def test_pipeline_is_done_after_one_run(graph):
    outcome = run_pipeline(graph, DEFAULT, context())
    assert len(outcome.timings) < ROUNDS * len(DEFAULT)
    assert run_pipeline(outcome.graph, DEFAULT, context()).graph is outcome.graph
    for each in PASSES:
        assert each.run(outcome.graph, context()) is outcome.graph


@given(graphs())
def test_pipeline_never_makes_a_graph_costlier(graph):
    def operations(g: Graph) -> int:
        return sum(1 for n in g.nodes if n.inputs)

    pruned = PASSES[0].run(graph, context())
    assert operations(run_pipeline(graph, DEFAULT, context()).graph) <= operations(pruned)


@given(graphs(), st.integers(0, 1000))
def test_kept_values_survive(graph, seed):
    rng = random.Random(seed)
    used = {v for n in graph.nodes for v in n.inputs} | set(graph.results)
    candidates = [n.results[0] for n in graph.nodes if n.results[0] in used]
    keep = frozenset(rng.sample(candidates, min(3, len(candidates))))
    kept = context(keep=keep)
    after = run_pipeline(graph, DEFAULT, kept, verify_each=True).graph
    agree(graph, after, seed)
    assert len(kept.keep) == len(keep)
    ops = sorted(v.node.op.name for v in keep)
    assert sorted(v.node.op.name for v in kept.keep) == ops


TEXT = """
import random
from graphc.ops import CATALOGUE
from graphc.passes.cse import cse
from graphc.passes.pass_ import Context, describe
from graphc.passes.pipelines import DEFAULT, run_pipeline
from tests.graphs import random_graph
for seed in range(5):
    context = Context(CATALOGUE, report=lambda r: print(describe(r)))
    graph = run_pipeline(random_graph(random.Random(seed), 60), DEFAULT, context).graph
    numbers = {}
    for node in graph.nodes:
        for r in node.results:
            numbers[r] = len(numbers)
        print(node.op.name, [numbers[v] for v in node.inputs], [r.name for r in node.results], node.origin.span.where)
"""


def test_output_is_the_same_for_every_hash_seed():
    def run(seed: str) -> str:
        root = Path(__file__).parents[2]
        return subprocess.run(
            [sys.executable, "-c", TEXT],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("1") == run("2") != ""


def long_chain(count: int) -> Graph:
    b = Builder(CATALOGUE)
    x = b.term(b.emit(CATALOGUE["input"], (), ("x", TensorType(F32, (3,)), None)).results[0])
    y = x
    while len(b.nodes) < count:
        y = b.sin(y * 2) + -(y * 1) + b.sin(2 * y)
    return Graph(tuple(b.nodes), (Output("y", y.value, b.origin),))


def test_chains_of_100_000_nodes_are_ordinary():
    """Ten times the nodes take ten times as long: quadratic time would be a hundred times."""
    short, long = long_chain(10_000), long_chain(100_000)
    before = process_time()
    run_pipeline(short, DEFAULT, context())
    between = process_time()
    made = run_pipeline(long, DEFAULT, context()).graph
    assert process_time() - between < 40 * (between - before)
    assert len(made.nodes) < 60_000
    verify(made, CATALOGUE)


def test_prune_keeps_an_input_that_alone_tells_a_size() -> None:
    """`ones([n])` needs n: one of the inputs that declare it stays, the other goes."""
    source = Source("sizes.g", "input x: f32[n]\ninput z: f32[m, n]\ny = sum(ones([n]))\noutput y\n")
    graph = elaborate(parse(source), CATALOGUE).graph
    pruned = prune.run(graph, Context(CATALOGUE))
    assert [n.attrs[0] for n in pruned.inputs()] == ["x"]


SECOND = {
    "a loop": "for i in range(n) { a = exp(a); b = b * b }",
    "a branch": "if n > 1 { a = exp(p); b = sin(q) } else { b = 2.0 * q }",
}


@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND)
def test_prune_narrows_what_read_a_result_that_is_gone(second: str) -> None:
    """Without `b`, the second part doesn't read `q`, and the first loop doesn't give it."""
    first = "input x: f64\ninput n: i64\np, q = x, x\nfor i in range(n) { p = sin(p); q = cos(q) }\na, b = p, q\n"
    graph = elaborate(parse(Source("parts.g", f"{first}{second}\noutput a\n")), CATALOGUE).graph
    pruned = prune.run(graph, context())
    verify(pruned, CATALOGUE)
    assert [len(n.results) for n in pruned.nodes if n.regions] == [1, 1]


def test_cse_shares_loops_whose_result_is_a_stack() -> None:
    again = "k = 0\nwhile k < n { push(VS, k * x); k += 1 }\n"
    loops = [f"{name} = stack()\n{again.replace('VS', name)}" for name in ("us", "vs")]
    text = f"input x: f64\ninput n: i64\n{''.join(loops)}"
    graph = elaborate(parse(Source("twice.g", f"{text}output us\noutput vs\n")), CATALOGUE).graph
    shared = cse.run(prune.run(graph, context()), context())
    verify(shared, CATALOGUE)
    assert sum(bool(n.regions) for n in shared.nodes) == 1
