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
from graphc.frontend.elaborate.core.foreign import DTYPES, EXAMPLES, FUNCTIONS, KEYWORDS, METHODS, PREFIXES
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
    statement = statement.replace("x[i] =", "x[0] =").replace("var w", "var new_w")
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
        ("y = np.smu(x)", "did you mean sum?"),
        ("y = nn.dropout(x)", "import nn"),
        ("y = nn.functional.mse_loss(x, x)", "from losses import mse"),
        ("y = torch.optim.Adam(x)", "from optim import adam"),
        ("y = cosine(x)", "from losses import cosine, or from optim import cosine"),
        ("y = np.float32(3)", "f32(3)"),
        ("lens = 3; y = len", "did you mean lens?"),
        ("lens = 3; y = len(x)", "x.shape[0]"),
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
        ("y = jacobian(tanh)(x + 1)", "x = x + 1; jacobian(tanh(x), x)"),
        ("y = jvp(sin)(x)", "jvp(sin(x), x, v)"),
    ],
)
def test_arguments(line: str, expected: str | None) -> None:
    assert hint(line) == expected
