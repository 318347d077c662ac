"""The formatter behind `graphc fmt`.

What comes in: a `Source` that parses.  What goes out: the same program in the house style: one space around operators,
two per level of indentation, trailing comments of neighbouring lines in one column, at most one blank line in a row.
It works on the tokens, so comments stay, lines break where the author broke them, and the syntax tree is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from graphc.frontend.lexing import CLOSING, OPENING, OPERAND_ENDS, Token, scan
from graphc.frontend.parse import parse
from graphc.source import Source

INDENT = "  "


def format_source(source: Source) -> str:
    """The formatted text, ending in a newline unless it is empty; raises `Diagnostics` if it does not parse."""
    parse(source)
    printer = _Printer(scan(source, lambda problem: None))
    return "".join(line + "\n" for line in _align(_one_blank(printer.lines())))


@dataclass(slots=True)
class _Line:
    """A line of code, of a comment, of both or of neither."""

    indent: int = 0
    code: str = ""
    comment: str = ""

    @property
    def blank(self) -> bool:
        return not self.code and not self.comment

    @property
    def text(self) -> str:
        return INDENT * self.indent + self.code


@dataclass(slots=True)
class _Frame:
    """An open bracket (`kind` "" is the outermost level) and the item or statement that is being read in it.

    `indent` is the indentation of what stands inside.  `first` is the kind of the item's first token; `colons` and
    `equals` count what it had at this level.
    """

    kind: str
    indent: int
    first: str = ""
    colons: int = 0
    equals: int = 0

    def begin(self) -> None:
        self.first, self.colons, self.equals = "", 0, 0


@dataclass(slots=True)
class _Printer:
    """Sets tokens one after the other, knowing the brackets they stand in."""

    tokens: list[Token]
    frames: list[_Frame] = field(default_factory=lambda: [_Frame("", 0)])
    last: Token | None = None  # the token in front, within a statement
    glued: bool = False  # nothing may come between `last` and the next token: a sign, the = of an argument
    rule: bool = False  # `last` is the soft word of a `vjp` rule
    ended: str = ""  # the kind of the last token of all, in whichever statement

    def lines(self) -> list[_Line]:
        lines = [_Line()]
        for index, token in enumerate(self.tokens):
            if token.kind in ("COMMENT", "DOC"):
                lines[-1].comment = token.text.rstrip()
                if not lines[-1].code:
                    lines[-1].indent = self.frames[-1].indent
            elif token.kind != "_END":
                self.set(token, lines[-1])
            else:
                if token.text != ";":
                    lines.append(_Line())
                elif self.separates(index):
                    lines[-1].code += ";"
                if self.frames[-1].kind in ("", "{"):
                    self.frames[-1].begin()
                    if token.text != ";":
                        self.last = None
        return lines

    def separates(self, index: int) -> bool:
        """Whether the `;` stands between two statements of one line."""
        if self.last is None or self.last.kind == "{" or self.tokens[index - 1].text == ";":
            return False
        following = next((t.kind for t in islice(self.tokens, index + 1, None) if t.text != ";"), "_END")
        return following not in ("_END", "}", "COMMENT", "DOC")

    def set(self, token: Token, line: _Line) -> None:
        """Puts one token at the end of a line."""
        frame = self.frames[-1]
        kind = token.kind
        if kind in CLOSING:
            self.frames.pop()
        if not line.code:
            line.indent = frame.indent - (kind in CLOSING)
            if kind == "else" and frame.kind in ("", "{") and self.ended != "}":
                line.indent += 1  # the rest of a conditional expression
        elif not line.code.endswith(";"):
            line.code += self.gap(token)
        else:
            line.code += " "
        line.code += token.text
        sign = kind in ("-", "+") and not self.after_operand
        argument = kind == "=" and self.is_argument
        self.rule = token.text == "vjp" and self.ended == "}"
        self.glued = sign or argument
        self.note(token, line)
        self.last = token
        self.ended = kind

    def note(self, token: Token, line: _Line) -> None:
        """Keeps the frames up to date."""
        frame = self.frames[-1]
        kind = token.kind
        frame.first = frame.first or kind
        if kind in OPENING:
            self.frames.append(_Frame(kind, line.indent + 1))
        elif kind == "," and frame.kind == "(":
            frame.begin()
        elif kind == ":":
            frame.colons += 1
        elif kind == "=":
            frame.equals += 1

    @property
    def after_operand(self) -> bool:
        return self.last is not None and self.last.kind in OPERAND_ENDS

    @property
    def is_argument(self) -> bool:
        """Whether an `=` here names an argument, a default or an option rather than assigns."""
        frame = self.frames[-1]
        if frame.kind == "(":
            return frame.colons == 0
        return frame.first == "var" and frame.equals == 1

    def gap(self, token: Token) -> str:
        """What stands between the last token and this one."""
        last, kind = self.last, token.kind
        if last is None or self.glued or last.kind in ("(", "[", ".") or kind in (")", "]", ","):
            return ""
        if kind == ":":
            return " " if last.kind == "," else ""
        if kind == ".":
            return " " if last.kind == "NUMBER" else ""
        if last.kind == ":" and self.frames[-1].kind == "[":
            return ""
        if kind in ("(", "["):
            return "" if self.after_operand and not self.rule else " "
        return "" if kind == "=" and self.is_argument else " "


def _one_blank(lines: list[_Line]) -> list[_Line]:
    """Without blank lines at the beginning, at the end, just inside brackets, and behind another."""
    kept: list[_Line] = []
    for line in lines:
        if kept and kept[-1].blank and (line.blank or line.code[:1] in CLOSING):
            kept.pop()
        if not line.blank or (kept and kept[-1].code[-1:] not in OPENING):
            kept.append(line)
    while kept and kept[-1].blank:
        kept.pop()
    return kept


def _align(lines: list[_Line]) -> list[str]:
    """The text of the lines, with the trailing comments of neighbours in one column."""
    texts: list[str] = []
    column = 0
    for index, line in enumerate(lines):
        if not line.code or not line.comment:
            column = 0
            texts.append(INDENT * line.indent + line.comment if line.comment else line.text)
            continue
        if not column:
            run = index
            while run < len(lines) and lines[run].code and lines[run].comment:
                column = max(column, len(lines[run].text) + 2)
                run += 1
        texts.append(line.text.ljust(column) + line.comment)
    return ["" if not text.strip() else text for text in texts]
