"""What each pass does, on programs as people write them, and what it says about it."""

from __future__ import annotations

import pytest

from graphc.driver import Options, compile_source, derive
from graphc.ir.graph import Graph
from graphc.ir.text import print_graph
from graphc.ir.verify import VerifyError, verify
from graphc.ops import CATALOGUE
from graphc.passes.pass_ import Budget, Context, Pass, Rewrite, describe
from graphc.passes.pipelines import DEFAULT, PASSES, run_pipeline, select, without
from graphc.source import BUILTIN, Call, Origin, Source, Span


def program(text: str) -> tuple[Source, Graph]:
    source = Source("p.g", text)
    return source, compile_source(source, Options()).graph


def after(text: str, *names: str, **options) -> list[str]:
    """The lines of a program after some passes, its declarations aside."""
    _, graph = program(text)
    pipeline = select(names) if names else DEFAULT
    context = Context(CATALOGUE, **options)
    made = run_pipeline(graph, pipeline, context, rounds=1 if names else 10, verify_each=True).graph
    return [line for line in print_graph(made).splitlines() if not line.startswith(("input", "var", "output"))]


def told(text: str, *names: str) -> list[str]:
    """What `-v` says."""
    source, graph = program(text)
    lines: list[str] = []
    context = Context(CATALOGUE, report=lambda rewrite: lines.append(describe(rewrite, source)))
    run_pipeline(graph, select(names) if names else DEFAULT, context)
    return lines


UNUSED = """input x: f32; input big: f32[200, 200]
scale = 2 * 3 + 4
wave = sin(x)
inverse = inv(big)
ramp = scale * x
again = sin(x)
y = ramp + (wave - again)
output y
"""


def test_everything_is_said_with_its_lines():
    assert told(UNUSED) == [
        "prune    line 4   inv(big): nothing needs it; input big needs no feed",
        "fold     line 2   2 * 3 + 4  ->  10",
        "cse      lines 3, 6   sin(x) computed once",
    ]


def test_prune_drops_inputs_but_not_variables():
    _, graph = program(
        "input x: f32; input z: f32\nvar w: f32 = 1.0\nvar unused: f32 = 2.0\ny = x * w\noutput y\nw += 1"
    )
    pruned = select(["prune"])[0].run(graph, Context(CATALOGUE))
    assert [n.attrs[0] for n in pruned.inputs()] == ["x"]
    assert [n.attrs[0] for n in pruned.variables()] == ["w", "unused"]
    assert "z" not in pruned.names


def test_prune_keeps_effects():
    assert after('input x: f32\ny = x\nprint("x is", sin(x))\noutput y', "prune") == ["y = x", 'print("x is", sin(x))']


def test_prune_says_which_inputs_need_no_feed():
    text = "input x: f32; input a: f32; input b: f32; input c: f32\nu = a * b\nv = sin(u)\noutput x"
    assert told(text, "prune") == [
        "prune    line 3   sin(u): nothing needs it; inputs a, b need no feed",
        "prune    line 1   input c needs no feed: nothing reads it",
    ]


def test_fold_computes_in_f64_until_a_dtype_is_met():
    assert after("input x: f64\nk = 0.1 + 0.2\noutput y = k * x", "fold") == ["y = 0.30000000000000004 * x"]


def test_fold_leaves_short_spellings():
    text = "input x: f32[5]\noutput y = x + zeros([5]) + arange(5)\noutput s = sum(ones([5])) * x"
    assert after(text, "fold") == ["y = x + zeros([5], dtype=f32) + [0.0, 1.0, 2.0, 3.0, 4.0]", "s = 5 * x"]


def test_fold_keeps_to_its_budget():
    text = "output y = sum(ones([100, 100]) @ ones([100, 100]))"
    assert after(text, "fold") == ["y: f32 = 1000000.0"]
    assert len(after(text, "fold", budget=Budget(flops=10_000))) == 1
    assert "@" in after(text, "fold", budget=Budget(flops=500_000))[0]
    assert "@" in after(text, "fold", budget=Budget(bytes=10_000))[0]


