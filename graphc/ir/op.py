"""What an op is: one frozen record that holds everything the compiler knows about it.

A record says how the op is called (`params`), documented, typed (`infer`), evaluated on NumPy (`evaluate`) and
differentiated (`vjp`).  There is one record type per kind; the kind carries the type rule that its ops share.
Executors, passes, the differentiator and the exporters use the fields of the record and never its name.
No field has a default: what an op lacks is said aloud, as in `vjp=NotDifferentiable("piecewise constant")`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from graphc.ir.dims import Dim, Guard
from graphc.ir.layout import Loop
from graphc.ir.literal import shortened
from graphc.ir.rule_errors import EvaluationError as EvaluationError
from graphc.ir.rule_errors import Note as Note
from graphc.ir.rule_errors import TypeRuleError as TypeRuleError
from graphc.ir.types import BOOL, DType, TensorType, Type

# ---------------------------------------------------------------- parameters

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Operand:
    """A tensor parameter.

    Those of one `group` are promoted to a common dtype; if that is not accepted but floats are, integers and booleans
    become the default float (`sin(1)`).  Without a group it keeps its own dtype.  `variadic`: a list of tensors, and
    the op's only operand.  `default`: what an omitted one is, a number or an `Implied`.
    """

    name: str
    accepts: frozenset[DType]
    group: str | None = "T"
    variadic: bool = False
    default: object = REQUIRED


AttributeKind = Literal[
    "axis",  # int; negative counts from the end
    "axes",  # int, list of ints, or None for all: a sorted tuple once normalised
    "ints",  # list of ints (or one, for all axes)
    "int",
    "float",
    "bool",
    "dim",  # int or a dimension expression
    "number",  # int, float, bool or a dimension expression
    "shape",  # list of dims, or one
    "widths",  # list of pairs of dims, one pair per axis
    "dtype",  # None as a default: the run's default float
    "own dtype",  # None as a default: that of the numbers given, which is weak
    "type",  # a TensorType
    "string",
    "strings",  # print formats and the like: tuple of strings and None
    "constant",  # a Constant
    "index",  # tuple of items of a static index
    "literal",  # a number, a string, or a (nested) list of them as tuples: axes=[[1], [0]], padding="same"
]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A compile-time parameter; `default` is `REQUIRED` or the value of an omitted argument."""

    name: str
    kind: AttributeKind
    default: object


Param: TypeAlias = Operand | Attribute


# ---------------------------------------------------------------- results of the type rule


@dataclass(frozen=True, slots=True)
class Inferred:
    """Result types and normalised attributes (no negative axis, no `None` for "all"; normal form is a fixed point).

    `guards` are conditions on symbolic sizes which the rule could not decide; they are decided when the rule runs
    again on bound sizes.
    """

    types: tuple[Type, ...]
    attrs: tuple[Any, ...] = ()
    guards: tuple[Guard, ...] = ()


# ---------------------------------------------------------------- differentiation


@dataclass(frozen=True, slots=True)
class NotDifferentiable:
    """Why an op has no derivative.  `zero`: its derivative is zero wherever it exists (`floor`, comparisons)."""

    reason: str
    zero: bool = True


@dataclass(frozen=True, slots=True)
class Masked:
    """A cotangent that is zero by structure where `mask` is false, whatever `value` holds there.

    `value` and `mask` are terms of one shape; `mask` may be a function that makes the term when it is needed.
    `clean` says that `value` already is zero there.
    """

    value: Any
    mask: Any
    clean: bool


# The VJP rule: rule(b, g, y, *operands, *attributes) -> one cotangent, or a tuple with one per operand.
# `b` is a graphc.ir.builder.Builder, the others its Terms (g and y are tuples for several results; a variadic operand
# is one tuple, and so is its result).  A cotangent is a Term of the operand's shape (of the result's for an elementwise
# op: what was broadcast is summed for it), a Masked, or None for zero.
Vjp: TypeAlias = Callable[..., Any]

# How a mask on the result's cotangent passes to the operands' cotangents:
#   "pointwise"    elementwise: the mask itself, reduced by `any` where the operand was broadcast
#   "spread"       reductions: the mask is broadcast back over the reduced axes
#   "moves"        views: the VJP itself moves the mask (false fills)
#   "accumulates"  views that repeat elements, and pooling: the VJP of the mask as 0/1, compared with 0
#   "opaque"       the mask is applied before the VJP, the result is unmasked
# or a rule(b, mask, *operands, *attributes) -> tuple of masks (None: no mask) for contractions and scans: false where
# no result whose mask is true depends on the element, which may be replaced by 0 then.
MaskRule: TypeAlias = Literal["pointwise", "spread", "moves", "accumulates", "opaque"] | Callable[..., Any]


# ---------------------------------------------------------------- spelling


@dataclass(frozen=True, slots=True)
class Infix:
    """`a symbol b`, with the precedence of the grammar (higher binds tighter).

    `decided_by`: the value of a scalar `a` for which that is the result and `b` is left alone; None if there is none.
    """

    symbol: str
    precedence: int
    decided_by: bool | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    symbol: str
    precedence: int


