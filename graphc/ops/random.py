"""Random numbers, drawn with keys.

A key gives the words of `graphc/ir/philox.py`; the docs of the ops say what becomes of them, which is all there is to
know: the same key gives the same bits in every pass, on every backend, in any order.  Everything is computed from
exactly rounded operations (see `elementary.py`), and element i of a result depends on its own words only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphc.ir import philox
from graphc.ir.dims import Dim
from graphc.ir.op import (
    REQUIRED,
    Attribute,
    EvaluationError,
    Inferred,
    Note,
    Operand,
    TypeRuleError,
    broadcast_shapes,
    normalise_axis,
)
from graphc.ir.types import BOOL, F32, I64, STRONG_FLOATS, STRONG_INTS, U32, U64, Array, DType, TensorType
from graphc.ops.creation import DTYPE, SHAPE, created
from graphc.ops.elementary import exp, normal_quantile
from graphc.ops.keys import KEY, check_key, random_op
from graphc.ops.matrix import sum_to
from graphc.ops.shape import listed

SIZE = Attribute("shape", "shape", None)
_CHUNK = 1 << 14  # elements at a time: what they need stays in the cache

Shape = Sequence[Dim] | Dim | None


# ---------------------------------------------------------------- words


def _bits_rule(key: TensorType, shape: Shape, dtype: DType) -> Inferred:
    if dtype not in (U32, U64):
        raise TypeRuleError("E0304", f"random_bits are u32 or u64, not {dtype}", (), "randint(0, 256, dtype=u8)")
    check_key("random_bits", 0, key)
    type, guards = created("random_bits", dtype, listed(shape))  # type: ignore[arg-type]
    return Inferred((type,), (type.shape, dtype), guards)


def _bits(key: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    draw = philox.words if dtype is U32 else philox.long_words
    return draw(int(key), _count(shape)).reshape(shape)


random_bits = random_op(
    "random_bits",
    (SHAPE, Attribute("dtype", "dtype", U32), KEY),
    """The words that a key gives: those of Philox4x32-10, in the order of their counters.

    A u64 is made of two, the lower one first.""",
    _bits_rule,
    _bits,
    "it draws bits",
)


def _count(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _unit(key: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    """Multiples of 2**-24 in f32 and 2**-53 in f64, from 0 up to but without 1: the upper bits of the words."""
    if dtype is F32:
        made = (philox.words(int(key), _count(shape)) >> np.uint32(8)).astype(np.float32)
        made *= np.float32(2.0**-24)
    else:
        made = (philox.long_words(int(key), _count(shape)) >> np.uint64(11)).astype(np.float64)
        made *= 2.0**-53
    return made.reshape(shape)


# ---------------------------------------------------------------- continuous distributions


def _drawn_shape(name: str, shape: Shape, *parameters: TensorType) -> tuple[Dim, ...]:
    """The shape of a draw: that of the parameters together, or one that they broadcast to."""
    own = broadcast_shapes([p.shape for p in parameters])
    if shape is None:
        return own
    wanted = listed(shape)
    if not _broadcasts(own, wanted):
        shown = f"[{', '.join(map(str, own))}]", f"[{', '.join(map(str, wanted))}]"
        notes = tuple(Note(i, f"is {p}") for i, p in enumerate(parameters) if p.shape)
        raise TypeRuleError("E0302", f"{name} draws {shown[1]}, but its parameters have shape {shown[0]}", notes)
    return wanted


def _broadcasts(shape: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> bool:
    padded = wanted[len(wanted) - len(shape) :]
    return len(shape) <= len(wanted) and all(d in (1, w) for d, w in zip(shape, padded, strict=True))


def _float_rule(name: str) -> Callable[..., Inferred]:
    def rule(a: TensorType, b: TensorType, key: TensorType, shape: Shape, dtype: DType) -> Inferred:
        if dtype not in STRONG_FLOATS:
            raise TypeRuleError("E0304", f"{name} draws floats, not {dtype}", (), "randint(0, 10)")
        dtype = a.dtype
        check_key(name, 2, key)
        type, guards = created(name, dtype, _drawn_shape(name, shape, a, b))
        return Inferred((type,), (type.shape, dtype), guards)

    return rule


def _uniform(low: Any, high: Any, key: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    u = _unit(key, shape, dtype)
    if _is(low, 0) and _is(high, 1):
        return np.asarray(u)
    distance = high - low
    if not np.all((distance >= 0) & np.isfinite(distance)):
        raise EvaluationError("E0608", "uniform needs low <= high, and both finite and not too far apart")
    u = low + distance * u
    # Rounding may have reached `high`, which is not among the numbers that can be drawn.
    return np.asarray(np.where((u >= high) & (distance > 0), np.nextafter(high, low), u), dtype.numpy)


def _is(x: Any, number: int) -> bool:
    return bool(np.ndim(x) == 0 and x == number)


def _numbers(b: Any, dtype: DType) -> tuple[Any, Any]:
    return b.term(b.number(0.0, dtype)), b.term(b.number(1.0, dtype))


def _uniform_vjp(b: Any, g: Any, y: Any, low: Any, high: Any, key: Any, shape: Any, dtype: DType) -> Any:
    """`low + (high - low) * u`, with the same u."""
    u = b.uniform(shape, *_numbers(b, dtype), dtype, key)
    return sum_to(b, g * (1 - u), low.shape), sum_to(b, g * u, high.shape), None


uniform = random_op(
    "uniform",
    (SIZE, Operand("low", STRONG_FLOATS, default=0), Operand("high", STRONG_FLOATS, default=1), DTYPE, KEY),
    """Numbers from `low` up to but without `high`, each as likely as the others.

    `low + (high - low) * u`, where u is made of the upper 24 bits of a word in f32, of the upper 53 bits of two words
    in f64.  The shape is that of `low` and `high` unless one is given.""",
    _float_rule("uniform"),
    _uniform,
    _uniform_vjp,
)


def _standard_normal(key: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    """Quantiles of the middles of 2**32 (f32) or 2**52 (f64) equal parts of the unit interval."""
    count = _count(shape)
    made = np.empty(count, dtype.numpy)
    if dtype is F32:
        words, scale = philox.words(int(key), count), 2.0**-32
    else:
        words, scale = philox.long_words(int(key), count) >> np.uint64(12), 2.0**-52
    for start in range(0, count, _CHUNK):
        q = words[start : start + _CHUNK].astype(np.float64)
        q += 0.5
        q *= scale
        q -= 0.5
        made[start : start + _CHUNK] = normal_quantile(q)
    return made.reshape(shape)


def _normal(mean: Any, std: Any, key: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    z = _standard_normal(key, shape, dtype)
    if _is(mean, 0) and _is(std, 1):
        return np.asarray(z)
    if np.any(std < 0):
        raise EvaluationError("E0608", "normal needs a standard deviation that isn't negative")
    return np.asarray(mean + std * z, dtype.numpy)


def _normal_vjp(b: Any, g: Any, y: Any, mean: Any, std: Any, key: Any, shape: Any, dtype: DType) -> Any:
    """`mean + std * z`, with the same z."""
    z = b.normal(shape, *_numbers(b, dtype), dtype, key)
    return sum_to(b, g, mean.shape), sum_to(b, g * z, std.shape), None


normal = random_op(
    "normal",
    (SIZE, Operand("mean", STRONG_FLOATS, default=0), Operand("std", STRONG_FLOATS, default=1), DTYPE, KEY),
    """Normally distributed numbers of mean `mean` and standard deviation `std`.

    `mean + std * z`, where z is the quantile of (w + 1/2) / 2**32 for a word w in f32, of (w + 1/2) / 2**52 for the
    upper 52 bits of two words in f64, by Wichura's algorithm AS 241 in f64, rounded once.  The shape is that of `mean`
    and `std` unless one is given.""",
    _float_rule("normal"),
    _normal,
    _normal_vjp,
)

# ---------------------------------------------------------------- discrete distributions


def _bernoulli_rule(p: TensorType, key: TensorType, shape: Shape) -> Inferred:
    check_key("bernoulli", 1, key)
    type, guards = created("bernoulli", BOOL, _drawn_shape("bernoulli", shape, p))
    return Inferred((type,), (type.shape,), guards)


def _bernoulli(p: Any, key: Any, shape: tuple[int, ...]) -> Array:
    p = np.asarray(p)
    if not np.all((p >= 0) & (p <= 1)):
        raise EvaluationError("E0608", "a probability is between 0 and 1", "clip({0}, 0, 1)")
    return np.asarray(_unit(key, shape, F32 if p.dtype == np.float32 else _F64) < p)


_F64 = next(t for t in STRONG_FLOATS if t is not F32)

bernoulli = random_op(
    "bernoulli",
    (Operand("p", STRONG_FLOATS, default=0.5), SIZE, KEY),
    """Booleans that are true with probability `p`: where a number of `uniform` is less than `p`.

    The shape is that of `p` unless one is given.""",
    _bernoulli_rule,
    _bernoulli,
    "booleans jump from false to true",
)


def _categorical_rule(logits: TensorType, key: TensorType, shape: Shape, axis: int) -> Inferred:
    if not logits.shape:
        raise TypeRuleError(
            "E0311", "categorical needs an axis of classes, and a scalar has none", (Note(0, str(logits)),)
        )
    axis = normalise_axis(axis, logits.rank)
    if logits.shape[axis] == 0:
        raise TypeRuleError("E0309", "categorical needs a class at least", (Note(0, "size 0", axis),))
    check_key("categorical", 1, key)
    rows = logits.with_shape(logits.shape[:axis] + logits.shape[axis + 1 :])
    type, guards = created("categorical", I64, _drawn_shape("categorical", shape, rows))
    return Inferred((type,), (type.shape, axis), guards)


def _categorical(logits: Any, key: Any, shape: tuple[int, ...], axis: int) -> Array:
    """The first class at which the running sum of probabilities exceeds a uniform number times their sum."""
    scores = np.moveaxis(np.asarray(logits, np.float64), axis, -1)
    highest = np.max(scores, -1, keepdims=True, initial=-np.inf)
    if not np.isfinite(highest).all():
        raise EvaluationError("E0608", "the logits of a class are nan or inf, or those of all classes -inf")
    sums = np.cumsum(exp(scores - highest), -1)
    t = _unit(key, shape, _F64)
    classes = sums.shape[-1]
    rows = _count(sums.shape[:-1])
    if rows <= classes and t.size:
        sums = np.broadcast_to(sums, (*_tail(shape, sums.ndim - 1), classes)).reshape(-1, classes)
        draws = np.moveaxis(t.reshape(-1, len(sums)), -1, 0)
        found = np.stack([np.searchsorted(s, d * s[-1], side="right") for s, d in zip(sums, draws, strict=True)])
        return np.ascontiguousarray(np.moveaxis(found, 0, -1)).reshape(shape).astype(np.int64)
    t *= sums[..., -1]
    found = np.zeros(shape, np.int64)
    for k in range(classes):
        found += sums[..., k] <= t
    return found


def _tail(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return shape[len(shape) - rank :]


categorical = random_op(
    "categorical",
    (Operand("logits", STRONG_FLOATS), SIZE, Attribute("axis", "axis", -1), KEY),
    """The number of a class along `axis`, drawn with probabilities proportional to `exp(logits)`.

    The first class at which the running sum of `exp(logits - max(logits))` in f64 exceeds a number of `uniform` times
    the whole sum.  A logit of -inf is a class that is never drawn.  The shape is that of the logits without their axis,
    or one that this broadcasts to.""",
    _categorical_rule,
    _categorical,
    "classes are integers",
)


def _randint_rule(low: TensorType, high: TensorType, key: TensorType, shape: Shape, dtype: DType) -> Inferred:
    if dtype not in STRONG_INTS:
        raise TypeRuleError("E0304", f"randint draws integers, not {dtype}", (), f"{dtype}(randint(…))")
    check_key("randint", 2, key)
    type, guards = created("randint", dtype, _drawn_shape("randint", shape, low, high))
    return Inferred((type,), (type.shape, dtype), guards)


def _randint(low: Any, high: Any, key: Any, shape: tuple[int, ...], dtype: DType) -> Array:
    """`low + floor(w * (high - low) / 2**64)` for a w of 64 bits, of 128 for ranges above 2**32."""
    low, high = np.asarray(low), np.asarray(high)
    info = np.iinfo(dtype.numpy.str)
    if not np.all(low < high):
        raise EvaluationError("E0608", "randint needs low < high", "randint(low, high, [n])")
    if low.size and high.size and (int(low.min()) < info.min or int(high.max()) - 1 > info.max):
        raise EvaluationError("E0608", f"randint draws numbers that {dtype} can't hold", "dtype=i64")
    with np.errstate(over="ignore"):
        start = low.astype(np.uint64)
        span = high.astype(np.uint64) - start  # modulo 2**64
        count = _count(shape)
        upper = philox.long_words(int(key), count).reshape(shape)
        if span.size and int(span.max()) > _SHORT:
            lower = philox.long_words(int(key), count, stream=1).reshape(shape)
            offset = np.where(span > _SHORT, _scaled_widely(upper, lower, span), _scaled(upper, span))
        else:
            offset = _scaled(upper, span)
        return np.asarray(start + offset).astype(dtype.numpy)


_SHORT = 1 << 32
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


def _scaled(w: Any, span: Any) -> Any:
    """floor(w * span / 2**64), for a span of up to 2**32."""
    return ((w >> _HALF) * span + (((w & _LOW) * span) >> _HALF)) >> _HALF


def _scaled_widely(upper: Any, lower: Any, span: Any) -> Any:
    """floor((upper * 2**64 + lower) * span / 2**128)."""
    high, low = _product(upper, span)
    more, _ = _product(lower, span)
    return high + (low + more < low)


def _product(x: Any, y: Any) -> tuple[Any, Any]:
    """The upper and the lower 64 bits of a product."""
    x1, x0, y1, y0 = x >> _HALF, x & _LOW, y >> _HALF, y & _LOW
    middle = x1 * y0 + ((x0 * y0) >> _HALF)
    other = x0 * y1 + (middle & _LOW)
    return x1 * y1 + (middle >> _HALF) + (other >> _HALF), x * y


randint = random_op(
    "randint",
    (
        Operand("low", STRONG_INTS),
        Operand("high", STRONG_INTS),
        SIZE,
        Attribute("dtype", "dtype", I64),
        KEY,
    ),
    """Integers from `low` up to but without `high`, each as likely as the others.

    `low + floor(w * (high - low) / 2**64)` for a w of 64 bits, of 128 bits where the range exceeds 2**32: no
    probability is off by more than one part in 2**32.  The shape is that of `low` and `high` unless one is given.""",
    _randint_rule,
    _randint,
    "it draws integers",
)


def _permutation_rule(key: TensorType, n: Dim) -> Inferred:
    check_key("permutation", 0, key)
    type, guards = created("permutation", I64, (n,))
    return Inferred((type,), (n,), guards)


permutation = random_op(
    "permutation",
    (Attribute("n", "dim", REQUIRED), KEY),
    """The numbers from 0 to `n` - 1 in random order: the places of `n` words of 64 bits once they are sorted.

    `permutation(x)` of a tensor has its rows in such an order, `permutation(x, axis=1)` its columns.""",
    _permutation_rule,
    lambda key, n: np.argsort(philox.long_words(int(key), n), kind="stable"),
    "an order is made of integers",
)

RECORDS = (random_bits, uniform, normal, bernoulli, categorical, randint, permutation)
