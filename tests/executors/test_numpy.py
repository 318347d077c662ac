"""The NumPy executor: results, their types and ownership, memory, time, failures."""

from __future__ import annotations

import time
import tracemalloc
import warnings
import weakref
from dataclasses import replace

import numpy as np
import pytest
from programs import EVERYTHING, Program, region

from graphc.diagnostics import Diagnostics
from graphc.executors.binding import bind
from graphc.executors.numpy import Executable
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.dims import floordiv, symbol
from graphc.ir.op import CALL, Control, Creation, EvaluationError, Inferred, NotDifferentiable, Operand, Ruled
from graphc.ir.types import F32, F64, I64, NUMBERS, WEAK_FLOAT, WEAK_INT, TensorType
from graphc.ops import CATALOGUE, arithmetic
from graphc.source import Source

n = symbol("n")


def ruled(name, evaluate, *params, rule=lambda x: Inferred((x,))):
    return Ruled(
        name=name, params=params or (Operand("x", NUMBERS),), doc="", evaluate=evaluate,
        vjp=NotDifferentiable(""), mask="opaque", subgradient=None, spelling=CALL, rule=rule,
    )  # fmt: skip


def only(error: pytest.ExceptionInfo[Diagnostics]):
    (diagnostic,) = error.value.items
    return diagnostic


# ---------------------------------------------------------------- results


def test_outputs_have_the_types_of_their_nodes():
    p = Program()
    x = p.input("x", F32, n)
    p.output("y", x * 2 + 1)
    p.output("k", p.b.term(p.b.number(3, I64)))
    result = p.run(x=[1, 2.5])
    assert list(result.outputs) == ["y", "k"]
    assert result.outputs["y"].dtype == np.float32 and result.outputs["y"].tolist() == [3.0, 6.0]
    assert type(result.outputs["k"]) is np.ndarray and result.outputs["k"].dtype == np.int64


@pytest.mark.parametrize("default_float", [F32, F64])
def test_weak_outputs_take_the_default_dtypes(default_float):
    p = Program(default_float)
    k = p.b.term(p.b.number(2**40, WEAK_INT))
    p.output("k", k * k * 0 + 7)
    p.output("r", p.b.term(p.b.number(0.1, WEAK_FLOAT)) + p.b.term(p.b.number(0.2, WEAK_FLOAT)))
    result = p.run()
    assert result.outputs["k"].dtype == np.int64 and result.outputs["k"] == 7
    assert result.outputs["r"].dtype == default_float.numpy
    assert result.outputs["r"] == default_float.numpy.type(0.1 + 0.2)


def test_weak_integers_wrap_as_i64_does():
    p = Program()
    k = p.b.term(p.b.number(2**40, WEAK_INT))
    p.output("big", k * k * k + 5)
    assert p.run().outputs["big"] == 5