CALL = None
Spelling: TypeAlias = Infix | Prefix | None

# ---------------------------------------------------------------- the record


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Op:
    """The fields that every kind has.

    `doc`: one line, then details.  `subgradient`: the convention at kinks and poles, for the documentation's table,
    or None for an op that has none.  `evaluate(*arrays, *attrs)` gives an array (or a tuple of arrays) of exactly the
    inferred type; a variadic operand is one tuple.
    `operands`, `attributes`, `variadic` are read off `params` once.
    """

    operands: tuple[Operand, ...] = field(init=False, repr=False)
    attributes: tuple[Attribute, ...] = field(init=False, repr=False)
    variadic: bool = field(init=False, repr=False)

    name: str
    params: tuple[Param, ...]
    doc: str
    evaluate: Callable[..., Any]
    vjp: Vjp | NotDifferentiable
    mask: MaskRule
    subgradient: str | None
    spelling: Spelling

    def __post_init__(self) -> None:
        operands = tuple(p for p in self.params if isinstance(p, Operand))
        object.__setattr__(self, "operands", operands)
        object.__setattr__(self, "attributes", tuple(p for p in self.params if isinstance(p, Attribute)))
        object.__setattr__(self, "variadic", any(p.variadic for p in operands))

    @abstractmethod
    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        """The type rule, on operands that `params` accepts.  Raises TypeRuleError."""

    @property
    def compares(self) -> bool:
        """Does it take operands that have no common dtype, as u64 and i64?"""
        return False

    @property
    def differentiable(self) -> bool:
        return not isinstance(self.vjp, NotDifferentiable)

    def __repr__(self) -> str:
        return f"<op {self.name}>"


def broadcast_shapes(shapes: Sequence[tuple[Dim, ...]]) -> tuple[Dim, ...]:
    """NumPy's rule on what is written: a dimension broadcasts only if it is literally 1.  Raises TypeRuleError."""
    first = shapes[0]
    if all(s == first for s in shapes[1:]):
        return first
    rank = max(map(len, shapes))
    result: list[Dim] = []
    for axis in range(-rank, 0):
        size: Dim = 1
        owner = 0
        for i, shape in enumerate(shapes):
            if len(shape) < -axis or shape[axis] == 1:
                continue
            if size == 1:
                size, owner = shape[axis], i
            elif shape[axis] != size:
                raise _mismatch(shapes, axis, owner, i)
        result.append(size)
    return tuple(result)


def _mismatch(shapes: Sequence[tuple[Dim, ...]], axis: int, i: int, j: int) -> TypeRuleError:
    a, b = shapes[i][axis], shapes[j][axis]
    shown = " and ".join(f"[{', '.join(map(str, shapes[k]))}]" for k in (i, j))
    hint = None
    if not (isinstance(a, int) and isinstance(b, int)):
        symbol, other = (a, b) if not isinstance(a, int) else (b, a)
        hint = f"if they are always equal, declare both sizes as {other} (instead of {symbol})"
        computed = not all(str(size).isidentifier() or isinstance(size, int) for size in (a, b))
        if computed and -axis == len(shapes[i]) == len(
            shapes[j]
        ):  # nothing declares such a size; cut, both are min(a, b)
            hint = f"cut both to the shorter one: {{{i}}}[:{b}] and {{{j}}}[:{a}]"
    return TypeRuleError(
        "E0302",
        f"shapes {shown} don't broadcast",
        (
            Note(i, f"{a} comes from here", axis + len(shapes[i])),
            Note(j, f"{b} comes from here", axis + len(shapes[j])),
        ),
        hint,
    )


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an elementwise op is smooth, for tests: an open interval per operand."""

    intervals: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Elementwise(Op):
    """Operands broadcast together; `result` is the dtype of the group "T" (None) or a fixed one.

    `keeps_zero`: the VJP maps a zero cotangent to zero whatever the operands hold (`neg`, `add`, a cast).
    `total`: it has a result for all operands (an integer divided by zero has none).
    `ulps`: the largest error of its value and of its derivatives to order 3, wherever they can be represented, in units
    in the last place of the result or of an operand.  0 for what isn't rounded.
    """

    result: DType | None
    domain: Domain
    keeps_zero: bool
    total: bool
    ulps: int

    @property
    def compares(self) -> bool:
        return self.result is BOOL

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        first = types[0]
        if self.result is None and len(types) <= 2 and types[-1] == first:
            return Inferred((first,), attrs)
        shape = broadcast_shapes([t.shape for t in types])
        if self.result is not None:
            return Inferred((TensorType(self.result, shape),), attrs)
        index = next(i for i, p in enumerate(self.operands) if p.group == "T")
        return Inferred((TensorType(types[index].dtype, shape),), attrs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Product(Elementwise):
    """`cancels(b, x, y)`: how forward mode writes a product if a factor cancels in it, a `Cancelled` or None."""

    cancels: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A product, as a term, in which a kink cancels that one factor has below it and the other above.

    `releases(mask)`: what remains of a mask (None: nothing) without the convention that holds at the kink.
    """

    value: Any
    releases: Callable[[Any], Any]


