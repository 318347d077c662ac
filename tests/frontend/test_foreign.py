"""Names of NumPy, PyTorch, JAX and Python: every hint of the table is there in graphc, compiles, and means the same."""

from __future__ import annotations

import re

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostics
from graphc.driver import Options, compile_source
from graphc.frontend.elaborate.builtins.prelude import callable_op
from graphc.frontend.elaborate.builtins.specials import SPECIALS
from graphc.frontend.foreign import DTYPES, EXAMPLES, FUNCTIONS, KEYWORDS, METHODS, PREFIXES
from graphc.frontend.library import PRELUDE, load
from graphc.ops import CATALOGUE
from graphc.source import Source

# What the words of the templates may be: of some rank, all of them compile.
WORLD = """
var x: f32{shape} = ones({shape})
y = 2 * x + 1
input mask: bool{shape}
input indices: i64{shape}
input i: i64{shape}
input j: i64{shape}
input weights: f32{shape}
input updates: f32{shape}
input p: f32[4]
input a: f32{shape}
input b: f32{shape}
input c: bool
input f_of: f32
xs = [a, b]
values = [1.0, 2.0]
value = 1.0
low = 0.0
high = 1.0
axis = 0
n = 2
m = 3
v = 1.0
shape = [2, 3]
init = a
fn f(u, w=0.0) = u + w
"""


def own_names() -> set[str]:
    functions = {name for file in PRELUDE for name in load(file)}
    return functions | set(SPECIALS) | {name for name in CATALOGUE if callable_op(name)}


def compiles(text: str, shape: str) -> bool:
    statement = text.replace("{ … }", "{ break }")
    if not re.match(r"from |var |for |while |\w+(\[i\])?(, \w+)? = ", statement):
        statement = f"result = {statement}"
    statement = statement.replace("x[i] =", "x[0] =").replace("var w", "var new_w").replace("for i in", "for k in")
    statement = statement.replace("fold(f, init, xs)", "fold(f, init, stack(xs))")  # xs is a list for the others
    if "//" in statement and ", " in statement:
        statement = f"q, r = {statement.removeprefix('result = ')}"
    program = WORLD.format(shape=shape) + statement.replace("while c { break }", "while f_of > 0 { break }")
    try:
        compile_source(Source("world.g", program + "\n"), Options())
    except Diagnostics:
        return False
    return True


SHAPES = ("[4]", "[4, 4]", "[2, 4, 4]", "[4, 4, 4, 4]")
TEMPLATES = sorted({*FUNCTIONS.values(), *METHODS.values()})


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_compiles(template: str) -> None:
    for form in template.split(", or "):
        tried = [f.replace("[*]", sizes) for f in (form,) for sizes in ("[2, 2]", "[1, 0]", "[4, 4]", "[4, 1]")]
        assert any(compiles(f, shape) for f in tried for shape in SHAPES), form


def test_foreign_names_are_not_our_own() -> None:
    """An entry for a name that is there would never be read."""
    assert own_names().isdisjoint(FUNCTIONS)
    assert own_names().isdisjoint(PREFIXES)


def test_keywords_and_dtypes_are_ours() -> None:
    parameters = {p.name for op in CATALOGUE.values() for p in op.params}
    assert set(KEYWORDS.values()) <= parameters
    assert parameters.isdisjoint(KEYWORDS)
    for dtype in DTYPES.values():
        assert compiles('format("")' if dtype == "str" else f"{dtype}(1)", "[4]")
    assert all(compiles(text, "[4]") for text in EXAMPLES.values())


def hint(line: str) -> str | None:
    text = "input x: f32[n]\ninput A: f32[3, 3]\nvar loss: f32 = 1.0\n" + line
    with pytest.raises(Diagnostics) as error:
        compile_source(Source("p.g", text + "\n"), Options())
    return error.value.items[0].hint


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = cat([x, x])", "concat([x, x])"),
        ("y = torch.cat([x, x], dim=0)", "concat([x, x], axis=0)"),
        ("y = cat", "concat([a, b])"),
        ("y = power(x + 1, 2)", "(x + 1) ** 2"),
        ("y = unsqueeze(x, 0)", "expand_dims(x, 0)"),
        ("y = np.random.randn(3, 4)", "normal([3, 4])"),
        ("y = np.random.normal(0, 1, (3, 3))", "normal([2, 3])"),
        ("y = torch.zeros(3, 4)", "graphc's own functions need no torch.: zeros([3, 4])"),
        ("y = np.reshape(A, 9, 1)", "graphc's own functions need no np.: reshape(A, [9, 1])"),
        ("y = jax.nn.relu(x)", "graphc's own functions need no jax.nn.: relu(x)"),
        ("y = math.pi", "graphc's own names need no math.: pi"),
        ("y = np", "graphc's own functions need no np.: sum(x)"),
        ("y = 2 * F", None),
        ("y = np.smu(x)", "did you mean sum?"),
        ("y = nn.dropout(x)", "import nn"),
        ("y = nn.functional.mse_loss(x, x)", "from losses import mse"),
        ("y = torch.optim.Adam(x)", "from optim import adam"),
        ("y = cosine(x)", "from losses import cosine, or from optim import cosine"),
        ("y = np.float32(3)", "f32(3)"),
        ("lengths = 3; y = lengthz", "did you mean lengths?"),
        ("numels = 3; y = numel(x)", "ravel(x).shape[0]"),
        ("y = self.W", "a method sees W by its name: W"),
        ("loss.backward()", "backward(loss)"),
        ("y = x.astype(np.float64)", "f64(x)"),
        ("y = x.dot(x)", "dot(x, x)"),
        ("y = x.sum", "call it: x.sum()"),
        ("y = A.view([9, 1])", "reshape(A, [9, 1])"),
        ("y = A.view(-1)", "reshape(A, [-1])"),
        ("y = (x + 1).square()", "(x + 1) ** 2"),
        ("y = x.size(0)", "x.shape[0]"),
        ("y = x.add_(x)", "x = x.add(x)"),
    ],
)  # fmt: skip
def test_hint(line: str, expected: str) -> None:
    assert hint(line) == expected


