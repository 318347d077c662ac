"""The values of feeds, as they are typed: `2.0`, `[[0, 0], [1, 2]]`, `true`, `"a"`, `@data.npz:X`, `@-`.

In: what stands after `--feed x=`.  Out: Python numbers and nested lists of them, or an array from a file.  Lists are
read without recursion, and are rectangular.  Raises Diagnostics E0708, and those of files.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from math import inf, nan, pi
from pathlib import Path
from typing import IO, Any, TypeAlias

from graphc.diagnostics import Diagnostic, Diagnostics, Label
from graphc.diagnostics.suggest import suggest
from graphc.files.arrays import ENDINGS, read_array, read_stream
from graphc.files.problems import unreadable
from graphc.ir import decimals
from graphc.ir.strings import ESCAPE, unescape
from graphc.source import Source, Span

_DEEPEST = 32  # axes that every NumPy can hold
_MOST_DIGITS = 4000
_SHOWN = 60  # characters of a value that a hint repeats
_WORDS = {"true": True, "false": False, "inf": inf, "nan": nan, "pi": pi}
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number> 0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*
              | (?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)? )
  | (?P<word> \w+ )
  | (?P<string> "(?:[^"\\]|\\.)*" )
  | (?P<mark> [\[\],+-] )
  | (?P<other> \S )
    )""",
    re.VERBOSE,
)

Literal: TypeAlias = "bool | int | float | str | list[Literal]"


def parse_feed(
    text: str, name: str = "x", *, stdin: IO[bytes] | None = None, bare: bool = False, words: bool = True
) -> Any:
    """The value of a feed for the input `name`.  `stdin` is what `@-` reads.

    `bare`: the input takes a string, which needs no quotes: what starts with neither `"` nor `@` is taken as it is.
    `words`: a column of text in a table may be what it takes.
    """
    stripped = text.strip()
    if bare and not stripped.startswith(('"', "@")):
        return text
    if not stripped.startswith("@"):
        return _Reader(Source(f"--feed {name}", text)).read()
    path = stripped[1:]
    if path == "-" or path.startswith("-:"):
        return read_stream((stdin or sys.stdin.buffer).read(), "the standard input", path[2:] or None, words=words)
    if not path:
        raise unreadable("@", FileNotFoundError())
    head, colon, key = path.rpartition(":")
    if colon and head and not _exists(path):
        return read_array(head, key, words=words)
    return read_array(path, words=words)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long, a null character: reading says so
        return False


@dataclass(slots=True)
class _List:
    """A list that is being read.  `shape` and `kind` are those of its first item, `first` is where it stands."""

    start: int
    items: list[Any] = field(default_factory=list)
    shape: tuple[int, ...] = ()
    kind: str = ""
    first: Span | None = None


