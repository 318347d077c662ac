"""Operands and attributes to try each op with, where they can't be generated from its record.

In `TABLE`, by the op's name: `Sample`s.  Arrays are f64 inside the op's smooth domain (tests cast them), i64 for
indices, bool for conditions.  An entry without a record fails tests/test_ops.py, as does a record without samples.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphc.ir.constant import Constant
from graphc.ir.types import BOOL, F32, F64, I8, I32, I64, STRONG, U8, U32, U64, WEAK_FLOAT, WEAK_INT

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """`smooth`: the op has finite derivatives here.  `symmetric`: its derivative is that among symmetric matrices.
    `alike`: in f32 its values are near those in f64.

    `numbers`: sizes that stay numbers where the others become symbols; None if all do.
    """

    arrays: tuple[Any, ...]
    attrs: tuple[Any, ...] = ()
    smooth: bool = True
    symmetric: bool = False
    alike: bool = True
    numbers: frozenset[int] | None = frozenset()


# ---------------------------------------------------------------- arrays


def real(shape: Shape, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Any:
    """Distinct numbers in random order, far enough from each other and the ends for differences to be taken."""
    n = int(np.prod(shape, dtype=int))
    rng = np.random.default_rng((seed, n))
    places = (rng.permutation(n) + rng.uniform(0.3, 0.7, n)) / max(n, 1)
    return (low + (high - low) * places).reshape(shape)


def scattered(shape: Shape, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Any:
    """The same in memory that isn't contiguous: every other element of a transposed array."""
    wide = np.zeros((*(2 * n for n in reversed(shape)),))
    view: Any = wide.T[(slice(None, None, 2),) * len(shape)]
    view[...] = real(shape, low, high, seed)
    return view


# ---------------------------------------------------------------- the table


def table(*rows: tuple[Any, ...], **flags: Any) -> tuple[Sample, ...]:
    """Samples of rows (arrays..., attributes as a tuple)."""
    return tuple(Sample(tuple(row[:-1]), row[-1], **flags) for row in rows)


def over(arrays: Sequence[Any], *choices: Sequence[Any], **flags: Any) -> tuple[Sample, ...]:
    """Each array with each combination of attributes."""
    return tuple(Sample((a,), attrs, **flags) for a in arrays for attrs in itertools.product(*choices))


def square(*shape: int, seed: int = 0) -> Any:
    """Well-conditioned matrices."""
    return real(shape, -0.9, 1.0, seed) + 3 * np.eye(shape[-1])


def definite(*shape: int) -> Any:
    """Symmetric, positive, its eigenvalues apart."""
    a = real(shape, -1.0, 1.0)
    return a @ a.swapaxes(-1, -2) + np.diag(np.arange(1.0, 1 + shape[-1]))


V, M, T, NONE, WIDE = real((4,)), real((2, 3)), real((2, 3, 4)), real((0,)), scattered((3, 4))
BOTH = (False, True)
RANKS = frozenset({1, 2, 3})
ROWS = np.array([[1, -1, 1], [0, 1, 0]])  # of an axis of 2: repeats, and counts from the end
ONCE = np.array([1, -2])
ALONG = np.array([[0, 1, -1], [1, 1, 0]])
PLACES = np.array([[0, 1], [1, -1], [0, 1], [1, 0]])
DISTINCT = np.array([[0, 1], [1, -1], [1, 0]])
NO_ROWS = np.zeros((0, 2), np.int64)
IMAGE, IMAGE1, IMAGE3 = real((2, 2, 5, 4)), real((1, 2, 6)), real((1, 1, 3, 2, 3))
SCANS = [(V, (None, False)), (T, (1, True)), (T, (-1, False)), (M[:, :0], (1, False)), (WIDE, (0, True))]
STRIDES = [
    ((0, 1, None), (None, None, None), (0, 1, 1)),
    ((0, 0, None), (None, None, None), (1, 1, -2)),
    ((-1, 2, 3), (None, None, None), (0, 0, 0)),
    ((0, 2, 0), (None, 0, -1), (1, -1, 2)),
    ((0, 1, 0), (None, 1, None), (1, 1, 1)),
]
PARTS = [(2, 4), (2, 3, 2), (), (2, 2, 2), (2, 0, 4)]

