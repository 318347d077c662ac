"""Quotients of a cotangent and a kink: what makes `norm(x) ** 2` as smooth as the sum of squares that it is.

The derivative of a norm y is x / y, which has no limit at the origin.  The cotangent of `y ** 2` brings a factor 2 * y,
and their product is 2 * x; but 0 * (0 / 0) is not.  So a rule that would divide by y first asks whether its cotangent
*is a product with y*, and if so takes the factor out.  It is read off the nodes that wrote the cotangent: products,
quotients, powers, and sums and views of such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from graphc.ir.graph import Node, Value
from graphc.ir.op import Placeholder, View

NODES = 48  # that are looked at, so that the cost of a rule is bounded

# Writes a value without a factor; 1 if it is the factor itself.
Recipe: TypeAlias = Callable[[Any], Any]


@dataclass(slots=True)
class Budget:
    """Counts the nodes that are looked at."""

    nodes: int = NODES

    def spend(self) -> bool:
        self.nodes -= 1
        return self.nodes >= 0


@dataclass(frozen=True, slots=True)
class Magnitude:
    """The absolute value of x, wherever it was computed."""

    x: Value


Kink: TypeAlias = Value | Magnitude


@dataclass(frozen=True, slots=True)
class Without:
    """`recipe` writes a value without a factor, which had this shape."""

    shape: tuple[Any, ...]
    recipe: Recipe


def cancelled(b: Any, g: Any, y: Any) -> Any:
    """g / y, if y is a factor of g; else None.

    Where y is 0 and another factor infinite, the product says nothing, and the convention of the kink holds: 0.
    """
    found = _without(g.value, y.value, Budget())
    if found is None:
        return None
    quotient = _as_term(b, found.recipe(b), g)
    if finite(quotient):
        return quotient
    return b.where(b.logical_or(b.not_equal(y, 0), b.isfinite(quotient)), quotient, 0)


def away(b: Any, g: Any, y: Any) -> Any:
    """`g` where y is not 0, and else 0, whatever it is there: the derivative at the kink is 0 by convention."""
    return g if finite(g) else b.where(b.not_equal(y, 0), g, 0)


def product(b: Any, x: Any, y: Any) -> Any:
    """x * y, if one of them is something over a kink which is a factor of the other one; else None.

    Forward mode multiplies the tangent of `norm(x)`, s / norm(x), with 2 * norm(x): their product is 2 * s.
    """
    for left, right in ((x, y), (y, x)):
        over = _over(left.value, Budget())
        found = None if over is None else _without(right.value, over.kink, Budget())
        if over is not None and found is not None:
            numerator = _as_term(b, over.recipe(b), left)
            return _times(numerator, found.recipe(b))
    return None


def _as_term(b: Any, written: Any, like: Any) -> Any:
    """A recipe's outcome at the shape of the value that it was made of."""
    if isinstance(written, int):
        written = b.term(b.number(written, like.dtype))
    return written if written.shape == like.shape else b.broadcast_to(written, like.shape)


def _times(left: Any, right: Any) -> Any:
    return right if isinstance(left, int) else left if isinstance(right, int) else left * right


# ---------------------------------------------------------------- factors


def _without(value: Value, kink: Kink, budget: Budget) -> Without | None:
    """How `value` is written without a factor, which may stand in it with axes of size 1 added."""
    if not budget.spend():
        return None
    if _is(value, kink, budget):
        return Without(value.type.shape, lambda b: 1)
    rule = _FACTORS.get(value.node.op.name)
    return None if rule is None else rule(value.node, kink, budget)


def _is(value: Value, kink: Kink, budget: Budget) -> bool:
    if isinstance(kink, Magnitude):
        return value.node.op.name == "abs" and same(value.node.inputs[0], kink.x, budget)
    return same(value, kink, budget)


def _of_product(node: Node, kink: Kink, budget: Budget) -> Without | None:
    left, right = node.inputs
    found = _without(left, kink, budget)
    if found is not None:
        first = found.recipe
        return Without(found.shape, lambda b: _times(first(b), b.term(right)))
    found = _without(right, kink, budget)
    if found is None:
        return None
    second = found.recipe
    return Without(found.shape, lambda b: _times(b.term(left), second(b)))


def _of_quotient(node: Node, kink: Kink, budget: Budget) -> Without | None:
    found = _without(node.inputs[0], kink, budget)
    if found is None:
        return None
    name, divisor, recipe = node.op.name, node.inputs[1], found.recipe
    return Without(found.shape, lambda b: b.apply(name, recipe(b), b.term(divisor)))


def _of_negative(node: Node, kink: Kink, budget: Budget) -> Without | None:
    found = _without(node.inputs[0], kink, budget)
    if found is None:
        return None
    like, recipe = node.results[0], found.recipe
    return Without(found.shape, lambda b: -_as_term(b, recipe(b), b.term(like)))


