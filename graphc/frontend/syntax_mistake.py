"""A token that can't stand where it does, with what can be asked about its surroundings.

In: the tokens, the place of the unexpected one, and what could have stood there.  `syntax_errors` and `syntax_foreign`
say what it means.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphc.diagnostics import Diagnostic, Label
from graphc.frontend.lexing import CLOSING, OPENING, Token, point
from graphc.source import Source, Span


@dataclass(frozen=True, slots=True)
class Mistake:
    """Token `index` can't stand where it does; one of `expected` could."""

    source: Source
    tokens: list[Token]
    index: int
    expected: frozenset[str]

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def before(self) -> Token:
        """The token in front, or one of kind `_END` at the beginning of the program."""
        return self.tokens[self.index - 1] if self.index else Token("_END", "\n", 0, 0)

    @property
    def after(self) -> Token:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    @property
    def first(self) -> int:
        """The index of the first token of this statement, or of the part of it behind a block."""
        index = self.index
        while index and self.tokens[index - 1].kind not in ("_END", "{", "}"):
            index -= 1
        return index

    @property
    def head(self) -> str:
        """The kind of the statement's first token: a keyword tells which statement it is."""
        return self.tokens[self.first].kind

    @property
    def line_ends(self) -> bool:
        return self.token.kind in ("_END", "$END", "}")

    @property
    def operand_missing(self) -> bool:
        return "NUMBER" in self.expected

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def place(self) -> Span:
        """Where to point: at the token, or, where a line ends too early, just behind what stands before."""
        if self.line_ends and self.index:
            return point(self.source, self.before.end)
        return self.span(self.token)

    def bracket(self) -> Token | None:
        """The innermost bracket that is open here."""
        depth = 0
        for token in reversed(self.tokens[: self.index]):
            if token.kind in CLOSING:
                depth += 1
            elif token.kind in OPENING:
                if depth == 0:
                    return token
                depth -= 1
        return None

    def bracket_inside(self) -> Token | None:
        """The innermost ( or [ that is open here."""
        bracket = self.bracket()
        return bracket if bracket is not None and bracket.kind != "{" else None

    def say(self, message: str, label: str, hint: str, code: str = "E0101", at: Token | None = None) -> Diagnostic:
        return Diagnostic(code, message, Label(self.place() if at is None else self.span(at), label), hint=hint)


# How each statement looks, for the hint when nothing better is known.
FORMS = {
    "input": "input x: f32[n]",
    "var": "var w: f32[3] = zeros([3])",
    "output": "output y = x + 1",
    "fn": "fn f(x) = x + 1",
    "export": "export fn f(x) = x + 1",
    "module": "module M(n) { … }",
    "import": 'import optim, or import "layers.g" as layers',
    "if": "if c { … } else { … }",
    "else": "if c { … } else { … }",
    "while": "while c { … }",
    "for": "for i in range(n) { … }",
    "assert": 'assert x > 0, "message"',
    "return": "return x",
    "_FROM": "from nn import Dense",
    "_TEST": 'test "name" { … }',
    "_VJP": "vjp (g) { return … }",
}