def test_fold_leaves_errors_to_the_run():
    assert after("input x: f32\noutput y = x * inv([[0.0, 0.0], [0.0, 0.0]])", "fold")[-1] == "y = x * inv(v1)"


def test_fold_knows_sizes_once_they_are_bound():
    text = "input x: f32[n]\noutput y = sum(x) / n"
    assert after(text, "fold") == ["y = sum(x) / n"]
    assert after(text, "fold", sizes={"n": 4}) == ["y = sum(x) / 4"]


def test_cse_sees_swapped_operands_and_equal_regions():
    text = "input x: f32[3]; input y: f32[3]\nfn f(a) = sin(a) * a\nz = map(f, x + y) + map(f, y + x)\noutput z"
    _, graph = program(text)
    shared = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    assert sum(1 for n in shared.nodes if n.regions) == 1
    (total,) = (n for n in shared.nodes if n.results[0] is shared.outputs[0].value)
    assert total.inputs[0].node.op is CATALOGUE["map"] or total.op is CATALOGUE["multiply"]


def test_cse_keeps_effects_apart():
    text = "input x: f32\nprint(x)\nprint(x)\noutput x"
    _, graph = program(text)
    shared = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    assert [n.op.name for n in shared.nodes].count("print") == 2


def test_passes_reach_into_regions():
    text = "input x: f32[3]\nfn f(a) = (a * 1 + sin(a) - sin(a) * (2 - 1))\noutput z = map(f, x)"
    _, graph = program(text)
    made = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    (node,) = (n for n in made.nodes if n.regions)
    assert sorted(n.op.name for n in node.regions[0].nodes) == ["add", "parameter", "sin", "subtract"]


ALGEBRA = {
    "x * 1 + 0.0": "x + 0",
    "x * 2 - x * -3": "2 * x + 3 * x",
    "-(-x) + -y": "x - y",
    "-x * -y": "x * y",
    "x + (-2) * y": "x - 2 * y",
    "-2 + x": "x - 2",
    "x * 0": "0 * x",
    "x / 4": "0.25 * x",
    "where(true, x, y)": "x",
    "where(not (x < y), x, y)": "where(x < y, y, x)",
    "f32(f64(x)) + y": "x + y",
    "x - x": "x - x",
}


@pytest.mark.parametrize("written", ALGEBRA)
def test_algebra(written):
    (line,) = after(f"input x: f32; input y: f32\noutput z = {written}")
    assert line == f"z = {ALGEBRA[written]}"


FAST = {
    "x * 0 + y": "y",
    "2 * (3 * x)": "6 * x",
    "2 * x + 3 * x": "5 * x",
    "x * y + x * z": "x * (y + z)",
    "(x + 1) + 2": "x + 3",
    "exp(log(x))": "x",
}


@pytest.mark.parametrize("written", FAST)
def test_fast_math(written):
    (line,) = after(f"input x: f32; input y: f32; input z: f32\noutput r = {written}", fast_math=True)
    assert line == f"r = {FAST[written]}"


SHAPES = {
    "x.T.T": "x",
    "reshape(reshape(x, [3, 2]), [6])": "reshape(x, [6])",
    "reshape(reshape(x, [6]), [2, 3])": "x",
    "squeeze(expand_dims(x, 1), 1)": "x",
    "broadcast_to(2.0, [2, 3]) * x": "2 * x",
    "broadcast_to(s, [2, 3]) * x": "s * x",
    "max(x, axis=[])": "x",
    "max(x[None], axis=0)": "x",
    "transpose(transpose(t, [1, 2, 0]), [1, 2, 0])": "transpose(t, axes=[2, 0, 1])",
}


@pytest.mark.parametrize("written", SHAPES)
def test_shapes(written):
    (line,) = after(f"input x: f32[2, 3]; input s: f32; input t: f32[2, 3, 4]\noutput z = {written}")
    assert line == f"z = {SHAPES[written]}"


def test_a_reshape_that_needs_a_guard_stays():
    text = "input u: f32[k]; input x: f32[n, 3]\noutput y = reshape(reshape(x, [k, 2]), [n, 3])"
    (line,) = after(text)
    assert line == "y = reshape(reshape(x, [k, 2]), [n, 3])"


