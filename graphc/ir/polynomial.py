"""The data behind dimensions: integer polynomials in normal form, over symbols, floor divisions, minima and maxima.

In: terms.  Out: `Poly` with `+ - * **` and its text.  What divides, compares and reads values is in `dims`, which is
also what everybody else imports; the search for bounds between them is `dim_bounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

Monomial: TypeAlias = "tuple[tuple[Atom, int], ...]"  # factors and their exponents >= 1, by the factor's text
Term: TypeAlias = "tuple[Monomial, int]"  # a monomial and its coefficient, not 0
Interval: TypeAlias = "tuple[int | None, int | None]"  # lower and upper bound, None: none


@dataclass(frozen=True, slots=True, repr=False)
class _Indivisible:
    """What the atoms share: the text also orders them, the depth is that of nesting."""

    text: str = field(init=False, compare=False)
    depth: int = field(init=False, compare=False)
    symbols: frozenset[str] = field(init=False, compare=False)
    _hash: int = field(init=False, compare=False)

    def _complete(self, text: str, parts: tuple[Dim, ...]) -> None:
        inside = [atom for part in parts if isinstance(part, Poly) for atom in part.atoms()]
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "depth", 1 + max((atom.depth for atom in inside), default=0))
        object.__setattr__(self, "symbols", frozenset().union(*(atom.symbols for atom in inside)))
        object.__setattr__(self, "_hash", hash((type(self), text)))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, repr=False)
class Symbol(_Indivisible):
    """An integer >= 0."""

    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.name)
        object.__setattr__(self, "depth", 0)
        object.__setattr__(self, "symbols", frozenset((self.name,)))
        object.__setattr__(self, "_hash", hash(self.name))

    __hash__ = _Indivisible.__hash__

    @property
    def interval(self) -> Interval:
        return 0, None

    def __reduce__(self) -> tuple[type[Symbol], tuple[str]]:
        return Symbol, (self.name,)  # hashes of strings differ from process to process


@dataclass(frozen=True, slots=True, repr=False)
class FloorDiv(_Indivisible):
    """`left // right`, which could not be simplified and lies in the interval."""

    left: Dim
    right: Dim
    interval: Interval = field(compare=False)

    def __post_init__(self) -> None:
        self._complete(f"{operand_text(self.left)}//{operand_text(self.right)}", (self.left, self.right))

    __hash__ = _Indivisible.__hash__

    def __reduce__(self) -> tuple[type[FloorDiv], tuple[Dim, Dim, Interval]]:
        return FloorDiv, (self.left, self.right, self.interval)


@dataclass(frozen=True, slots=True, repr=False)
class Min(_Indivisible):
    """The least of two or more dimensions, none of which is known to be redundant; sorted, constants last."""

    args: tuple[Dim, ...]
    interval: Interval = field(compare=False)

    def __post_init__(self) -> None:
        self._complete(f"min({', '.join(map(str, self.args))})", self.args)

    __hash__ = _Indivisible.__hash__

    def __reduce__(self) -> tuple[type[Min], tuple[tuple[Dim, ...], Interval]]:
        return Min, (self.args, self.interval)


@dataclass(frozen=True, slots=True, repr=False)
class Max(_Indivisible):
    """The greatest of two or more dimensions, as `Min`."""

    args: tuple[Dim, ...]
    interval: Interval = field(compare=False)

    def __post_init__(self) -> None:
        self._complete(f"max({', '.join(map(str, self.args))})", self.args)

    __hash__ = _Indivisible.__hash__

    def __reduce__(self) -> tuple[type[Max], tuple[tuple[Dim, ...], Interval]]:
        return Max, (self.args, self.interval)


Atom: TypeAlias = Symbol | FloorDiv | Min | Max


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Poly:
    """A dimension that is not constant: its terms in graded lexicographic order, the constant last.

    Made by `symbol`, the operators and the functions below, never directly, so that equal dimensions are equal objects.
    """

    terms: tuple[Term, ...]
    symbols: frozenset[str] = field(init=False)
    _hash: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbols", frozenset().union(*(a.symbols for a in self.atoms())))
        object.__setattr__(self, "_hash", hash(self.terms))

    def __reduce__(self) -> tuple[type[Poly], tuple[tuple[Term, ...]]]:
        return Poly, (self.terms,)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Poly) and self._hash == other._hash and self.terms == other.terms

    def atoms(self) -> Iterator[Atom]:
        """The factors of the terms, not those inside them; one that occurs twice comes twice."""
        return (atom for monomial, _ in self.terms for atom, _ in monomial)

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return collect((*self.terms, ((), other))) if other else self
        return collect((*self.terms, *other.terms))

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Dim) -> Dim:
        return self + -other

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return Poly(tuple((m, c * other) for m, c in self.terms)) if other else 0
        return collect((_times(m, p), c * d) for m, c in self.terms for p, d in other.terms)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Dim:
        return power(self, exponent)

    def __str__(self) -> str:
        """As in a program: `n+1`, `2*k`, `n-k+1`, `(n+1)//2`.  A positive term leads if there is one."""
        leading = next((t for t in self.terms if t[1] > 0), self.terms[0])
        text = _term_text(*leading) if leading[1] > 0 else f"-{_term_text(*leading, alone=False)}"
        rest = (("+" if c > 0 else "-") + _term_text(m, c) for m, c in self.terms if m is not leading[0])
        return text + "".join(rest)

    __repr__ = __str__


Dim: TypeAlias = int | Poly


@lru_cache(maxsize=4096)
def symbol(name: str) -> Poly:
    """The dimension called `name`."""
    return Poly(((((Symbol(name), 1),), 1),))


def dim_of_atom(atom: Atom) -> Poly:
    return Poly(((((atom, 1),), 1),))


def dim_of_term(monomial: Monomial, coefficient: int) -> Dim:
    return Poly(((monomial, coefficient),)) if monomial and coefficient else coefficient


def collect(terms: Iterable[Term]) -> Dim:
    """The sum of terms in any order."""
    total: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, 0) + coefficient
    kept = [(m, c) for m, c in total.items() if c]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    return Poly(tuple(sorted(kept, key=_order)))


def _order(term: Term) -> tuple[int, list[tuple[str, int]]]:
    """Graded lexicographic: highest degree first, then alphabetic.  `exact_quotient` needs a monomial order."""
    return -sum(e for _, e in term[0]), [(a.text, -e) for a, e in term[0]]


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    exponents = dict(left)
    for atom, e in right:
        exponents[atom] = exponents.get(atom, 0) + e
    return tuple(sorted(exponents.items(), key=lambda factor: factor[0].text))


def _term_text(monomial: Monomial, coefficient: int, alone: bool = True) -> str:
    """A term without its sign.  `alone`: nothing that binds tighter than `//` stands before it."""
    factors = [] if monomial and abs(coefficient) == 1 else [str(abs(coefficient))]
    alone = alone and not factors and monomial[1:] == () and monomial[0][1] == 1
    for atom, e in monomial:
        text = f"({atom.text})" if isinstance(atom, FloorDiv) and not alone else atom.text
        factors.append(f"{text}**{e}" if e > 1 else text)
    return "*".join(factors)


def operand_text(dim: Dim) -> str:
    """A dimension as an operand of `//` or `%`."""
    if isinstance(dim, int):
        return str(dim) if dim >= 0 else f"({dim})"
    atom = lone_atom(dim)
    return f"({dim})" if atom is None or isinstance(atom, FloorDiv) else atom.text


def lone_atom(dim: Poly) -> Atom | None:
    """The atom which `dim` is, or None."""
    (monomial, coefficient), *more = dim.terms
    return monomial[0][0] if not more and coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 else None


def linear_atoms(dim: Poly) -> Iterator[tuple[Atom, int]]:
    """The atoms that are terms by themselves, with their coefficients."""
    return ((m[0][0], c) for m, c in dim.terms if len(m) == 1 and m[0][1] == 1)


def product(dims: Iterable[Dim]) -> Dim:
    """The product, 1 of none: the number of elements of a shape."""
    total: Dim = 1
    for dim in dims:
        total = total * dim
    return total


def power(base: Dim, exponent: int) -> Dim:
    """`base ** exponent`; ValueError if the exponent is negative."""
    if exponent < 0:
        raise ValueError(f"the exponent of a dimension must not be negative: {exponent}")
    return product([base] * exponent)


def coefficients(dim: Dim) -> tuple[int, ...]:
    return (dim,) if isinstance(dim, int) else tuple(c for _, c in dim.terms)


def exact_quotient(a: Dim, b: Poly) -> Dim | None:
    """`q` with `a == q * b`, or None: long division by leading terms."""
    quotient: Dim = 0
    leading, divisor = b.terms[0]
    while isinstance(a, Poly):
        monomial = monomial_quotient(a.terms[0][0], leading)
        if monomial is None or a.terms[0][1] % divisor:
            return None
        step = dim_of_term(monomial, a.terms[0][1] // divisor)
        quotient, a = quotient + step, a - step * b
    return quotient if a == 0 else None


def monomial_quotient(left: Monomial, right: Monomial) -> Monomial | None:
    exponents = dict(left)
    for atom, e in right:
        exponents[atom] = exponents.get(atom, 0) - e
        if exponents[atom] < 0:
            return None
    return tuple((atom, e) for atom, e in exponents.items() if e)
