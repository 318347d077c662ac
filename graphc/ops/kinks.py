"""Kinks that are factors: what makes `norm(x) ** 2` as smooth as the sum of squares that it is.

The derivative of a norm y is x / y, which has no limit at the origin.  The cotangent of `y ** 2` brings a factor 2 * y,
and their product is 2 * x; but 0 * (0 / 0) is not.  So a rule that would divide by y first asks whether its cotangent
*is a product with y*, and if so takes the factor out.  Forward mode multiplies the other way round and asks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.graph import Node, Value
from graphc.ir.op import Cancelled, Placeholder, View
from graphc.ops.factors import (
    Budget,
    Distance,
    Kink,
    Magnitude,
    Recipe,
    Sign,
    applied,
    as_term,
    conventional,
    number,
    plain,
    through,
    times,
    without,
)


def cancelled(b: Any, g: Any, y: Any) -> Any:
    """g / y, if y is a factor of g; else None.

    Where y is 0 and another factor infinite, the product says nothing, and the convention of the kink holds: 0.
    """
    quotient = _quotient(b, g, y)
    return None if quotient is None else guarded(b, quotient, y)


def _quotient(b: Any, g: Any, y: Any) -> Any:
    found = without(g.value, y.value, Budget())
    return None if found is None else as_term(b, found.recipe(b), g)


def shares(
    b: Any, g: Any, y: Any, xs: Sequence[Any], expand: Callable[[Any], Any] = lambda term: term
) -> list[Any] | None:
    """g / y times each of xs, which are no larger than y, if y is a factor of g; else None.

    1 / r * x has derivatives with 1 / r**2, x / r hasn't: of a quotient x takes the divisor.  `expand` brings what has
    the shape of y to that of x.
    """
    quotient = _quotient(b, g, y)
    if quotient is None:
        return None
    node = quotient.value.node
    if node.op.name != "divide":
        return [expand(guarded(b, quotient, y)) * x for x in xs]
    above, below = (expand(b.term(v)) for v in node.inputs)
    return [guarded(b, times(above, x / below), expand(y)) for x in xs]


def unsigned(b: Any, g: Any, x: Any) -> Any:
    """g * sign(x), if sign(x) is a factor of g: their product is 1, at 0, too, where an even function may be smooth."""
    found = without(g.value, Sign(x.value), Budget())
    return None if found is None else as_term(b, found.recipe(b), g)


def away(b: Any, g: Any, y: Any) -> Any:
    """Where a kink that is at y = 0 takes `g`: not there, if it is infinite; its derivative is 0 by convention.

    None for everywhere: g is finite, or is the g of a rule that is being transposed, which may not decide anything.
    """
    if finite(g) or _transposed(g):
        return None
    return b.logical_or(b.not_equal(y, 0), b.isfinite(g))


def guarded(b: Any, g: Any, y: Any) -> Any:
    """`g`, and 0 where it is infinite at the kink y = 0.  Of a rule that is being transposed, 0 there in any case."""
    taken = b.not_equal(y, 0) if _transposed(g) else away(b, g, y)
    return g if taken is None else b.where(taken, g, 0)


def _transposed(g: Any) -> bool:
    return isinstance(g.value.node.op, Placeholder)


def product(b: Any, x: Any, y: Any) -> Cancelled | None:
    """x * y, if one of them is something over a kink which is a factor of the other one; else None.

    Forward mode multiplies the tangent of `norm(x)`, s / norm(x), with 2 * norm(x): their product is 2 * s.
    """
    for left, right in ((x, y), (y, x)):
        over = _over(left.value, Budget())
        if over is None:
            continue
        found = without(right.value, over.kink, Budget())
        if found is not None:
            return _cancelled(times(as_term(b, over.recipe(b), left), found.recipe(b)), over.kink)
        if isinstance(over.kink, Magnitude):
            signs = [without(v.value, Sign(over.kink.x), Budget()) for v in (left, right)]
            if all(signs):
                sides = [as_term(b, s.recipe(b), v) for s, v in zip(signs, (left, right), strict=True) if s]
                return _cancelled(times(*sides), over.kink)
    return None


def _cancelled(value: Any, kink: Kink) -> Cancelled:
    return Cancelled(value, lambda mask: _released(mask, kink))


def _released(mask: Value, kink: Kink) -> Value | None:
    """A mask without a factor `kink != 0`."""
    if conventional(mask, kink, Budget()):
        return None
    if mask.node.op.name == "logical_and":
        for part, rest in (mask.node.inputs, mask.node.inputs[::-1]):
            if conventional(part, kink, Budget()):
                return rest
    return mask


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
            return Over(plain(y), y.type.shape, lambda b: b.term(x))
        case "direction":
            x, y, scale = node.inputs
            shape = value.type.shape
            return Over(Distance(frozenset((x, y))), shape, lambda b: b.term(x) * b.term(scale))
        case "sign":
            (x,) = node.inputs
            return Over(Magnitude(x), x.type.shape, lambda b: b.term(x))
        case "multiply" | "divide":
            return _product_over(node, budget)
        case "add" | "subtract":
            return _sum_over(node, budget)
        case "sum" | "squeeze" | "expand_dims" | "broadcast_to":
            found = _over(node.inputs[0], budget)
            shape = None if found is None else through(node, found.shape)
            if found is None or shape is None:
                return None
            return Over(found.kink, shape, lambda b: applied(b, node, found.recipe(b)))
        case "where":
            return _chosen_over(node, budget)
    return None


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
    return x * y if found is None else found.value


def _sum_over(node: Node, budget: Budget) -> Over | None:
    """A sum of two over the same kink."""
    left, right = (_over(v, budget) for v in node.inputs)
    if left is None or right is None or left.shape != right.shape or left.kink != right.kink:
        return None
    return Over(left.kink, left.shape, lambda b: b.apply(node.op.name, left.recipe(b), right.recipe(b)))


def _chosen_over(node: Node, budget: Budget) -> Over | None:
    """What a kink's convention cuts out comes back."""
    condition, value, zero = node.inputs
    found = _over(value, budget) if number(zero) == 0 else None
    return found if found is not None and conventional(condition, found.kink, budget) else None


# ---------------------------------------------------------------- finite values

# Finite where their operands are, as views are.
_SUMS = ("add", "subtract", "multiply", "negative", "sum", "mean", "norm", "std", "hypot", "abs", "sign", "cast")
_TAME = frozenset(
    (*_SUMS, "divide_no_nan", "centre", "maximum", "minimum", "sin", "cos", "tanh", "sigmoid", "direction")
)


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
        elif name in _TAME or isinstance(node.op, View) or _is_power(node):
            stack.extend(node.inputs)
        elif (name == "pow" and (number(node.inputs[1]) or 0) > 0) or (
            name == "divide" and _known(node.inputs[1].node, budget)
        ):
            stack.append(node.inputs[0])
        elif name not in ("input", "variable") and not _known(node, budget):
            return False
    return True


def _is_power(node: Node) -> bool:
    """With a positive exponent, that is known."""
    if node.op.name == "integer_pow":
        return bool(node.attrs[0] >= 0)
    return node.op.name == "pow" and (number(node.inputs[1]) or 0) > 0


def _known(node: Node, budget: Budget) -> bool:
    """Is it made of constants and sizes alone, as the number of elements is?"""
    if not budget.spend() or isinstance(node.op, Placeholder):
        return node.op.name == "dim"
    return all(_known(v.node, budget) for v in node.inputs)
