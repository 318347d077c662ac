"""The standard library beside zeros, infinities and the ends of the range: values and gradients by closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import graphc

inf = math.inf
IMPORTS = "import losses; import nn; import optim\n"


def outputs(text: str, **feeds: Any) -> dict[str, Any]:
    return graphc.loads(IMPORTS + text).compile()(**feeds)


def value_and_gradient(y: str, **feeds: Any) -> tuple[Any, ...]:
    """Of a scalar y by each of the feeds, in f64."""
    inputs = "".join(f"input {n}: f64{list(np.shape(v)) or ''}\n" for n, v in feeds.items())
    found = outputs(f"{inputs}y = {y}\noutput y\n" + "".join(f"output d{n} = grad(y, {n})\n" for n in feeds), **feeds)
    return tuple(found.values())


# ---------------------------------------------------------------- entropies


def test_xlogy_and_its_derivatives() -> None:
    x, z = np.array([0, 0, 0, 0, 2, 0.5]), np.array([0, 3, inf, -1, 0.25, 1e-300])
    value, dx, dz = value_and_gradient("sum(xlogy(x, z) * [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])", x=x, z=z)
    assert value == pytest.approx(2 * math.log(0.25) + 0.5 * math.log(1e-300))
    np.testing.assert_allclose(dx, [0, math.log(3), 0, 0, math.log(0.25), math.log(1e-300)], rtol=1e-15)
    np.testing.assert_allclose(dz, [0, 0, 0, 0, 8, 0.5e300], rtol=1e-15)
    assert outputs("output y = xlogy(0.0, nan)")["y"] != 0


def test_xlog1py() -> None:
    x, z = np.array([0, 0, 2.0, 3.0]), np.array([-1, inf, 1e-20, 1.0])
    found = outputs("input x: f64[n]; input z: f64[n]\noutput y = xlog1py(x, z)", x=x, z=z)["y"]
    np.testing.assert_allclose(found, special.xlog1py(x, z), rtol=1e-15)
    assert not value_and_gradient("sum(xlog1py(x, z))", x=x[:2], z=z[:2])[1].any()


def test_entropy() -> None:
    p = np.array([[0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0]])
    found = outputs("input p: f64[n, m]\noutput r = entropy(p); output c = entropy(p, axis=0)", p=p)
    np.testing.assert_allclose(found["r"], stats.entropy(p, axis=1), rtol=1e-15)
    assert not np.signbit(found["r"]).any()
    np.testing.assert_allclose(found["c"], -special.xlogy(p, p).sum(0), rtol=1e-15)
    _, gradient = value_and_gradient("entropy(x)", x=[0.25, 0, 0.75])
    np.testing.assert_allclose(gradient, [-math.log(0.25) - 1, 0, -math.log(0.75) - 1], rtol=1e-15)


def test_cross_entropy_with_what_cannot_be() -> None:
    """-inf where the probability is 0; the gradient is softmax - p, and by p it is -log_softmax."""
    z, p = np.array([[0, -inf, 1], [2, 1, 0.0]]), np.array([[0.5, 0, 0.5], [0, 0.25, 0.75]])
    log = special.log_softmax(z, axis=1)
    value, dz, dp = value_and_gradient("losses.soft_cross_entropy(z, p)", z=z, p=p)
    assert value == pytest.approx(-np.where(p > 0, p * np.where(p > 0, log, 0), 0).sum() / 2, rel=1e-15)
    np.testing.assert_allclose(dz, (special.softmax(z, axis=1) - p) / 2, atol=1e-16)
    np.testing.assert_allclose(dp, -np.where(np.isinf(log), 0, log) / 2, rtol=1e-15)
    assert value_and_gradient("losses.soft_cross_entropy(z, p)", z=[[0, -inf]], p=[[0.5, 0.5]])[0] == inf


def test_infinite_logits_of_the_right_sign() -> None:
    z, t = np.array([inf, -inf, 0.5, 40.0]), np.array([1, 0, 0.25, 1.0])
    value, dz, dt = value_and_gradient("losses.binary_cross_entropy(z, t)", z=z, t=t)
    assert value == pytest.approx((math.log1p(math.exp(0.5)) - 0.125 + math.exp(-40)) / 4, rel=1e-14)
    np.testing.assert_allclose(dz, (special.expit(z) - t) / 4, atol=1e-17)
    np.testing.assert_allclose(dt, -z / 4, rtol=1e-15)
    value, dz, _ = value_and_gradient("losses.binary_cross_entropy(z, t)", z=[inf, -inf], t=[0, 0.5])
    assert value == inf
    assert dz.tolist() == [0.5, -0.25]
    text = """input z: f64[n]
    y = losses.binary_cross_entropy(z, 0.25)
    output h = hessian(y, z); output t = jvp(y, z, [1.0, 1.0, 1.0]); output g = grad(y, z)"""
    z = np.array([0.0, 0.5, -3.0])
    found = outputs(text.replace("f64[n]", "f64[3]"), z=z)
    p = special.expit(z)
    np.testing.assert_allclose(found["h"], np.diag(p * (1 - p)) / 3, rtol=1e-14)
    np.testing.assert_allclose(found["g"], (p - 0.25) / 3, rtol=1e-14)
    assert found["t"] == pytest.approx(np.sum(p - 0.25) / 3, rel=1e-14)


def test_kl_divergence_of_what_cannot_be() -> None:
    p, q = np.array([[0, -inf, -inf]]), np.array([[-1, -inf, -2.0]])
    value, dp, dq = value_and_gradient("losses.kl_divergence(p, q)", p=p, q=q)
    assert value == 1
    assert dp.tolist() == [[2, 0, 0]]
    assert dq.tolist() == [[-1, 0, 0]]
    assert value_and_gradient("losses.kl_divergence(p, q)", p=[[-1.0, -1.0]], q=[[0, -inf]])[0] == inf


def test_other_losses_at_the_edge() -> None:
    value, dr, _ = value_and_gradient("losses.poisson_nll(r, c)", r=[-inf, 1.0], c=[0, 2.0])
    assert value == pytest.approx((math.e - 2) / 2)
    np.testing.assert_allclose(dr, [0, (math.e - 2) / 2], rtol=1e-15)
    text = "input x: f32[n]\noutput y = {}; output g = grad(y, x)"
    found = outputs(text.format("losses.log_cosh(x, 0.0)"), x=np.float32([-3e38]))
    assert (found["y"], found["g"].tolist()) == (np.float32(3e38), [-1])
    assert outputs(text.format("losses.log_cosh(x, 0.0)"), x=[-inf])["y"] == inf
    found = outputs(text.format("losses.gaussian_nll(x, 120.0, 0.0)"), x=np.float32([1e25]))
    np.testing.assert_allclose(found["y"], 0.5 * (120 + 1e50 * math.exp(-120)), rtol=1e-6)


# ---------------------------------------------------------------- lengths and angles


def test_an_epsilon_decides_nothing() -> None:
    found = outputs("output y = losses.cosine([[1e-5, 0]], [[1e-5, 1e-6]])")["y"]
    assert found == pytest.approx(1 - 1 / math.sqrt(1.01), rel=1e-6)
    a = np.array([[3.0, 4.0]], np.float32)
    for s, t in ((1e-38, 1.0), (1e30, 1e30), (1e-30, 1e37), (1.0, 1.0)):
        b = a * np.array([[1, 1.0001]], np.float32)
        found = outputs(
            "input a: f32[1, 2]; input b: f32[1, 2]\ny = losses.cosine(a, b)\noutput y; output g = grad(y, a)",
            a=a * np.float32(s),
            b=b * np.float32(t),
        )
        wide_a, wide_b = (m.astype(np.float32).astype(float)[0] for m in (a * np.float32(s), b * np.float32(t)))
        angle = math.atan2(wide_a[0] * wide_b[1] - wide_a[1] * wide_b[0], wide_a @ wide_b)
        assert found["y"] == pytest.approx(2 * math.sin(angle / 2) ** 2, rel=1e-2 if s == 1.0 else 1, abs=1e-9)
        assert np.isfinite(found["g"]).all()
    assert outputs("output y = losses.cosine([[3.0, 4.0]], [[6.0, 8.0]])")["y"] == 0


def test_zero_vectors_have_no_angle_and_no_gradient() -> None:
    value, da, db = value_and_gradient("losses.cosine(a, b)", a=[[0.0, 0.0]], b=[[1.0, 2.0]])
    assert value == 1
    assert not da.any()
    assert not db.any()
    for y in ("sum(normalise(x))", "sum(standardise(x))", "sum(nn.rms_norm(x, eps=0))", "sum(nn.layer_norm(x, eps=0))"):
        value, dx = value_and_gradient(y, x=[0.0, 0.0, 0.0])
        assert value == 0
        assert not dx.any()


@pytest.mark.parametrize("scale", [1e-40, 1e-25, 1.0, 1e25, 5e37])
def test_scaled_rows_keep_their_directions(scale: float) -> None:
    """In f32; the gradients are those at scale 1, over the scale."""
    x = np.array([[1.0, -2.0, 3.0]])
    exact = {
        "normalise(x)": x / math.sqrt(14),
        "standardise(x, axis=-1)": (x - 2 / 3) / x.std(),
        "nn.rms_norm(x, eps=0)": x / math.sqrt(14 / 3),
        "nn.layer_norm(x, eps=0)": (x - 2 / 3) / x.std(),
    }
    tolerance = 1e-4 if scale == 1e-40 else 1e-6
    for y, expected in exact.items():
        text = f"input x: f32[1, 3]\ny = {y}\noutput y\noutput g = grad(sum(y ** 2 * [1.0, 2.0, 3.0]), x)"
        found, at_one = outputs(text, x=x * scale), outputs(text, x=x)
        np.testing.assert_allclose(found["y"], expected, rtol=tolerance, err_msg=y)
        if scale > 1e-38:
            reference = at_one["g"].astype(float) / scale
            np.testing.assert_allclose(found["g"], reference, rtol=1e-5, atol=1e-5 * np.abs(reference).max())


def test_correlation_and_covariance() -> None:
    a, b = np.array([1.0, 2, 3, 5]), np.array([2.0, 1, 4, 4])
    expected = np.corrcoef(a, b)[0, 1]
    text = "input a: f32[n]; input b: f32[n]\noutput y = correlation(a, b); output g = isfinite(grad(y, a))"
    for s, t in ((1, 1), (1e-30, 1e30), (1e37, 1e37), (1e-37, 1e-37)):
        found = outputs(text, a=a * s, b=b * t)
        assert found["y"] == pytest.approx(expected, rel=1e-5)
    found = outputs("input a: f64[n]; input b: f64[n]\noutput y = covariance(a, b, correction=1)", a=a, b=b)
    assert found["y"] == pytest.approx(np.cov(a, b)[0, 1], rel=1e-15)


def test_equal_numbers_in_the_library() -> None:
    x = np.full((3, 7), 100001.3, np.float32)
    text = """input x: f32[3, 7]; input z: f32[3, 7]
    output a = nn.layer_norm(x); output b = standardise(x); output c = standardise(x, axis=1, eps=1e-5)
    output d = nn.batch_norm(x); output e = correlation(x[0], z[0]); output f = covariance(x[0], x[1])
    output g = grad(sum(nn.layer_norm(x) * z), x)"""
    z = np.random.default_rng(0).normal(size=(3, 7)).astype(np.float32)
    found = outputs(text, x=x, z=z)
    for name in "abcdef":
        assert not found[name].any(), name
    expected = (z - z.mean(1, keepdims=True, dtype=np.float64)) / math.sqrt(1e-5)
    np.testing.assert_allclose(found["g"], expected, rtol=1e-5, atol=1e-4)


def test_means_with_weights() -> None:
    x, w = np.float32([3e38, 3e38, 1.0]), np.float32([1, 3, 0])
    text = "input x: f32[n]; input w: f32[n]\noutput y = weighted_mean(x, w)"
    np.testing.assert_allclose(outputs(text, x=x, w=w)["y"], 3e38, rtol=1e-6)


def test_second_derivatives_of_layers_at_equal_numbers() -> None:
    """With h = hypot(|c| / sqrt(n), sqrt(eps)), the Hessian of 1 / h is -(I - 1/n) / n / eps**1.5 there."""
    text = "input x: f64[3]\noutput h = hessian(1 / hypot(std(x), 0.5), x)"
    found = outputs(text, x=[2.0, 2.0, 2.0])["h"]
    np.testing.assert_allclose(found, -(np.eye(3) - 1 / 3) / 3 / 0.125, rtol=1e-14)


@pytest.mark.parametrize(("dtype", "scale"), [("f32", 1e-25), ("f32", 1e25), ("f64", 1e-200), ("f64", 1e200)])
def test_clipping_by_a_norm_of_any_size(dtype: str, scale: float) -> None:
    text = f"""input a: {dtype}[2]; input b: {dtype}[2]
    n = optim.global_norm([a, b])
    output n; output c = optim.clip_norm(a, 1.0, n); output g = grad(n, a)"""
    found = outputs(text, a=np.array([1.0, 2.0]) * scale, b=np.array([2.0, 4.0]) * scale)
    assert found["n"] == pytest.approx(5 * scale, rel=1e-6)
    np.testing.assert_allclose(found["g"], [0.2, 0.4], rtol=1e-6)
    np.testing.assert_allclose(found["c"], np.array([1, 2]) * min(scale, 0.2), rtol=2e-6)


# ---------------------------------------------------------------- attention


def attended(q: Any, k: Any, v: Any, allowed: Any, bias: Any = 0.0) -> Any:
    scores = q @ k.T / math.sqrt(q.shape[-1]) + bias
    weights = np.where(allowed, np.exp(scores - scores.max()), 0)
    total = weights.sum(-1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0) @ v


def test_attention_with_masks() -> None:
    rng = np.random.default_rng(1)
    q, k, v = rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    mask = rng.random((4, 5)) > 0.4
    mask[2] = False
    bias = np.where(mask, 0.25, -inf)
    text = """input q: f64[4, 3]; input k: f64[5, 3]; input v: f64[5, 2]; input m: bool[4, 5]; input b: f64[4, 5]
    output plain = nn.attention(q, k, v)
    output masked = nn.attention(q, k, v, mask=m)
    output biased = nn.attention(q, k, v, b)
    output causal = nn.attention(q, k, v, causal=true)
    output all = nn.attention(q, k, v, bias=b, mask=m, causal=true)
    y = nn.attention(q, k, v, mask=m)
    output dq, dk, dv = grad(sum(y * y), [q, k, v])
    output db = grad(sum(biased ** 2), b)
    output h = isfinite(hvp(sum(y * y), q, q))""".replace("output dq, dk, dv =", "dq, dk, dv =")
    text += "\noutput dq; output dk; output dv"
    found = outputs(text, q=q, k=k, v=v, m=mask, b=bias)
    lower = np.tri(4, 5, dtype=bool)
    close: Any = np.testing.assert_allclose
    close(found["plain"], attended(q, k, v, np.True_), rtol=1e-6)
    close(found["masked"], attended(q, k, v, mask), rtol=1e-6)
    close(found["biased"], attended(q, k, v, mask), rtol=1e-6)
    close(found["causal"], attended(q, k, v, lower), rtol=1e-6)
    close(found["all"], attended(q, k, v, lower & mask), rtol=1e-6)
    assert not found["masked"][2].any()
    assert not found["db"][2].any()
    step = 1e-6
    for name, x in (("dq", q), ("dk", k), ("dv", v)):
        d = rng.normal(size=x.shape)
        ends = [np.sum(attended(*(y + s * step * d if y is x else y for y in (q, k, v)), mask) ** 2) for s in (1, -1)]
        assert np.sum(found[name] * d) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5)
    assert found["h"].all()


def test_an_omitted_argument_is_known_while_compiling() -> None:
    text = """fn f(x, y=None) = x if y == None else x + y
    fn g(x, y=None) = y != None
    output a = f(1.0); output b = f(1.0, 2.0); output c = g(1.0); output d = g(1.0, [1.0, 2.0])"""
    assert {n: float(v) for n, v in outputs(text).items()} == {"a": 1, "b": 3, "c": 0, "d": 1}
