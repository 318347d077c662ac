"""What to say when something isn't taken: operands of wrong dtypes, what is no tensor, a number that doesn't fit.

In: an op and where its operands stand, a meaning, or a number.  Out: the message, labels and a hint.
Called by `elaborator`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from graphc.diagnostics import Label
from graphc.frontend.elaborate.core.scopes import Function, Instance, Items, Meaning
from graphc.frontend.elaborate.core.values import Nothing, OpFunction, Special
from graphc.frontend.elaborate.core.wording import describe
from graphc.ir.graph import Value
from graphc.ir.literal import shortened
from graphc.ir.op import Op
from graphc.ir.types import BOOL, I64, STR, STRINGS, WEAK_FLOAT, DType, promote
from graphc.source import Span

Refusal = tuple[str, list[Label], str | None]


def refused_dtypes(
    op: Op,
    places: Sequence[Span],
    dtypes: Sequence[DType],
    accepts: frozenset[DType],
    span: Span,
    default_float: DType,
) -> Refusal:
    """The message, labels and hint of an E0304."""
    symbol: str = getattr(op.spelling, "symbol", op.name)
    joined = promote(dtypes)
    if joined is None and accepts != STRINGS and STR in dtypes:
        return _mixed(symbol, places, dtypes, accepts, span)
    if joined is None and STR not in dtypes:
        return signs(symbol, places, dtypes, span)
    joined = joined or next(t for t in dtypes if t is not STR)
    wrong = [i for i, t in enumerate(dtypes) if t not in accepts]
    labels = [Label(places[i], f"{dtypes[i]}") for i in wrong if places[i] != span]
    wanted = _in_words(accepts)
    text = places[wrong[0] if wrong else 0].text
    return f"{symbol} takes {wanted}, not {joined}", labels, _hint(wanted, joined, text)


def signs(symbol: str, places: Sequence[Span], dtypes: Sequence[DType], span: Span) -> Refusal:
    """u64 beside signed integers: no integer type holds both."""
    labels = [Label(p, f"{t}") for p, t in zip(places, dtypes, strict=True) if p != span]
    signed = next((p.text, t) for p, t in zip(places, dtypes, strict=True) if t.kind == "i" and not t.weak)
    unsigned = next((p.text, t) for p, t in zip(places, dtypes, strict=True) if t.kind == "u")
    message = f"{symbol} of {signed[1]} and {unsigned[1]}: no integer dtype holds all numbers of both"
    if signed[0] == unsigned[0]:  # the text of the list that both are in
        return message, labels, "cast one of them: i64(…), or u64(…)"
    return message, labels, f"cast one of them: i64({unsigned[0]}), or u64({signed[0]})"


def _in_words(accepts: frozenset[DType]) -> str:
    if accepts == STRINGS:
        return "strings"
    if accepts == {BOOL}:
        return "booleans"
    return "integers" if I64 in accepts and WEAK_FLOAT not in accepts else "numbers"


def _hint(wanted: str, found: DType, text: str) -> str | None:
    match wanted:
        case "strings":
            return f"make a string of it: format({text})"
        case "booleans":
            return f'compare: {text} != ""' if found is STR else f"compare: {text} != 0"
        case _ if found is STR:
            return None
        case "integers":
            return f"cast: i64({text})"
        case _:
            return f"cast: i64({text})" if found is BOOL else None


def _mixed(
    symbol: str, places: Sequence[Span], dtypes: Sequence[DType], accepts: frozenset[DType], span: Span
) -> Refusal:
    """Strings beside numbers."""
    labels = [Label(p, f"{t}") for p, t in zip(places, dtypes, strict=True) if p != span]
    text = next(p.text for p, t in zip(places, dtypes, strict=True) if t is not STR)
    hint = f"make a string of it: format({text})" if symbol == "+" or STR in accepts else None
    if symbol == "%" and dtypes[0] is STR:
        hint = _inserted(places[0].text, text)
    return f"{symbol} takes no strings beside numbers", labels, hint


_CONVERSION = re.compile(r"(?<!%)%[-+#0-9.]*[a-zA-Z]")


def _inserted(template: str, text: str) -> str:
    """`"step " + format(k)` for `"step %d" % k`."""
    if not template.startswith('"'):
        return f"{template} + format({text})"
    before, *after = (part.replace("%%", "%") for part in _CONVERSION.split(template[1:-1], maxsplit=1))
    pieces = (f'"{before}"', f"format({text})", *(f'"{part}"' for part in after))
    return " + ".join(p for p in pieces if p != '""')


def no_tensor(meaning: Meaning, text: str) -> tuple[str, str | None]:
    """The message and hint of an E0208: `text` means something that is no tensor."""
    match meaning:
        case Nothing() if text != "None":
            return f"{text} has no value", "call it on a line of its own"
        case Value():
            hint = f"go over it: for y in {text} {{ … }}" if text.isidentifier() else None
            whole = f"an item of {text}" if text.startswith("[") else text
            return f"{whole} is as long as its loop ran: a stack, not a tensor", hint
        case Function() | OpFunction() | Special():
            return f"{text} is a function, not a tensor", f"call it: {text}(…)" if text.isidentifier() else None
        case Items(items) if meaning.is_tuple:
            kinds = {str(m.type) if isinstance(m, Value) else "" for m in items}
            return _tuple(len(items), text, len(kinds) == 1)
        case Instance() if text.replace(".", "").isidentifier():
            return f"{text} is {describe(meaning)}, not a tensor", f"call it, or take a member: {text}(…), {text}.W"
        case _:
            return f"{text} is {describe(meaning)}, not a tensor", None


def _tuple(count: int, text: str, alike: bool) -> tuple[str, str | None]:
    """The same for a tuple, whose values may all be of one type."""
    plain = text.replace(".", "").replace("_", "").isalnum()
    shown = text if plain or (len(text) <= 40 and "\n" not in text) else "this"
    held = f"{count} value{'' if count == 1 else 's'}"
    if text.startswith("["):
        return f"an item of {shown} is a tuple of {held}, not a tensor", "take one of its values, as in g[0]"
    if not count:
        return f"{shown} is a tuple without values, not a tensor", None
    first = f"{text}[0]" if plain or text.endswith(")") else f"({text})[0]"
    named = first if shown == text else "g = …, then g[0]"
    hint = f"take one of them: {named}"
    if plain and alike and 1 < count <= 4:
        hint += f"; or stack them: [{', '.join(f'{text}[{i}]' for i in range(count))}]"
    elif text.startswith("(") and text.endswith(")"):
        hint = f"a list becomes a tensor: [{text[1:-1].rstrip(', ')}]"
    return f"{shown} is a tuple of {held}, not a tensor", hint


def unfit(value: bool | int | float, dtype: DType, text: str) -> tuple[str, str, str | None] | None:
    """The code, message and hint for a number, written `text`, that a dtype can't hold; None for one that it can."""
    if isinstance(value, bool):
        return None if dtype is BOOL else ("E0304", f"a boolean is not a number of {dtype}", f"{dtype}({text})")
    if dtype is BOOL:
        return "E0304", "a number is not a boolean", "write a comparison, like x != 0"
    if dtype.is_float:
        return _beyond(value, dtype, text)
    if not dtype.is_integer:
        return None
    if isinstance(value, float):
        hint = f"{dtype}({text}) truncates it" if text else None
        return "E0316", f"{value} is a float; it doesn't become {dtype} by itself", hint
    info = np.iinfo(dtype.numpy.str)
    if not info.min <= value <= info.max:
        held = I64 if dtype.weak else dtype
        return "E0305", f"{shortened(value)} does not fit {held} ({info.min} to {info.max})", None
    return None


def _beyond(value: int | float, dtype: DType, text: str) -> tuple[str, str, str | None] | None:
    """A number that is finite, but not in a dtype of floats."""
    try:
        with np.errstate(over="ignore"):
            held = np.asarray(value, np.float64).astype(dtype.numpy)
    except OverflowError:
        held = np.asarray(np.inf)
    if not np.isinf(held) or abs(value) == float("inf"):
        return None
    shown = text if text and not text.isidentifier() else _rounded(value)
    return "E0305", f"{shortened(shown)} does not fit {dtype} (up to {np.finfo(dtype.numpy.str).max:.4g})", None


def _rounded(value: int | float) -> str:
    try:
        return f"{value:.4g}"
    except OverflowError:  # an integer beyond f64
        return str(value)