VIEWS = {
    "reshape": table(
        (M, ((3, 2),)), (T, ((-1, 4),)), (M, (6,)), (V[:1], ((),)), (M[:, :0], ((0, 5),)), (WIDE, ((2, 6),))
    ),
    "transpose": table(
        (M, (None,)), (T, ((2, 0, 1),)), (T, ((-1, 0, 1),)), (V, (None,)), (M[:0], (None,)), (WIDE, (None,))
    ),
    "squeeze": table((M[:1], (None,)), (M[:, :1], (-1,)), (T[:1, :1], ((0, 1),)), (V, (None,)), (M[:, :1], (None,))),
    "expand_dims": over([V, M, NONE, WIDE], [0, -1, (0, -1)]) + table((V[0], (0,))),
    "flip": over([M, T, WIDE], [None, 0, -1, (0, 1)]) + table((NONE, (0,)), (V, (None,))),
    "roll": over([M, T, WIDE], [1, -2, 7, 0], [None, 0, -1]) + table((NONE, (2, 0))),
    "broadcast_to": table(
        (V[0], ((2, 3),)),
        (M, ((4, 2, 3),)),
        (M[:1], ((4, 3),)),
        (M[:, :1], ((2, 0),)),
        (V, ((4,),)),
        (WIDE, ((2, 3, 4),)),
    ),
    "tile": table(
        (M, ((2, 3),)), (V, (2,)), (M, ((2, 1, 1),)), (T, ((2,),)), (NONE, (3,)), (M, ((0, 1),)), (WIDE, ((2, 2),))
    ),
    "repeat": over([M, T, WIDE], [2, 0, 3], [0, -1]) + table((NONE, (2, 0)), (V, (2, None))),
    "concat": table((M, M + 1, (0,)), (M, M[:, :1], M[:, :0], (-1,)), (V, (0,)), (WIDE, WIDE[:1], (0,))),
    "stack": table((M, M + 1, (0,)), (M, M + 1, M + 2, (-1,)), (V[0], V[1], (0,)), (WIDE, WIDE, (1,)), (NONE, (0,))),
    "split": table((T, (2, -1)), (T, ((0, 2, 2), 2)), (V, (1, 0)), (V, ((1, 3), 0)), (WIDE, (3, 0))),
    "pad": table(
        (M, (((1, 2), (0, 3)), 0, 0)),
        (V, (((2, 1),), 1, 0)),
        (V, (((-1, 1),), 1, 0)),
        (M, (((-1, -1), (2, -2)), 0, (1, 2))),
        (T, (((0, -1), (-3, 2), (-1, -1)), 1, 0)),
        (M, (((0, 1), (2, 0)), 0, (1, 2))),
        (V[0], ((), 0, 0)),
        (NONE, (((1, 2),), 1, 0)),
        (WIDE, (((1, 0), (0, 1)), 1, 0)),
    ),
    "strided": table(*((T, s) for s in STRIDES), (V[0], ((), (), ())), (NONE, ((0,), (None,), (1,)))),
    "set_strided": tuple(
        Sample((T, real(p, seed=1)), s, numbers=RANKS if p[-1:] == (4,) else None)  # where v's size is as plain as x's
        for p, s in zip(PARTS, STRIDES, strict=True)
    ),
    "slice": table(
        (real((5, 4)), np.array([0, 1]), ((2, 2),)),
        (V, np.int64(1), ((2,),)),
        (T, np.array([1, 0, 2]), ((1, 3, 0),)),
        (WIDE, np.array([1, 1]), ((2, 2),)),
        numbers=RANKS,
    ),
    "set_slice": table(
        (real((5, 4)), real((2, 2), seed=1), np.array([0, 1]), ()),
        (V, real((2,), seed=1), np.int64(1), ()),
        (T, real((1, 3, 0), seed=1), np.array([1, 0, 2]), ()),
        (WIDE, real((2, 2), seed=1), np.array([1, 1]), ()),
        numbers=RANKS,
    ),
    "take": table(
        (M, ROWS, (0,)),
        (T, ROWS, (1,)),
        (T, ROWS, (-1,)),
        (M, np.int64(1), (0,)),
        (M, NO_ROWS, (0,)),
        (WIDE, ROWS, (1,)),
    ),
    "scatter_add": table(
        (M, ROWS, real((2, 3, 3), seed=1), (0,)),
        (T, ROWS[0], real((2, 3, 3), seed=1), (-1,)),
        (M, NO_ROWS, real((0, 2, 3)), (0,)),
    ),
    "scatter_set": table(
        (M, ROWS, real((2, 3, 3), seed=1), (0,)),
        (T, ONCE, real((2, 2, 4), seed=1), (1,)),
        (M, np.int64(1), real((3,), seed=1), (0,)),
    ),
    "take_along_axis": table(
        (M, ALONG, (0,)), (M, ALONG[:, :1], (-1,)), (M, ALONG[:, :0], (1,)), (WIDE[:2, :3], ALONG, (0,))
    ),
    "add_along_axis": table((M, ALONG, real((2, 3), seed=1), (0,)), (M, ALONG[:, :2], real((2, 2), seed=1), (-1,))),
    "put_along_axis": table((M, ALONG, real((2, 3), seed=1), (0,)), (M, ALONG[:, :1], real((2, 1), seed=1), (-1,))),
    "take_nd": table(
        (M, PLACES, ()), (T, PLACES, ()), (M, PLACES[:, :1], ()), (M, PLACES[0], ()), (WIDE, PLACES, ()), numbers=RANKS
    ),
    "add_nd": table(
        (M, PLACES, real((4,), seed=1), ()),
        (T, PLACES, real((4, 4), seed=1), ()),
        (M, PLACES[0], V[0], ()),
        numbers=RANKS,
    ),
    "put_nd": table(
        (M, DISTINCT, real((3,), seed=1), ()),
        (T, PLACES, real((4, 4), seed=1), ()),
        (M, PLACES[0], V[0], ()),
        numbers=RANKS,
    ),
    "repeats": table(
        (PLACES, ((4, 3),)), (PLACES[:, :1], ((4,),)), (DISTINCT, ((4, 3),)), (PLACES[:0], ((4, 3),)), numbers=RANKS
    ),
    "at_label": table((M, np.array([0, 2]), ()), (T, np.array([[0, 1, 3], [2, 2, 0]]), ()), (V, np.int64(1), ())),
    "one_hot": table(
        *((i, (3, t)) for i in (np.array([[2, 0], [1, 1]]), np.int64(1), NO_ROWS) for t in (BOOL, I32, F32, F64))
    ),
    "tril": over([M, T, WIDE, M[:0]], [0, 1, -1]),
    "triu": over([M, T, WIDE, M[:0]], [0, 1, -1]),
    "diagonal": over([M, T, WIDE, M[:0]], [0, 1, -1]),
    "diagonal_matrix": table((V, (4, 6, 1)), (M, (4, 3, -1)), (V[:2], (2, 3, 0)), numbers=None)
    + table((V, (4, 4, 0)), (M, (3, 3, 0))),
    "diag": over([V, M, WIDE], [0, 1, -1]),
    "windows": table(
        (IMAGE, (2, 1, 0, 0.0)),
        (IMAGE, ((3, 2), (2, 1), ((1, 0), 1), 0.0)),
        (IMAGE1, (3, 2, "same", 0.0)),
        (IMAGE3, (2, 1, 0, 0.0)),
    ),
    "overlap_add": table(
        (real((2, 2, 4, 3, 2, 2)), ((5, 4), 1, 0)),
        (real((1, 2, 3, 3)), ((6,), 2, 1)),
        (real((1, 2, 3, 2)), (6, 2, 0)),
        numbers=None,
    ),
}

