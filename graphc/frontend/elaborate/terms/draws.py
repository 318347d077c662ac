"""Random operations: the operands that a call may leave out, and the dtypes of the others.  `calls` uses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphc.frontend.elaborate.core import keys
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator, Given
from graphc.frontend.elaborate.core.scopes import Frame, Items
from graphc.frontend.elaborate.core.values import Static
from graphc.ir.op import Operand
from graphc.ir.random import Implied, Random
from graphc.ir.types import I64, STR, U64, DType, promote
from graphc.source import Span


def check_shape(e: Elaborator, op: Random, arguments: Sequence[Argument]) -> None:
    """Refuse `uniform(0, 1)`, which would be one axis of no elements: elsewhere the bounds come first."""
    positional = [a for a in arguments if a.keyword is None]
    if op.params[0].name != "shape" or len(positional) < 2 or isinstance(positional[0].given.meaning, Items):
        return
    texts = [a.span.text for a in positional]
    names = [p.name for p in op.params[1:]]
    meant = ", ".join(f"{name}={text}" for name, text in zip(names, texts, strict=False))
    raise e.fail(
        "E0309",
        f"the first argument of {op.name} is a shape, a list of sizes",
        positional[0].span,
        hint=f"{op.name}({meant}), or {op.name}([n], {', '.join(texts)})",
    )


def implied(e: Elaborator, frame: Frame, op: Random, param: Operand, span: Span) -> Given:
    """An operand that the call leaves out."""
    match param.default:
        case Implied.PLACE:
            return Given(keys.at_place(e, frame, op.name, span), span)
        case Implied.RUN:
            return Given(keys.of_run(e, frame, span), span)
        case int() | float() as number:
            return Given(Static(number, span), span)
    raise AssertionError(f"{op.name} needs {param.name}")


def settle(
    e: Elaborator, frame: Frame, op: Random, operands: list[Given], attrs: list[Any], span: Span, *, explicit: bool
) -> None:
    """Give the parameters of a distribution their common dtype, which is that of the draw if both are floats.

    `explicit`: the call has a `dtype`.  Whole numbers are also taken for keys and for what is folded into them.
    """
    members = [i for i, p in enumerate(op.operands) if p.group is not None]
    if members:
        place = next((i for i, a in enumerate(op.attributes) if a.name == "dtype"), None)
        floats = any(t.is_float for t in op.operands[members[0]].accepts)
        if floats and place is not None and explicit:
            dtype = attrs[place]
            if dtype not in op.operands[members[0]].accepts:
                hint = f"{dtype}(round(x)), or randint" if dtype.is_integer else None
                raise e.fail("E0304", f"{op.name} draws floats, not {dtype}", span, hint=hint)
        else:
            dtype = common(e, [operands[i] for i in members], floats)
        if floats and place is not None:
            attrs[place] = dtype
        if dtype in op.operands[members[0]].accepts:
            for i in members:
                if e.dtype_of(operands[i].meaning, operands[i].span) is not STR:
                    operands[i] = Given(e.tensor(frame, operands[i].meaning, operands[i].span, dtype), operands[i].span)
    for i, param in enumerate(op.operands):
        given, where = operands[i].meaning, operands[i].span
        if param.group is not None:
            continue
        is_key = param.accepts == {U64}
        if isinstance(given, Static) and isinstance(given.value, int):
            operands[i] = Given(e.number(frame, given, U64 if is_key else I64, where), where)
        elif is_key and e.dtype_of(given, where) is not U64:
            found = e.dtype_of(given, where)
            hint = f"u64({where.text})" if found.is_integer else 'site("a name") makes one'
            raise e.fail("E0304", f"a key is u64, not {found}", where, hint=hint)


def common(e: Elaborator, given: list[Given], floats: bool) -> DType | None:
    """The dtype of parameters: numbers without one become the default float, or i64 (u64, if they need it)."""
    strong = [d for d in (e.dtype_of(g.meaning, g.span) for g in given) if not d.weak]
    joined = promote(strong) if strong else None
    if floats:
        return joined if joined is not None and joined.is_float else e.default_float
    values = [g.meaning.value for g in given if isinstance(g.meaning, Static) and isinstance(g.meaning.value, int)]
    if joined is None or joined.is_integer:
        return U64 if any(v >= 1 << 63 for v in values) else joined or I64
    return joined
