"""Evaluation of `einsum` on NumPy: pairs of operands in a good order, each pair by a matrix product.

In: arrays and subscripts in normal form.  Out: an array of the dtype in which the operands are summed.  Reductions
before products, then pairwise contractions; with up to `EXACT` operands the order has the fewest multiplications, with
more it is greedy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from graphc.ir.types import Array, widened
from graphc.ops.subscripts import Subscripts, distinct, parse
from graphc.ops.summation import total

Labelled: TypeAlias = "tuple[Any, str]"  # an array and a letter per axis, each once

EXACT = 6
BLOCK = 512  # of a sum of products that no matrix product computes


def einsum(operands: Sequence[Any], text: str) -> Array:
    """The evaluation of the op: `text` is in normal form."""
    arrays = [widened(np.asarray(x)) for x in operands]
    return np.asarray(contract(arrays, parse(text, tuple([x.ndim for x in arrays]))), order="C")


def contract(arrays: Sequence[Any], subscripts: Subscripts) -> Array:
    """The sum of products that the subscripts say."""
    sizes: dict[str, int] = {}
    for x, term in zip(arrays, subscripts.terms, strict=True):
        for letter, size in zip(term, x.shape, strict=True):
            if sizes.get(letter, 1) == 1:
                sizes[letter] = size
    result = distinct(subscripts.result)
    live = [_distinct_axes(x, term, sizes) for x, term in zip(arrays, subscripts.terms, strict=True)]
    for i, j in _order(tuple([term for _, term in live]), result, tuple(sizes.items())):
        right, left = live.pop(j), live.pop(i)
        needed = set(result).union(*(term for _, term in live))
        live.append(_pair(_reduce(left, needed | set(right[1])), _reduce(right, needed | set(left[1])), needed))
    ((x, term),) = live
    x, term = _reduce((x, term), set(result))
    x = _aligned(x, term, result)
    return _on_diagonal(x, result, subscripts.result) if len(result) < len(subscripts.result) else x


def _distinct_axes(x: Any, term: str, sizes: dict[str, int]) -> Labelled:
    """A view with each letter once, diagonals taken, without the axes of size 1 that another operand makes longer."""
    letters = distinct(term)
    if len(letters) < len(term):
        strides = [sum(s for s, c in zip(x.strides, term, strict=True) if c == letter) for letter in letters]
        shape = [x.shape[term.index(letter)] for letter in letters]
        x, term = as_strided(x, shape, strides, writeable=False), letters
    stretched = tuple([i for i, c in enumerate(term) if x.shape[i] != sizes[c]])
    if stretched:
        x, term = x.squeeze(stretched), "".join(c for i, c in enumerate(term) if i not in stretched)
    return x, term


def _reduce(item: Labelled, needed: set[str]) -> Labelled:
    """Summed over the letters that nobody needs."""
    x, term = item
    axes = tuple([i for i, c in enumerate(term) if c not in needed])
    if not axes:
        return item
    kept = "".join(c for c in term if c in needed)
    if x.dtype.kind == "f":
        return np.asarray(total(x, axes, False)), kept
    return np.asarray(x.sum(axis=axes, dtype=x.dtype)), kept


def _pair(left: Labelled, right: Labelled, needed: set[str]) -> Labelled:
    """The product of two, summed over the letters of both that nobody else needs."""
    (a, a_term), (b, b_term) = left, right
    summed = "".join(c for c in a_term if c in b_term and c not in needed)
    batch = "".join(c for c in a_term if c in b_term and c in needed)
    rows = "".join(c for c in a_term if c not in b_term)
    columns = "".join(c for c in b_term if c not in a_term)
    term = batch + rows + columns
    if not summed:
        return _aligned(a, a_term, term) * _aligned(b, b_term, term), term
    if batch and not rows and not columns:  # many short dot products
        return _dot(_aligned(a, a_term, batch + summed), _aligned(b, b_term, batch + summed), len(batch)), term
    size = dict(zip(a_term + b_term, a.shape + b.shape, strict=True))
    n, m, k, p = (prod(size[c] for c in letters) for letters in (batch, rows, summed, columns))
    a = _aligned(a, a_term, batch + rows + summed).reshape((n, m, k) if batch else (m, k))
    b = _aligned(b, b_term, batch + summed + columns).reshape((n, k, p) if batch else (k, p))
    return np.matmul(for_blas(a), for_blas(b)).reshape([size[c] for c in term]), term


def for_blas(x: Any) -> Any:
    """A factor of a matrix product; a copy of what isn't whole rows or columns in memory, such as a repeated number.

    NumPy would multiply without BLAS: far slower, and with other bits than the same numbers have elsewhere.
    """
    if x.flags.forc or (x.ndim > 2 and x.swapaxes(-1, -2).flags.c_contiguous):
        return x
    return np.ascontiguousarray(x)


def _dot(a: Any, b: Any, batch: int) -> Array:
    """The sums over all axes but the first `batch`: of up to a block in one go, of more products pairwise."""
    if a.dtype.kind == "f" and prod(a.shape[batch:]) > BLOCK:
        return np.asarray(total(a * b, tuple(range(batch, a.ndim)), False))
    return np.asarray(np.einsum(a, list(range(a.ndim)), b, list(range(b.ndim)), list(range(batch))))


def _aligned(x: Any, term: str, target: str) -> Any:
    """A view with the axes of `target`, in its order; those that `x` lacks have size 1."""
    if term == target:
        return x
    present = [c for c in target if c in term]
    x = x.transpose([term.index(c) for c in present])
    return x if len(present) == len(target) else x[tuple([slice(None) if c in term else None for c in target])]


def _on_diagonal(x: Any, term: str, result: str) -> Array:
    """Zeros, with `x` where all axes of a letter have one index."""
    size = dict(zip(term, x.shape, strict=True))
    full = np.zeros([size[c] for c in result], x.dtype)
    strides = [sum(s for s, c in zip(full.strides, result, strict=True) if c == letter) for letter in term]
    as_strided(full, x.shape, strides)[...] = x
    return full


# ---------------------------------------------------------------- the order of contraction


@lru_cache(maxsize=1024)
def _order(terms: tuple[str, ...], result: str, sizes: tuple[tuple[str, int], ...]) -> tuple[tuple[int, int], ...]:
    """Positions i < j of the pairs to contract; a pair's result goes to the end of the list that remains."""
    if len(terms) < 3:
        return ((0, 1),) if len(terms) == 2 else ()
    letters = [frozenset(t) for t in terms]
    search = _exact if len(terms) <= EXACT else _greedy
    return tuple(search(letters, frozenset(result), dict(sizes)))