def _of_sum(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """A sum of two, or their difference, both of which have the factor."""
    left, right = (_without(v, kink, budget) for v in node.inputs)
    if left is None or right is None or left.shape != right.shape:
        return None
    name, like, recipes = node.op.name, node.results[0], (left.recipe, right.recipe)
    return Without(left.shape, lambda b: b.apply(name, *[_as_term(b, r(b), b.term(like)) for r in recipes]))


def _of_power(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """(c y)**k = c (c y)**(k-1) y"""
    base, k = node.inputs[0], node.attrs[0]
    found = _without(base, kink, budget) if k >= 1 else None
    if found is None:
        return None
    recipe = found.recipe

    def written(b: Any) -> Any:
        rest = b.term(base)
        return recipe(b) if k == 1 else _times(recipe(b), rest if k == 2 else rest ** (k - 1))

    return Without(found.shape, written)


def _of_first_power(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """`pow(x, 1.0)`, as the derivative of `x ** 2.0` has it; roots stay as they are."""
    base, exponent = node.inputs
    return _without(base, kink, budget) if _number(exponent) == 1 else None


def _of_choice(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """A side without the factor is divided by it: beside the kink, as in Huber's loss, that is what it was."""
    condition, *sides = node.inputs
    found = [_without(v, kink, budget) for v in sides]
    shapes = {f.shape for f in found if f is not None}
    if not isinstance(kink, Value) or shapes != {kink.type.shape}:
        return None
    like = node.results[0]

    def quotient(b: Any, side: Value, found: Without | None) -> Any:
        if found is not None:
            return _as_term(b, found.recipe(b), b.term(like))
        return 0 if _number(side) == 0 else b.divide_no_nan(b.term(side), b.term(kink))

    def written(b: Any) -> Any:
        return b.where(b.term(condition), *[quotient(b, v, f) for v, f in zip(sides, found, strict=True)])

    return Without(shapes.pop(), written)


def _number(value: Value) -> float | None:
    """A scalar constant, or the difference of two."""
    node = value.node
    if node.op.name == "subtract":
        x, y = map(_number, node.inputs)
        return None if x is None or y is None else x - y
    scalar = node.op.name == "constant" and node.attrs[0].array.ndim == 0
    return float(node.attrs[0].array[()]) if scalar and value.type.dtype.is_float else None


def _of_total(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """Out of a sum comes a factor that is the same along its axes."""
    (x,) = node.inputs
    found = _without(x, kink, budget)
    shape = None if found is None else _through(node, found.shape)
    if found is None or shape is None:
        return None
    recipe = found.recipe
    return Without(shape, lambda b: b.sum(_as_term(b, recipe(b), b.term(x)), *node.attrs))


def _of_view(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """Axes of size 1 that are added or dropped, and repetition."""
    (x,) = node.inputs
    found = _without(x, kink, budget)
    shape = None if found is None else _through(node, found.shape)
    if found is None or shape is None:
        return None
    recipe = found.recipe

    def written(b: Any) -> Any:
        inner = recipe(b)
        return inner if isinstance(inner, int) else _applied(b, node, inner)

    return Without(shape, written)


def _applied(b: Any, node: Node, inner: Any) -> Any:
    """The node's op on what is written instead of its operand."""
    return b.apply(node.op.name, _as_term(b, inner, b.term(node.inputs[0])), *node.attrs)


def _through(node: Node, shape: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The shape of a factor of the operand after a view, or after a sum along whose axes it is the same."""
    rank, name, axes = len(node.inputs[0].type.shape), node.op.name, node.attrs[0]
    shape = (1,) * (rank - len(shape)) + shape
    if name == "expand_dims":
        sizes = iter(shape)
        return tuple(1 if a in axes else next(sizes) for a in range(rank + len(axes)))
    if name == "broadcast_to":
        return shape
    if any(shape[a] != 1 for a in axes):
        return None
    keepdims = name == "sum" and node.attrs[1]
    return tuple(size for a, size in enumerate(shape) if keepdims or a not in axes)


_FACTORS: dict[str, Callable[[Node, Kink, Budget], Without | None]] = {
    "multiply": _of_product,
    "divide": _of_quotient,
    "divide_no_nan": _of_quotient,
    "negative": _of_negative,
    "add": _of_sum,
    "subtract": _of_sum,
    "integer_pow": _of_power,
    "pow": _of_first_power,
    "where": _of_choice,
    "sum": _of_total,
    "squeeze": _of_view,
    "expand_dims": _of_view,
    "broadcast_to": _of_view,
}

# ---------------------------------------------------------------- something over a kink


@dataclass(frozen=True, slots=True)
class Over:
    """A value that is what `recipe` writes, over a kink, which has this shape in it; 0 where the kink is."""

    kink: Kink
    shape: tuple[Any, ...]
    recipe: Recipe


def _over(value: Value, budget: Budget) -> Over | None:
    """Is `value` a product with something over a kink, or a sum of such over one kink?"""
    node = value.node
    if not budget.spend():
        return None
    match node.op.name:
        case "divide_no_nan":
            x, y = node.inputs
            return Over(_plain(y), y.type.shape, lambda b: b.term(x))
        case "sign":
            (x,) = node.inputs
            return Over(Magnitude(x), x.type.shape, lambda b: b.term(x))
        case "multiply" | "divide":
            return _product_over(node, budget)
        case "add" | "subtract":
            return _sum_over(node, budget)
        case "sum" | "squeeze" | "expand_dims" | "broadcast_to":
            found = _over(node.inputs[0], budget)
            shape = None if found is None else _through(node, found.shape)
            if found is None or shape is None:
                return None
            return Over(found.kink, shape, lambda b: _applied(b, node, found.recipe(b)))
        case "where":
            return _chosen_over(node, budget)
    return None


def _plain(y: Value) -> Value:
    """Without the axes that were added."""
    while y.node.op.name in ("expand_dims", "broadcast_to"):
        (y,) = y.node.inputs
    return y


def _product_over(node: Node, budget: Budget) -> Over | None:
    left, right = node.inputs
    first = _over(left, budget)
    if node.op.name == "divide":
        return first and Over(first.kink, first.shape, lambda b: first.recipe(b) / b.term(right))
    if first is not None:
        return Over(first.kink, first.shape, lambda b: _joined(b, first.recipe(b), b.term(right)))
    second = _over(right, budget)
    return second and Over(second.kink, second.shape, lambda b: _joined(b, b.term(left), second.recipe(b)))


def _joined(b: Any, x: Any, y: Any) -> Any:
    """x * y, in which another kink may cancel."""
    found = product(b, x, y)
    return x * y if found is None else found


def _sum_over(node: Node, budget: Budget) -> Over | None:
    """A sum of two over the same kink."""
    left, right = (_over(v, budget) for v in node.inputs)
    if left is None or right is None or left.shape != right.shape or left.kink != right.kink:
        return None
    return Over(left.kink, left.shape, lambda b: b.apply(node.op.name, left.recipe(b), right.recipe(b)))


def _chosen_over(node: Node, budget: Budget) -> Over | None:
    """`where(kink != 0, v, 0)`: what it cuts out is the kink's convention."""
    condition, value, zero = node.inputs
    found = _over(value, budget) if _number(zero) == 0 and condition.node.op.name == "not_equal" else None
    if found is None:
        return None
    kink = found.kink.x if isinstance(found.kink, Magnitude) else found.kink
    return found if same(_plain(condition.node.inputs[0]), kink, budget) else None


# ---------------------------------------------------------------- equal values, finite ones


def same(v: Value, w: Value, budget: Budget) -> bool:
    """Are they one value, or the same operation on the same values?  (`norm(x) * norm(x)` has two nodes.)"""
    if v is w:
        return True
    m, n = v.node, w.node
    if m.op is not n.op or v.index != w.index or isinstance(m.op, Placeholder) or m.regions or m.attrs != n.attrs:
        return False
    if not budget.spend() or len(m.inputs) != len(n.inputs) or v.type != w.type:
        return False
    return all(same(x, y, budget) for x, y in zip(m.inputs, n.inputs, strict=True))


# Finite where their operands are, as views are.
_SUMS = ("add", "subtract", "multiply", "negative", "sum", "mean", "norm", "std", "hypot", "abs", "sign", "cast")
_TAME = frozenset((*_SUMS, "divide_no_nan", "centre", "maximum", "minimum", "sin", "cos", "tanh", "sigmoid"))


def finite(g: Any) -> bool:
    """Is a term finite for ordinary inputs?  If it can't be told at a glance, no."""
    budget, stack = Budget(), [g.value]
    while stack:
        node = stack.pop().node
        name = node.op.name
        if not budget.spend():
            return False
        if name == "constant":
            array = node.attrs[0].array
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                return False
        elif name in _TAME or isinstance(node.op, View) or (name == "integer_pow" and node.attrs[0] >= 0):
            stack.extend(node.inputs)
        elif name == "divide" and _known(node.inputs[1].node, budget):
            stack.append(node.inputs[0])
        elif name not in ("input", "variable") and not _known(node, budget):
            return False
    return True


def _known(node: Node, budget: Budget) -> bool:
    """Is it made of constants and sizes alone, as the number of elements is?"""
    if not budget.spend() or isinstance(node.op, Placeholder):
        return node.op.name == "dim"
    return all(_known(v.node, budget) for v in node.inputs)