A, B = np.random.default_rng(0).normal(size=(2, 5, 3))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cross", np.cross(A, B)),
        ("fmod", np.fmod(A, B)),
        ("isclose", np.isclose(A, B)),
        ("diff", np.diff(A, axis=0)),
        ("nan_to_num", np.nan_to_num(A)),
        ("heaviside", np.heaviside(A, 1)),
        ("count_nonzero", np.count_nonzero(A)),
        ("exp2", np.exp2(A)),
        ("deg2rad", np.deg2rad(A)),
        ("ptp", np.ptp(A)),
        ("mod", np.mod(A, B)),
    ],
)
def test_templates_mean_the_same(name: str, expected: np.ndarray) -> None:
    text = f"input x: f64[5, 3]\ninput y: f64[5, 3] = zeros([5, 3])\noutput r = {FUNCTIONS[name]}\n"
    np.testing.assert_allclose(graphc.loads(text).compile()(x=A, y=B)["r"], expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('y = "{}/{}".format(3, x[0])', 'format(3) + "/" + format(x[0])'),
        ("y = format(x, 2)", "format(round(x * 100) / 100)"),
        ("y = x.max(x)", "maximum(x, x)"),
        ("y = norm(x, inf)", "max(abs(x))"),
        ("y = mean(x, 1.0)", "mean(x, axis=0)"),
        ("y = sum(x, 5)", None),
        ("y = randint([3], 0)", "randint(0, 10, [3])"),
        ("y = reshape(A, -1, 3)", "reshape(A, [-1, 3])"),
        ("y = jacobian(tanh)(x + 1)", "t = x + 1; jacobian(tanh(t), t)"),
        ("y = jvp(sin)(x)", "jvp(sin(x), x, v)"),
    ],
)
def test_arguments(line: str, expected: str | None) -> None:
    assert hint(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = x.var()", "variance(x)"),
        ("y = np.var(x, axis=0)", "variance(x, axis=0)"),
        ('print(f"step {n:.3f}", x)', 'print("step", n)'),
        ('y = f"a{x[0]}b"', '"a" + format(x[0]) + "b"'),
        ('y = r"a"', '"a"'),
        ("import optim, losses", "import optim; import losses"),
        ("import numpy as np", "leave it out: graphc's own functions need no import"),
        ("from torch.nn import relu", "leave it out: graphc's own functions need no import"),
        ('from "parts/layers.g" import *', 'import "parts/layers.g" as layers'),
        ("from nn import *", "import nn"),
        ("from nn import Linear", "from nn import Dense"),
        ("from nn import relu", "leave it out: relu needs no import"),
        ("y = = 1", "y = 1, or y == 1 to compare"),
        ('y = {"a": 1}', "a = 1"),
        ("y = A'", "A.T"),
        ("y = A' @ A", "A.T"),
        ("y = [x * i for i in range(3)]", "y = stack(); for i in range(3) { push(y, x * i) }"),
        ("y = sum(i for i in x if i > 2)", "ys = stack(); for i in x { push(ys, where(i > 2, i, 0)) }"),
        ("ls = [M(d) for i in range(3)]", "layers = [M(d), M(d)]: an instance of a module is written out"),
        ("y = lambda x, k: x + k", "fn y(x, k) = x + k"),
        ("y = map(lambda x: x + 1, x)", "fn f(x) = x + 1"),
        ("on_grad(loss, fn(g) { print(g) })", "fn hook(g) { print(g) }; on_grad(loss, hook)"),
        ("y = map(fn (x) = x + 1, x)", "fn f(x) = x + 1; y = map(f, x)"),
        ("f = fn(x) = x + 1", "fn f(x) = x + 1"),
        ("y = 3 // c for speed", "# c for speed"),
        ("y = 3 // half of it", "# half of it"),
    ],
)
def test_syntax(line: str, expected: str) -> None:
    assert hint(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "y = [x * i for i in range(3)]",
        "fn g(z) = sum([z for i in z])\ny = g(x)",
        "y = map(fn (x) = x + 1, x)",
        "on_grad(loss, fn(g) { print(g) })",
        'y = {"a": 1, "b": 2}',
        "import optim, losses",
    ],
)
def test_a_slip_is_one_error(line: str) -> None:
    with pytest.raises(Diagnostics) as error:
        compile_source(Source("p.g", f"input x: f32[n]\nvar loss: f32 = 1.0\n{line}\noutput z = x\n"), Options())
    assert len(error.value.items) == 1
