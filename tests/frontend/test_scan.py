"""scan, fold, stack and push: values and derivatives against NumPy and differences; what they refuse."""

from __future__ import annotations

import json

import numpy as np
import pytest

from graphc import loads
from tests.commands import graphc

X = np.array([[0.1, -0.4, 0.7], [0.3, 0.2, -0.5]])

RECURRENT = """
input X: f64[n, 3]
input w: f64[3]
fn step(c, x) {
  c = tanh(c + dot(w, x))
  return c, 2 * c
}
last, ys = scan(step, 0.0, XS, OPTIONS)
loss = last ** 2 + sum(ys * ys)
output loss
output ys
"""


def recurrent(w: np.ndarray, rows: np.ndarray) -> tuple[float, list[float]]:
    c, ys = 0.0, []
    for x in rows:
        c = float(np.tanh(c + w @ x))
        ys.append(2 * c)
    return c**2 + sum(y * y for y in ys), ys


@pytest.mark.parametrize("options", ["", "reverse=true", "checkpoint=2", "reverse=true, checkpoint=1"])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_scan_and_its_derivatives(options: str, count: int) -> None:
    rng = np.random.default_rng(count)
    rows, w = rng.normal(size=(count, 3)), rng.normal(size=3)
    order = rows[::-1] if "reverse" in options else rows
    source = RECURRENT.replace("XS", "X").replace(", OPTIONS", f", {options}" if options else "")
    program = loads(source, float="f64").grad("loss", wrt=["w"])
    assert "d2loss_dw2" in str(loads(str(program), float="f64").grad("dloss_dw", wrt=["w"]))  # it is a program, too
    found = program.compile()(X=rows, w=w)
    loss, ys = recurrent(w, order)
    assert float(found["loss"]) == pytest.approx(loss, rel=1e-14, abs=1e-300)
    h = 1e-6
    for i in range(3):
        d = h * np.eye(3)[i]
        numeric = (recurrent(w + d, order)[0] - recurrent(w - d, order)[0]) / (2 * h)
        assert float(found["dloss_dw"][i]) == pytest.approx(numeric, abs=1e-8)
    values = loads(source, float="f64").compile()(X=rows, w=w)["ys"]
    np.testing.assert_allclose(values, ys[::-1] if "reverse" in options else ys, rtol=1e-14)


def test_tuples_are_carried_and_collected() -> None:
    program = """
    fn step(c, x) {
      a, b = c
      p, q = x
      return (a + p, b * q), (a, b * q)
    }
    last, seen = scan(step, (0.0, 1.0), (arange(3), 1.0 + arange(3)))
    total, product = last
    before, products = seen
    output total
    output product
    output before
    output products
    """
    said = graphc("run", "-", "--json", stdin=program)
    assert said.status == 0, said.stderr
    found = {k: v["data"] for k, v in json.loads(said.stdout)["outputs"].items()}
    assert found == {"total": 3.0, "product": 6.0, "before": [0.0, 0.0, 1.0], "products": [1.0, 2.0, 6.0]}