def test_floating_point_specials_are_silent():
    p = Program()
    x = p.input("x", F32, n)
    p.output("y", x * x - x * x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = p.run(x=np.float32([1e30, np.nan, np.inf]))
    assert np.isnan(result.outputs["y"]).all()


def test_plans_for_other_sizes():
    p = Program()
    x = p.input("x", F32, n)
    p.output("y", x + p.b.size(n, F32))
    graph = p.graph()
    run = Executable(graph)
    for size in (3, 5, 0, 3, 1):
        y = run.run(bind(graph, {"x": np.ones(size)})).outputs["y"]
        assert y.shape == (size,) and (y == 1 + size).all()


def test_the_plan_that_was_not_used_for_longest_is_given_up():
    p = Program()
    p.output("y", p.input("x", F32, n) + 1)
    graph, prepared = p.graph(), []
    run = Executable(graph, prepare=lambda g: prepared.append(g) or g)

    def sizes(*wanted):
        before = len(prepared)
        for size in wanted:
            run.run(bind(graph, {"x": np.ones(size)}))
        return len(prepared) - before

    assert sizes(*range(8)) == 8
    assert sizes(0, 1, 2) == 0
    assert sizes(8) == 1  # in the place of 3
    assert sizes(0, 1, 2, 4, 5, 6, 7, 8) == 0
    assert sizes(3) == 1


# ---------------------------------------------------------------- state


def counter() -> Program:
    p = Program()
    w = p.variable("w", F32, 3, init=[1, 2, 3])
    x = p.input("x", F32, default=1.0)
    p.output("w_before", w)
    p.update("w", w + x)
    return p


def test_state_goes_from_run_to_run():
    graph = counter().graph()
    run = Executable(graph)
    binding = bind(graph, {"x": 10})
    first = run.run(binding)
    second = run.run(binding, first.state)
    third = run.run(bind(graph, {}, second.state))
    assert first.outputs["w_before"].tolist() == [1, 2, 3]
    assert second.state["w"].tolist() == [21, 22, 23]
    assert third.state["w"].tolist() == [22, 23, 24]
    assert run.initial_state({})["w"].tolist() == [1, 2, 3]


def test_variables_without_update_keep_their_state():
    p = Program()
    w = p.variable("w", F32, init=4.0)
    p.output("y", w * 2)
    result = p.run()
    assert result.state["w"] == 4.0 and result.state["w"].flags.writeable


def test_initial_values_may_have_sizes():
    p = Program()
    p.input("x", F32, n)
    p.variable("w", F32, n, init=region(lambda b: [b.broadcast_to(b.term(b.number(1.0, F32)), (n,))]))
    w = p.variables["w"]
    p.output("y", w)
    assert p.run(x=[1, 2]).outputs["y"].tolist() == [1, 1]


def test_a_failure_leaves_the_state():
    p = counter()
    p.at("assert x < 5")
    x = p.b.term(p.b.nodes[1].results[0])
    p.effect("assert", p.b.less(x, 5.0), "too large")
    graph = p.graph()
    run = Executable(graph)
    state = run.run(bind(graph, {"x": 1})).state
    before = {k: v.copy() for k, v in state.items()}
    with pytest.raises(Diagnostics) as error:
        run.run(bind(graph, {"x": 7}, state))
    assert (only(error).code, only(error).message) == ("E0601", "too large")
    assert only(error).primary.span.text == "assert x < 5"
    assert (state["w"] == before["w"]).all()


def test_results_share_memory_with_nobody():
    p = Program()
    x = p.input("x", F32, 2, 3)
    w = p.variable("w", F32, 2, 3, init=np.zeros((2, 3)))
    p.output("x_itself", x)
    p.output("again", x)
    p.output("transposed", p.b.transpose(x, (1, 0)))
    p.output("constant", p.b.term(p.b.number(2.0, F32)))
    p.output("w_itself", w)
    p.update("w", x)
    fed = np.ones((2, 3), np.float32)
    graph = p.graph()
    result = Executable(graph).run(bind(graph, {"x": fed}))
    arrays = [fed, *result.outputs.values(), *result.state.values()]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert not any(np.shares_memory(a, b) for b in arrays[:i])


# ---------------------------------------------------------------- effects


def test_prints_in_order(capsys):
    p = Program()
    x = p.input("x", F32, 2)
    p.effect("print", x, ("x", None))
    p.effect("print", x * 2, x, (None, "then", None))
    graph = p.graph()
    lines: list[str] = []
    Executable(graph).run(bind(graph, {"x": [0.1, 2]}), write=lines.append)
    assert lines == ["x [0.1, 2.0]\n", "[0.2, 4.0] then [0.1, 2.0]\n"]
    p.run(x=[1, 2])
    assert capsys.readouterr().out == "x [1.0, 2.0]\n[2.0, 4.0] then [1.0, 2.0]\n"


# ---------------------------------------------------------------- regions


def _repeat(regions, arrays, times):
    for _ in range(times):
        arrays = regions[0](*arrays)
    return tuple(arrays)


def _repeat_type(types, attrs, regions):
    return Inferred(tuple(o.value.type for o in regions[0].outputs), attrs)


repeat = Control(
    name="repeat", params=(Operand("carried", NUMBERS, variadic=True),), doc="", evaluate=_repeat,
    vjp=NotDifferentiable(""), mask="opaque", subgradient=None, spelling=CALL, rule=_repeat_type, jvp=None,
    given=lambda *_: 1, choose=None, loop=None,
)  # fmt: skip


def test_regions_are_callables():
    p = Program()
    x = p.input("x", F64, n)
    y = p.input("y", F64, n)
    body = region(lambda b, a, c: [a + c, a * 1.0], TensorType(F64, (n,)), TensorType(F64, (n,)))
    results = p.b.emit(repeat, (x.value, y.value), (3,), (body,)).results
    p.output("a", p.b.term(results[0]))
    p.output("b", p.b.term(results[1]))
    result = p.run(x=[1, 2], y=[10, 20])
    assert result.outputs["a"].tolist() == [23, 46]  # 1, 11, 12, 23
    assert result.outputs["b"].tolist() == [12, 24]


def test_effects_and_failures_in_regions():
    stop = ruled("stop", lambda x: fail("E0605", "index 7 is out of range"))
    p = Program()
    x = p.input("x", F64)
    inner = region(lambda b, a: [b.stop(a)], TensorType(F64), catalogue={**EVERYTHING, "stop": stop})
    outer = region(lambda b, a: [b.term(b.emit(repeat, (a.value,), (2,), (inner,)).results[0])], TensorType(F64))
    p.output("y", p.b.term(p.b.emit(repeat, (x.value,), (2,), (outer,)).results[0]))
    with pytest.raises(Diagnostics) as error:
        p.run(x=1.0)
    assert (only(error).code, only(error).message) == ("E0605", "index 7 is out of range")


def test_regions_nested_deeply():
    p = Program()
    x = p.input("x", F64)
    body = region(lambda b, a: [a + 1.0], TensorType(F64))
    for _ in range(60):
        inner = body
        body = region(lambda b, a, inner=inner: [b.term(b.emit(repeat, (a.value,), (1,), (inner,)).results[0])],
                      TensorType(F64))  # fmt: skip
    p.output("y", p.b.term(p.b.emit(repeat, (x.value,), (1,), (body,)).results[0]))
    assert p.run(x=1.0).outputs["y"] == 2.0


def test_regions_nested_too_deeply():
    p = Program()
    x = p.input("x", F64)
    body = region(lambda b, a: [a + 1.0], TensorType(F64))
    for _ in range(500):
        inner = body
        body = region(lambda b, a, inner=inner: [b.term(b.emit(repeat, (a.value,), (1,), (inner,)).results[0])],
                      TensorType(F64))  # fmt: skip
    p.output("y", p.b.term(p.b.emit(repeat, (x.value,), (1,), (body,)).results[0]))
    with pytest.raises(Diagnostics) as error:
        p.run(x=1.0)
    assert only(error).code == "E0901"


# ---------------------------------------------------------------- failures


def fail(code, message):
    raise EvaluationError(code, message, "try this")


def failing(evaluate) -> Program:
    p = Program(catalogue={**EVERYTHING, "bad": ruled("bad", evaluate, Operand("x", NUMBERS), Operand("i", NUMBERS),
                                                      rule=lambda x, i: Inferred((x,)))})  # fmt: skip
    x = p.input("x", F32, n, 3)
    i = p.input("i", F32)
    p.at("y = bad(x, i)")
    p.output("y", p.b.bad(x, i))
    return p


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (EvaluationError("E0605", "index 9 is out of range"), "E0605", "index 9 is out of range"),
        (np.linalg.LinAlgError("Singular matrix"), "E0606", "bad failed: singular matrix"),
        (MemoryError(), "E0607", "there isn't enough memory for f32[2, 3] (24 bytes)"),
        (ZeroDivisionError("division by zero"), "E0608", "division by zero"),
        (FloatingPointError("overflow"), "E0608", "bad has no result for these numbers: overflow"),
    ],
)
def test_failures_have_a_place(error, code, message):
    def evaluate(x, i):
        raise error

    with pytest.raises(Diagnostics) as raised:
        failing(evaluate).run(x=np.ones((2, 3)), i=9)
    found = only(raised)
    assert (found.code, found.message) == (code, message)
    assert found.primary.span.where == "test.g:3:1" and found.primary.span.text == "y = bad(x, i)"
    assert found.notes == ("operands: x: f32[2, 3], i: f32 = 9.0",)


