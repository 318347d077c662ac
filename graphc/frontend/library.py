"""The standard library: `.g` files beside the compiler, parsed a function or module at a time when a program
names one.

The prelude's functions are always there; the other files are imported (`import losses`).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphc.frontend.parse import Declarations, parse_declarations
from graphc.source import Source

PRELUDE = ("activations", "statistics", "contraction", "linear_algebra", "shapes")
IMPORTABLE = ("init", "losses", "nn", "optim")
INTERNAL = ("in-turn",)  # what the elaborator calls; no program can write such a name


@cache
def load(name: str) -> Declarations:
    """The functions and modules of a library file; its text is read once."""
    text = (files("graphc") / "stdlib" / f"{name}.g").read_text(encoding="utf-8")
    return parse_declarations(Source(f"{name}.g", text, library=True))
