"""A small evaluator and a plain reverse sweep, to test op records by themselves.

`check_vjp` compares an op's VJP rule with central differences in f64, and the derivative of its VJP with central
differences of the VJP.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np

from graphc.ir.builder import Builder, Term
from graphc.ir.graph import Node, Value
from graphc.ir.op import Elementwise, Masked, NotDifferentiable, Op, Placeholder
from graphc.ir.types import DTYPES, F64, WEAK_INT, DType, TensorType
from graphc.ops import CATALOGUE

NAMES = {t.numpy: t for t in DTYPES.values() if not t.weak and t.kind != "s"}


def dtype_of(array: Any) -> DType:
    """The dtype of a NumPy array; arrays of Python integers are weak."""
    dtype = np.asarray(array).dtype
    return WEAK_INT if dtype.kind == "O" else NAMES[dtype]


def evaluate(nodes: Sequence[Node], env: Mapping[Value, Any]) -> dict[Value, Any]:
    """All values of `nodes`; `env` binds the placeholders.  Every result must have exactly its inferred type."""
    values = dict(env)
    with np.errstate(all="ignore"):
        for node in nodes:
            if isinstance(node.op, Placeholder):
                assert node.results[0] in values
                continue
            arrays = [values[v] for v in node.inputs]
            results = node.op.evaluate(*([tuple(arrays)] if node.op.variadic else arrays), *node.attrs)
            results = results if len(node.results) > 1 else (results,)
            for value, array in zip(node.results, results, strict=True):
                values[value] = checked(array, value.type)
    return values


def checked(array: Any, type: TensorType) -> Any:
    assert array.dtype == type.dtype.numpy, (array.dtype, type)
    if type.is_static:
        assert array.shape == type.shape, (array.shape, type)
    return array


def parameter(b: Builder, array: Any, dtype: DType | None = None) -> Term:
    """A placeholder for an array."""
    type = TensorType(dtype or dtype_of(array), np.shape(array))
    return b.term(b.emit(CATALOGUE["parameter"], (), ("", type)).results[0])


def apply(op: Op, *arrays: Any, attrs: Sequence[Any] = ()) -> Any:
    """What `op` gives for arrays of accepted dtypes, through its type rule."""
    b = Builder(CATALOGUE)
    terms = [parameter(b, a) for a in arrays]
    node = b.emit(op, [t.value for t in terms], attrs)
    values = evaluate(b.nodes, {t.value: np.asarray(a) for t, a in zip(terms, arrays, strict=True)})
    results = tuple(values[r] for r in node.results)
    return results if len(results) > 1 else results[0]


# ---------------------------------------------------------------- a plain reverse sweep


def cotangents(b: Builder, node: Node, seeds: Sequence[Term | None], needed: Container[Value]) -> list[Term | None]:
    """The cotangents of those of a node's inputs that are needed, masks applied at once."""
    g: list[Term] = [
        b.broadcast_to(0, r.type.shape) if s is None else s for r, s in zip(node.results, seeds, strict=True)
    ]
    y = [b.term(r) for r in node.results]
    assert not isinstance(node.op.vjp, NotDifferentiable)
    operands: list[Any] = [b.term(v) for v in node.inputs]
    single = len(y) == 1
    given = [tuple(operands)] if node.op.variadic else operands
    returned = node.op.vjp(b, g[0] if single else tuple(g), y[0] if single else tuple(y), *given, *node.attrs)
    if not isinstance(returned, tuple):
        returned = (returned,)
    if node.op.variadic and len(returned) == 1 and isinstance(returned[0], tuple):
        (returned,) = returned
    assert len(returned) == len(node.inputs), (node.op, len(returned))
    return [_finish(b, node.op, r, v) if v in needed else None for r, v in zip(returned, node.inputs, strict=True)]


def _finish(b: Builder, op: Op, cotangent: Any, operand: Value) -> Term | None:
    if isinstance(cotangent, Masked):
        value = cotangent.value
        if cotangent.clean:
            cotangent = value
        else:
            mask = cotangent.mask() if callable(cotangent.mask) else cotangent.mask
            assert mask.shape == value.shape, (op, mask.shape, value.shape)
            cotangent = b.where(mask, value, 0)
    if cotangent is None:
        return None
    if isinstance(op, Elementwise):
        cotangent = _sum_to(b, cotangent, operand.type.shape)
    assert cotangent.shape == operand.type.shape, (op, cotangent.shape, operand.type)
    return cotangent  # type: ignore[no-any-return]


def _sum_to(b: Builder, term: Term, shape: tuple[Any, ...]) -> Term:
    """Sum over the axes that were broadcast from `shape`."""
    extra = term.rank - len(shape)
    if extra > 0:
        term = b.sum(term, tuple(range(extra)))
    axes = tuple(i for i, d in enumerate(shape) if d == 1 and term.shape[i] != 1)
    return b.sum(term, axes, True) if axes else term