class _Reader:
    """Reads a literal: tokens in order, open lists on a stack."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.open: list[_List] = [_List(0)]  # the first holds the value itself
        self.sign: str | None = None  # of the number that must follow
        self.item_expected = True

    def read(self) -> Any:
        text = self.source.text
        for match in _TOKEN.finditer(text):
            self.token(str(match.lastgroup), match[match.lastgroup or 0], match.end())
        end = self.span(len(text.rstrip()), len(text.rstrip()) + 1)
        if len(self.open) > 1:
            start = self.open[-1].start
            raise self.wrong("this list isn't closed", self.span(start, start + 1), "opened here", f"{text.rstrip()}]")
        if self.item_expected:
            raise self.wrong("a value is missing", end, "", "--feed x=1.0")
        return self.open[0].items[0]

    def token(self, kind: str, text: str, end: int) -> None:
        span = self.span(end - len(text), end)
        if text == "[" and kind == "mark":
            self.begin_item(span, text, kind)
            if len(self.open) > _DEEPEST:
                raise self.wrong(f"lists are nested more than {_DEEPEST} deep", span, "", None)
            self.open.append(_List(span.start))
        elif text == "]" and kind == "mark":
            self.close(span)
        elif text == "," and kind == "mark":
            if self.item_expected:
                raise self.wrong("this comma follows no item", span, "", None)
            if len(self.open) == 1:
                raise self.wrong("several values are a list, in brackets", span, "", self.as_list())
            self.item_expected = True
        elif kind == "mark":
            if self.sign or not self.item_expected:
                raise self.wrong(f"unexpected {text}", span, "", "a literal isn't computed; write its value")
            self.sign = text
        else:
            self.begin_item(span, text, kind)
            value = self.value(kind, text, span)
            self.add(value, (), _kind(value), span)

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def wrong(self, message: str, span: Span, label: str, hint: str | None, *more: Label) -> Diagnostics:
        return Diagnostics([Diagnostic("E0708", message, Label(span, label), more, hint=hint)])

    def begin_item(self, span: Span, text: str, kind: str) -> None:
        if not self.item_expected:
            message, hint = f"a comma is missing before {text}", None
            if kind == "other":
                message, hint = f"unexpected {text}", "a literal isn't computed; write its value"
            elif len(self.open) == 1:
                message, hint = f"unexpected {text}", "put several values into a list: [1, 2]"
            raise self.wrong(message, span, "", hint)
        if self.sign and kind not in ("number", "word"):
            raise self.wrong(f"{self.sign} stands before {text}, which is no number", span, "", None)

    def value(self, kind: str, text: str, span: Span) -> bool | int | float | str:
        if kind == "string":
            return self.string(text, span)
        if kind == "number":
            value: bool | int | float = self.number(text, span)
        elif kind == "word" and text in _WORDS:
            value = _WORDS[text]
        else:
            raise self.wrong(f"{text} is no value", span, "", self.meant(text))
        if self.sign:
            if isinstance(value, bool):
                raise self.wrong(f"{self.sign} stands before {text}, which is no number", span, "", None)
            value = -value if self.sign == "-" else value
            self.sign = None
        return value

    def number(self, text: str, span: Span) -> int | float:
        if text[:2] in ("0x", "0X"):
            return int(text, 16)
        if text.replace("_", "").isdigit():
            if len(text) > _MOST_DIGITS:
                raise self.wrong("this number has too many digits", span, "", None)
            return int(text)
        try:
            return decimals.number(text.replace("_", ""))
        except OverflowError:
            raise self.wrong("this number is too large for f64", span, "", "inf") from None

    def string(self, text: str, span: Span) -> str:
        def escape(match: re.Match[str]) -> str:
            character = unescape(match)
            if character is not None:
                return character
            raise self.wrong(f"{match[0]} is not an escape", span, "", f"\\{match[0]}")

        return ESCAPE.sub(escape, text[1:-1])

    def meant(self, word: str) -> str | None:
        """What to type instead of something that is no value."""
        text = self.source.text.strip()
        if text.lower().rpartition(":")[0].endswith(ENDINGS) or text.lower().endswith(ENDINGS):
            return f"a file has an @ before its name: @{text}"
        near = suggest(word, _WORDS)
        if near:
            return f"did you mean {near}?"
        return f'a string has quotes: "{word}"' if word.isidentifier() else None

    def as_list(self) -> str:
        """What to type instead of `1,2,3`."""
        option, _, name = self.source.name.partition(" ")
        items = ", ".join(item.strip() for item in self.source.text.split(",") if item.strip())
        return f"{option} '{name}=[{items}]'" if len(items) <= _SHOWN and "'" not in items else "[1, 2]"

    def close(self, span: Span) -> None:
        if len(self.open) == 1:
            raise self.wrong("this bracket closes nothing", span, "", None)
        if self.sign:
            raise self.wrong("a number is missing", span, f"after {self.sign}", None)
        done = self.open.pop()
        self.item_expected = True
        self.add(done.items, (len(done.items), *done.shape), done.kind, self.span(done.start, span.end))

    def add(self, item: Any, shape: tuple[int, ...], kind: str, span: Span) -> None:
        """Put an item into the innermost open list; its siblings must be like it."""
        inside = self.open[-1]
        if inside.first is None:
            inside.shape, inside.kind, inside.first = shape, kind, span
        elif inside.shape != shape:
            message = "rows have different lengths" if shape and inside.shape else "numbers stand beside lists"
            raise self.wrong(message, span, _size(shape), None, Label(inside.first, _size(inside.shape)))
        elif inside.kind and kind and inside.kind != kind:
            message = f"{inside.kind} and {kind} don't mix"
            raise self.wrong(message, span, kind, None, Label(inside.first, inside.kind))
        inside.kind = inside.kind or kind
        inside.items.append(item)
        self.item_expected = False


def _kind(value: bool | int | float | str) -> str:
    return "booleans" if isinstance(value, bool) else "strings" if isinstance(value, str) else "numbers"


def _size(shape: tuple[int, ...]) -> str:
    match shape:
        case ():
            return "a single value"
        case (1,):
            return "1 item"
        case (n,):
            return f"{n} items"
    return f"shape [{', '.join(map(str, shape))}]"