def test_bugs_are_not_dressed_up():
    def evaluate(x, i):
        raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug") as raised:
        failing(evaluate).run(x=np.ones((2, 3)), i=9)
    assert raised.value.__notes__ == ["in bad at test.g:3:1: y = bad(x, i)"]


def test_bound_sizes_decide_guards():
    p = Program()
    x = p.input("x", F32, n)
    p.at("y = reshape(x, [n // 2, 2])")
    p.output("y", p.b.reshape(x, (floordiv(n, 2), 2)))
    assert p.run(x=[1, 2, 3, 4]).outputs["y"].tolist() == [[1, 2], [3, 4]]
    with pytest.raises(Diagnostics) as error:
        p.run(x=[1, 2, 3])
    assert only(error).code == "E0602" and only(error).notes[0] == "with n = 3"
    assert only(error).primary.span.where == "test.g:2:1"


# ---------------------------------------------------------------- memory and time


def test_intermediates_are_freed_after_their_last_use():
    alive: list[weakref.ref] = []
    peak = 0

    def observed(x):
        nonlocal peak
        result = x + 1
        alive.append(weakref.ref(result))
        peak = max(peak, sum(r() is not None for r in alive))
        return result

    p = Program(catalogue={**EVERYTHING, "observed": ruled("observed", observed)})
    x = p.input("x", F32, 1000)
    for _ in range(20):
        x = p.b.observed(x)
    p.b.observed(x)  # nobody reads it
    p.output("y", p.b.observed(x))
    result = p.run(x=np.zeros(1000))
    assert (result.outputs["y"] == 21).all()
    assert peak == 2
    assert sum(r() is not None for r in alive) == 1


