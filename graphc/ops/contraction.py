"""Contractions: sums of products of tensors.

Each is an `einsum` with letters of its own, and all share its derivative: the cotangent of an operand is the
contraction of the result's cotangent with the other operands.  `matmul` says its derivative as matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from graphc.ir.dims import Dim
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Contraction,
    Inferred,
    Infix,
    Note,
    Operand,
    TypeRuleError,
    broadcast_shapes,
    normalise_axis,
    within_limit,
)
from graphc.ir.types import ANY, TensorType, accumulator, widened
from graphc.ops.einsum_evaluation import einsum as evaluate_einsum
from graphc.ops.einsum_evaluation import for_blas
from graphc.ops.matrix import transposed
from graphc.ops.subscripts import Subscripts, distinct, letter_sizes, normal_form, parse

# ---------------------------------------------------------------- derivatives of any contraction


def cotangent(b: Any, g: Any, subscripts: Subscripts, operands: Sequence[Any], index: int) -> Any:
    """The cotangent of `operands[index]`: `g` and the other operands contracted to its letters."""
    operand, term = operands[index], subscripts.terms[index]
    sizes = letter_sizes(subscripts, [x.shape for x in operands])
    sources = list(zip(operands, subscripts.terms, strict=True))
    sources[index] = (g, subscripts.result)
    full = {c for x, t in sources for c, size in zip(t, x.shape, strict=True) if size == sizes[c]}
    for letter in distinct(term):
        if letter not in full and term.count(letter) > 1:  # a trace: its cotangent is a multiple of eye
            sources.append((b.broadcast_to(b.term(b.number(1, g.dtype)), (sizes[letter],)), letter))
            full.add(letter)
    stretched = {c for c, size in zip(term, operand.shape, strict=True) if size != sizes[c]}
    kept = "".join(c for c in term if c in full and c not in stretched)
    return _spread(b, _contract(b, sources, kept), kept, term, operand.shape)


def _contract(b: Any, sources: list[tuple[Any, str]], result: str) -> Any:
    """An einsum, or where it amounts to one a transposition, a product by broadcasting, or a matrix product."""
    terms = [term for _, term in sources]
    if all(len(set(t)) == len(t) for t in (*terms, result)):
        if len(terms) == 1 and sorted(result) == sorted(terms[0]):
            return _permute(b, sources[0][0], terms[0], result)
        if len(terms) == 2 and result in terms and all(result.endswith(t) for t in terms):
            return sources[0][0] * sources[1][0]
        if len(terms) == 2 and max(map(len, terms)) <= 2:
            left, right = sources
            product = _matrix_product(b, left, right, result) or _matrix_product(b, right, left, result)
            if product is not None:
                return product
    return _einsum(b, sources, result)


def _einsum(b: Any, sources: list[tuple[Any, str]], result: str) -> Any:
    return b.einsum(str(Subscripts(tuple(term for _, term in sources), result)), tuple(x for x, _ in sources))


def _matrix_product(b: Any, left: tuple[Any, str], right: tuple[Any, str], result: str) -> Any:
    """`left @ right` with transpositions, or None if that isn't their contraction to `result`."""
    (x, s), (y, t) = left, right
    shared = [c for c in s if c in t]
    if len(shared) != 1 or x.shape[s.index(shared[0])] != y.shape[t.index(shared[0])]:
        return None
    (summed,) = shared
    rows, columns = s.replace(summed, ""), t.replace(summed, "")
    if rows + columns != result:
        return None
    return _permute(b, x, s, rows + summed) @ _permute(b, y, t, summed + columns)


def _permute(b: Any, x: Any, term: str, target: str) -> Any:
    return x if term == target else b.transpose(x, tuple(term.index(c) for c in target))


def _spread(b: Any, x: Any, kept: str, term: str, shape: tuple[Dim, ...]) -> Any:
    """`x` with letters `kept` repeated along the axes of `term` that it lacks."""
    missing = tuple(i for i, c in enumerate(term) if c not in kept)
    if missing:
        x = b.expand_dims(x, missing)
    return x if x.shape == shape else b.broadcast_to(x, shape)