def normalise_axis(axis: int, rank: int, operand: int = 0) -> int:
    """A non-negative axis.  Raises TypeRuleError E0306."""
    if not -rank <= axis < rank:
        shown = "a scalar has no axes" if rank == 0 else f"its axes are {-rank} to {rank - 1}"
        raise TypeRuleError("E0306", f"axis {shortened(axis)} is out of range", (Note(operand, shown),))
    return axis % rank


def normalise_axes(axes: int | Sequence[int] | None, rank: int, operand: int = 0) -> tuple[int, ...]:
    """Sorted, non-negative, distinct axes; None is all of them.  Raises TypeRuleError E0306 or E0309."""
    if axes is None:
        return tuple(range(rank))
    listed = (axes,) if isinstance(axes, int) else tuple(axes)
    result = sorted(normalise_axis(a, rank, operand) for a in listed)
    if len(set(result)) != len(result):
        raise TypeRuleError("E0309", f"an axis is given twice in {list(listed)}")
    return tuple(result)


def reduced_shape(shape: tuple[Dim, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[Dim, ...]:
    if keepdims:
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Reduction(Op):
    """`params` are (x, axis: axes, keepdims); `dtype(x.dtype)` gives the result's dtype.

    `empty`: has it a value over no elements?  (`sum` has, `max` hasn't: a zero size there is an error.)
    """

    dtype: Callable[[DType], DType]
    empty: bool

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        (x,) = types
        axes = normalise_axes(attrs[0], x.rank)
        keepdims = bool(attrs[1])
        if not self.empty:
            for a in axes:
                if x.shape[a] == 0:
                    raise TypeRuleError("E0309", f"{self.name} of no elements has no value", (Note(0, "size 0", a),))
        result = TensorType(self.dtype(x.dtype), reduced_shape(x.shape, axes, keepdims))
        return Inferred((result,), (axes, keepdims, *attrs[2:]))


MAX_BYTES = 2**38  # of one tensor


def within_limit(type: TensorType) -> TensorType:
    """The type of a result that is larger than its operands.  Raises TypeRuleError E0309 or E0903."""
    size = 1
    for d in type.shape:
        if isinstance(d, int):
            if d < 0:
                raise TypeRuleError("E0309", f"a size can't be negative, but this is {type}")
            size *= d
    needed = size * (type.dtype.bits or 64) // 8
    if needed > MAX_BYTES:
        if needed > 2**99:
            raise TypeRuleError("E0903", f"this would take more than 2**99 bytes, and the limit is {MAX_BYTES:,}")
        raise TypeRuleError("E0903", f"{type} would take {needed:,} bytes, and the limit is {MAX_BYTES:,}")
    return type


TypeRule: TypeAlias = Callable[..., Inferred]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ruled(Op):
    """Ops with type rules of their own: `rule(*types, *attrs) -> Inferred` (a variadic operand is one tuple)."""

    rule: TypeRule

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        return self.rule(types, *attrs) if self.variadic else self.rule(*types, *attrs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class View(Ruled):
    """Moves, repeats, selects or joins elements without computing with them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Creation(Ruled):
    """Makes a tensor from attributes alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Contraction(Ruled):
    """Sums of products: `matmul`, `einsum`, `conv`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MatrixOp(Ruled):
    """Linear algebra on the last two axes, batched over the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ordering(Ruled):
    """Scans and sorts along an axis: `cumsum`, `sort`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Placeholder(Ruled):
    """A value bound from outside: an input, a variable, a region's parameter, the first token, the key of the run."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Rule(Ruled):
    """An identity that owns a hand-written derivative as a region."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Control(Op):
    """Owns closed regions and runs them.

    `rule(types, attrs, regions)` types it.  `evaluate(regions, arrays, *attrs)` gets one callable per region
    (arrays in, tuple of arrays out), whose attribute `types` is the tuple of its results' types at bound sizes.
    Its VJP and JVP rules are called as rule(d, g, y, operands, regions, *attrs), all but `d` and attributes as tuples;
    `d` differentiates regions, see graphc/ir/derivation.py.
    `given(*attrs)`: how many operands stand before the captures.  `choose(*arrays)`: of an op that runs one of its
    regions on the captures, which one, for these operands before the captures; else None.  `loop(*attrs)`: of an op
    that repeats a region, what goes in and out; else None.
    """

    rule: Callable[..., Inferred]
    jvp: Callable[..., Any]
    given: Callable[..., int]
    choose: Callable[..., int] | None
    loop: Callable[..., Loop] | None

    def infer(self, types: tuple[Any, ...], attrs: tuple[Any, ...], regions: tuple[Any, ...] = ()) -> Inferred:
        return self.rule(types, attrs, regions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Effect(Ruled):
    """Takes a token first and returns one: `print`, `assert`."""
