"""The error index: for every code a sentence, an explanation, a bad program and its repair.

What comes in: a code or a slug, as typed after `graphc explain`.  What goes out: text.  A new code is a new `entry`
in the file of its block.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from types import MappingProxyType

from graphc.diagnostics.index import derivatives, effects, files, limits, names, running, syntax, types
from graphc.diagnostics.index.entry import Entry
from graphc.diagnostics.suggest import suggest
from graphc.diagnostics.terminal import escape

__all__ = ["BLOCKS", "INDEX", "Entry", "UnknownCode", "explain", "find", "listing"]

BLOCKS: Mapping[str, tuple[Entry, ...]] = MappingProxyType(
    {
        "syntax": syntax.ENTRIES,
        "names": names.ENTRIES,
        "types and shapes": types.ENTRIES,
        "derivatives": derivatives.ENTRIES,
        "state and effects": effects.ENTRIES,
        "while running": running.ENTRIES,
        "files": files.ENTRIES,
        "limits": limits.ENTRIES,
    }
)

INDEX: Mapping[str, Entry] = MappingProxyType({e.code: e for entries in BLOCKS.values() for e in entries})


class UnknownCode(LookupError):
    """No entry has that code or slug; `suggestion` is the nearest one."""

    def __init__(self, asked: str, suggestion: str | None) -> None:
        self.asked = asked
        self.suggestion = suggestion
        super().__init__(f"there is no error {escape(asked)}" + (f"; did you mean {suggestion}?" if suggestion else ""))


def find(code_or_slug: str) -> Entry:
    """The entry of `E0301`, `e0301`, `301` or `matmul-sizes`.  Raises UnknownCode."""
    asked = code_or_slug.strip().lower().replace("_", "-")
    letters, digits = (asked[:1], asked[1:]) if asked[:1] in ("e", "w") else ("ew", asked)
    if digits.isascii() and digits.isdigit():
        for letter in letters:
            found = INDEX.get(f"{letter.upper()}{digits:0>4}")
            if found:
                return found
        raise UnknownCode(code_or_slug, suggest(f"{letters[0].upper()}{digits:0>4}", INDEX))
    slugs = {e.slug: e for e in INDEX.values()}
    if asked in slugs:
        return slugs[asked]
    raise UnknownCode(code_or_slug, suggest(asked, slugs))


def explain(code_or_slug: str) -> str:
    """What `graphc explain` prints about one code.  Raises UnknownCode, whose text suggests another."""
    e = find(code_or_slug)
    return "\n".join(
        [
            f"{e.code} · {e.slug}",
            f"{e.title[0].upper()}{e.title[1:]}.",
            "",
            e.explanation,
            "",
            "Wrong:",
            "",
            indent(e.bad, "    "),
            "Right:",
            "",
            indent(e.repaired, "    ").rstrip(),
        ]
    )


def listing() -> str:
    """All codes by block, one per line."""
    longest = max(len(e.slug) for e in INDEX.values())
    blocks = [
        "\n".join([block, *(f"  {e.code}  {e.slug:<{longest}}  {e.title}" for e in entries)])
        for block, entries in BLOCKS.items()
    ]
    return "\n\n".join(blocks)