def operand_mask(b: Any, mask: Any, subscripts: Subscripts, operands: Sequence[Any], index: int) -> Any:
    """An element's cotangent is zero by structure if those of all the results that it enters are."""
    operand, term, result = operands[index], subscripts.terms[index], subscripts.result
    if len(set(term)) < len(term) or len(set(result)) < len(result):
        ones = [b.ones(x.shape, x.dtype) for x in operands]
        return b.not_equal(cotangent(b, b.cast(mask, operand.dtype), subscripts, ones, index), 0)
    size = dict(zip(term, operand.shape, strict=True))
    reduced = tuple(i for i, c in enumerate(result) if size.get(c) != mask.shape[i])
    kept = "".join(c for i, c in enumerate(result) if i not in reduced)
    target = "".join(c for c in term if c in kept)
    found = b.any(mask, reduced, False) if reduced else mask
    return _spread(b, _permute(b, found, kept, target), target, term, operand.shape)


# ---------------------------------------------------------------- matmul


def _matmul_subscripts(a_rank: int, b_rank: int) -> Subscripts:
    """`Bij,Bjk->Bik`, batch axes aligned at their last; a vector has neither `i` nor `k`."""
    batch = ascii_letters[3 : 3 + max(a_rank, b_rank, 2) - 2]
    row, column = "a" * (a_rank > 1), "c" * (b_rank > 1)
    left = batch[len(batch) - max(a_rank - 2, 0) :]
    right = batch[len(batch) - max(b_rank - 2, 0) :]
    return Subscripts((f"{left}{row}b", f"{right}b{column}"), f"{batch}{row}{column}")


def _matmul_type(a: TensorType, b: TensorType) -> Inferred:
    for i, x in enumerate((a, b)):
        if x.rank == 0:
            raise TypeRuleError("E0311", "a matrix product takes no scalar", (Note(i, "a scalar"),), "multiply with *")
    inner = 0 if b.rank == 1 else b.rank - 2
    if a.shape[-1] != b.shape[inner]:
        raise _sizes_differ(a, b, a.rank - 1, inner)
    try:
        batch = broadcast_shapes((a.shape[:-2], b.shape[:-2]))
    except TypeRuleError as e:
        raise TypeRuleError(e.code, f"the batches of {a} and {b} don't broadcast", e.notes, e.hint) from None
    return Inferred((within_limit(TensorType(accumulator(a.dtype), (*batch, *a.shape[-2:-1], *b.shape[inner + 1 :]))),))


def _sizes_differ(a: TensorType, b: TensorType, a_axis: int, b_axis: int) -> TypeRuleError:
    k, m = a.shape[a_axis], b.shape[b_axis]
    notes = (Note(0, f"{k} comes from here", a_axis), Note(1, f"{m} comes from here", b_axis))
    wanted = f"{b.dtype}[{', '.join(['..., '] * (b.rank > 2))}{k}{', k' * (b.rank > 1)}]"
    hint = f"{{1}} must be {wanted}"
    if b.rank == 2 and b.shape[1] == k:
        hint += ", as its .T is"
    return TypeRuleError("E0301", f"shapes {a} and {b} don't multiply", notes, hint, f"inner sizes {k} and {m} differ")


def _matmul_vjp(b: Any, g: Any, y: Any, u: Any, v: Any) -> Any:
    """`g @ v.T` and `u.T @ g`, where no batch axis was broadcast and no rows of a batch are summed."""
    if u.rank == 1 and v.rank == 1:
        return g * v, g * u
    subscripts = _matmul_subscripts(u.rank, v.rank)
    batch = g.shape[: len(g.shape) - (u.rank > 1) - (v.rank > 1)]
    if u.rank == 1:
        gu = v @ g if v.rank == 2 else cotangent(b, g, subscripts, (u, v), 0)
    elif v.rank == 1:
        gu = b.expand_dims(g, g.rank) * v
    else:
        gu = g @ transposed(b, v) if u.shape[:-2] == batch else cotangent(b, g, subscripts, (u, v), 0)
    if v.rank == 1:
        gv = transposed(b, u) @ g if u.rank == 2 else cotangent(b, g, subscripts, (u, v), 1)
    elif u.rank == 1:
        gv = b.expand_dims(u, 1) * b.expand_dims(g, g.rank - 1)
    else:
        gv = transposed(b, u) @ g if v.shape[:-2] == batch else cotangent(b, g, subscripts, (u, v), 1)
    return gu, gv


