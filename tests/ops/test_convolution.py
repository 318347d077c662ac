"""Convolutions and pooling against loops over the definition; derivatives; sizes with symbols."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp, gradient

from graphc.ir.dims import Guard, symbol
from graphc.ir.op import TypeRuleError
from graphc.ir.types import F32, TensorType
from graphc.ops import convolution
from graphc.ops.convolution import conv, conv_input, conv_weight
from graphc.ops.pooling import avg_pool, max_pool, overlap_add, windows

N, H, W = symbol("n"), symbol("h"), symbol("w")


def data(*shapes: tuple[int, ...], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(2)
    return [rng.integers(-9, 10, s).astype(dtype) if dtype != np.float64 else rng.normal(size=s) for s in shapes]


def image(*shape: Any) -> TensorType:
    return TensorType(F32, shape)


def by_definition(x: Any, w: Any, stride: Any, pads: Any, dilation: Any, groups: int) -> Any:
    """Loops over results and places in the window; what is outside of the image counts as zero."""
    n, outs, per = x.shape[0], w.shape[0], w.shape[1]
    sizes, window = x.shape[2:], w.shape[2:]
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, window, strict=True)]
    count = [(s + sum(p) - e) // t + 1 for s, p, e, t in zip(sizes, pads, spans, stride, strict=True)]
    y = np.zeros((n, outs, *count), x.dtype)
    for i, o, *at in product(range(n), range(outs), *map(range, count)):
        for c, *k in product(range(per), *map(range, window)):
            place = [a * t + q * d - p[0] for a, t, q, d, p in zip(at, stride, k, dilation, pads, strict=True)]
            if all(0 <= q < s for q, s in zip(place, sizes, strict=True)):
                channel = o // (outs // groups) * per + c
                y[(i, o, *at)] += x[(i, channel, *place)] * w[(o, c, *k)]
    return y


CASES: list[tuple[Any, ...]] = [
    ((2, 3, 7), (4, 3, 3), 1, 0, 1, 1),
    ((2, 3, 8), (4, 3, 3), 2, 1, 1, 1),
    ((1, 2, 6, 5), (3, 2, 3, 2), 1, 0, 1, 1),
    ((2, 2, 6, 5), (3, 2, 3, 2), (2, 1), ((1, 0), (0, 2)), 1, 1),
    ((1, 4, 7, 6), (6, 2, 2, 3), 2, 1, (2, 1), 2),
    ((2, 3, 5, 4), (3, 1, 3, 3), 1, 1, 1, 3),
    ((1, 2, 4, 5, 4), (2, 2, 2, 3, 2), (1, 2, 1), 1, 1, 1),
    ((2, 1, 4, 4), (1, 1, 1, 1), 1, 0, 1, 1),
    ((2, 1, 6), (2, 1, 2), 3, 0, 1, 1),
]


def normal(case: tuple[Any, ...]) -> tuple[Any, ...]:
    """The attributes with an entry per axis."""
    axes = len(case[0]) - 2
    stride, dilation = ((a,) * axes if isinstance(a, int) else a for a in (case[2], case[4]))
    pads = tuple(
        (p, p) if isinstance(p, int) else p for p in ((case[3],) * axes if isinstance(case[3], int) else case[3])
    )
    return stride, pads, dilation, case[5]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("block", [1, 200, convolution.BLOCK_BYTES])
def test_conv_is_its_definition(case: tuple[Any, ...], block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few windows are copied at a time."""
    monkeypatch.setattr(convolution, "BLOCK_BYTES", block)
    for dtype in (np.int32, np.float32):
        x, w = data(*case[:2], dtype=dtype)
        assert np.array_equal(apply(conv, x, w, attrs=case[2:]), by_definition(x, w, *normal(case)))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("block", [1, 200, convolution.BLOCK_BYTES])
