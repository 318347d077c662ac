"""Subscripts of `einsum`: from text to letters per axis.

In: the text (`"ij,jk->ik"`, `"...i,i"`) and the operands' ranks or shapes.  Out: `Subscripts`, in which the ellipsis
is letters like the others, and the size of each letter.  Used by the type rules, derivatives and evaluation of the
contractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, ascii_uppercase

from graphc.ir.dims import Dim
from graphc.ir.op import Note, TypeRuleError

ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Subscripts:
    """A letter per axis of every operand and of the result.

    A letter that occurs twice in an operand takes its diagonal; twice in the result, it makes a diagonal.
    """

    terms: tuple[str, ...]
    result: str

    def __str__(self) -> str:
        return f"{','.join(self.terms)}->{self.result}"


def normal_form(text: str) -> str:
    """Without blanks, with an explicit result: the letters that occur once, alphabetically.  Raises TypeRuleError."""
    compact = "".join(text.split())
    left, arrow, result = compact.partition("->")
    terms = left.split(",")
    for part in (*terms, result):
        letters = part.replace(ELLIPSIS, "", 1)
        if not set(letters) <= set(ascii_letters):
            raise _wrong(text, f'"{part}" is not made of letters and at most one "..."')
    if not arrow:
        once = (c for c in sorted(set(left) & set(ascii_letters)) if left.count(c) == 1)
        result = (ELLIPSIS if ELLIPSIS in left else "") + "".join(once)
    unknown = sorted(set(result) - set(left))
    if unknown:
        raise _wrong(text, f'"{unknown[0]}" of the result stands in no operand')
    if ELLIPSIS in left and ELLIPSIS not in result:
        raise _wrong(text, 'the result must have "...", too')
    return f"{left}->{result}"


@lru_cache(maxsize=4096)
def parse(text: str, ranks: tuple[int, ...]) -> Subscripts:
    """The letters of `text`, which is in normal form, for operands of these ranks.  Raises TypeRuleError."""
    left, _, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise _wrong(text, f"there are {len(terms)} terms for {_operands(len(ranks))}")
    hidden = []
    for i, (term, rank) in enumerate(zip(terms, ranks, strict=True)):
        letters = len(term.replace(ELLIPSIS, ""))
        if rank < letters or (rank > letters and ELLIPSIS not in term):
            note = Note(i, f"has {rank} axes")
            raise TypeRuleError("E0311", f'"{term}" has {letters} letters for {rank} axes', (note,))
        hidden.append(rank - letters)
    free = [c for c in ascii_uppercase + ascii_lowercase if c not in text]
    if max(hidden, default=0) > len(free):
        raise _wrong(text, "more than 52 axes have no letters")
    spread = "".join(free[: max(hidden, default=0)])
    expanded = (t.replace(ELLIPSIS, spread[len(spread) - k :]) for t, k in zip(terms, hidden, strict=True))
    return Subscripts(tuple(expanded), result.replace(ELLIPSIS, spread))


def letter_sizes(subscripts: Subscripts, shapes: Sequence[tuple[Dim, ...]]) -> dict[str, Dim]:
    """The size of each letter: those of its axes agree, or are literally 1.  Raises TypeRuleError E0301."""
    sizes: dict[str, Dim] = {}
    places: dict[str, Note] = {}
    for i, (term, shape) in enumerate(zip(subscripts.terms, shapes, strict=True)):
        for axis, (letter, size) in enumerate(zip(term, shape, strict=True)):
            known = sizes.setdefault(letter, size)
            repeated = term.index(letter) < axis
            if size != known and (repeated or 1 not in (size, known)):
                notes = (places[letter], Note(i, f"{size} comes from here", axis))
                raise TypeRuleError("E0301", f'sizes {known} and {size} of "{letter}" differ', notes)
            if size != 1 or letter not in places:
                sizes[letter], places[letter] = size, Note(i, f"{size} comes from here", axis)
    return sizes


def distinct(letters: str) -> str:
    """Each letter once, in order."""
    return "".join(dict.fromkeys(letters))


def _operands(count: int) -> str:
    return "1 operand" if count == 1 else f"{count} operands"


def _wrong(text: str, reason: str) -> TypeRuleError:
    return TypeRuleError("E0309", f'einsum doesn\'t understand "{text}": {reason}')