def test_kept_constants_are_opaque():
    _, graph = program("a = 1.0\nc = 1.0\ninput x: f32\noutput y = a * x + c * x")
    keep = [graph.names["a"], graph.names["c"]]
    context = Context(CATALOGUE, keep=frozenset(keep))
    made = run_pipeline(graph, DEFAULT, context, verify_each=True).graph
    assert set(context.keep) <= {r for n in made.nodes for r in n.results}
    assert len(context.keep) == 2
    free = run_pipeline(graph, DEFAULT, Context(CATALOGUE)).graph
    assert len(free.nodes) < len(made.nodes)


# ---------------------------------------------------------------- pipelines


def test_select_and_without():
    assert [p.name for p in select(["cse", "prune"])] == ["cse", "prune"]
    assert [p.name for p in without(DEFAULT, ["fold"])] == [p.name for p in DEFAULT if p.name != "fold"]
    with pytest.raises(KeyError):
        select(["foldd"])
    assert len({p.name for p in PASSES}) == len(PASSES) and all(p.summary for p in PASSES)


def test_the_guilty_pass_is_named():
    broken = Pass("broken", "", lambda graph, context: Graph(graph.nodes[1:], graph.outputs))
    _, graph = program("input x: f32\noutput y = sin(x)")
    with pytest.raises(VerifyError, match=r"^after broken: .*is not computed before it"):
        run_pipeline(graph, (broken,), Context(CATALOGUE), verify_each=True)


def test_after_sees_what_changed_the_graph():
    seen: list[str] = []
    _, graph = program(UNUSED)
    outcome = run_pipeline(graph, DEFAULT, Context(CATALOGUE), after=lambda each, g: seen.append(each.name))
    assert {"prune", "fold", "cse"} <= set(seen)
    assert outcome.timings[0].name == "prune" and outcome.timings[0].before > outcome.timings[0].after
    verify(outcome.graph, CATALOGUE)


def test_places_are_the_programs_own():
    main, library = Source("p.g", "a\nb\nc\n"), Source("nn.g", "x\ny\n")
    inside = Origin((Span(library, 2, 3),), Call("dense", Span(main, 4, 5), None))
    assert describe(Rewrite("fold", inside, "text"), main) == "fold     line 3   text"
    assert (
        describe(Rewrite("fold", Origin((*inside.spans, Span(main, 0, 1)), inside.call), "text"))
        == "fold     lines 2, p.g:1   text"
    )
    assert describe(Rewrite("fold", BUILTIN, "text"), main) == "fold     text"


def test_fold_lets_numbers_into_regions():
    text = """input x: f32; input k: i64
limit = 1; rate = 0.5; w = x
for i in range(k) { w = w - rate * w }
if x > 0 { if 2 > limit { y = x } else { y = exp(x) } } else { y = sin(x) }
output w; output y"""
    assert after(text) == [
        "w = x",
        "for i in range(k) {",
        "  w = w - 0.5 * w",
        "}",
        "y = x if x > 0 else sin(x)",
    ]


def test_fold_leaves_out_what_branches_pass_on():
    text = """input x: f32; input c: bool; var w: f32 = 1.0
if c { y = x; u = sin(x); if sum([1.0, 2.0]) < 0 { print(x); w = x } } else { y = x; u = x }
z = y if u > 0 else x
output z
output u"""
    assert after(text) == ["y = x", "z = x", "u = sin(x) if c else x"]
    _, graph = program(text)
    made = run_pipeline(graph, DEFAULT, Context(CATALOGUE), verify_each=True).graph
    assert made.token is None


def test_fold_leaves_what_is_differentiated_by():
    source, graph = program("rate = 0.5\nw = 1.0\nfor i in range(3) { w = w - rate * w }\noutput w")
    made = derive(graph, CATALOGUE, ["rate"])
    context = Context(CATALOGUE, keep=frozenset(made.wrt))
    kept = run_pipeline(made.graph, DEFAULT, context, verify_each=True).graph
    assert "w_1 = w_1 - rate * w_1" in print_graph(kept), source
