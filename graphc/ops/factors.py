"""Factors of a value, read off the nodes that wrote it: is y one of them, and how is the rest written?

Products, quotients, powers, sums and views are looked through, to a bounded depth.  kinks.py asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphc.ir.graph import Node, Value
from graphc.ir.op import Placeholder

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


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign of x, wherever it was computed."""

    x: Value


@dataclass(frozen=True, slots=True)
class Distance:
    """`hypot` of two coordinates, wherever it was computed, whichever comes first."""

    coordinates: frozenset[Value]


Kink: TypeAlias = Value | Magnitude | Sign | Distance


@dataclass(frozen=True, slots=True)
class Without:
    """`recipe` writes a value without a factor, which had this shape."""

    shape: tuple[Any, ...]
    recipe: Recipe


def as_term(b: Any, written: Any, like: Any) -> Any:
    """A recipe's outcome at the shape of the value that it was made of."""
    if isinstance(written, int):
        written = b.term(b.number(written, like.dtype))
    return written if written.shape == like.shape else b.broadcast_to(written, like.shape)


def times(left: Any, right: Any) -> Any:
    return right if isinstance(left, int) else left if isinstance(right, int) else left * right


# ---------------------------------------------------------------- by operation


def without(value: Value, kink: Kink, budget: Budget) -> Without | None:
    """How `value` is written without a factor, which may stand in it with axes of size 1 added."""
    if not budget.spend():
        return None
    if _is(value, kink, budget):
        return Without(value.type.shape, lambda b: 1)
    rule = _FACTORS.get(value.node.op.name)
    return None if rule is None else rule(value.node, kink, budget)


def _is(value: Value, kink: Kink, budget: Budget) -> bool:
    if isinstance(kink, Value):
        return same(value, kink, budget)
    if isinstance(kink, Distance):
        return _is_distance(value, kink, budget)
    name = "abs" if isinstance(kink, Magnitude) else "sign"
    return value.node.op.name == name and same(value.node.inputs[0], kink.x, budget)


def _is_distance(value: Value, kink: Distance, budget: Budget) -> bool:
    if value.node.op.name != "hypot":
        return False
    x, y = value.node.inputs
    one, other = (*kink.coordinates, *kink.coordinates)[:2]
    return any(same(x, a, budget) and same(y, c, budget) for a, c in ((one, other), (other, one)))


def _of_product(node: Node, kink: Kink, budget: Budget) -> Without | None:
    left, right = node.inputs
    found = without(left, kink, budget)
    if found is not None:
        first = found.recipe
        return Without(found.shape, lambda b: times(first(b), b.term(right)))
    found = without(right, kink, budget)
    if found is None:
        return None
    second = found.recipe
    return Without(found.shape, lambda b: times(b.term(left), second(b)))


def _of_quotient(node: Node, kink: Kink, budget: Budget) -> Without | None:
    found = without(node.inputs[0], kink, budget)
    if found is None:
        return None
    name, divisor, recipe = node.op.name, node.inputs[1], found.recipe
    return Without(found.shape, lambda b: b.apply(name, recipe(b), b.term(divisor)))