def test_peak_memory_of_a_chain():
    p = Program()
    x = p.input("x", F64, 1_000_000)
    y = x
    for _ in range(10):
        y = (y + x) * (y + 1.0)
    p.output("y", y)
    graph = p.graph()
    run, binding = Executable(graph), bind(graph, {"x": np.zeros(1_000_000)})
    tracemalloc.start()
    run.run(binding)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.1 * 8e6


def test_overhead_per_node():
    p = Program()
    x = p.input("x", F32, 8)
    one = p.b.term(p.b.number(1.0, F32))
    y = x
    count = 20_000
    for _ in range(count // 2):
        y = (y + one) * one
    p.output("y", y)
    graph = p.graph()
    run, binding = Executable(graph), bind(graph, {"x": np.zeros(8, np.float32)})
    run.run(binding)

    def timed(function):
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    def bare():
        a, c = np.zeros(8, np.float32), np.asarray(1, np.float32)
        add, multiply = arithmetic.add.evaluate, arithmetic.multiply.evaluate
        for _ in range(count // 2):
            a = multiply(add(a, c), c)

    pairs = [(timed(lambda: run.run(binding)), timed(bare)) for _ in range(9)]
    assert min(whole / calls for whole, calls in pairs) < 3


def test_long_chains():
    p = Program()
    x = p.input("x", F32, n)
    y = x
    for _ in range(100_000):
        y = y + x
    p.output("y", y)
    assert p.run(x=[1]).outputs["y"].tolist() == [100_001]


def test_constants_are_loaded_once():
    calls = []
    source = Creation(
        name="source", params=(), doc="", evaluate=lambda: calls.append(1) or np.float32(2), vjp=NotDifferentiable(""),
        mask="opaque", subgradient=None, spelling=CALL, rule=lambda: Inferred((TensorType(F32),)),
    )  # fmt: skip
    p = Program(catalogue={**EVERYTHING, "source": source})
    p.output("y", p.b.source() * 2.0)
    graph = p.graph()
    run = Executable(graph)
    for _ in range(3):
        assert run.run(bind(graph, {})).outputs["y"] == 4
    assert len(calls) == 1


def test_the_graph_may_be_improved_once_sizes_are_known():
    p = Program()
    x = p.input("x", F32, n)
    p.output("y", x * 2)
    graph = p.graph()
    seen = []
    run = Executable(graph, prepare=lambda g: seen.append(g) or replace(g))
    run.run(bind(graph, {"x": [1, 2]}))
    (given,) = seen
    assert all(v.type.is_static for node in given.nodes for v in node.results)


def test_sizes_that_make_no_sense():
    p = Program()
    x = p.input("x", F32, n)
    p.at("y = ones([n - 3])")
    p.output("y", p.b.broadcast_to(p.b.term(p.b.number(1.0, F32)), (n - 3,)))
    p.at("z = x + 1 # 6 // (n - 2)")
    p.output("z", x + p.b.size(floordiv(6, n - 2), F32))
    assert p.run(x=np.ones(5)).outputs["y"].shape == (2,)
    with pytest.raises(Diagnostics) as error:
        p.run(x=np.ones(2))
    negative, divided = error.value.items
    assert negative.code == divided.code == "E0602"
    assert "negative" in negative.message and negative.notes[0] == "with n = 2"
    assert divided.message == "a size is divided by 0" and divided.primary.span.where == "test.g:3:1"


def test_a_failure_in_a_derivative_says_whose_it_is() -> None:
    text = "input A: f64[2, 2]\nfn f(m) {\n  return sum(m)\n} vjp (g) {\n  return inv(m) * g\n}\n"
    text += "y = f(A)\nd = grad(y, A)\n"
    graph = elaborate(parse(Source("adjoint.g", text)), CATALOGUE).graph
    with pytest.raises(Diagnostics) as raised:
        Executable(graph).run(bind(graph, {"A": [[1.0, 1.0], [1.0, 1.0]]}))
    (problem,) = raised.value.items
    assert problem.code == "E0606"
    assert problem.primary is not None
    assert problem.primary.span.line == 5
    assert "in the adjoint of line 5" in problem.notes
    assert [label.span.line for label in problem.secondary] == [8]