def test_the_three_convolutions_are_one_form(
    case: tuple[Any, ...], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sum(conv(x, w) g) = sum(x conv_input(g, w)) = sum(w conv_weight(x, g)), exactly in integers."""
    monkeypatch.setattr(convolution, "BLOCK_BYTES", block)
    x, w = data(*case[:2], dtype=np.int64)
    y = apply(conv, x, w, attrs=case[2:])
    (g,) = data(y.shape, dtype=np.int64)
    value = (y * g).sum()
    assert value == (x * apply(conv_input, g, w, attrs=(x.shape[2:], *case[2:]))).sum()
    assert value == (w * apply(conv_weight, x, g, attrs=(w.shape[2:], *case[2:]))).sum()


@pytest.mark.parametrize("case", CASES)
def test_conv_derivatives(case: tuple[Any, ...]) -> None:
    x, w = data(*case[:2])
    check_vjp(conv, [x, w], case[2:])
    (g,) = data(apply(conv, x, w, attrs=case[2:]).shape)
    check_vjp(conv_input, [g, w], (x.shape[2:], *case[2:]))
    check_vjp(conv_weight, [x, g], (w.shape[2:], *case[2:]))


@pytest.mark.parametrize("size", [5, 6, 7, 8])
@pytest.mark.parametrize("window", [1, 2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_same_padding(size: int, window: int, stride: int) -> None:
    """As many results as elements, over the stride; the padding is halved, its odd element after."""
    x, w = data((1, 1, size), (1, 1, window))
    count = -(-size // stride)
    total = max((count - 1) * stride + window - size, 0)
    expected = by_definition(x, w, (stride,), ((total // 2, total - total // 2),), (1,), 1)
    y = apply(conv, x, w, attrs=(stride, "same", 1, 1))
    assert y.shape == (1, 1, count)
    assert np.allclose(y, expected, rtol=1e-13)
    check_vjp(conv, [x, w], (stride, "same", 1, 1))


def test_no_images_and_no_channels() -> None:
    for shapes in ([(0, 2, 5), (3, 2, 2)], [(2, 0, 5), (3, 0, 2)], [(2, 2, 5), (0, 2, 2)]):
        x, w = data(*shapes)
        y = apply(conv, x, w, attrs=(1, 0, 1, 1))
        assert y.shape == (shapes[0][0], shapes[1][0], 4)
        assert not y.any()
        assert not apply(conv_weight, x, y, attrs=((2,), 1, 0, 1, 1)).any()
        assert not apply(conv_input, y, w, attrs=((5,), 1, 0, 1, 1)).any()


def test_arrays_that_are_not_contiguous() -> None:
    x, w = data((2, 3, 8, 7), (4, 3, 3, 2))
    view, kernel = np.asfortranarray(x)[:, :, ::-1], w.transpose(0, 1, 3, 2)
    y = apply(conv, view, kernel, attrs=(1, 1, 1, 1))
    assert np.array_equal(y, apply(conv, view.copy(), kernel.copy(), attrs=(1, 1, 1, 1)))


def test_sizes_with_symbols() -> None:
    inferred = conv.infer((image(N, 3, H, W), image(8, 3, 3, 3)), (1, "same", 1, 1))
    assert inferred.types == (image(N, 8, H, W),)
    assert inferred.guards == ()
    assert conv.infer((image(N, 3, H, W), image(8, 3, 3, 3)), inferred.attrs) == inferred
    inferred = conv.infer((image(N, 3, H, W), image(8, 3, 3, 3)), (1, "valid", 1, 1))
    assert inferred.types == (image(N, 8, H - 2, W - 2),)
    assert inferred.guards == (Guard(3, "<=", H), Guard(3, "<=", W))
    assert inferred.attrs == ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
    inferred = conv.infer((image(N, 3, 2 * H), image(8, 3, 2)), (2, 0, 1, 1))
    assert inferred.types == (image(N, 8, H),)


def test_adjoints_of_symbolic_sizes_have_the_operands_types() -> None:
    for padding in ("same", "valid", 1):
        attrs = (2, padding, 1, 1)
        x, w = image(N, 3, H, W), image(8, 3, 3, 3)
        forward = conv.infer((x, w), attrs)
        g = forward.types[0]
        assert conv_input.infer((g, w), (x.shape[2:], *forward.attrs)).types == (x,)
        assert conv_weight.infer((x, g), (w.shape[2:], *forward.attrs)).types == (w,)


@pytest.mark.parametrize(
    ("x", "w", "attrs", "code"),
    [
        ((N, 3, H, W), (8, 4, 3, 3), (1, 0, 1, 1), "E0301"),
        ((N, 3, H, W), (8, 3, 3), (1, 0, 1, 1), "E0311"),
        ((3, H), (8, 3), (1, 0, 1, 1), "E0311"),
        ((N, 3, 2), (8, 3, 3), (1, 0, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (0, 0, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), ((1, 1), 0, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1, -1, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1, "full", 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1, 1.5, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1.5, 0, 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1, (H,), 1, 1), "E0309"),
        ((N, 3, H), (8, 3, 3), (1, ((1, 2, 3),), 1, 1), "E0309"),
        ((N, 4, H), (3, 2, 3), (1, 0, 1, 2), "E0309"),
        ((N, 4, H), (3, 2, 3), (1, 0, 1, 0), "E0309"),
    ],
)
def test_conv_errors(x: Any, w: Any, attrs: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as e:
        conv.infer((image(*x), image(*w)), attrs)
    assert e.value.code == code


def test_channels_differ_says_both_places() -> None:
    with pytest.raises(TypeRuleError) as e:
        conv.infer((image(N, 3, H), image(8, 4, 3)), (1, 0, 1, 1))
    assert e.value.message == "the image has 3 channels and the kernel takes 4"
    assert [(n.operand, n.axis) for n in e.value.notes] == [(0, 1), (1, 1)]
    assert e.value.hint == "the kernel must be f32[8, 3, 3]"


# ---------------------------------------------------------------- pooling

POOLS: list[tuple[Any, ...]] = [
    ((2, 3, 8), 2, None, 0),
    ((2, 3, 7), 3, 1, 1),
    ((1, 2, 6, 5), 2, None, 0),
    ((1, 2, 7, 6), (3, 2), (2, 1), ((1, 0), (0, 1))),
    ((1, 1, 4, 4, 4), 2, 2, 0),
    ((1, 2, 5, 5), 2, None, "same"),
]


def places(case: tuple[Any, ...]) -> Any:
    """For each result: its index, and the index of its elements as far as they are inside of the image."""
    axes = len(case[0]) - 2
    size = (case[1],) * axes if isinstance(case[1], int) else case[1]
    stride = size if case[2] is None else (case[2],) * axes if isinstance(case[2], int) else case[2]
    if case[3] == "same":
        count = [-(-n // t) for n, t in zip(case[0][2:], stride, strict=True)]
        totals = [max((c - 1) * t + k - n, 0) for c, t, k, n in zip(count, stride, size, case[0][2:], strict=True)]
        pads: Any = [(t // 2, t - t // 2) for t in totals]
    else:
        _, pads, _, _ = normal((case[0], None, 1, case[3], 1, 1))
    count = [(n + sum(p) - k) // t + 1 for n, p, k, t in zip(case[0][2:], pads, size, stride, strict=True)]
    for at in product(*map(range, count)):
        corner = [a * t - p[0] for a, t, p in zip(at, stride, pads, strict=True)]
        yield at, tuple(slice(max(c, 0), c + k) for c, k in zip(corner, size, strict=True))


@pytest.mark.parametrize("case", POOLS)
def test_pooling_is_its_definition(case: tuple[Any, ...]) -> None:
    (x,) = data(case[0])
    largest, mean = apply(max_pool, x, attrs=case[1:]), apply(avg_pool, x, attrs=case[1:])
    inner = tuple(range(2, x.ndim))
    elements = np.prod(case[1]) if not isinstance(case[1], int) else case[1] ** (x.ndim - 2)
    for at, inside in places(case):
        part = x[(slice(None), slice(None), *inside)]
        assert np.array_equal(largest[(slice(None), slice(None), *at)], part.max(axis=inner))
        assert np.allclose(mean[(slice(None), slice(None), *at)], part.sum(axis=inner) / elements, rtol=1e-13)


@pytest.mark.parametrize("case", POOLS)
def test_pooling_derivatives(case: tuple[Any, ...]) -> None:
    (x,) = data(case[0])
    x = np.argsort(np.argsort(x, axis=None)).reshape(x.shape) / 10.0  # apart, so that a step changes no maximum
    check_vjp(max_pool, [x], case[1:])
    check_vjp(avg_pool, [x], case[1:])


def test_max_pool_at_ties_and_nan() -> None:
    x = np.array([[[1.0, 1.0, 2.0, 0.0, np.nan, 1.0, -np.inf, -np.inf]]])
    assert np.array_equal(apply(max_pool, x, attrs=(2, None, 0)), [[[1.0, 2.0, np.nan, -np.inf]]], equal_nan=True)
    (g,) = gradient(max_pool, x, attrs=(2, None, 0))
    assert g.tolist() == [[[0.5, 0.5, 1.0, 0.0, 1.0, 0.0, 0.5, 0.5]]]


def test_padding_never_is_the_largest() -> None:
    x = np.full((1, 1, 3), -5.0, np.float32)
    assert apply(max_pool, x, attrs=(2, 1, 1)).tolist() == [[[-5.0] * 4]]


@pytest.mark.parametrize("case", POOLS)
def test_windows_and_overlap_add_are_adjoint(case: tuple[Any, ...]) -> None:
    stride = 1 if case[2] is None else case[2]
    (x,) = data(case[0], dtype=np.int64)
    p = apply(windows, x, attrs=(case[1], stride, case[3], 0.0))
    (g,) = data(p.shape, dtype=np.int64)
    back = apply(overlap_add, g, attrs=(x.shape[2:], stride, case[3]))
    assert (p * g).sum() == (x * back).sum()
    check_vjp(windows, [x.astype(np.float64)], (case[1], stride, case[3], 0.0))
    check_vjp(overlap_add, [g.astype(np.float64)], (x.shape[2:], stride, case[3]))


def test_windows_of_booleans_are_false_outside() -> None:
    y = apply(windows, np.ones((1, 1, 3), bool), attrs=(2, 1, 1, 0.0))
    assert y.tolist() == [[[[False, True], [True, True], [True, True], [True, False]]]]


@pytest.mark.parametrize(
    ("op", "shape", "attrs", "code"),
    [
        (max_pool, (N, 3, H), (2, None, 2), "E0309"),
        (max_pool, (N, H), (2, None, 0), "E0311"),
        (avg_pool, (N, 3, 1), (2, None, 0), "E0309"),
        (windows, (N, 3, H), (0, 1, 0, 0.0), "E0309"),
        (overlap_add, (N, 3, 4, 2), ((6,), 1, 0), "E0309"),
        (overlap_add, (N, 3, 4), ((6,), 1, 0), "E0311"),
    ],
)
def test_pooling_errors(op: Any, shape: Any, attrs: Any, code: str) -> None:
    with pytest.raises(TypeRuleError) as e:
        op.infer((image(*shape),), attrs)
    assert e.value.code == code


def test_pooled_sizes_with_symbols() -> None:
    inferred = max_pool.infer((image(N, 3, 2 * H, W),), (2, None, 0))
    assert inferred.types[0].shape[:3] == (N, 3, H)
    assert max_pool.infer((image(N, 3, 2 * H, W),), inferred.attrs) == inferred
