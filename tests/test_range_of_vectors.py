"""Functions of vectors, and their derivatives, over the whole range of f32, against the same numbers in f64.

There no square or product of f32 numbers leaves the range.  f64 itself is compared with powers of two: a function of
degree d is 2 ** (d * k) times as large of numbers that are 2 ** k times as large, to the bit or nearly.  The last test
says of every op and library function where its range is tested.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from ranges.cases import cases, tried

import graphc
from graphc.frontend.library import IMPORTABLE, PRELUDE, load
from graphc.ir.op import Elementwise
from graphc.ops import RECORDS

N = 5
MODULES = "import losses\nimport nn\nimport optim\n"
PROGRAM = (
    MODULES
    + """
input x: {t}[5]
z: {t}[5] = [2, -1, 3, 1, 5]
w = {t}([1, -2, 3, 0.5, 1])
v: {t}[5] = [1, 0.5, -1, 2, 1]
y = {f}
s = sum(y * w[:size(y)]) if rank(y) > 0 else sum(y)
output y
output g = grad(s, x)
output t = jvp(y, x, v)
output h = jvp(g, x, v, unused="zero")
"""
)
# How the outputs depend on x, for what a rounded x may move them.
FURTHER = "".join(f'output j{o} = jacobian({o}, x, unused="zero")\n' for o in "ygth")

# Expression, the largest error in ulps, and the degree of a homogeneous function.
VECTORS: dict[str, tuple[str, float, int | None]] = {
    "norm": ("norm(x)", 8, 1),
    "std": ("std(x)", 12, 1),
    "variance": ("variance(x)", 12, 2),
    "mean": ("mean(x)", 8, 1),
    "centre": ("centre(x)", 8, 1),
    "sum": ("sum(x)", 8, 1),
    "max": ("max(x)", 4, 1),
    "min": ("min(x)", 4, 1),
    "cumsum": ("cumsum(x)", 8, 1),
    "cummax": ("cummax(x)", 4, 1),
    "sort": ("sort(x)", 4, 1),
    "softmax": ("softmax(x)", 16, None),
    "log_softmax": ("log_softmax(x)", 16, None),
    "logsumexp": ("logsumexp(x)", 16, None),
    "logmeanexp": ("logmeanexp(x)", 16, None),
    "normalise": ("normalise(x)", 16, 0),
    "standardise": ("standardise(x, eps=0.0)", 24, 0),
    "root_mean_square": ("root_mean_square(x)", 12, 1),
    "covariance": ("covariance(x, z)", 16, 1),
    "correlation": ("correlation(x, z)", 32, 0),
    "weighted_mean": ("weighted_mean(x, abs(z))", 16, 1),
    "clip": ("clip(x, -1e30, 1e30)", 4, None),
    "where": ("where(z > 0, x, -2 * x)", 4, 1),
    "losses.cosine": ("losses.cosine(x[None], z[None])", 32, 0),
    "losses.mse": ("losses.mse(x, z)", 16, None),
    "losses.mae": ("losses.mae(x, z)", 16, None),
    "losses.huber": ("losses.huber(x, 1.5 * z)", 16, None),
    "losses.log_cosh": ("losses.log_cosh(x, z)", 16, None),
    "losses.hinge": ("losses.hinge(x, sign(z))", 16, None),
    "losses.cross_entropy": ("losses.cross_entropy(x[None], [2])", 16, None),
    "losses.soft_cross_entropy": ("losses.soft_cross_entropy(x[None], abs(z)[None] / 12)", 24, None),
    "losses.binary_cross_entropy": ("losses.binary_cross_entropy(x, abs(z) / 6)", 24, None),
    "losses.nll": ("losses.nll(x[None], [2])", 8, None),
    "nn.layer_norm": ("nn.layer_norm(x, eps=0.0)", 24, 0),
    "nn.rms_norm": ("nn.rms_norm(x, eps=0.0)", 24, 0),
    "nn.batch_norm": ("nn.batch_norm(x[:, None], eps=0.0)[:, 0]", 24, 0),
    "optim.global_norm": ("optim.global_norm([x[:2], x[2:]])", 16, 1),
    "dot": ("dot(x, z)", 16, 1),
    "matmul": ("x @ diag(z)", 8, 1),
    "hypot of all": ("hypot(hypot(x[0], x[1]), hypot(x[2], hypot(x[3], x[4])))", 16, 1),
}
# Their derivatives are p * (w - sum(p * w)) of probabilities: as good as the terms, not as the difference.
PROBABILITIES = ("softmax", "log_softmax", "logsumexp", "logmeanexp", "losses.cross_entropy")
# Whose second derivatives are third ones of a hypot: only of moderate numbers.
CHAINS = ("optim.global_norm", "hypot of all")
POINTS = ((1, 2, -3, 0.5, 4), (1, 1e-4, -1, 1e-3, 2), (-2, -2.5, -1, -3, -0.75), (8, 0, 1, 0, -1))
SCALES = (3e37, 1e25, 1e10, 1.0, 1e-10, 1e-25, 1e-36)


@cache
def compiled(expression: str, dtype: str) -> graphc.Compiled:
    text = PROGRAM.format(t=dtype, f=expression).replace("size(y)", "y.shape[0]").replace("rank(y)", "len(y.shape)")
    return graphc.loads(text + (FURTHER if dtype == "f64" else ""), float=dtype).compile()


def outputs(name: str, dtype: str, x: Any) -> dict[str, np.ndarray]:
    with np.errstate(all="ignore"):
        return compiled(VECTORS[name][0], dtype)(x=x)


@pytest.mark.parametrize("name", VECTORS)
def test_f32_is_as_good_as_f64(name: str) -> None:
    ulps = VECTORS[name][1]
    info = np.finfo(np.float32)
    for point in POINTS:
        for scale in SCALES:
            with np.errstate(all="ignore"):
                x = (np.array(point) * scale).astype(np.float32)
            found, right = outputs(name, "f32", x), outputs(name, "f64", x.astype(np.float64))
            for o in "ygth":
                exact = np.asarray(right[o], np.float64)
                moved = np.asarray(right[f"j{o}"], np.float64).reshape(*exact.shape, N) * x.astype(np.float64)
                with np.errstate(all="ignore"):
                    size = np.abs(exact) + np.nansum(np.abs(moved), axis=-1)
                    # what cancels to nothing is as good as the terms of which it is made
                    size = np.maximum(size, 1e-2 * size.max(initial=0))
                    if name in PROBABILITIES and o != "y":
                        size = np.maximum(size, 1.0)
                    unit = np.maximum(size * float(info.eps), float(info.tiny) * float(info.eps) * 64)
                    error = np.abs(found[o].astype(np.float64) - exact) / unit
                    if o == "h" and name in CHAINS and not 1e-20 < scale < 1e20:
                        continue
                    inside = (np.abs(exact) < float(info.max) / 8) & (size < float(info.max) / 8)
                bad = inside & ~(error <= ulps)
                assert not bad.any(), (o, x, found[o], exact, error)


@pytest.mark.parametrize("name", [n for n, (_, _, degree) in VECTORS.items() if degree is not None])
@pytest.mark.parametrize("power", [-900, -400, 400, 900])
def test_f64_scales_by_powers_of_two(name: str, power: int) -> None:
    degree = VECTORS[name][2]
    assert degree is not None
    for point in POINTS:
        near = outputs(name, "f64", np.array(point))
        far = outputs(name, "f64", np.ldexp(np.array(point), power))
        for o, further in (("y", 0), ("g", 1), ("t", 1), ("h", 2)):
            shift = power * (degree - further)
            with np.errstate(all="ignore"):
                right = np.ldexp(near[o], shift)
                settled = np.isfinite(right) & (np.abs(right) > 1e-290) & np.isfinite(near[o])
                tiny = 1e-13 * np.abs(near[o]).max(initial=0)
                if o == "h" and name in CHAINS and abs(power) > 400:
                    continue
                close = np.abs(np.ldexp(far[o], -shift) - near[o]) <= 1e-14 * np.abs(near[o]) + tiny
            assert (close | ~settled).all(), (o, point, far[o], right)


ELSEWHERE = {
    "moves elements, so that nothing is computed": """
        cast reshape transpose squeeze expand_dims flip roll broadcast_to tile repeat concat stack split pad strided
        set_strided slice set_slice take scatter_add scatter_set take_along_axis add_along_axis put_along_axis take_nd
        add_nd put_nd at_label tril triu diagonal diagonal_matrix diag top_k windows overlap_add max_pool ravel scatter
        embedding stop_grad with_vjp""",
    "sums and products of elements: tests/ops/test_summation.py, test_contraction.py, test_convolution.py": """
        prod cumprod linear_recurrence einsum tensordot conv conv_input conv_weight avg_pool outer trace
        squared_distances linear""",
    "matrices: tests/ops/test_matrices_at_the_edge.py": """
        solve triangular_solve inv pinv det slogdet cofactor det_derivative cholesky eigh svd qr lstsq""",
    "control flow, which computes nothing itself": "map cond for while",
    "random numbers: tests/ops/test_random.py": """
        uniform normal glorot_uniform glorot_normal xavier_uniform xavier_normal he_uniform he_normal kaiming_uniform
        kaiming_normal lecun_uniform lecun_normal truncated_normal orthogonal dropout Dense""",
    "entropies and masks: tests/test_library_at_the_edge.py": """
        xlogy xlog1py entropy kl_divergence poisson_nll gaussian_nll attention causal_bias weighted valued""",
    "steps of optimisers, compared with PyTorch: tests/test_optim.py": """
        sgd adam adamw rmsprop adagrad decayed average deviation moments adapted unforgotten constant stepwise
        exponential cosine linear warm_up clip_value clip_norm""",
    "parts of others": "elements_per padded normal_logpdf",
}


def test_every_op_and_function_is_tried_somewhere() -> None:
    here = {part for name in VECTORS for part in name.split(".")} | {case.name for case in cases()}
    here |= {op.name for op in RECORDS if isinstance(op, Elementwise) and tried(op)}
    listed = {name for names in ELSEWHERE.values() for name in names.split()}
    ops = {op.name for op in RECORDS if op.differentiable} | {"stop_grad", "with_vjp"}
    functions = {name for module in (*PRELUDE, *IMPORTABLE) for name in load(module)}
    assert (ops | functions) - here - listed == set()
    assert listed - ops - functions == set()