CREATION = {
    "constant": tuple(
        Sample((), (Constant(np.asarray(value, t.numpy), t),))
        for t in (BOOL, I8, I64, U64, F32, F64, WEAK_INT, WEAK_FLOAT)
        for value in (0, [[1, 0, 1]], np.zeros((0, 2)))
    ),
    "dim": (Sample((), (5,)),),
    "zeros": tuple(Sample((), (s, t)) for s in ((), 3, (2, 0), (2, 3)) for t in (*STRONG, WEAK_INT, WEAK_FLOAT)),
    "ones": tuple(Sample((), (s, t)) for s in ((), 3, (2, 0), (2, 3)) for t in (*STRONG, WEAK_INT, WEAK_FLOAT)),
    "full": (
        *(Sample((), (s, 1, t)) for s in ((), 3, (2, 0), (2, 3)) for t in (*STRONG, WEAK_INT, WEAK_FLOAT)),
        Sample((), ((2,), 0.5, F32)),
    ),
    "arange": (
        *(Sample((), (*r, t)) for r in ((5, None, 1), (1, 6, 2), (6, 1, -2), (3, 3, 1)) for t in (I64, U8, F32, F64)),
        Sample((), (0.0, 1.0, 0.25, F32)),
        Sample((), (0.0, 0.7, 0.1, F64)),
    ),
    "linspace": tuple(
        Sample((), (*r, t)) for r in ((0, 1, 5), (2.0, -1.0, 4), (0, 1, 1), (0, 1, 0)) for t in (F32, F64)
    ),
    "eye": tuple(Sample((), (*r, t)) for r in ((3, None, 0), (2, 4, 1), (3, 2, -1), (0, 2, 0)) for t in STRONG),
}

