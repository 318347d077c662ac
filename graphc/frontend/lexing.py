"""From text to tokens.

What comes in: a `Source`, or a stretch of one.  `scan` cuts it into tokens, comments and line ends included: the
formatter reads these, the parser what `postlex` makes of them.  Mistakes are reported and repaired, so that one parse
finds several.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend.tables import load
from graphc.source import Source, Span

NESTING_LIMIT = 500
_LONGEST_NAME = 64

Report = Callable[[Diagnostic], None]


class Token(NamedTuple):
    """`kind` is what the grammar calls it: `NAME`, `NUMBER`, `STRING`, `_END`, … or the text of a literal."""

    kind: str
    text: str
    start: int
    end: int


ERROR = "$error"  # stands where a mistake was already reported; the parser skips that statement in silence
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {closer: opener for opener, closer in OPENING.items()}
OPERAND_ENDS = frozenset({"NAME", "NUMBER", "STRING", ")", "]", "true", "false", "None"})

# What other languages write: the literal we read it as, and what to type instead.
NOT_OPERATORS = {
    "&&": ("and", "a and b"),
    "||": ("or", "a or b"),
    "&": ("and", "a and b, or bit_and(a, b) for the bits of integers"),
    "|": ("or", "a or b, or bit_or(a, b) for the bits of integers"),
    "^": ("**", "a ** b, or bit_xor(a, b) for the bits of integers"),
    "!": ("not", "not a"),
    "~": ("not", "not a, or bit_not(a) for the bits of integers"),
    "===": ("==", "a == b"),
    "!==": ("!=", "a != b"),
    "<>": ("!=", "a != b"),
    "=<": ("<=", "a <= b"),
    "=>": (">=", "a >= b"),
    "<<": ("*", "a * 2 ** b"),
    ">>": ("//", "a // 2 ** b"),
    ":=": ("=", "a = b"),
}
_ASCII_FOR = {
    "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "“": '"', "”": '"', "„": '"',
    "'": '"', "‘": '"', "’": '"', "`": '"', "¬": "not", "∧": "and", "∨": "or", "…": "...", "∞": "inf", "（": "(",
    "）": ")", "，": ",", "：": ":", "；": ";", "＝": "=", "\u00a0": "a space", "\u3000": "a space",
}  # fmt: skip


@cache
def reserved() -> frozenset[str]:
    """The words that can't be names."""
    return frozenset(literal for literal in load().literals.values() if literal[0].isalpha())


@cache
def _scanner() -> re.Pattern[str]:
    """One pattern for all terminals, in the order in which they are tried; `LITERAL` is any of the literals."""
    tables = load()
    patterns = dict(tables.patterns)
    blank = patterns.pop("BLANK")
    wrong, literals = (
        "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))
        for texts in (NOT_OPERATORS, [text for text in tables.literals.values() if not text[0].isalpha()])
    )
    longest_first = {**patterns, "WRONG": rf"(?!!=(?!=)){'(?:' + wrong + ')'}", "LITERAL": literals}
    choices = [f"(?P<{name}>{pattern})" for name, pattern in longest_first.items()]
    choices += ["(?P<SINGLE>'[^'\n]*')", '(?P<QUOTE>"[^\n]*)', "(?P<OTHER>[^ \t\f\ufeff])", r"(?P<FINISH>\Z)"]
    return re.compile(f"(?>{blank})?+(?:{'|'.join(choices)})")


def scan(source: Source, report: Report, start: int = 0, end: int | None = None) -> list[Token]:
    """All tokens between two offsets, with comments, `##` documentation and every newline and `;`."""
    tokens: list[Token] = []
    words = reserved()
    malformed: dict[int, int] = {}
    number_end = -1
    for match in _scanner().finditer(source.text, start, len(source.text) if end is None else end):
        kind: str = match.lastgroup  # type: ignore[assignment]  # every alternative has a name
        text = match[kind]
        stop = match.end()
        begin = stop - len(text)
        if kind == "NUMBER" and _is_step(text) and tokens and tokens[-1].kind == "NAME" and tokens[-1].end == begin:
            tokens.append(Token(".", ".", begin, begin + 1))  # net.layers.0.W
            begin, number_end = begin + 1, stop
            kind, text = "NAME", text[1:]
        elif begin == number_end and kind in ("NAME", "NUMBER"):  # 2x, 1.2.3, 0b101
            begin = tokens.pop().start
            malformed[begin] = number_end = stop
            kind, text = "NUMBER", "0"
        elif kind == "NAME":
            if text in words:
                kind = text
            elif not text.isascii():
                text = _name(source, text, begin, report)
        elif kind == "LITERAL":
            kind = text
        elif kind == "NUMBER":
            number_end = stop
        elif kind in ("WRONG", "SINGLE", "QUOTE", "OTHER"):
            kind, text = _mistake(source, kind, text, begin, report)
        elif kind == "FINISH":
            break
        tokens.append(Token(kind, text, begin, stop))
    for begin, stop in malformed.items():
        report(_malformed(Span(source, begin, stop)))
    return tokens


