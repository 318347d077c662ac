"""Did you mean …?

What comes in: a name that isn't there and those that are.  What goes out: the likeliest one, or None.  Called
wherever a name is looked up: variables, members, arguments, options, columns, error codes.
"""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `name`, if one is near; ties go to the alphabet, so sets may be given."""
    if not name or len(name) > _LONGEST:
        return None
    ranked = [(rank, c) for c in candidates if c != name and (rank := _rank(name, c)) is not None]
    return min(ranked)[1] if ranked else None


def _rank(name: str, candidate: str) -> tuple[int, bool] | None:
    """How far the candidate is (smaller is better), or None for too far: one edit in three letters is a slip.

    One-letter names are near only to their other case (`x` is no slip for `y`), two-letter ones only if they share a
    letter in its place or have both swapped.
    """
    a, b = name.casefold(), candidate.casefold()
    if a == b:
        return 0, False
    if sorted(a.split("_")) == sorted(b.split("_")):
        return 1, False
    if len(a) == 1 or len(b) == 1:
        return None
    limit = max(1, min(len(a), 12) // 3)
    far = edits(a, b, limit)
    if far is None or (len(a) == 2 and a[0] != b[0] and a != b[::-1]):
        return None
    return far, a[0] != b[0]


def edits(a: str, b: str, limit: int) -> int | None:
    """Insertions, deletions, substitutions and swaps of neighbours from `a` to `b` (the "optimal string alignment"
    distance), or None if more than `limit`."""
    if abs(len(a) - len(b)) > limit:
        return None
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        following = [i + 1]
        for j, y in enumerate(b):
            cost = min(row[j + 1] + 1, following[j] + 1, row[j] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                cost = min(cost, before[j - 1] + 1)
            following.append(cost)
        if min(following) > limit and min(row) > limit:  # a swap may still step over one bad row, not over two
            return None
        before, row = row, following
    return row[-1] if row[-1] <= limit else None