def test_fold_and_push() -> None:
    said = graphc(
        "run",
        "-",
        stdin="""
fn add(a, b) = a + b
output total = fold(add, 0, [1, 2, 3])
output none = fold(add, 7, zeros([0]))
squares = stack()
for i in range(4) { push(squares, i * i) }
output squares
""",
    )
    assert said.stdout == "total: i64 = 6\nnone: f32 = 7.0\nsquares: i64[4] = [0, 1, 4, 9]\n", said.stderr


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("fold(one, 1, [1, 2, 4])", "i64 = 20"),
        ("fold(one, 1, [1, z, 4])", "f32 = 20.0"),
        ("fold(one, 1, (1, z, 4))", "f32 = 20.0"),
        ("fold(one, 1, [])", "f32 = 1.0"),
        ("fold(one, 1, ())", "f32 = 1.0"),
        ("fold(one, ones([2]), [[1, 2], [z, 0]])", "f32[2] = [8.0, 8.0]"),
        ("fold(two, 1, (x, x))", "f32 = 102.0"),
        ("fold(two, 1, (x, [1, 2, 4]))", "f32 = 102.0"),
        ("fold(two, 1, ([1, z, 4], range(1, 4)))", "f32 = 98.0"),
        ("fold(two, 1, zip(x, range(3)))", "f32 = 79.0"),
        ("fold(two, 1, zip(x, reversed([2, 1, 0])))", "f32 = 79.0"),
        ("fold(two, 1, enumerate([3, z, x[0]], 1))", "f32 = 105.0"),
        ("fold(one, 1, reversed([4, z, 1]))", "f32 = 20.0"),
        ("fold(one, ones([2]), reversed([[z, 0], [1, 2]]))", "f32[2] = [8.0, 8.0]"),
    ],
)
def test_one_thing_to_go_over_or_several(call: str, expected: str) -> None:
    """A list of numbers, or of rows of numbers, is one; a tensor or range in it makes it several."""
    said = graphc(
        "run",
        "-",
        stdin=f"""
z = sum([2.0])
x = stack([1, z, 4])
fn one(c, v) = 2 * c + v
fn two(c, v) {{
  a, b = v
  return 3 * c + a * (b + 2)
}}
output y = {call}
""",
    )
    assert said.stdout == f"y: {expected}\n", said.stderr


COLLECTED = """
input n: i64
input x: f64[d]
k, s = 0, ""
ks = stack()
js = stack()
bs = stack()
ss = stack()
xs = stack()
while k < n {
  push(ks, k)
  push(js, 0.1 * (k + 1))
  push(bs, k == 1)
  push(ss, s)
  push(xs, k * x)
  k += 1
  s = s + "a"
}
output ks
output js
output bs
output ss
output xs
"""


@pytest.mark.parametrize("eager", [(), ("--eager",)])
def test_outputs_that_a_while_loop_collects(eager: tuple[str, ...]) -> None:
    """Each in its type, also after no iterations."""
    for n, expected in {
        0: "ks: i64[0] = []\njs: f32[0] = []\nbs: bool[0] = []\nss: str[0] = []\nxs: f64[0, 2] = []\n",
        2: "ks: i64[2] = [0, 1]\njs: f32[2] = [0.1, 0.2]\nbs: bool[2] = [false, true]\n"
        'ss: str[2] = ["", "a"]\nxs: f64[2, 2] = [[0.0, 0.0], [1.0, 2.0]]\n',
    }.items():
        said = graphc("run", "-", *eager, "--feed", f"n={n}", "--feed", "x=[1, 2]", stdin=COLLECTED)
        assert said.stdout == expected, said.stderr


def test_collected_numbers_adopt_the_dtype_of_what_they_meet() -> None:
    said = graphc(
        "run",
        "-",
        stdin="""
k, j = 1, 0.1
ks = stack()
js = stack()
for i in range(3) { push(ks, k); push(js, j); k += 1; j *= 2 }
output ks
output js
output wide = js * f64(3)
output product = ks * [1.0, 2.0, 4.0]
""",
    )
    assert said.stdout.splitlines() == [
        "ks: i64[3] = [1, 2, 3]",
        "js: f32[3] = [0.1, 0.2, 0.4]",
        "wide: f64[3] = [0.30000000000000004, 0.6000000000000001, 1.2000000000000002]",
        "product: f32[3] = [1.0, 4.0, 12.0]",
    ], said.stderr


LOOPS = {
    "for": "for x in X { c = tanh(c + dot(w, x)) }",
    "while": "k = 0\nwhile sum(c * c) < 0.9 and k < 5 { c = c + 0.1 * exp(dot(w, X[0]))\n k += 1 }",
    "break": "for x in X {\n c = c + exp(dot(w, x))\n if c > 1.5 { break }\n}",
    "nested": "for x in X { for k in range(2) { c = sin(c + dot(w, x)) } }",
}


