"""How NumPy, PyTorch, JAX and Python call things: what to write in graphc, by meaning and not by spelling.

What comes in: names, as keys.  What goes out: templates of what to write.  The words of `ARGUMENTS` stand for the
arguments of the foreign call, in that order (of a method, the receiver is the first), `*` for all that are left; other
words are examples.  `elsewhere` fills them in.  A test compiles each, so that all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterator

ARGUMENTS = ("xs", "values", "x", "mask", "y", "value", "low", "high", "axis", "n")
EXAMPLES = {"xs": "[a, b]", "values": "[1.0, 2.0]"}  # what stands for them if there are no arguments

# What other languages call our dtypes.
DTYPES = {
    **{f"float{bits}": f"f{bits}" for bits in (32, 64)},
    **{f"{sign}int{bits}": f"{sign or 'i'}{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "double": "f64",
    "int": "i64",
    "long": "i64",
    "boolean": "bool",
    "bool_": "bool",
    "string": "str",
    "text": "str",
}


def _listed(*groups: tuple[str, str]) -> dict[str, str]:
    def pairs() -> Iterator[tuple[str, str]]:
        for names, template in groups:
            yield from ((name, template) for name in names.split())

    return dict(pairs())


# Functions and constants, by the last part of their names or, where that says too little, by more of them.
FUNCTIONS = _listed(
    # ---- arithmetic
    ("power float_power", "x ** y"),
    ("square", "x ** 2"),
    ("absolute fabs", "abs(x)"),
    ("ln", "log(x)"),
    ("exp2", "2 ** x"),
    ("mod", "x % y"),
    ("fmod", "x - y * trunc(x / y)"),
    ("divmod", "x // y, x % y"),
    ("true_divide div", "x / y"),
    ("mul", "x * y"),
    ("sub", "x - y"),
    ("neg", "-x"),
    ("reciprocal", "1 / x"),
    ("fix", "trunc(x)"),
    ("rint around round_", "round(x)"),
    ("sgn", "sign(x)"),
    ("clamp clip_by_value", "clip(x, low, high)"),
    ("fmax", "maximum(x, y)"),
    ("fmin", "minimum(x, y)"),
    ("degrees rad2deg", "x * 180 / pi"),
    ("radians deg2rad", "x * pi / 180"),
    ("heaviside", "where(x < 0, 0.0, 1.0)"),
    ("nan_to_num", "where(isnan(x), 0.0, x)"),
    ("math.e np.e numpy.e jnp.e torch.e", "exp(1.0)"),
    ("tau", "2 * pi"),
    ("Infinity infinity", "inf"),
    # ---- transcendental functions
    *((f"arc{f}", f"a{f}(x)") for f in ("sin", "cos", "tan", "sinh", "cosh", "tanh")),
    ("arctan2", "atan2(x, y)"),
    ("expit", "sigmoid(x)"),
    ("gammaln loggamma", "lgamma(x)"),
    ("factorial", "exp(lgamma(x + 1))"),
    ("psi", "digamma(x)"),
    ("swish", "silu(x)"),
    # ---- comparisons and logic
    ("eq", "x == y"),
    ("ne", "x != y"),
    ("lt", "x < y"),
    ("le", "x <= y"),
    ("gt", "x > y"),
    ("ge", "x >= y"),
    ("isclose", "abs(x - y) <= 1e-8 + 1e-5 * abs(y)"),
    ("allclose", "all(abs(x - y) <= 1e-8 + 1e-5 * abs(y))"),
    ("array_equal", "all(x == y)"),
    ("bitwise_and", "bit_and(i, j)"),
    ("bitwise_or", "bit_or(i, j)"),
    ("bitwise_xor", "bit_xor(i, j)"),
    ("bitwise_not invert", "bit_not(i)"),
    ("left_shift bitwise_left_shift", "shift_left(i, j)"),
    ("right_shift bitwise_right_shift", "shift_right(i, j)"),
    ("masked_fill", "where(mask, value, x)"),
    ("cond ifelse", "a if c else b"),
    # ---- reductions and statistics
    ("amax nanmax reduce_max", "max(x)"),
    ("amin nanmin reduce_min", "min(x)"),
    ("reduce_sum fsum", "sum(x)"),
    ("reduce_mean", "mean(x)"),
    ("average", "mean(x), or weighted_mean(x, weights)"),
    ("cov", "covariance(x, y)"),
    ("corrcoef", "correlation(x, y)"),
    ("count_nonzero", "sum(i64(x != 0))"),
    ("ptp", "max(x) - min(x)"),
    ("median", "sort(x)[x.shape[0] // 2]"),
    ("diff", "x[1:] - x[:-1]"),
    ("standardize zscore", "standardise(x)"),
    ("normalize", "normalise(x)"),
    ("cdist", "sqrt(squared_distances(a, b))"),
    # ---- shapes
    ("cat concatenate append", "concat(xs)"),
    ("vstack row_stack", "concat(xs), or stack(xs)"),
    ("hstack", "concat(xs, axis=-1)"),
    ("column_stack dstack", "stack(xs, axis=-1)"),
    ("unsqueeze", "expand_dims(x, axis)"),
    ("newaxis", "x[:, None]"),
    ("permute", "transpose(x, [*])"),
    ("swapaxes moveaxis swapdims movedim", "transpose(x, [1, 0])"),
    ("matrix_transpose", "x.T"),
    ("view", "reshape(x, [*])"),
    ("flatten flat", "ravel(x)"),
    ("fliplr", "flip(x, axis=1)"),
    ("flipud", "flip(x, axis=0)"),
    ("expand", "broadcast_to(x, [*])"),
    ("expand_as", "broadcast_to(x, y.shape)"),
    ("repeat_interleave", "repeat(x, n)"),
    ("chunk array_split hsplit vsplit", "split(x, n)"),
    ("atleast_1d", "ravel(x)"),
    ("atleast_2d", "x[None, :]"),
    ("numel", "ravel(x).shape[0]"),
    ("ndim rank", "x.shape"),
    ("meshgrid", "rows = x[:, None]; columns = y[None, :]"),
    ("gather", "take_along_axis(x, indices, axis=0), or take(x, indices)"),
    ("index_select gather_nd", "take(x, indices)"),
    ("index_add", "scatter_add(x, indices, updates)"),
    ("sorted", "sort(x)"),
    ("topk", "top_k(x, n)"),
    ("nonzero argwhere flatnonzero unique", "where(mask, x, 0.0)"),
    ("zip_longest", "zip(a, b)"),
    # ---- new tensors
    ("array asarray as_tensor tensor Tensor from_numpy list tuple", "values"),
    ("zeros_like", "zeros(x.shape)"),
    ("ones_like", "ones(x.shape)"),
    ("full_like", "full(x.shape, value)"),
    ("empty", "zeros(shape)"),
    ("empty_like", "zeros(x.shape)"),
    ("identity", "eye(n)"),
    ("logspace", "10 ** linspace(low, high, n)"),
    ("diag_embed diagflat", "diag(x)"),
    ("Parameter Variable", "var w: f32[3] = zeros([3])"),
    # ---- products and linear algebra
    ("inner vdot", "dot(x, y)"),
    ("mm mv bmm multi_dot", "x @ y"),
    ("cross", "roll(x * roll(y, -1, axis=-1) - roll(x, -1, axis=-1) * y, -1, axis=-1)"),
    ("inverse matrix_inverse", "inv(x)"),
    ("chol", "cholesky(x)"),
    ("eig eigvals eigvalsh", "eigh(x)"),
    ("logdet", "sign, logdet = slogdet(x)"),
    ("conv1d conv2d conv3d convolve Conv1d Conv2d Conv3d", "conv(x, y)"),
    ("max_pool1d max_pool2d max_pool3d MaxPool2d", "max_pool(x, n)"),
    ("avg_pool1d avg_pool2d avg_pool3d AvgPool2d", "avg_pool(x, n)"),
    # ---- random numbers
    ("rand random_sample", "uniform([*])"),
    ("random random_uniform random.uniform", "uniform([2, 3])"),
    ("randn standard_normal", "normal([*])"),
    ("random_normal random.normal", "normal([2, 3])"),
    ("integers random_integers random.randint", "randint(0, 10, [2, 3])"),
    ("shuffle", "permutation(x)"),
    ("randperm", "permutation(n)"),
    ("choice multinomial", "categorical(log(p))"),
    ("PRNGKey key", 'random_key(), or site("a name")'),
    # ---- derivatives and functions
    ("stop_gradient", "stop_grad(x)"),
    ("jax.grad value_and_grad", "grad(y, x)"),
    ("jacrev jacfwd", "jacobian(y, x)"),
    ("vmap", "map(f, xs)"),
    ("reduce", "fold(f, init, xs)"),
    ("fori_loop", "for i in range(n) { … }"),
    ("while_loop", "while c { … }"),
    ("remat", "checkpoint(f)"),
    ("repr", "format(x)"),
    ("type", "x.dtype"),
    # ---- neural networks
    ("Linear", "from nn import Dense"),
    ("mse_loss MSELoss mean_squared_error", "from losses import mse"),
    ("l1_loss L1Loss mean_absolute_error", "from losses import mae"),
    ("huber_loss HuberLoss smooth_l1_loss SmoothL1Loss", "from losses import huber"),
    ("nll_loss NLLLoss", "from losses import nll"),
    ("CrossEntropyLoss softmax_cross_entropy", "from losses import cross_entropy"),
    ("bce BCELoss BCEWithLogitsLoss binary_cross_entropy_with_logits", "from losses import binary_cross_entropy"),
    ("kl_div KLDivLoss", "from losses import kl_divergence"),
    ("cosine_similarity", "from losses import cosine"),
    ("scaled_dot_product_attention", "from nn import attention"),
    ("clip_grad_norm_ clip_grad_norm clip_by_global_norm", "from optim import clip_norm"),
    ("RMSProp", "from optim import rmsprop"),
)

# Methods and attributes of a tensor, where they mean something else than a function of that name.
METHODS = _listed(
    ("detach", "stop_grad(x)"),
    ("item numpy tolist cpu cuda contiguous clone copy requires_grad_", "x"),
    ("float half", "f32(x)"),
    ("astype to", "f64(x)"),
    ("t mT H mH adjoint", "x.T"),
    ("size", "x.shape"),
    ("zero_ zero", "x = zeros(x.shape)"),
    ("at", "x[i] = v"),
    ("device", "x"),
    ("mm matmul_", "x @ y"),
)

# What there is no expression for.
ADVICE = {
    **dict.fromkeys(("seed", "manual_seed", "set_seed"), "run with --seed 1"),
    **dict.fromkeys(
        ("no_grad", "inference_mode"), "stop_grad(x) cuts a path; grad(y, x) is taken only where it stands"
    ),
    **dict.fromkeys(("jit", "compile"), "every program is compiled: call f(x)"),
    **dict.fromkeys(("null", "nil"), "None"),
    **dict.fromkeys(("dict", "set"), "a name for each value: a = 1; b = 2"),
}

# What a name of another library begins with; nothing of graphc's own does.
PREFIXES = frozenset(
    [
        *("np", "numpy", "jnp", "jax", "lax", "torch", "F", "nn", "tf", "tensorflow", "keras"),
        *("scipy", "sp", "cp", "cupy", "math", "random"),
    ]
)

# Keywords of arguments.
KEYWORDS = {"dim": "axis", "dims": "axes", "keepdim": "keepdims", "ddof": "correction", "unbiased": "correction"}