ORDERINGS = {
    "argmax": over([V, T, WIDE], [None, 0, -1], BOTH),
    "argmin": over([V, T, WIDE], [None, 0, -1], BOTH),
    "sort": over([V, T, WIDE, M[:, :0]], [0, -1], BOTH),
    "argsort": over([V, T, WIDE, M[:, :0]], [0, -1], BOTH),
    "top_k": over([V, T, WIDE], [1, 2, 0], [0, -1]),
    "searchsorted": tuple(
        Sample((np.array([0.5, 1.5, 3.5]), v), (side,))
        for v in (real((2, 3), 0.1, 4.0), np.float64(1.5), NONE)
        for side in ("left", "right")
    ),
    "cumsum": tuple(Sample((x,), (a, e, r)) for x, (a, r) in SCANS for e in BOTH),
    "cumprod": tuple(Sample((x,), (a, e, r)) for x, (a, r) in SCANS for e in BOTH),
    "cummax": table(*SCANS),
    "argcummax": table(*SCANS),
    "centre": over([V, T, WIDE, M[:, :0], real((2, 1))], [None, 0, -1]) + over([T], [(0, 2), ()]),
    "softmax": over([V, T, WIDE, M[:, :0]], [0, -1]) + over([T], [(0, 2), None]),
    "log_softmax": over([V, T, WIDE, M[:, :0]], [0, -1]) + over([T], [(0, 2), None]),
    "linear_recurrence": table(*((x, real(x.shape, seed=1), attrs) for x, attrs in SCANS)),
}

W22, W33 = real((3, 2, 2, 2), seed=1), real((4, 1, 3, 3), seed=1)
GEOMETRIES = [
    (IMAGE, W22, (1, "valid", 1, 1)),
    (IMAGE, W22, ((2, 1), "same", 1, 1)),
    (IMAGE, W22, (1, ((1, 0), 2), 2, 1)),
    (IMAGE, W33, (2, 1, 1, 2)),
    (IMAGE1, real((3, 2, 3), seed=1), (1, 1, 1, 1)),
    (IMAGE3, real((2, 1, 2, 2, 2), seed=1), (1, "valid", 1, 1)),
    (IMAGE[:0], W22, (1, "valid", 1, 1)),
]
COUNTS = [(4, 3), (3, 4), (4, 6), (3, 2), (6,), (2, 1, 2), (4, 3)]
POOLS = [
    (IMAGE, (2, None, 0)),
    (IMAGE, ((3, 2), (1, 2), 1)),
    (IMAGE1, (3, 2, "same")),
    (IMAGE3, (2, 1, 0)),
    (IMAGE[:0], (2, None, 0)),
]