def _is_step(text: str) -> bool:
    """Is it `.0`, an element of a path where it follows a name?"""
    return text[0] == "." and text[1:].isdigit()


def _name(source: Source, text: str, start: int, report: Report) -> str:
    """A name outside ASCII, composed (é is é, however typed); superscripts and the like are no letters."""
    composed = normalize("NFC", text)
    if not composed.isidentifier():
        wrong = next((i for i, letter in enumerate(text) if not f"_{letter}".isidentifier()), 0)
        span = Span(source, start + wrong, start + wrong + 1)
        power = {"²": "2", "³": "3"}.get(text[wrong])
        hint = f"{text[:wrong]} ** {power}" if power else "names are letters, digits and _"
        report(Diagnostic("E0108", f"{text[wrong]} can't be part of a name", Label(span, "here"), hint=hint))
    return composed


def _mistake(source: Source, kind: str, text: str, start: int, report: Report) -> tuple[str, str]:
    """Reports a piece of text that is no token, and says which token to read it as."""
    span = Span(source, start, start + len(text))
    if kind == "WRONG":
        literal, hint = NOT_OPERATORS[text]
        message = f"{text} is not an operator"
        if text == "^":
            message = "^ is not an operator; a power is written **"
        elif hint.startswith(f"a {literal} b") or literal == "not":
            message += f"; it is written {literal}"
        report(Diagnostic("E0105", message, Label(span, "here"), hint=hint))
        return literal, literal
    if kind == "QUOTE":
        report(Diagnostic("E0104", "this string has no end", Label(span, '" is missing'), hint=f'{text.rstrip()}"'))
        return "STRING", '""'
    transposed = re.search(r"[\w.]+\Z", source.text[max(start - _LONGEST_NAME, 0) : start])
    if text[0] == "'" and transposed:  # m' of MATLAB and Julia
        mark = Span(source, start, start + 1)
        report(Diagnostic("E0105", "' is not an operator", Label(mark, "here"), hint=f"{transposed[0]}.T"))
        return ERROR, text
    if kind == "SINGLE":
        plain = text[1:-1].replace('"', '\\"')
        report(Diagnostic("E0104", "strings stand in double quotes", Label(span, "here"), hint=f'"{plain}"'))
        return "STRING", '""'
    if text == "\\":
        hint = "put the expression in ( ) and it may go on over several lines"
    elif text in _ASCII_FOR:
        hint = _ASCII_FOR[text]
    else:
        hint = "remove it"
    shown = text if text.isprintable() else f"U+{ord(text):04X}"
    report(Diagnostic("E0108", f"{shown} means nothing here", Label(span, "unknown character"), hint=hint))
    return ERROR, text


def _malformed(span: Span) -> Diagnostic:
    text = span.text
    parts = re.fullmatch(r"([0-9][0-9_.]*?)([^\W\d_]\w*)", text)
    if text[:2].lower() in ("0b", "0o") or re.fullmatch(r"[0-9.]+e", text) or not parts:
        digits = text[2:].replace("_", "")
        base = {"0b": 2, "0o": 8}.get(text[:2].lower())
        known = base is not None and digits.isdigit() and max(digits) < str(base)
        hint = str(int(digits, base)) if known and base else "numbers look like 1, 1_000, 0x1F, 1.5 or 1e-3"
    else:
        hint = f"{parts[1]} * {parts[2]}"
    return Diagnostic("E0107", f"{text} is not a number", Label(span, "malformed number"), hint=hint)


class StopNesting(Exception):
    """Ends a parse whose text nests too deeply; the reason is already reported."""


def too_deep(span: Span) -> Diagnostic:
    return Diagnostic(
        "E0901",
        f"nested more than {NESTING_LIMIT} levels deep",
        Label(span, "too deep from here"),
        hint="give an inner part a name: part = …",
    )


def point(source: Source, offset: int) -> Span:
    """The place just behind a token, one character wide where there is one."""
    return Span(source, offset, min(offset + 1, len(source.text)))