def _matmul_mask(b: Any, mask: Any, u: Any, v: Any) -> Any:
    subscripts = _matmul_subscripts(u.rank, v.rank)
    return tuple(operand_mask(b, mask, subscripts, (u, v), i) for i in range(2))


def _matmul(u: Any, v: Any) -> Any:
    return np.matmul(for_blas(widened(u)), for_blas(widened(v)))


matmul = Contraction(
    name="matmul",
    params=(Operand("a", ANY), Operand("b", ANY)),
    doc="""Matrix product, `a @ b`.

    Sums over the last axis of `a` and the last but one of `b`; the axes before them are a batch and broadcast.  A
    vector on the left is a row, one on the right a column, and the result lacks its axis.  Integers and booleans are
    multiplied and summed in i64, unsigned integers in u64, as in `sum`.""",
    evaluate=_matmul,
    vjp=_matmul_vjp,
    mask=_matmul_mask,
    subgradient=None,
    spelling=Infix("@", 60),
    rule=_matmul_type,
)

# ---------------------------------------------------------------- einsum


def _subscripts(text: str, operands: Sequence[Any]) -> Subscripts:
    return parse(text, tuple([len(x.shape) for x in operands]))


def _einsum_type(types: tuple[TensorType, ...], text: str) -> Inferred:
    if not types:
        raise TypeRuleError("E0309", "einsum needs an operand", hint='einsum("ij->ji", a)')
    text = normal_form(text)
    subscripts = _subscripts(text, types)
    sizes = letter_sizes(subscripts, [t.shape for t in types])
    result = TensorType(accumulator(types[0].dtype), tuple(sizes[c] for c in subscripts.result))
    return Inferred((within_limit(result),), (text,))


def _einsum_vjp(b: Any, g: Any, y: Any, operands: tuple[Any, ...], text: str) -> Any:
    subscripts = _subscripts(text, operands)
    return tuple(cotangent(b, g, subscripts, operands, i) for i in range(len(operands)))


def _einsum_mask(b: Any, mask: Any, operands: tuple[Any, ...], text: str) -> Any:
    subscripts = _subscripts(text, operands)
    return tuple(operand_mask(b, mask, subscripts, operands, i) for i in range(len(operands)))


einsum = Contraction(
    name="einsum",
    params=(Attribute("subscripts", "string", REQUIRED), Operand("operands", ANY, variadic=True)),
    doc="""Einstein summation: `einsum("ij,jk->ik", a, b)` is `a @ b`.

    `subscripts` have one letter per axis; the products are summed over the letters that the result lacks.  Without
    `->` the result has the letters that occur once, alphabetically.  `...` stands for any axes, broadcast; an axis
    of size 1 is repeated.  A letter twice in an operand takes its diagonal, and twice in the result makes one:
    `einsum("i->ii", v)`.  The order of the products is chosen for the fewest operations.  Dtypes as in
    `matmul`.""",
    evaluate=evaluate_einsum,
    vjp=_einsum_vjp,
    mask=_einsum_mask,
    subgradient=None,
    spelling=CALL,
    rule=_einsum_type,
)

# ---------------------------------------------------------------- tensordot

Axes = tuple[tuple[int, ...], tuple[int, ...]]


