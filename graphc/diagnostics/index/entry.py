"""What an entry of the error index is.

What comes in: the text of the files beside this one.  What goes out: `Entry` records, collected by `__init__`.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One code.  `bad` is a whole program that gives exactly this code when checked, `repaired` one that passes.

    What only happens while running or with files is shown by commands: lines that begin with `$ `.
    """

    code: str
    slug: str
    title: str
    explanation: str
    bad: str
    repaired: str


def entry(code: str, slug: str, title: str, *, explanation: str, bad: str, repaired: str) -> Entry:
    """An entry from indented blocks of text."""
    return Entry(
        code=code,
        slug=slug,
        title=title,
        explanation=dedent(explanation).strip(),
        bad=dedent(bad).strip() + "\n",
        repaired=dedent(repaired).strip() + "\n",
    )
