"""From the tokens of a text to those that the grammar knows: the post-lexer.

What comes in: what `lexing.scan` found.  What goes out: `Arranged`, for the parser: the newlines that mean nothing are
dropped, the soft words told by their neighbours, brackets matched, comments taken out and `##` documentation set aside.
A bracket that is never closed is noticed here, where a new statement begins inside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend.lexing import (
    CLOSING,
    ERROR,
    NESTING_LIMIT,
    OPENING,
    OPERAND_ENDS,
    Report,
    StopNesting,
    Token,
    point,
    too_deep,
)
from graphc.frontend.statement_inside import whole_inside
from graphc.source import Source, Span


@dataclass(slots=True)
class Arranged:
    """What the parser reads: `tokens` end with `$END`; `docs` maps the start of a token to the `##` text above it."""

    tokens: list[Token] = field(default_factory=list)
    docs: dict[int, str] = field(default_factory=dict)
    doc: str | None = None


_NEVER_INSIDE = frozenset(  # words that begin a statement: between ( and ) they show that the ) is missing
    {"input", "output", "var", "fn", "module", "import", "export", "while", "for", "break", "continue", "return"}
    | {"assert"}
)


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
        self.closer = ""
        self.closes_at = -1
        self.skip = 0

    def arrange(self) -> Arranged:
        raw, out, docs = self.raw, self.result.tokens, self.result.docs
        new_line = False
        for index, token in enumerate(raw):
            kind = token.kind
            if index < self.skip:
                continue
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
                    self.check_line(token)
            elif kind in _NEVER_INSIDE and self.inside():
                end = whole_inside(self.source, raw, index, self.brackets[-1], self.report)
                if end is not None:
                    self.skip = end
                    out.append(Token(ERROR, "", token.start, token.start))
                    continue
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
                if token.text == ";" and not self.closes_on_this_line(index):
                    self.give_up(token)
                elif token.text == ";":
                    out.append(Token(";", ";", token.start, token.end))  # [1, 2; 3, 4]: the parser says what is wrong
                    return
                else:
                    return
            if self.doc and not out and self.result.doc is None and before == "_END":
                self.result.doc = "\n".join(self.doc)
                self.doc.clear()
            if out and out[-1].kind != "_END":
                out.append(token)

    def blank_before(self, index: int) -> bool:
        return index >= 2 and self.raw[index - 1].kind == self.raw[index - 2].kind == "_END"

    def closes_on_this_line(self, index: int) -> bool:
        """Whether the innermost bracket around a `;` has its end on the same line."""
        if self.raw[index].start < self.closes_at:  # asked before, for another ; of the line
            return True
        depth = 0
        for token in islice(self.raw, index + 1, None):
            if token.kind == "_END" and token.text != ";":
                break
            if token.kind in CLOSING and depth == 0:
                self.closes_at = token.start
                return True
            depth += (token.kind in OPENING) - (token.kind in CLOSING)
        return False

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
                soft = last == "}" and following == "(" and self.heads_a_block(index + 1)
                if soft:
                    self.join()
        return Token("_" + token.text.upper(), token.text, token.start, token.end) if soft else token

    def heads_a_block(self, index: int) -> bool:
        """Whether a `{` follows the parenthesis that opens here."""
        depth = 0
        for token in islice(self.raw, index, None):
            if depth == 0 and token.kind != "(":
                return token.kind == "{"
            depth += (token.kind == "(") - (token.kind == ")")
        return False

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
            self.report(
                Diagnostic("E0103", f"{token.kind} closes nothing", Label(span, "nothing is open"), hint="remove it")
            )
            out = self.result.tokens
            if token.kind != "}" and out and out[-1].kind not in (*OPERAND_ENDS, "_END", "{", "}"):
                out.append(Token(ERROR, "", token.start, token.start))  # a value is missing, too: said once
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

    def check_line(self, token: Token) -> None:
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
