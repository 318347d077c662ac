"""A word that begins statements inside closed brackets: `[f(x) for x in xs]`, a function without a name.

In: the tokens and the place of the word.  Out: where to go on, once it is reported; None if the bracket is just not
closed.  Called by the post-lexer.
"""

from __future__ import annotations

import re

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend.lexing import CLOSING, OPENING, OPERAND_ENDS, Report, Token
from graphc.source import Source, Span

_LONGEST = 80  # columns of a hint with the program's own text


def whole_inside(source: Source, raw: list[Token], index: int, opener: Token, report: Report) -> int | None:
    """The index of the bracket or comma behind a comprehension or a function without a name."""
    token = raw[index]
    before = raw[index - 1]
    if token.kind == "for" and before.kind in OPERAND_ENDS:
        end, hint = _closer(raw, index), _comprehension
        message = "a list has no for in it"
    elif token.kind == "fn" and before.kind in ("(", ",", "="):
        end, hint = _comma_or_closer(raw, index), _function
        message = "a function has a name, and stands on a line of its own"
    else:
        return None
    if end is None:
        return None
    span = Span(source, token.start, token.end)
    report(Diagnostic("E0101", message, Label(span, "can't stand here"), hint=hint(source, raw, index, end, opener)))
    return end


def _closer(raw: list[Token], index: int, stops: tuple[str, ...] = ()) -> int | None:
    """The index of the bracket that closes the one around `index`, or of a token of `stops` before."""
    depth = 0
    for i in range(index, len(raw)):
        kind = raw[i].kind
        if depth == 0 and (kind in CLOSING or kind in stops):
            return i if kind != "}" else None
        if kind in ("_END", "fn") and i > index and depth == 0:
            return None
        depth += (kind in OPENING) - (kind in CLOSING)
    return None


def _comma_or_closer(raw: list[Token], index: int) -> int | None:
    return _closer(raw, index, (",",))


def _text(source: Source, start: int, end: int) -> str:
    return " ".join(source.text[start:end].split())


def _comprehension(source: Source, raw: list[Token], index: int, end: int, opener: Token) -> str:
    """`ys = stack(); for x in xs { push(ys, f(x)) }`; modules are made one by one."""
    inside = range(index, end)
    joined = next((i for i in inside if raw[i].kind == "in"), None)
    condition = next((i for i in inside if raw[i].kind == "if"), end)
    element = _text(source, opener.end, raw[index].start)
    if joined is None or joined > condition:
        return "map(f, xs)"
    target = _text(source, raw[index].end, raw[joined].start)
    over = _text(source, raw[joined].end, raw[condition].start)
    if element[:1].isupper() and element.endswith(")"):
        return f"layers = [{element}, {element}]: an instance of a module is written out"
    if condition != end:
        element = f"where({_text(source, raw[condition].end, raw[end].start)}, {element}, 0)"
    line = source.text.rfind("\n", 0, opener.start) + 1
    named = re.fullmatch(r"\s*(\w+) = ", source.text[line : opener.start])
    ys = named[1] if named and opener.kind == "[" else "ys"
    hint = f"{ys} = stack(); for {target} in {over} {{ push({ys}, {element}) }}"
    return hint if len(hint) <= _LONGEST else "ys = stack(); for x in xs { push(ys, f(x)) }, or map(f, xs)"


def _function(source: Source, raw: list[Token], index: int, end: int, opener: Token) -> str:
    """`fn hook(g) { … }; on_grad(y, hook)`."""
    line = source.text.rfind("\n", 0, opener.start) + 1
    name = "hook" if "on_grad" in source.text[line : opener.start] else "f"
    written = source.text[raw[index].end : raw[end].start].strip()
    closer = _closer(raw, index)
    rest = source.text[raw[end].start : raw[closer].end] if closer is not None else ")"
    hint = f"fn {name}{written}; {source.text[line : raw[index].start].lstrip()}{name}{rest}"
    short = len(hint) <= _LONGEST and "\n" not in hint
    return hint if short else f"fn {name}(x) {{ … }} before this line, and {name} here"
