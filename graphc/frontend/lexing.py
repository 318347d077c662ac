"""From text to the tokens that the parser reads.

What comes in: a `Source`, or a stretch of one.  `scan` cuts it into tokens, comments and line ends included (the
formatter reads these); `arrange` is the post-lexer: it drops the newlines that mean nothing, tells the soft words,
matches brackets and sets `##` documentation aside.  Mistakes are reported and repaired, so that one parse finds several.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend.tables import load
from graphc.source import Source, Span

NESTING_LIMIT = 500

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
    return frozenset(literal for literal in load().literals if literal[0].isalpha())


@cache
def _scanner() -> re.Pattern[str]:
    """One pattern for all terminals, in the order in which they are tried; `LITERAL` is any of the literals."""
    tables = load()
    patterns = dict(tables.patterns)
    blank = patterns.pop("BLANK")
    wrong, literals = (
        "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))
        for texts in (NOT_OPERATORS, [text for text in tables.literals if not text[0].isalpha()])
    )
    longest_first = {**patterns, "WRONG": rf"(?!!=(?!=)){'(?:' + wrong + ')'}", "LITERAL": literals}
    choices = [f"(?P<{name}>{pattern})" for name, pattern in longest_first.items()]
    choices += ['(?P<QUOTE>"[^\n]*)', "(?P<OTHER>[^ \t\f\ufeff])", r"(?P<FINISH>\Z)"]
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
        if begin == number_end and kind in ("NAME", "NUMBER"):  # 2x, 1.2.3, 0b101
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
        elif kind in ("WRONG", "QUOTE", "OTHER"):
            kind, text = _mistake(source, kind, text, begin, report)
        elif kind == "FINISH":
            break
        tokens.append(Token(kind, text, begin, stop))
    for begin, stop in malformed.items():
        report(_malformed(Span(source, begin, stop)))
    return tokens


def _name(source: Source, text: str, start: int, report: Report) -> str:
    """A name outside ASCII, composed (é is é, however typed); superscripts and the like are no letters."""
    composed = normalize("NFC", text)
    if not composed.isidentifier():
        wrong = next(i for i in range(1, len(text) + 1) if not normalize("NFC", text[:i]).isidentifier()) - 1
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


# ---------------------------------------------------------------- the post-lexer


@dataclass(slots=True)
class Arranged:
    """What the parser reads: `tokens` end with `$END`; `docs` maps the start of a token to the `##` text above it."""

    tokens: list[Token] = field(default_factory=list)
    docs: dict[int, str] = field(default_factory=dict)
    doc: str | None = None


OPERAND_ENDS = frozenset({"NAME", "NUMBER", "STRING", ")", "]", "true", "false", "None"})
_NEVER_INSIDE = frozenset(
    "input output var fn module import export while for break continue return assert ;".split()
)  # words that begin a statement: between ( and ) they show that the ) is missing


def arrange(source: Source, raw: list[Token], end: int, report: Report) -> Arranged:
    """The tokens as the grammar wants them; raises `StopNesting` when brackets nest too deeply."""
    return _Arranger(source, raw, end, report).arrange()


class _Arranger:
    """The state of the post-lexer: the open brackets, the documentation read so far."""

    def __init__(self, source: Source, raw: list[Token], end: int, report: Report) -> None:
        self.source, self.raw, self.end, self.report = source, raw, end, report
        self.result = Arranged()
        self.brackets: list[Token] = []
        self.doc: list[str] = []

    def arrange(self) -> Arranged:
        raw, out, docs = self.raw, self.result.tokens, self.result.docs
        new_line = False
        for index, token in enumerate(raw):
            kind = token.kind
            if kind in ("_END", "DOC", "COMMENT"):
                new_line = new_line or kind == "_END"
                self.between(index, token)
                continue
            if kind in OPENING:
                self.open(token)
            elif kind in CLOSING:
                if not self.close(token):
                    continue
            elif kind == "else":
                self.join()
            elif kind == "NAME":
                if token.text in _SOFT:
                    token = self.soft(index, token)
                if new_line and self.inside():
                    self.check_line(index, token)
            elif kind in _NEVER_INSIDE and self.inside():
                self.give_up(token)
            new_line = False
            if self.doc:
                docs[token.start] = "\n".join(self.doc)
                self.doc.clear()
            out.append(token if kind not in CLOSING else Token(self.closer, token.text, token.start, token.end))
        self.finish()
        return self.result

    def inside(self) -> bool:
        """Whether newlines mean nothing here."""
        return bool(self.brackets) and self.brackets[-1].kind != "{"

    def between(self, index: int, token: Token) -> None:
        """A newline, `;` or comment."""
        out = self.result.tokens
        before = self.raw[index - 1].kind if index else "_END"
        if token.kind == "DOC":
            if before == "_END":  # behind a statement `##` is a comment like any other
                if self.doc and self.blank_before(index):
                    self.doc.clear()
                self.doc.append(token.text[2:].removeprefix(" ").rstrip())
        elif token.kind == "_END":
            if self.inside():
                if token.text == ";":
                    self.give_up(token)
                else:
                    return
            if self.doc and not out and self.result.doc is None and before == "_END":
                self.result.doc = "\n".join(self.doc)
                self.doc.clear()
            if out and out[-1].kind != "_END":
                out.append(token)

    def blank_before(self, index: int) -> bool:
        return index >= 2 and self.raw[index - 1].kind == self.raw[index - 2].kind == "_END"

    def join(self) -> None:
        """Takes back the newlines before `else` and `vjp`."""
        out = self.result.tokens
        if out and out[-1].kind == "_END" and out[-1].text != ";":
            out.pop()

    def soft(self, index: int, token: Token) -> Token:
        """The soft words: keywords by what stands beside them, else names."""
        following = self.raw[index + 1].kind if index + 1 < len(self.raw) else "_END"
        out = self.result.tokens
        before = out[-1].kind if out else "_END"
        soft = False
        match token.text:
            case "test":
                soft = following == "STRING"
            case "from":
                soft = before in ("_END", "{") and following in ("NAME", "STRING")
            case "as":
                soft = before in ("NAME", "STRING")
            case "vjp":
                last = out[-2].kind if before == "_END" and len(out) > 1 and out[-1].text != ";" else before
                soft = last == "}" and following == "("
                if soft:
                    self.join()
        return Token("_" + token.text.upper(), token.text, token.start, token.end) if soft else token

    # ------------------------------------------------------------ brackets

    def open(self, token: Token) -> None:
        if token.kind == "{" and self.inside():
            self.give_up(token, keep=True)
        self.brackets.append(token)
        if len(self.brackets) > NESTING_LIMIT:
            self.report(too_deep(Span(self.source, token.start, token.end)))
            raise StopNesting

    def close(self, token: Token) -> bool:
        """Matches a closing bracket, and sets `closer` to what the parser shall see.  False: drop it."""
        self.closer = token.kind
        brackets = self.brackets
        if token.kind == "}" and self.inside() and any(b.kind == "{" for b in brackets):
            self.give_up(token)
        if not brackets or (brackets[-1].kind == "{" and token.kind != "}"):
            span = Span(self.source, token.start, token.end)
            self.report(Diagnostic("E0103", f"{token.kind} closes nothing", Label(span, "nothing is open"), hint="remove it"))
            return False
        opener = brackets.pop()
        self.closer = OPENING[opener.kind]
        if self.closer != token.kind:
            self.report(
                Diagnostic(
                    "E0103",
                    f"{opener.kind} is closed by {token.kind}",
                    Label(Span(self.source, token.start, token.end), f"{self.closer} belongs here"),
                    (Label(Span(self.source, opener.start, opener.end), "opened here"),),
                    hint=self.closer,
                )
            )
        return True

    def check_line(self, index: int, token: Token) -> None:
        """A new line in ( ) that begins a statement, no further in than the line of the bracket: the ) is missing."""
        out = self.result.tokens
        if out[-1].kind in OPERAND_ENDS and self.indent(token.start) <= self.indent(self.brackets[-1].start):
            self.give_up(token)

    def indent(self, offset: int) -> int:
        text = self.source.text
        start = text.rfind("\n", 0, offset) + 1
        return len(text[start:offset]) - len(text[start:offset].lstrip())

    def give_up(self, token: Token, keep: bool = False) -> None:
        """Reports the unclosed ( or [ before `token`, and goes on as if its statement had ended there."""
        out = self.result.tokens
        self.unclosed(self.brackets[-1], out[-1].end)
        while self.inside():
            self.brackets.pop()
        out.append(Token(ERROR, "", token.start, token.start))
        if not keep:
            out.append(Token("_END", "\n", token.start, token.start))

    def unclosed(self, opener: Token, offset: int) -> None:
        closer = OPENING[opener.kind]
        self.report(
            Diagnostic(
                "E0103",
                f"{opener.kind} is never closed",
                Label(point(self.source, offset), f"{closer} is missing"),
                (Label(Span(self.source, opener.start, opener.end), "opened here"),),
                hint=f"add {closer}",
            )
        )

    def finish(self) -> None:
        """The end of the text: closes what is open and adds `$END`."""
        out = self.result.tokens
        end = self.end
        if self.doc and not out and self.result.doc is None:
            self.result.doc = "\n".join(self.doc)
        if self.brackets:
            last = out[-1] if out[-1].kind != "_END" or len(out) == 1 else out[-2]
            self.unclosed(self.brackets[-1], last.end)
            if self.inside():
                out.append(Token(ERROR, "", end, end))
            out.extend(Token("}", "", end, end) for bracket in self.brackets if bracket.kind == "{")
        out.append(Token("$END", "", end, end))


_SOFT = frozenset({"test", "vjp", "from", "as"})


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
