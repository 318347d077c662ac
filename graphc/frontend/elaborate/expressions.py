"""Expressions: from syntax to meanings, emitting nodes on the way.

`expression` is a step (see `elaborator.run`): it yields the steps of its parts, so deep nesting needs no deep stack.
"""

from __future__ import annotations

from graphc.frontend import syntax
from graphc.frontend.elaborate import calls, shortcuts
from graphc.frontend.elaborate.core import names, places
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Items, Scope, Text
from graphc.frontend.elaborate.core.values import Nothing, Static
from graphc.frontend.elaborate.derivatives import grads
from graphc.frontend.elaborate.statements import branches
from graphc.frontend.elaborate.terms import indexing, members, operators

MAX_AXES = 32


def expression(e: Elaborator, scope: Scope, node: syntax.Expr) -> Step:
    """What an expression means.  Raises Failure or Poisoned."""
    match node:
        case syntax.Name():
            return names.lookup(e, scope, node)
        case syntax.Number() | syntax.Boolean():
            return Static(node.value, node.span)
        case syntax.String():
            return Text(node.value, node.span)
        case syntax.NoneLiteral():
            return Nothing()
        case syntax.Chain():
            left = yield expression(e, scope, node.first)
            for symbol, operand, _ in node.pairs:
                left = yield infix(e, scope, operators.INFIX[symbol], Given(left, node.first.span), operand)
            return left
        case syntax.Power():
            base = yield expression(e, scope, node.base)
            exponent = yield expression(e, scope, node.exponent)
            return operators.binary(
                e, scope.frame, "pow", Given(base, node.base.span), Given(exponent, node.exponent.span), node.span
            )
        case syntax.Unary():
            return operators.unary(e, scope.frame, node, (yield expression(e, scope, node.operand)))
        case syntax.List() | syntax.Tuple():
            items = []
            for item in node.items:
                items.append((yield expression(e, scope, item)))
            depth = 1 + max((m.depth for m in items if isinstance(m, Items)), default=0)
            if depth > MAX_AXES:
                raise e.fail(
                    "E0901", f"lists are nested more than {MAX_AXES} deep", node.span, hint="reshape(x, [n, m])"
                )
            return Items(tuple(items), node.span, depth, isinstance(node, syntax.Tuple))
        case syntax.CallExpr():
            return (yield calls.call(e, scope, node))
        case syntax.Attribute():
            path = places.path(scope, node) or grads.place(e, scope, node)
            if path is not None:
                return names.lookup(e, scope, path)
            names.check_prefix(e, scope, node)
            places.check_known(e, scope, node)
            value = yield expression(e, scope, node.value)
            return members.attribute(e, scope, node, value)
        case syntax.Index():
            return (yield indexing.index(e, scope, node))
        case syntax.Conditional():
            return (yield branches.conditional(e, scope, node))
        case syntax.Ellipsis():
            raise e.fail("E0101", "... stands in an index or a type only", node.span)


def infix(e: Elaborator, scope: Scope, name: str, left: Given, operand: syntax.Expr) -> Step:
    """`left name operand`, whose operand is computed unless `left` decides."""
    span = left.span.to(operand.span)
    if shortcuts.may_decide(e, scope, e.catalogue[name], left.meaning, operand):
        return (yield shortcuts.decide(e, scope, e.catalogue[name], left, operand, span))
    right = yield expression(e, scope, operand)
    return operators.binary(e, scope.frame, name, left, Given(right, operand.span), span)
