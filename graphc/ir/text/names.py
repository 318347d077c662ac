"""Names in printed programs: legal, unique, and never one that the program needs for something else.

In: what the source or a pass calls a value.  Out: identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from unicodedata import normalize

from graphc.ir.types import DTYPES

RESERVED = frozenset(
    {
        *("input", "output", "var", "fn", "module", "import", "export", "if", "else", "while", "for", "in", "break"),
        *("continue", "return", "and", "or", "not", "true", "false", "assert", "None"),
    }
)
ATTRIBUTES = frozenset({"T", "shape", "dtype"})
BUILTINS = frozenset({"random_key", "print", "const", "dim", "nan", "inf", "pi", "float", *DTYPES})
LOOPS = frozenset({"range", "zip", "enumerate", "reversed", "stack", "push"})

_IDENTIFIER = re.compile(r"[^\W\d][\w\u0300-\u036f]*")


def identifier(text: str) -> str:
    """`text` as a legal name: itself, if it is one."""
    if text.isascii() and text.isidentifier() and text not in RESERVED:
        return text
    text = normalize("NFC", text)
    text = re.sub(r"[^\w\u0300-\u036f]", "_", text)
    if not _IDENTIFIER.fullmatch(text):
        text = f"_{text}"
    return f"{text}_" if text in RESERVED else text


def path(text: str) -> str:
    """The path of a variable as a legal one: `net.layers.0.W`."""
    first, *rest = text.split(".")
    words = [word if word.isascii() and word.isdigit() else identifier(word) for word in rest]
    if words and words[-1] in ATTRIBUTES:
        words[-1] += "_"
    return ".".join((identifier(first), *words))


def output_name(text: str, paths: Container[str]) -> str:
    """The legal name of an output: a path only if a variable has it."""
    return text if text in paths else identifier(text)


class Names:
    """The names of one block.  `taken` are those that can't be given to anything else."""

    __slots__ = ("_count", "_next", "taken")

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken: set[str] = set(taken)
        self._next: dict[str, int] = {}
        self._count = 0

    def fresh(self, hint: str | None, legal: Callable[[str], str] = identifier) -> str:
        """A name like `hint`, which `legal` makes legal, or else `v1`, `v2`, …"""
        if hint is None:
            while True:
                self._count += 1
                name = f"v{self._count}"
                if name not in self.taken:
                    break
        else:
            name = base = legal(hint)
            while name in self.taken:
                number = self._next[base] = self._next.get(base, 0) + 1
                name = f"{base}_{number}"
        self.taken.add(name)
        return name
