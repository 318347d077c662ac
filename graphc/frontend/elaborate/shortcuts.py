"""`a and b`, `a or b`: b is left alone where a decides.

It is a branch where somebody could tell: where a is a scalar of the run, and b could fail, take long, or do something.
Else the op of the record computes both, which is faster, and on tensors the only thing that makes sense.
`expressions` calls it.
"""

from __future__ import annotations

from typing import Any

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import names
from graphc.frontend.elaborate.core.elaborator import Elaborator, Given, Step
from graphc.frontend.elaborate.core.scopes import Meaning, Scope
from graphc.frontend.elaborate.core.values import DTypeName, Failure, OpFunction, Static
from graphc.frontend.elaborate.statements.branches import Arm, choose
from graphc.frontend.elaborate.terms.operators import INFIX
from graphc.ir.graph import Value
from graphc.ir.op import Elementwise, Infix, Op
from graphc.ir.types import BOOL
from graphc.source import Span


def may_decide(e: Elaborator, scope: Scope, op: Op, left: Meaning, right: syntax.Expr) -> bool:
    """Is the right operand of this operator one that may be left alone?"""
    decided = op.spelling.decided_by if isinstance(op.spelling, Infix) else None
    if decided is None or plain(e, scope, right):
        return False
    if isinstance(left, Static):
        return left.value is decided
    return isinstance(left, Value) and left.type.dtype is BOOL and not left.type.shape


def decide(e: Elaborator, scope: Scope, op: Op, left: Given, right: syntax.Expr, span: Span) -> Step:
    """`left and right` as `right if left else false`, `left or right` as `right if not left else true`.

    Where the left one is known the right one only tells the shape; one that is no value, as in a branch that is known
    not to be taken, is none here either.
    """
    assert isinstance(op.spelling, Infix)
    decided = Given(Static(bool(op.spelling.decided_by), left.span), left.span)
    found: list[tuple[Meaning, Value]] = []
    known = isinstance(left.meaning, Static)

    def computed(inner: Scope) -> Step:
        try:
            meaning = yield e.expression(inner, right)
        except Failure:
            if not known:
                raise
            meaning = decided.meaning
        value = e.tensor(inner.frame, meaning, right.span)
        if value.type.dtype is not BOOL:  # the op says why not
            e.apply(inner.frame, op, (left, Given(meaning, right.span)), (), span)
        found.append((meaning, value))
        return value

    def left_alone(inner: Scope) -> Step:
        yield from ()
        shape = found[0][1].type.shape
        if not shape:
            return decided.meaning
        return e.apply(inner.frame, e.catalogue["broadcast_to"], (decided,), (shape,), span)[0]

    arms = [Arm(computed, right.span), Arm(left_alone, span)]
    result: Any = yield choose(e, scope, asked(e, scope, op, left), arms, span, binds=False)
    if known and isinstance(found[0][0], Static):
        return left.meaning  # the right operand has its nodes in the branch, where nothing after can read them
    return result


def asked(e: Elaborator, scope: Scope, op: Op, left: Given) -> Value:
    """Whether to compute the right operand."""
    if isinstance(left.meaning, Static):  # it decides
        return e.tensor(scope.frame, Static(False, left.span), left.span)
    condition = e.tensor(scope.frame, left.meaning, left.span)
    if isinstance(op.spelling, Infix) and op.spelling.decided_by is False:
        return condition
    return e.apply(scope.frame, e.catalogue["logical_not"], (Given(condition, left.span),), (), left.span)[0]


def plain(e: Elaborator, scope: Scope, node: syntax.Expr) -> bool:
    """Is it made of names, literals, and elementwise ops that have a result for all operands?"""
    pending = [node]
    while pending:
        match pending.pop():
            case syntax.Name() | syntax.Number() | syntax.Boolean() | syntax.String():
                pass
            case syntax.Unary(operand=operand):
                pending.append(operand)
            case syntax.Attribute(value=value):
                pending.append(value)
            case syntax.Chain(first=first, pairs=pairs):
                if not all(total(e.catalogue[INFIX[symbol]]) for symbol, _, _ in pairs):
                    return False
                pending += [first, *(operand for _, operand, _ in pairs)]
            case syntax.CallExpr(function=syntax.Name(text=name), arguments=arguments):
                if not builtin(e, scope, name):
                    return False
                pending += [a.value for a in arguments]
            case _:
                return False
    return True


def builtin(e: Elaborator, scope: Scope, name: str) -> bool:
    """Is it the name of a dtype, or of such an op?"""
    if names.find(e, scope, name) is not None:
        return False
    match e.builtins(name):
        case DTypeName():
            return True
        case OpFunction(op):
            return total(op)
        case _:
            return False


def total(op: Op) -> bool:
    return isinstance(op, Elementwise) and op.total