def _images(x: Any, w: Any, count: Shape) -> Any:
    """A cotangent of conv(x, w)."""
    return real((x.shape[0], w.shape[0], *count), seed=2)


EINSUMS: list[tuple[str, list[Shape]]] = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij->ji", [(2, 3)]),
    ("ii->i", [(3, 3)]),
    ("ii", [(3, 3)]),
    ("ij->", [(2, 3)]),
    ("i,i,i->i", [(3,)] * 3),
    ("bij,bjk,k->bi", [(2, 2, 3), (2, 3, 4), (4,)]),
    ("...ij,jk->...ik", [(5, 2, 3), (3, 4)]),
    ("i,j->ij", [(2,), (3,)]),
    (",i->i", [(), (3,)]),
    ("ij,jk", [(2, 0), (0, 3)]),
    ("i->ii", [(3,)]),
    ("ij,j->i", [(2, 3), (1,)]),
    ("ij,ij->", [(2, 3), (2, 3)]),
]

CONTRACTIONS = {
    "matmul": table(
        *(
            (real(a), real(b, seed=1), ())
            for a, b in [
                ((3,), (3,)),
                ((2, 3), (3,)),
                ((3,), (3, 2)),
                ((2, 3), (3, 4)),
                ((5, 2, 3), (3, 4)),
                ((2, 3), (5, 3, 4)),
                ((5, 2, 3), (5, 3, 4)),
                ((1, 2, 3), (5, 3, 1)),
                ((5, 2, 3), (3,)),
                ((2, 0), (0, 3)),
                ((0, 2), (2, 3)),
                ((0,), (0,)),
            ]
        ),
        (scattered((2, 3)), scattered((3, 4), seed=1), ()),
    ),
    "einsum": tuple(Sample(tuple(real(n, seed=i) for i, n in enumerate(shapes)), (text,)) for text, shapes in EINSUMS),
    "tensordot": table(
        (T, real((3, 4, 5), seed=1), (2,)),
        (M, real((3, 2), seed=1), (1,)),
        (V, M, (0,)),
        (M, real((5, 2), seed=1), (((0,), (1,)),)),
        (T, real((4, 2), seed=1), (((0, 2), (1, 0)),)),
    ),
    "conv": table(*GEOMETRIES, numbers=RANKS),
    "conv_input": table(
        *((_images(x, w, c), w, (x.shape[2:], *a)) for (x, w, a), c in zip(GEOMETRIES, COUNTS, strict=True)),
        numbers=None,
    ),
    "conv_weight": table(
        *((x, _images(x, w, c), (w.shape[2:], *a)) for (x, w, a), c in zip(GEOMETRIES, COUNTS, strict=True)),
        numbers=None,
    ),
    "max_pool": table(*POOLS),
    "avg_pool": table(*POOLS),
}

SQUARES = [square(3, 3), square(2, 2, 2), square(1, 1), square(0, 0), square(4, 4)]
RECTANGLES = [real((3, 3)), real((4, 2)), real((2, 4)), real((2, 4, 3)), real((0, 3)), real((1, 1), 0.5, 1.0)]
SYSTEMS = [
    (square(3, 3), real((3,))),
    (square(3, 3), real((3, 2))),
    (square(5, 3, 3), real((3, 2))),
    (square(3, 3), real((5, 3, 2))),
    (square(0, 0), real((0, 2))),
]