@pytest.mark.parametrize("name", LOOPS)
def test_printed_derivatives_of_loops_give_the_same_numbers(name: str) -> None:
    source = f"input X: f64[2, 3]\ninput w: f64[3]\nc = 0.0 * w[0]\n{LOOPS[name]}\nloss = c ** 2\noutput loss\n"
    first = loads(source, float="f64").grad("loss", wrt=["w"])
    again = loads(str(first), float="f64")
    feeds = {"X": X, "w": np.array([0.2, 0.5, -0.3])}
    a, b = first.compile()(**feeds), again.compile()(**feeds)
    assert a.keys() == b.keys()
    assert all(np.array_equal(a[k], b[k]) for k in a)
    twice = again.grad("dloss_dw", wrt=["w"]).compile()(**feeds)["d2loss_dw2"]
    h = 1e-5
    moved = [again.compile()(X=X, w=feeds["w"] + s * h * np.ones(3))["dloss_dw"] for s in (1, -1)]
    # a gradient of a vector is that of its sum
    along = float(np.sum(moved[0] - moved[1])) / (2 * h)
    assert float(np.sum(twice)) == pytest.approx(along, rel=1e-5, abs=1e-6)


GROWN = "input x: f64[3]\nk = 0\nus = stack()\nwhile k < 3 {\n push(us, k * x)\n k += 1\n}\n"


@pytest.mark.parametrize(
    "use",
    [
        *("us[1]", "us[0:1]", "us + 1", "-us", "us == us", "us ** 2", "x @ us", "where(us > 1, us, 0)"),
        *("sum(us)", "us.sum()", "us.shape", "us.T", "reshape(us, [9])", "concat([us, us])", "[us, us]", "f32(us)"),
        *("range(us)", "stop_grad(us)", "jacobian(us, x)", "hessian(us, x)", 'einsum("i->", us)', "format(us)"),
    ],
)
def test_what_a_while_loop_collects_is_no_tensor(use: str) -> None:
    said = graphc("check", "-", stdin=f"{GROWN}output y = {use}\n")
    assert said.status == 1
    assert "error[E0208]" in said.stderr
    assert "us is as long as its loop ran: a stack, not a tensor" in said.stderr.replace("[us, us]", "us")


@pytest.mark.parametrize("statement", ["us += 1", "us[0] = 1", "print(us)", "var w: f64[3] = us", "y: f64[3] = us"])
def test_statements_take_no_stack(statement: str) -> None:
    said = graphc("check", "-", stdin=f"{GROWN}{statement}\n")
    assert said.status == 1
    assert "error[E0208]: us is as long as its loop ran" in said.stderr


@pytest.mark.parametrize(
    ("program", "code", "text"),
    [
        ("ys = stack()\nfor i in range(3) {\n push(ys, i)\n push(ys, i)\n}", "E0309", "once"),
        ("ys = stack()\nfor i in range(3) {\n if i > 1 { push(ys, i) }\n}", "E0309", "not in every iteration"),
        ("ys = stack()\npush(ys, 1)", "E0309", "stands in the loop"),
        ("for i in range(3) { push(ys, i) }", "E0309", "ys = stack()"),
        ("fn f(c, x) = c\nscan(f, 0, [1, 2])", "E0309", "gives a carry and a result"),
        ("fn f(c) = c\nfold(f, 0, [1, 2])", "E0204", "takes 1"),
        ("fn f(c, x, w) = c + w * x\nfold(f, 0, [1, 2])", "E0204", "needs w too"),
        ("fn f(c, x) = c + x\nfold(f, 0.0, [[]])", "E0319", "carry is float"),
        ("fn f(c, x) = c\nfold(f, 0, ([1, 2], [1, 2], zeros([3])))", "E0310", "lengths are 2 and 3"),
        ("fn f(c, x) = c\nfold(f, 0, 3)", "E0311", "first axis"),
        ("fold(3, 0, [1, 2])", "E0203", "a function first"),
        ("fn f(c, x) = c\noutput y = fold(f, 0, [1, 2], reverse=1)", "E0309", "true or false"),
    ],
)
def test_refused(program: str, code: str, text: str) -> None:
    said = graphc("check", "-", stdin=program + "\n")
    assert said.status == 1
    assert f"error[{code}]" in said.stderr
    assert text in said.stderr
