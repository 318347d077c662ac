"""What Lark made of grammars/graphc.lark, as shipped in `tables.json`: `build_tables` writes it.

`lexing` needs the terminals only, and this module doesn't import Lark; `lalr` makes Lark's objects of the rest.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Tables:
    """`patterns` are the terminals with a regular expression, in the order in which they are tried.

    `literals` has the text of the others by name.  `lark` is the version that wrote the tables, `grammar` the SHA-256
    of the grammar, `rules` are Lark's, serialised.  `states[i]` has for each symbol the next state, or `~r` to reduce
    by rule r.  `starts` gives the first and the last state of each start symbol.
    """

    lark: str
    grammar: str
    patterns: list[tuple[str, str]]
    literals: dict[str, str]
    rules: list[dict[str, Any]]
    states: list[dict[str, int]]
    starts: dict[str, tuple[int, int]]


@cache
def load() -> Tables:
    """The shipped tables."""
    with open(os.path.join(os.path.dirname(__file__), "tables.json"), encoding="utf-8") as file:
        return Tables(**json.load(file))  # importlib.resources alone would take twice as long to import