def _tensordot_axes(a: TensorType, b: TensorType, axes: Any) -> Axes:
    if isinstance(axes, int):
        if not 0 <= axes <= min(a.rank, b.rank):
            notes = (Note(0, f"has {a.rank} axes"), Note(1, f"has {b.rank} axes"))
            raise TypeRuleError("E0309", f"tensordot can't sum over {axes} axes", notes)
        return tuple(range(a.rank - axes, a.rank)), tuple(range(axes))
    if not isinstance(axes, tuple | list) or len(axes) != 2:
        raise TypeRuleError("E0309", "axes must be a number or two lists", hint="axes=[[1], [0]]")
    pair = tuple(tuple(listed) if isinstance(listed, tuple | list) else (listed,) for listed in axes)
    if not all(isinstance(axis, int) for listed in pair for axis in listed):
        raise TypeRuleError("E0309", "axes must be integers", hint="axes=[[1], [0]]")
    left, right = (
        tuple(normalise_axis(axis, x.rank, i) for axis in listed)
        for i, (x, listed) in enumerate(zip((a, b), pair, strict=True))
    )
    if len(left) != len(right) or len(set(left)) < len(left) or len(set(right)) < len(right):
        raise TypeRuleError("E0309", f"the axes {list(pair[0])} and {list(pair[1])} don't pair up")
    return left, right


def _tensordot_type(a: TensorType, b: TensorType, axes: Any) -> Inferred:
    left, right = _tensordot_axes(a, b, axes)
    for i, j in zip(left, right, strict=True):
        if a.shape[i] != b.shape[j]:
            raise _tensordot_sizes(a, b, i, j)
    free = [d for i, d in enumerate(a.shape) if i not in left] + [d for i, d in enumerate(b.shape) if i not in right]
    return Inferred((within_limit(TensorType(accumulator(a.dtype), tuple(free))),), ((left, right),))


def _tensordot_sizes(a: TensorType, b: TensorType, i: int, j: int) -> TypeRuleError:
    k, m = a.shape[i], b.shape[j]
    notes = (Note(0, f"{k} comes from here", i), Note(1, f"{m} comes from here", j))
    return TypeRuleError("E0301", f"shapes {a} and {b} don't contract: sizes {k} and {m} differ", notes)


def _tensordot_subscripts(a_rank: int, b_rank: int, axes: Axes) -> Subscripts:
    left = ascii_letters[:a_rank]
    partner = dict(zip(axes[1], axes[0], strict=True))
    free = iter(ascii_letters[a_rank:])
    right = "".join(left[partner[j]] if j in partner else next(free) for j in range(b_rank))
    summed = {left[i] for i in axes[0]}
    return Subscripts((left, right), "".join(c for c in left + right if c not in summed))


def _tensordot_vjp(b: Any, g: Any, y: Any, u: Any, v: Any, axes: Axes) -> Any:
    subscripts = _tensordot_subscripts(u.rank, v.rank, axes)
    return tuple(cotangent(b, g, subscripts, (u, v), i) for i in range(2))


def _tensordot_mask(b: Any, mask: Any, u: Any, v: Any, axes: Axes) -> Any:
    subscripts = _tensordot_subscripts(u.rank, v.rank, axes)
    return tuple(operand_mask(b, mask, subscripts, (u, v), i) for i in range(2))


def _tensordot(a: Any, b: Any, axes: Axes) -> Any:
    a, b = widened(a), widened(b)
    return np.asarray(np.tensordot(a, b, axes))


tensordot = Contraction(
    name="tensordot",
    params=(Operand("a", ANY), Operand("b", ANY), Attribute("axes", "literal", 2)),
    doc="""Sum of products over pairs of axes.

    `axes` is how many: the last of `a` with the first of `b`; or two lists, the axes of `a` and those of `b`.  The
    result has the other axes of `a`, then those of `b`.  A primitive because its subscripts depend on the ranks.
    Dtypes as in `matmul`.""",
    evaluate=_tensordot,
    vjp=_tensordot_vjp,
    mask=_tensordot_mask,
    subgradient=None,
    spelling=CALL,
    rule=_tensordot_type,
)

RECORDS = (matmul, einsum, tensordot)