def _exact(letters: list[frozenset[str]], result: frozenset[str], sizes: dict[str, int]) -> Iterator[tuple[int, int]]:
    """The fewest multiplications, by dynamic programming over subsets (bit masks) of the operands."""
    everything = (1 << len(letters)) - 1

    def kept(subset: int) -> frozenset[str]:
        inside = frozenset().union(*(t for i, t in enumerate(letters) if subset >> i & 1))
        return inside & result.union(*(t for i, t in enumerate(letters) if not subset >> i & 1))

    left = {subset: kept(subset) for subset in range(1, everything + 1)}
    cost: dict[int, int] = {1 << i: 0 for i in range(len(letters))}
    split: dict[int, int] = {}
    for subset in range(1, everything + 1):
        part = (subset - 1) & subset
        while part > subset ^ part:  # each split once
            rest = subset ^ part
            total = cost[part] + cost[rest] + prod(sizes[c] for c in left[part] | left[rest])
            if subset not in cost or total < cost[subset]:
                cost[subset], split[subset] = total, part
            part = (part - 1) & subset
    live = [1 << i for i in range(len(letters))]
    for subset in sorted(_within(split, everything)):  # parts come before wholes: they are smaller numbers
        i, j = sorted((live.index(split[subset]), live.index(subset ^ split[subset])))
        yield i, j
        live = [s for k, s in enumerate(live) if k not in (i, j)] + [subset]


def _within(split: dict[int, int], everything: int) -> Iterator[int]:
    """The subsets that the best tree joins."""
    stack = [everything]
    while stack:
        subset = stack.pop()
        if subset in split:
            yield subset
            stack += (split[subset], subset ^ split[subset])


def _greedy(letters: list[frozenset[str]], result: frozenset[str], sizes: dict[str, int]) -> Iterator[tuple[int, int]]:
    """At each step the pair whose product has the fewest elements more than the pair."""
    live = list(letters)
    while len(live) > 1:
        count = Counter(c for t in live for c in t)
        best: tuple[int, int, int, int, frozenset[str]] | None = None
        for j, b in enumerate(live):
            for i, a in enumerate(live[:j]):
                kept = frozenset(c for c in a | b if c in result or count[c] > (c in a) + (c in b))
                growth = prod(sizes[c] for c in kept) - prod(sizes[c] for c in a) - prod(sizes[c] for c in b)
                candidate = (growth, prod(sizes[c] for c in a | b), i, j, kept)
                if best is None or candidate[:4] < best[:4]:
                    best = candidate
        assert best is not None
        _, _, i, j, kept = best
        yield i, j
        live = [t for k, t in enumerate(live) if k not in (i, j)] + [kept]
