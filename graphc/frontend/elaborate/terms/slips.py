"""Arguments as NumPy, PyTorch or Python would take them, where graphc takes them otherwise: what to write.

In: an op and the arguments of its call.  Out: nothing, or a Failure with a hint.  Called by `calls` before it binds the
arguments, for what would otherwise be an error about an axis that nobody meant.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import elsewhere
from graphc.frontend.elaborate.core.calling import maker
from graphc.frontend.elaborate.core.elaborator import Argument, Elaborator
from graphc.frontend.elaborate.core.scopes import Items, Meaning, Text
from graphc.frontend.elaborate.core.values import Failure, OpFunction, Static
from graphc.ir.graph import Value
from graphc.ir.op import Op

_PAIRWISE = {"max": "maximum", "min": "minimum"}
_NORMS = {1: "sum(abs({}))", 2: "norm({})", math.inf: "max(abs({}))"}


def check(e: Elaborator, op: Op, arguments: Sequence[Argument]) -> None:
    """Raise Failure for `max(x, 2)`, `sum(1, 2)`, `norm(x, 2)`, `randint(10, [3])`."""
    positional = [a for a in arguments if a.keyword is None]
    if len(positional) < 2:
        return
    if op.name == "randint":
        check_bounds(e, positional)
    elif [p.name for p in op.params[:2]] == ["x", "axis"] and op.params[-1].name in ("keepdims", "correction"):
        check_reduction(e, op, positional)


def check_reduction(e: Elaborator, op: Op, arguments: Sequence[Argument]) -> None:
    """Raise E0204 unless the second argument may be an axis of the first."""
    first, second = (a.given.meaning for a in arguments[:2])
    rank = rank_of(first)
    if may_be_axis(second, rank):
        return
    texts = [" ".join(a.span.text.split()) for a in arguments]
    order = second.value if isinstance(second, Static) and isinstance(second.value, int | float) else None
    hint = None
    if op.name in _PAIRWISE:
        hint = texts[-1]
        for text in reversed(texts[:-1]):
            hint = f"{_PAIRWISE[op.name]}({text}, {hint})"
    elif op.name == "norm" and order in _NORMS:
        hint = _NORMS[order].format(texts[0])
    elif rank == 0:
        hint = f"{op.name}([{', '.join(texts)}])"
    elif isinstance(second, Static) and isinstance(order, int):
        return  # an axis that is out of range: its own message
    elif op.name == "sum":
        hint = f"sum({texts[0]}) + sum({texts[1]})"
    message = f"{op.name} takes one tensor, and then an axis, which {texts[1]} is not"
    raise e.fail("E0204", message, arguments[1].span, hint=hint or f"{op.name}({texts[0]}, axis=0)")


def rank_of(meaning: Meaning) -> int | None:
    """The number of axes; None if that isn't plain."""
    match meaning:
        case Static():
            return 0
        case Value():
            return len(meaning.type.shape)
        case Items():
            return meaning.depth
        case _:
            return None


def may_be_axis(meaning: Meaning, rank: int | None) -> bool:
    """Could it be an axis of a tensor of that rank?  Of what isn't known here, the op's own rule decides."""
    match meaning:
        case Static(value=int() as axis) if not isinstance(axis, bool):
            return rank is None or -rank <= axis < rank
        case Static():
            return False
        case Value():
            return meaning.type.dtype.is_integer and not maker(meaning).inputs and meaning.type.rank <= 1
        case _:
            return True


def check_bounds(e: Elaborator, arguments: Sequence[Argument]) -> None:
    """Raise E0309 for a shape among the bounds, where they would be bounds that can't be."""
    low, high = (known(a.given.meaning) for a in arguments[:2])
    if not low or not high or max(low) < min(high):
        return
    texts = [a.span.text for a in arguments]
    lists = [isinstance(a.given.meaning, Items) for a in arguments[:2]]
    if lists == [True, False]:  # randint([3], 0, 10), as in JAX
        bounds = texts[1:3] if len(texts) > 2 else ["0", texts[1] if min(high) > 0 else "10"]
        hint = f"randint({', '.join(bounds)}, {texts[0]})"
    elif lists == [False, True]:  # randint(10, [3])
        hint = f"randint(0, {texts[0]}, {texts[1]})"
    else:
        return
    raise e.fail("E0309", "randint takes low, high and then a shape", arguments[lists.index(True)].span, hint=hint)


def known(meaning: Meaning) -> list[int]:
    """The whole numbers of an argument; none if some aren't known."""
    found = [
        m.value if isinstance(m, Static) else None
        for m in (meaning.items if isinstance(meaning, Items) else (meaning,))
    ]
    numbers = [v for v in found if isinstance(v, int)]
    return numbers if len(numbers) == len(found) else []


# ---------------------------------------------------------------- too many arguments


def too_many(e: Elaborator, op: Op, arguments: Sequence[Argument], node: syntax.CallExpr) -> str | None:
    """The hint for more arguments than an op takes: `x.reshape([3, 1])`, `round(x * 100) / 100`."""
    texts = [" ".join(a.span.text.split()) for a in arguments]
    if op.name == "format":
        return formatted(arguments, texts)
    written = elsewhere.bracketed(OpFunction(op), texts)
    if written != texts:
        if isinstance(node.function, syntax.Attribute):
            return f"{node.function.span.text}({', '.join(written[1:])})"
        return f"{op.name}({', '.join(written)})"
    if op.name == "round" and known(arguments[1].given.meaning) and texts[1].isdigit():
        return rounded(texts[0], int(texts[1]))
    return None


def one_list(op: Op, arguments: Sequence[Argument]) -> str | None:
    """`zeros([3, 4])` for `zeros(3, 4)`."""
    texts = [a.span.text for a in arguments]
    written = elsewhere.bracketed(OpFunction(op), texts)
    return f"{op.name}({', '.join(written)})" if written != texts else None


def rounded(text: str, digits: int) -> str:
    scale = str(10**digits) if digits < 10 else f"1e{digits}"
    return f"round({elsewhere.operand(text)} * {scale}) / {scale}"


def formatted(arguments: Sequence[Argument], texts: Sequence[str]) -> str:
    """`"step " + format(3)` for `"step {}".format(3)`; of a number, its digits."""
    template = arguments[0].given.meaning
    if not isinstance(template, Text):
        return f"format({rounded(texts[0], int(texts[1]))})" if texts[1].isdigit() else f"format({texts[0]})"
    parts = template.value.split("{}") if isinstance(template.value, str) else []
    if len(parts) != len(texts):
        return " + ".join(f"format({t})" for t in texts[1:])
    pieces = [f'"{parts[0]}"'] if parts[0] else []
    for text, part in zip(texts[1:], parts[1:], strict=True):
        pieces += [f"format({text})", *([f'"{part}"'] if part else [])]
    return " + ".join(pieces)


def failure(
    e: Elaborator, op: Op, params: Sequence[str], arguments: Sequence[Argument], node: syntax.CallExpr
) -> Failure:
    """E0204: the first argument behind the last parameter."""
    extra = [a for a in arguments if a.keyword is None][len(params)]
    count = f"{len(params)} argument{'s' if len(params) != 1 else ''}"
    hint = too_many(e, op, arguments, node) or f"{op.name}({', '.join(params)})"
    return e.fail("E0204", f"{op.name} takes {count} at most", extra.span, hint=hint)