LINEAR_ALGEBRA = {
    "solve": table(*((a, b, ()) for a, b in SYSTEMS)),
    "triangular_solve": tuple(
        Sample((a, b), flags) for a, b in SYSTEMS for flags in itertools.product(BOTH, BOTH, BOTH)
    ),
    "inv": over(SQUARES),
    "pinv": over(RECTANGLES, [None]),
    "det": over(SQUARES),
    "cofactor": over(SQUARES),
    "det_derivative": table(
        *((a, *(real(a.shape, seed=1 + i) for i in range(k)), ()) for a in SQUARES for k in (0, 1, 2))
    ),
    "slogdet": over(SQUARES),
    "cholesky": over([definite(3, 3), definite(2, 2, 2), definite(1, 1), definite(0, 0)], symmetric=True),
    "eigh": over([definite(3, 3), definite(2, 2, 2), definite(1, 1), definite(0, 0)], symmetric=True),
    "svd": over(RECTANGLES),
    "qr": over(RECTANGLES),
}

SEED = np.int64(7)
LOW, HIGH = real((2, 3), -2.0, -0.5), real((3,), 0.5, 2.0, seed=1)
COUNTS_LOW, COUNTS_HIGH = np.array([[0], [2]]), np.array([5, 3, 9])


def drawn(*rows: tuple[Any, ...]) -> tuple[Sample, ...]:
    """Samples of (parameters..., attributes), with a key after the parameters; in each dtype the words are others."""
    return table(*((*row[:-1], SEED, row[-1]) for row in rows), alike=False)


RANDOM = {
    "site": table(*((SEED, (name,)) for name in ("x.normal", "", "a/b#2", 'é "'))),
    "fold_in": table(*((SEED, np.int64(n), ()) for n in (0, 1, 5))),
    "random_bits": table(*((SEED, (s, t)) for s in ((), 3, (2, 0), (40, 3)) for t in (U32, U64))),
    "uniform": drawn(
        *((np.float64(0), np.float64(1), (s, F64)) for s in (None, 3, (2, 0), (40, 3))),
        (LOW, HIGH, (None, F64)),
        (LOW, np.float64(1), ((4, 2, 3), F64)),
        (np.float64(-1), HIGH, ((5, 3), F64)),
    ),
    "normal": drawn(
        *((np.float64(0), np.float64(1), (s, F64)) for s in (None, 3, (2, 0), (40, 3))),
        (LOW, HIGH, (None, F64)),
        (LOW, np.float64(1), ((4, 2, 3), F64)),
        (np.float64(-1), HIGH, ((5, 3), F64)),
    ),
    "bernoulli": drawn(
        *((np.float64(0.3), (s,)) for s in (None, 3, (2, 0))), (HIGH / 2, (None,)), (HIGH / 2, ((2, 3),))
    ),
    "categorical": drawn(
        (V, (None, -1)), (V, ((2, 3), 0)), (M, (None, 0)), (M, (None, 1)), (T, ((5, 2, 4), 1)), (M[:0], (None, 1))
    ),
    "randint": drawn(
        *((COUNTS_LOW[0, 0], COUNTS_HIGH[0], (s, t)) for s in (None, 3, (2, 0)) for t in (I64, U8, I8)),
        (COUNTS_LOW, COUNTS_HIGH, (None, I64)),
        (COUNTS_LOW, COUNTS_HIGH[0], ((4, 2, 3), U64)),
    ),
    "permutation": table(*((SEED, (n,)) for n in (0, 1, 5, 100))),
}

STRINGS = {
    "join": table(
        (V, ("",)),
        (V, V, (" ",)),
        (M, M[0], M[:, :1], (", ",)),
        (V[0], V[1], ("\n",)),
        (NONE, V[:1], ("",)),
        (WIDE, V, ("-",)),
    )
}

TABLE: dict[str, tuple[Sample, ...]] = {
    **VIEWS,
    **STRINGS,
    **RANDOM,
    **CREATION,
    **ORDERINGS,
    **CONTRACTIONS,
    **LINEAR_ALGEBRA,
}