def _of_direction(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """scale * x / hypot(x, y): a factor of its scale is one of it, and so is one of x."""
    x, y, scale = node.inputs
    found = without(scale, kink, budget)
    if found is not None:
        recipe = found.recipe
        return Without(found.shape, lambda b: b.direction(b.term(x), b.term(y), recipe(b)))
    found = without(x, kink, budget)
    if found is None:
        return None
    rest = found.recipe
    return Without(found.shape, lambda b: times(b.term(scale), rest(b)) / b.hypot(b.term(x), b.term(y)))


def _of_negative(node: Node, kink: Kink, budget: Budget) -> Without | None:
    found = without(node.inputs[0], kink, budget)
    if found is None:
        return None
    like, recipe = node.results[0], found.recipe
    return Without(found.shape, lambda b: -as_term(b, recipe(b), b.term(like)))


def _of_sum(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """A sum of two, or their difference, both of which have the factor."""
    left, right = (without(v, kink, budget) for v in node.inputs)
    if left is None or right is None or left.shape != right.shape:
        return None
    name, like, recipes = node.op.name, node.results[0], (left.recipe, right.recipe)
    return Without(left.shape, lambda b: b.apply(name, *[as_term(b, r(b), b.term(like)) for r in recipes]))


def _of_power(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """(c y)**k = c (c y)**(k-1) y"""
    base, k = node.inputs[0], node.attrs[0]
    found = without(base, kink, budget) if k >= 1 else None
    if found is None:
        return None
    recipe = found.recipe

    def written(b: Any) -> Any:
        rest = b.term(base)
        return recipe(b) if k == 1 else times(recipe(b), rest if k == 2 else rest ** (k - 1))

    return Without(found.shape, written)


def _of_first_power(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """`pow(x, 1.0)`, as the derivative of `x ** 2.0` has it; roots stay as they are."""
    base, exponent = node.inputs
    return without(base, kink, budget) if number(exponent) == 1 else None


def _of_choice(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """A side without the factor is divided by it: beside the kink, as in Huber's loss, that is what it was."""
    condition, *sides = node.inputs
    if number(sides[1]) == 0 and conventional(condition, kink, budget):
        return without(sides[0], kink, budget)
    found = [without(v, kink, budget) for v in sides]
    shapes = {f.shape for f in found if f is not None}
    if not isinstance(kink, Value) or shapes != {kink.type.shape}:
        return None
    like = node.results[0]

    def quotient(b: Any, side: Value, found: Without | None) -> Any:
        if found is not None:
            return as_term(b, found.recipe(b), b.term(like))
        return 0 if number(side) == 0 else b.divide_no_nan(b.term(side), b.term(kink))

    def written(b: Any) -> Any:
        return b.where(b.term(condition), *[quotient(b, v, f) for v, f in zip(sides, found, strict=True)])

    return Without(shapes.pop(), written)


def number(value: Value) -> float | None:
    """A scalar constant, or the difference of two."""
    node = value.node
    if node.op.name == "subtract":
        x, y = map(number, node.inputs)
        return None if x is None or y is None else x - y
    if node.op.name == "cast":
        return number(node.inputs[0]) if value.type.dtype.is_float else None
    scalar = node.op.name == "constant" and node.attrs[0].array.ndim == 0
    return float(node.attrs[0].array[()]) if scalar and value.type.dtype.is_float else None


def _of_total(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """Out of a sum comes a factor that is the same along its axes."""
    (x,) = node.inputs
    found = without(x, kink, budget)
    shape = None if found is None else through(node, found.shape)
    if found is None or shape is None:
        return None
    recipe = found.recipe
    return Without(shape, lambda b: b.sum(as_term(b, recipe(b), b.term(x)), *node.attrs))


def _of_view(node: Node, kink: Kink, budget: Budget) -> Without | None:
    """Axes of size 1 that are added or dropped, and repetition."""
    (x,) = node.inputs
    found = without(x, kink, budget)
    shape = None if found is None else through(node, found.shape)
    if found is None or shape is None:
        return None
    recipe = found.recipe

    def written(b: Any) -> Any:
        inner = recipe(b)
        return inner if isinstance(inner, int) else applied(b, node, inner)

    return Without(shape, written)


def applied(b: Any, node: Node, inner: Any) -> Any:
    """The node's op on what is written instead of its operand."""
    return b.apply(node.op.name, as_term(b, inner, b.term(node.inputs[0])), *node.attrs)


def through(node: Node, shape: tuple[Any, ...]) -> tuple[Any, ...] | None:
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
    "direction": _of_direction,
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


# ---------------------------------------------------------------- what is recognised


def conventional(condition: Value, kink: Kink, budget: Budget) -> bool:
    """Does `where(condition, v, 0)` only keep to the convention of a kink?  See `away`."""
    node = condition.node
    if node.op.name == "logical_or":
        node = node.inputs[0].node
    if node.op.name != "not_equal" or number(node.inputs[1]) != 0:
        return False
    if isinstance(kink, Distance):
        return _is_distance(plain(node.inputs[0]), kink, budget)
    return same(plain(node.inputs[0]), kink if isinstance(kink, Value) else kink.x, budget)


def plain(y: Value) -> Value:
    """Without the axes that were added."""
    while y.node.op.name in ("expand_dims", "broadcast_to"):
        (y,) = y.node.inputs
    return y


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
