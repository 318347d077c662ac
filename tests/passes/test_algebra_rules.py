"""Every algebra rule by itself: from its record comes a program that it rewrites, which must give the same numbers.

`exact` rules keep every bit, whatever the operands: NaN, infinities, zeros of both signs, subnormals, extremes.  The
others agree on finite numbers, up to rounding and the sign of zero.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from graphc.ir.builder import Builder, Term
from graphc.ir.constant import Constant
from graphc.ir.graph import Graph, Output
from graphc.ir.types import BOOL, DTYPES, F32, F64, I8, I64, STRONG, U8, WEAK_FLOAT, WEAK_INT, DType, TensorType
from graphc.ir.verify import verify
from graphc.ops import CATALOGUE
from graphc.passes.algebra import _Algebra, algebra
from graphc.passes.algebra_casts import lossless, mergeable
from graphc.passes.algebra_patterns import CONSTANTS, Apply, Name, Number, Pattern, names
from graphc.passes.algebra_rules import COMMUTATIVE, RULES, Rule
from graphc.passes.pass_ import Context
from graphc.passes.rewriting import Sweep
from tests.graphs import SPECIAL, evaluate_graph, random_array, same_bits

SHAPE = (40,)
BOOLEANS = frozenset("pq")  # names that stand for booleans in the rules
CONSTANT_VALUES = {
    "f": (2.0, -2.0, 0.5, 3.0, -1.0, 1.0, 0.25, -3.5, 0.0, -0.0, np.inf, np.nan, 1e30, 5e-324),
    "i": (2, -2, 3, -1, 1, -128, 127, 0),
    "u": (2, 3, 1, 255, 0),
    "b": (True, False),
}
TESTED = (*STRONG, WEAK_INT, WEAK_FLOAT)


def cases() -> list[tuple[Rule, DType]]:
    return [(rule, dtype) for rule in RULES for dtype in TESTED if dtype in rule.dtypes]


class Case:
    """The left side of a rule as a program, on inputs of one dtype and given constants."""

    def __init__(self, rule: Rule, dtype: DType, constants: dict[str, Constant]) -> None:
        self.rule, self.dtype, self.constants = rule, dtype, constants
        self.b = Builder(CATALOGUE)
        self.inputs: dict[str, Term] = {}
        root = self.term(rule.left)
        self.graph = Graph(tuple(self.b.nodes), (Output("y", root.value, self.b.origin),))

    def term(self, pattern: Pattern) -> Term:
        match pattern:
            case Number(value=value):
                return self.b.term(self.b.number(value, BOOL if isinstance(value, bool) else self.dtype))
            case Name(name=name) if name in CONSTANTS:
                return self.b.term(self.b.constant(self.constants[name]))
            case Name(name=name):
                if name not in self.inputs:
                    type = TensorType(BOOL if name in BOOLEANS else self.dtype, SHAPE)
                    node = self.b.emit(CATALOGUE["input"], (), (name, type, None))
                    self.inputs[name] = self.b.term(node.results[0])
                return self.inputs[name]
        return self.b.apply(pattern.op, *[self.term(a) for a in pattern.args], *pattern.attrs)

    def rewritten(self) -> Graph | None:
        """By this rule alone, once."""
        context = Context(CATALOGUE, fast_math=True)
        rules = _Algebra(context)
        root = self.graph.outputs[0].value.node
        fired = []

        def once(sweep, node):
            if node is not root or fired:
                return None
            value = rules.apply(self.rule, sweep, node)
            fired.append(value is not None)
            return value

        after = Sweep(self.graph, context, {root.op: once}).run(self.graph)
        return after if any(fired) else None

    def feeds(self, seed: int, special: float):
        rng = np.random.default_rng(seed)
        return {n: random_array(rng, t.dtype, SHAPE, special) for n, t in self.inputs.items()}


def constant_choices(rule: Rule, dtype: DType):
    """All constants of the rule that it may accept."""
    wanted = sorted(n for n in names(rule.left) if n in CONSTANTS)
    scalars = []
    with np.errstate(all="ignore"):
        for value in CONSTANT_VALUES[dtype.kind]:
            scalars.append(Constant(np.asarray(value).astype(dtype.numpy), dtype))
    for chosen in itertools.product(scalars, repeat=len(wanted)):
        yield dict(zip(wanted, chosen, strict=True))


def test_there_are_rules_of_each_class():
    assert {r.ieee for r in RULES} == {"exact", "reassociates", "finite_only"}
    assert len({(r.equation, r.ieee, r.dtypes) for r in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.equation} {r.ieee}")
def test_rule_names_ops_of_the_catalogue(rule):
    def ops(pattern: Pattern) -> set[str]:
        return {pattern.op}.union(*map(ops, pattern.args)) if isinstance(pattern, Apply) else set()

    assert ops(rule.left) | ops(rule.right) <= set(CATALOGUE)
    assert set(names(rule.right)) <= set(names(rule.left))


@pytest.mark.parametrize(("rule", "dtype"), cases(), ids=lambda x: getattr(x, "equation", None) or str(x))
def test_rule_keeps_the_result(rule, dtype):
    fired = 0
    for constants in constant_choices(rule, dtype):
        case = Case(rule, dtype, constants)
        verify(case.graph, CATALOGUE)
        after = case.rewritten()
        if after is None:
            assert rule.when is not None, "it always applies"
            continue
        fired += 1
        verify(after, CATALOGUE)
        for seed in range(3):
            feeds = case.feeds(seed, special=0.4 if rule.ieee == "exact" else 0.0)
            (before,), (now,) = evaluate_graph(case.graph, feeds), evaluate_graph(after, feeds)
            check(rule, before, now)
    assert fired


def check(rule: Rule, before, after) -> None:
    if rule.ieee == "exact":
        assert same_bits(before, after), (before, after)
        return
    assert before.dtype == after.dtype
    if before.dtype.kind != "f":
        np.testing.assert_array_equal(before, after)
        return
    with np.errstate(all="ignore"):
        usual = np.isfinite(before) & (abs(before) < 1e25) & ((abs(before) > 1e-25) | (before == 0))
    tolerance = 1e-4 if before.dtype == np.float32 else 1e-11
    np.testing.assert_allclose(after[usual], before[usual], rtol=tolerance, atol=tolerance * 10)


@pytest.mark.parametrize("rule", [r for r in RULES if not r.tidies], ids=lambda r: f"{r.equation} {r.ieee}")
def test_rule_is_no_costlier(rule):
    """Even where everything on the left is used elsewhere, too."""
    dtype = next(t for t in TESTED if t in rule.dtypes)
    for constants in constant_choices(rule, dtype):
        case = Case(rule, dtype, constants)
        inner = [n for n in case.graph.nodes if n.inputs]
        shared = Graph(case.graph.nodes, tuple(Output(f"o{i}", n.results[0], n.origin) for i, n in enumerate(inner)))
        after = algebra.run(shared, Context(CATALOGUE, fast_math=True))
        assert sum(1 for n in after.nodes if n.inputs) <= len(inner)


@pytest.mark.parametrize("name", COMMUTATIVE)
def test_commutative_ops_commute(name):
    op = CATALOGUE[name]
    for dtype in (F32, F64, I8, U8, BOOL):
        if dtype not in op.operands[0].accepts:
            continue
        values = np.array(SPECIAL[dtype.kind], object).astype(dtype.numpy)
        for x, y in itertools.product(values, values):
            with np.errstate(all="ignore"):
                a, b = np.asarray(op.evaluate(x, y)), np.asarray(op.evaluate(y, x))
            assert same_bits(a, b), (x, y)


def cast_program(*dtypes: DType) -> Graph:
    b = Builder(CATALOGUE)
    value = b.emit(CATALOGUE["input"], (), ("x", TensorType(dtypes[0], SHAPE), None)).results[0]
    for dtype in dtypes[1:]:
        value = b.emit(CATALOGUE["cast"], (value,), (dtype,)).results[0]
    return Graph(tuple(b.nodes), (Output("y", value, b.origin),))


@pytest.mark.parametrize("source", STRONG, ids=str)
def test_casts_merge_only_if_nothing_is_lost(source):
    merged = 0
    for between, target in itertools.product(STRONG, STRONG):
        graph = cast_program(source, between, target)
        after = algebra.run(graph, Context(CATALOGUE))
        if after is graph or sum(1 for n in after.nodes if n.inputs) == 2:
            continue
        merged += between is not source
        for seed in range(3):
            x = random_array(np.random.default_rng(seed), source, SHAPE, 0.5)
            (before,), (now,) = evaluate_graph(graph, {"x": x}), evaluate_graph(after, {"x": x})
            assert same_bits(before, now), (source, between, target)
    assert merged or source in (F64, I64, DTYPES["u64"])


def test_what_is_lossless():
    assert lossless(F32, F64) and not lossless(F64, F32)
    assert lossless(U8, DTYPES["i16"]) and not lossless(U8, I8) and not lossless(I8, U8)
    assert lossless(DTYPES["i16"], F32) and not lossless(DTYPES["i32"], F32) and lossless(DTYPES["u32"], F64)
    assert not lossless(I64, WEAK_INT) and not mergeable(F32, F64, I64)


def test_a_boolean_comes_back_from_a_number():
    b = Builder(CATALOGUE)
    p = b.term(b.emit(CATALOGUE["input"], (), ("p", TensorType(BOOL, SHAPE), None)).results[0])
    outputs = [b.not_equal(b.cast(p, I64), 0), b.equal(b.cast(p, F32), 0), b.not_equal(b.cast(p, I64), 1)]
    graph = Graph(tuple(b.nodes), tuple(Output(str(i), t.value, b.origin) for i, t in enumerate(outputs)))
    after = algebra.run(graph, Context(CATALOGUE))
    assert after.outputs[0].value is p.value
    assert after.outputs[1].value.node.op.name == "logical_not"
    assert after.outputs[2].value.node.op.name == "not_equal"
    feeds = {"p": np.arange(40) % 3 == 0}
    for old, new in zip(evaluate_graph(graph, feeds), evaluate_graph(after, feeds), strict=True):
        assert same_bits(old, new)