def reverse(b: Builder, outputs: Mapping[Value, Term], wrt: Sequence[Value]) -> list[Term | None]:
    """The cotangents of `wrt`, given those of `outputs`; nodes that don't depend on `wrt` are left out."""
    needed = set(wrt)
    for node in list(b.nodes):
        if node.op.differentiable and any(v in needed for v in node.inputs):
            needed.update(node.results)
    sums: dict[Value, Term] = dict(outputs)
    for node in reversed(list(b.nodes)):
        seeds = [sums.get(r) for r in node.results]
        if not node.inputs or all(s is None for s in seeds) or not any(v in needed for v in node.inputs):
            continue
        if not node.op.differentiable:
            continue
        for v, c in zip(node.inputs, cotangents(b, node, seeds, needed), strict=True):
            if c is not None:
                sums[v] = sums[v] + c if v in sums else c
    return [sums.get(v) for v in wrt]


def gradient(op: Op, *arrays: Any, attrs: Sequence[Any] = (), g: Any = 1.0) -> list[Any]:
    """The cotangents of all operands as arrays (None where the rule gives none), for the result's cotangent `g`."""
    b = Builder(CATALOGUE)
    terms = [parameter(b, a) for a in arrays]
    node = b.emit(op, [t.value for t in terms], attrs)
    (y,) = node.results
    values = {t.value: np.asarray(a) for t, a in zip(terms, arrays, strict=True)}
    seed = parameter(b, np.full(y.type.shape, g, y.type.dtype.numpy))
    values[seed.value] = np.full(y.type.shape, g, y.type.dtype.numpy)
    found = reverse(b, {y: seed}, [t.value for t in terms])
    values = evaluate(b.nodes, values)
    return [None if c is None else values[c.value] for c in found]


# ---------------------------------------------------------------- central differences


class Program:
    """An op on f64 placeholders, its results contracted with random weights `u`; its gradient, contracted with `v`.

    `level` is the current derivative of sum(u * op(x)) in the direction v as one number: a sum of products.
    """

    def __init__(self, op: Op, arrays: Sequence[Any], attrs: Sequence[Any], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.b = Builder(CATALOGUE, default_float=F64)
        self.terms = [parameter(self.b, a) for a in arrays]
        self.arrays = [np.asarray(a) for a in arrays]
        self.moved = [i for i, a in enumerate(self.arrays) if a.dtype.kind == "f"]
        self.env: dict[Value, Any] = {t.value: a for t, a in zip(self.terms, self.arrays, strict=True)}
        self.directions = {i: rng.uniform(-1, 1, self.arrays[i].shape) for i in self.moved}
        node = self.b.emit(op, [t.value for t in self.terms], attrs)
        self.level: list[tuple[Value, Term]] = []
        for r in node.results:
            if r.type.dtype.is_float:
                self.level.append((r, self._weights(rng.uniform(0.5, 1.5, r.type.shape))))

    def _weights(self, array: Any) -> Term:
        term = parameter(self.b, array)
        self.env[term.value] = array
        return term

    def contract(self, step: float) -> float:
        """The number of the current level, `step` along the direction."""
        env = dict(self.env)
        for i in self.moved:
            env[self.terms[i].value] = self.arrays[i] + step * self.directions[i]
        values = evaluate(self.b.nodes, env)
        return float(sum(np.sum(values[v] * self.env[w.value]) for v, w in self.level))

    def differentiate(self) -> None:
        """Replace the level by its derivative in the direction."""
        wrt = [self.terms[i].value for i in self.moved]
        gradients = reverse(self.b, dict(self.level), wrt)
        self.level = [
            (c.value, self._weights(self.directions[i]))
            for i, c in zip(self.moved, gradients, strict=True)
            if c is not None
        ]


def check_vjp(
    op: Op,
    arrays: Sequence[Any],
    attrs: Sequence[Any] = (),
    *,
    order: int = 2,
    step: float = 1e-4,
    tolerance: float = 1e-6,
    seed: int = 0,
) -> None:
    """Compare derivatives up to `order` with central differences (f64 operands move, others stay)."""
    program = Program(op, arrays, attrs, seed)
    for k in range(1, order + 1):
        h = step
        # Richardson's extrapolation: an error of order h**4
        wide = (program.contract(2 * h) - program.contract(-2 * h)) / (4 * h)
        near = (program.contract(h) - program.contract(-h)) / (2 * h)
        expected = (4 * near - wide) / 3
        program.differentiate()
        actual = program.contract(0.0)
        scale = max(1.0, abs(expected))
        assert abs(actual - expected) <= tolerance * scale, f"{op.name}, order {k}: {actual} instead of {expected}"
