"""Random operations: their distributions at fixed keys, their resolution, and what they refuse."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
import scipy.stats
from mpmath import erfinv, mp, mpf
from mpmath import exp as exp_
from mpmath import log as log_
from mpmath import sqrt as sqrt_

from graphc.ir.op import EvaluationError, TypeRuleError
from graphc.ir.types import F32, F64, I8, I32, I64, U8, U32, U64, DType, TensorType
from graphc.ops import CATALOGUE, elementary

KEYS = [1, 2**40 + 3, 2**64 - 1]
SIZES = [(50_000,), (100, 500), (4, 25, 500)]
PROBABLE = 1e-4  # what is less probable than this is taken for an error; keys are fixed, so nothing is flaky

every_key = pytest.mark.parametrize("key", KEYS)
every_float = pytest.mark.parametrize("dtype", [F32, F64])


def draw(name: str, *operands: Any, key: int = 1, attrs: tuple[Any, ...] = ()) -> Any:
    with np.errstate(all="ignore"):  # as in a run
        return np.asarray(CATALOGUE[name].evaluate(*operands, np.uint64(key), *attrs))


def floats(name: str, a: float, b: float, shape: tuple[int, ...], dtype: DType, key: int = 1) -> Any:
    made = draw(name, np.asarray(a, dtype.numpy), np.asarray(b, dtype.numpy), key=key, attrs=(shape, dtype))
    assert made.dtype == dtype.numpy
    assert made.shape == shape
    return made


# ---------------------------------------------------------------- distributions


@every_key
@every_float
@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3, 5)])
def test_uniform(key: int, dtype: DType, shape: tuple[int, ...], low: float, high: float) -> None:
    x = floats("uniform", low, high, shape, dtype, key)
    assert low <= x.min() <= x.max() < high
    assert scipy.stats.kstest(x.reshape(-1), "uniform", (low, high - low)).pvalue > PROBABLE


@every_key
@every_float
@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize(("mean", "std"), [(0, 1), (-3, 0.5)])
def test_normal(key: int, dtype: DType, shape: tuple[int, ...], mean: float, std: float) -> None:
    x = floats("normal", mean, std, shape, dtype, key)
    assert scipy.stats.kstest(x.reshape(-1), "norm", (mean, std)).pvalue > PROBABLE
    z = (x.astype(np.float64).reshape(-1) - mean) / std
    n = z.size
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(np.mean(z**power) - moment) < 5 * np.sqrt(variance / n), power


def test_neighbours_are_independent() -> None:
    """Elements of one draw, and draws with neighbouring keys."""
    x = np.stack([floats("normal", 0, 1, (20_000,), F64, key) for key in range(8)])
    correlations = np.corrcoef(np.concatenate([x[:, :-1], x[:, 1:]])) - np.eye(16)
    assert np.abs(correlations).max() < 6 / np.sqrt(20_000)


@every_key
@every_float
@pytest.mark.parametrize("p", [0.0, 0.01, 0.5, 0.75, 1.0])
def test_bernoulli(key: int, dtype: DType, p: float) -> None:
    x = draw("bernoulli", np.asarray(p, dtype.numpy), key=key, attrs=((100, 500),))
    assert x.dtype == bool
    assert x.shape == (100, 500)
    assert scipy.stats.binomtest(int(x.sum()), x.size, p).pvalue > PROBABLE


@every_key
@pytest.mark.parametrize("shape", [(50_000,), (100, 500)], ids=str)
def test_categorical(key: int, shape: tuple[int, ...]) -> None:
    p = np.array([0.1, 0.0, 0.5, 0.25, 0.15])
    with np.errstate(divide="ignore"):
        x = draw("categorical", np.log(p) + 3, key=key, attrs=(shape, 0))
    assert x.dtype == np.int64
    assert x.shape == shape
    counts = np.bincount(x.reshape(-1), minlength=5)
    assert counts[1] == 0
    assert scipy.stats.chisquare(counts[p > 0], x.size * p[p > 0]).pvalue > PROBABLE


def test_categorical_rows() -> None:
    """Each row has its own classes; few rows and many are searched in different ways, with the same result."""
    p = np.array([[0.5, 0.5, 0.0], [0.0, 0.2, 0.8]])
    with np.errstate(divide="ignore"):
        logits = np.log(p)
    many = draw("categorical", np.repeat(logits, 20_000, axis=0), attrs=((40_000,), 1)).reshape(2, 20_000)
    drawn = draw("categorical", logits, attrs=((20_000, 2), 1)).T
    across = draw("categorical", logits.T, attrs=((20_000, 2), 0)).T
    assert (drawn == across).all()
    for x, row in itertools.product((many, drawn), range(2)):
        counts = np.bincount(x[row], minlength=3)
        assert (counts[p[row] == 0] == 0).all()
        chosen = p[row] > 0
        assert scipy.stats.chisquare(counts[chosen], 20_000 * p[row][chosen]).pvalue > PROBABLE
    wide = np.tile(logits[:, :, None], (1, 1, 3))
    assert (draw("categorical", wide, attrs=((2, 3), 1)) == draw("categorical", wide, attrs=((1, 2, 3), 1))[0]).all()


@every_key
@pytest.mark.parametrize("dtype", [I64, U8, I8, I32, U64], ids=str)
def test_randint(key: int, dtype: DType) -> None:
    x = draw("randint", np.int64(3), np.int64(10), key=key, attrs=((700, 100), dtype))
    assert x.dtype == dtype.numpy
    counts = np.bincount(x.reshape(-1).astype(np.int64), minlength=10)
    assert (counts[:3] == 0).all()
    assert scipy.stats.chisquare(counts[3:]).pvalue > PROBABLE


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (0, 2**32, I64),
        (0, 2**32 + 1, I64),
        (-(2**63), 2**63 - 1, I64),
        (0, 3 * 2**62, U64),
        (5, 6, I64),
        (-128, 128, I8),
    ],
    ids=str,
)
def test_wide_ranges(low: int, high: int, dtype: DType) -> None:
    kind = np.uint64 if high > 2**63 else np.int64
    x = draw("randint", kind(low), kind(high), attrs=((40_000,), dtype))
    assert low <= int(x.min()) <= int(x.max()) < high
    places = (x.astype(np.float64) - low) / (high - low)
    if high - low > 1000:
        assert scipy.stats.kstest(places, "uniform").pvalue > PROBABLE


def test_products_of_words() -> None:
    """floor(w * span / 2**128) against integers of any size."""
    from graphc.ops import random

    rng = np.random.default_rng(0)
    a, b, span = (rng.integers(0, 2**64, 500, dtype=np.uint64, endpoint=False) for _ in range(3))
    for limit in (2**64 - 1, 2**33, 1):
        s = np.minimum(span, np.uint64(limit))
        expected = [(x << 64 | y) * z >> 128 for x, y, z in zip(a.tolist(), b.tolist(), s.tolist(), strict=True)]
        assert random._scaled_widely(a, b, s).tolist() == expected
    short = span % np.uint64(2**32 + 1)
    assert random._scaled(a, short).tolist() == [x * z >> 64 for x, z in zip(a.tolist(), short.tolist(), strict=True)]


def test_permutation() -> None:
    """All orders of four are equally likely."""
    counts = Counter(tuple(draw("permutation", key=k, attrs=(4,)).tolist()) for k in range(12_000))
    assert len(counts) == 24
    assert scipy.stats.chisquare(list(counts.values())).pvalue > PROBABLE
    assert sorted(draw("permutation", attrs=(1000,)).tolist()) == list(range(1000))


# ---------------------------------------------------------------- what exactly is drawn


def test_resolution() -> None:
    """24 bits in f32, 53 in f64, all of them in use."""
    x = floats("uniform", 0, 1, (200_000,), F32).astype(np.float64) * 2**24
    y = floats("uniform", 0, 1, (200_000,), F64) * 2.0**53
    for scaled, bits in ((x, 24), (y, 53)):
        whole = scaled.astype(np.uint64)
        assert (whole == scaled).all()
        assert whole.max() < 1 << bits
        for bit in range(bits):
            assert abs(np.mean(whole >> np.uint64(bit) & np.uint64(1)) - 0.5) < 0.01


def test_the_definition() -> None:
    words = draw("random_bits", key=5, attrs=((100,), U32))
    long = draw("random_bits", key=5, attrs=((100,), U64))
    assert (floats("uniform", 0, 1, (100,), F32, 5) == (words >> 8).astype(np.float32) / np.float32(2**24)).all()
    assert (floats("uniform", 0, 1, (100,), F64, 5) == (long >> 11) / 2.0**53).all()
    quantiles = elementary.normal_quantile((words + 0.5) / 2.0**32 - 0.5).astype(np.float32)
    assert (floats("normal", 0, 1, (100,), F32, 5) == quantiles).all()
    quantiles = elementary.normal_quantile(((long >> 12) + 0.5) / 2.0**52 - 0.5)
    assert (floats("normal", 0, 1, (100,), F64, 5) == quantiles).all()


@every_float
@pytest.mark.parametrize("name", ["uniform", "normal"])
def test_elements_have_their_own_words(name: str, dtype: DType) -> None:
    """A longer draw begins like a shorter one, whatever the shapes."""
    long = floats(name, 0, 1, (70_000,), dtype)
    for count in (0, 1, 7, 48, 49, 1000):
        assert (floats(name, 0, 1, (count,), dtype) == long[:count]).all()
    assert (floats(name, 0, 1, (7, 10_000), dtype).reshape(-1) == long).all()
    assert floats(name, 0, 1, (), dtype) == long[0]
    assert floats(name, 0, 1, (3, 0), dtype).size == 0


def test_uniform_never_gives_its_end() -> None:
    """`low + (high - low) * u` is rounded, and may be rounded up."""
    one, next_ = np.float32(1), np.nextafter(np.float32(1), np.float32(2))
    x = draw("uniform", one, next_, attrs=((1000,), F32))
    assert (x == one).all()
    assert (draw("uniform", one, one, attrs=((10,), F32)) == one).all()
    x = draw("uniform", np.float64(2**52), np.float64(2**52 + 3), attrs=((1000,), F64))
    assert set(x.tolist()) == {2.0**52, 2.0**52 + 1, 2.0**52 + 2}


def test_parameters_broadcast() -> None:
    mean, std = np.array([0.0, 100.0]), np.array([[1.0], [0.0]])
    x = draw("normal", mean, std, attrs=((5, 2, 2), F64))
    z = draw("normal", np.float64(0), np.float64(1), attrs=((5, 2, 2), F64))
    assert (x == mean + std * z).all()
    assert (x[:, 1] == [0.0, 100.0]).all()


# ---------------------------------------------------------------- accuracy


def ulps(found: Any, exact: Any) -> float:
    """The largest distance in units in the last place."""
    return max(
        float(abs((mpf(float(f)) - e) / mpf(float(np.spacing(abs(float(e)))))))
        for f, e in zip(found, exact, strict=True)
    )


def test_elementary_functions() -> None:
    """The figures of docs/numerics.md."""
    rng = np.random.default_rng(0)
    with mp.workdps(40):
        x = np.concatenate([10.0 ** rng.uniform(-300, 300, 300), rng.uniform(0.5, 2, 300)])
        assert ulps(elementary.log(x), [log_(mpf(v)) for v in x.tolist()]) <= 1
        x = rng.uniform(-708, 0, 400)
        assert ulps(elementary.exp(x), [exp_(mpf(v)) for v in x.tolist()]) <= 1
        p = np.concatenate([rng.uniform(0, 1, 400), 2.0 ** -rng.uniform(1, 52, 400)])
        q = (np.floor(p * 2**52).clip(0, 2**52 - 1) + 0.5) * 2.0**-52 - 0.5
        exact = [sqrt_(2) * erfinv(2 * mpf(v)) for v in q.tolist()]
        assert ulps(elementary.normal_quantile(q), exact) <= 6
        assert (elementary.normal_quantile(-q) == -elementary.normal_quantile(q)).all()
    assert elementary.exp(np.array([-np.inf, -800.0, 0.0])).tolist() == [0.0, 0.0, 1.0]
    ends = elementary.normal_quantile(np.array([0.5 - 2.0**-53, 2.0**-53 - 0.5]))
    assert ends.tolist() == pytest.approx([8.2095361516013856, -8.2095361516013856], rel=1e-14)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "operands", "attrs"),
    [
        ("uniform", (2.0, 1.0), ((3,), F64)),
        ("uniform", (-1e308, 1e308), ((3,), F64)),
        ("uniform", (np.nan, 1.0), ((3,), F64)),
        ("normal", (0.0, -1.0), ((3,), F64)),
        ("bernoulli", (1.5,), ((3,),)),
        ("bernoulli", (np.nan,), ((3,),)),
        ("categorical", ([np.nan, 0.0],), ((), 0)),
        ("categorical", ([-np.inf, -np.inf],), ((), 0)),
        ("randint", (3, 3), ((3,), I64)),
        ("randint", (0, 300), ((3,), U8)),
        ("randint", (-1, 3), ((3,), U8)),
    ],
)  # fmt: skip
def test_parameters_without_a_distribution(name: str, operands: Any, attrs: Any) -> None:
    with pytest.raises(EvaluationError) as raised:
        draw(name, *map(np.asarray, operands), attrs=attrs)
    assert raised.value.code == "E0608"


@pytest.mark.parametrize(
    ("name", "shapes", "attrs", "code"),
    [
        ("normal", [(3,), ()], ((4,), F64), "E0302"),
        ("normal", [(3,), (4,)], (None, F64), "E0302"),
        ("normal", [(2, 3), ()], ((3,), F64), "E0302"),
        ("normal", [(), ()], ((-1,), F64), "E0309"),
        ("normal", [(), ()], ((3,), I64), "E0304"),
        ("uniform", [(), ()], ((10**9, 10**9), F64), "E0903"),
        ("categorical", [()], (None, -1), "E0311"),
        ("categorical", [(3,)], (None, 1), "E0306"),
        ("categorical", [(3, 0)], (None, 1), "E0309"),
    ],
)
def test_types_without_a_draw(name: str, shapes: Any, attrs: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as raised:
        CATALOGUE[name].infer((*(TensorType(F64, s) for s in shapes), TensorType(U64)), attrs)
    assert raised.value.code == code


def test_keys_are_scalars() -> None:
    for name, types in (("site", ()), ("fold_in", (TensorType(I64),)), ("random_bits", ())):
        keys = TensorType(U64, (2,))
        attrs = {"site": ("a",), "fold_in": (), "random_bits": ((3,), U32)}[name]
        with pytest.raises(TypeRuleError):
            CATALOGUE[name].infer((keys, *types), attrs)
