"""Hessians, products with them and Jacobians over several values: every block, in closed form; modes; zeros."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import graphc
from graphc.driver import CATALOGUE
from graphc.ir.equal import difference
from graphc.ir.graph import Graph, nested
from graphc.ir.text import print_graph
from graphc.ir.verify import verify
from tests.running import compiled, derivative, outputs

A, B, C = 0.5, np.array([2.0, 3.0, -1.0]), np.array([[1.0, 2.0, 0.5], [3.0, 4.0, -2.0]])
HEAD = """
input a: f64 = 0.5
input b: f64[3] = [2, 3, -1]
input c: f64[2, 3] = [[1, 2, 0.5], [3, 4, -2]]
input u: f64[n, 3]
f = a ** 2 * sum(b ** 3) + sum((c @ b) ** 2) + sin(a)
"""

# f = a² Σ b³ + |c b|² + sin(a), by hand.
CB = C @ B
BLOCKS: dict[tuple[str, str], Any] = {
    ("a", "a"): 2 * sum(B**3) - np.sin(A),
    ("a", "b"): 2 * A * 3 * B**2,
    ("a", "c"): np.zeros((2, 3)),
    ("b", "b"): np.diag(A**2 * 6 * B) + 2 * C.T @ C,
    ("b", "c"): 2 * (np.einsum("i,kj->jki", B, C) + np.einsum("k,ij->ikj", CB, np.eye(3))),
    ("c", "c"): 2 * np.einsum("j,l,ik->ijkl", B, B, np.eye(2)),
}
for x, y in list(BLOCKS):
    ranks = {"a": 0, "b": 1, "c": 2}
    rows = range(ranks[x])
    BLOCKS[y, x] = np.transpose(BLOCKS[x, y], (*range(ranks[x], ranks[x] + ranks[y]), *rows))
SLOPES = {"a": 2 * A * sum(B**3) + np.cos(A), "b": A**2 * 3 * B**2 + 2 * C.T @ CB, "c": 2 * np.outer(CB, B)}
V = {"a": 0.7, "b": np.array([0.1, -2.0, 1.0]), "c": np.array([[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]])}
VECTORS = {"a": "0.7", "b": "[0.1, -2.0, 1.0]", "c": "[[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]]"}


def run(text: str, **feeds: Any) -> dict[str, Any]:
    """The outputs with passes, without, eagerly, and of the printed program: all the same."""
    feeds = {"u": np.ones((2, 3)), **feeds}
    graph = compiled(HEAD + text)
    verify(graph, CATALOGUE)
    needed = {n.attrs[0] for n in graph.inputs()}
    found = outputs(graph, **{k: v for k, v in feeds.items() if k in needed})
    eager = graphc.loads(HEAD + text, float="f64").run_eagerly(**feeds)
    plain = outputs(graph, passes=False, **feeds)
    for name, value in found.items():
        for other in (eager[name], plain[name]):
            np.testing.assert_allclose(other, value, rtol=1e-13, atol=1e-13)
    for core in (False, True):
        assert difference(graph, compiled(print_graph(graph, core=core))) is None
    return found


@pytest.mark.parametrize("names", ["a", "ab", "ba", "bc", "abc"])
def test_every_block_of_a_hessian(names: str) -> None:
    found = run(f"output h = hessian(f, [{', '.join(names)}])")
    assert len(found) == len(names) ** 2
    for (i, x), (j, y) in product(enumerate(names), enumerate(names)):
        np.testing.assert_allclose(found[f"h_{i}_{j}"], BLOCKS[x, y], rtol=1e-13, atol=1e-13)


def test_a_hessian_by_one_value_is_no_tuple() -> None:
    np.testing.assert_allclose(run("output h = hessian(f, b)")["h"], BLOCKS["b", "b"])


@pytest.mark.parametrize("names", ["ab", "cab"])
def test_products_with_a_hessian(names: str) -> None:
    listed = ", ".join(names)
    found = run(f"output h = hvp(f, [{listed}], [{', '.join(VECTORS[x] for x in names)}])")
    for i, x in enumerate(names):
        expected = sum(np.tensordot(BLOCKS[x, y], V[y], axes=np.ndim(V[y])) for y in names)
        np.testing.assert_allclose(found[f"h_{i}"], expected, rtol=1e-13)


def test_along_a_list_of_directions() -> None:
    found = run(f"output t = jvp(f, [a, b], [{VECTORS['a']}, {VECTORS['b']}])")
    np.testing.assert_allclose(found["t"], SLOPES["a"] * V["a"] + SLOPES["b"] @ V["b"])


def test_jacobians_of_several_by_several() -> None:
    found = run('output j = jacobian([c @ b, a * b], [a, b])\noutput k = jacobian((c @ b, a ** 2), b, unused="zero")')
    np.testing.assert_allclose(found["j_0_0"], np.zeros(2))
    np.testing.assert_allclose(found["j_0_1"], C)
    np.testing.assert_allclose(found["j_1_0"], B)
    np.testing.assert_allclose(found["j_1_1"], A * np.eye(3))
    np.testing.assert_allclose(found["k_0"], C)
    np.testing.assert_allclose(found["k_1"], np.zeros(3))


def test_functions_and_loops() -> None:
    text = """
    fn k(p, q) = hessian(p ** 2 * q ** 3, [p, q])
    output h = k(a, 2.0 * a)
    w = a
    for i in range(3) { w = w * a + sum(b) * a }
    output l = hessian(w, [a, b])
    """
    found = run(text)
    p, q = A, 2 * A
    assert [found[f"h_{i}_{j}"] for i in (0, 1) for j in (0, 1)] == pytest.approx(
        [2 * q**3, 6 * p * q**2, 6 * p * q**2, 6 * p**2 * q]
    )
    s = sum(B)  # w = a⁴ + s (a + a² + a³)
    np.testing.assert_allclose(found["l_0_0"], 12 * A**2 + s * (2 + 6 * A))
    np.testing.assert_allclose(found["l_0_1"], (1 + 2 * A + 3 * A**2) * np.ones(3))
    np.testing.assert_allclose(found["l_1_1"], np.zeros((3, 3)))


# ---------------------------------------------------------------- --order


def test_gradient_programs_have_every_block() -> None:
    found = outputs(derivative(f"{HEAD}output f", ["a", "b", "c"], 2))
    for x, y in product("abc", repeat=2):
        name = f"d2f_d{x}2" if x == y else f"d2f_d{x}_d{y}"
        np.testing.assert_allclose(found[name], BLOCKS[x, y], rtol=1e-13, atol=1e-13)


def test_third_order() -> None:
    found = outputs(derivative(f"{HEAD}output f", ["a", "b"], 3))
    np.testing.assert_allclose(found["d3f_da3"], -np.cos(A))
    for name in ("d3f_da2_db", "d3f_da_db_da", "d3f_db_da2"):
        np.testing.assert_allclose(found[name], 6 * B**2)
    for name in ("d3f_da_db2", "d3f_db_da_db", "d3f_db2_da"):
        np.testing.assert_allclose(found[name], np.diag(12 * A * B))
    np.testing.assert_allclose(found["d3f_db3"], 6 * A**2 * np.einsum("ij,jk->ijk", np.eye(3), np.eye(3)))
    assert len(found) == 1 + 2 + 4 + 8


def test_scalars_at_a_point() -> None:
    text = "input a: f64 = 0.5\ninput b: f64 = 2\noutput f = a ** 2 * b + a * b ** 3"
    found = outputs(derivative(text, ["a", "b"], 2))
    assert [found[n] for n in ("d2f_da2", "d2f_da_db", "d2f_db_da", "d2f_db2")] == pytest.approx([4, 13, 13, 6])


def test_the_printed_program_can_be_differentiated_again() -> None:
    program = graphc.loads(f"{HEAD}output f", float="f64").grad("f", wrt=["a", "b"], order=2)
    again = graphc.loads(str(program), float="f64").grad("d2f_da2", wrt=["a"])
    found = again.compile()()
    np.testing.assert_allclose(found["d3f_da3"], -np.cos(A))


# ---------------------------------------------------------------- zeros and refusals

ZEROS = {
    "jacobian(floor(b), b)": (3, 3),
    "jacobian(floor(a), b)": (3,),
    "jacobian(sign(b) * 2, a)": (3,),
    "jacobian(stop_grad(b), b)": (3, 3),
    "hessian(floor(a), a)": (),
    "hessian(sum(round(b)), b)": (3, 3),
    "hessian(a ** 2, b)": (3, 3),
    "hvp(floor(a), a, 1.0)": (),
    "hvp(sum(ceil(b)), b, b)": (3,),
    "jvp(floor(b), b, b)": (3,),
    "grad(floor(a), a)": (),
}


@pytest.mark.parametrize("call", ZEROS)
def test_unused(call: str) -> None:
    found = run(f'output y = {call[:-1]}, unused="zero")')
    np.testing.assert_array_equal(found["y"], np.zeros(ZEROS[call]))
    with pytest.raises(graphc.Diagnostics) as caught:
        compiled(f"{HEAD}output y = {call}")
    (problem,) = caught.value.items
    assert problem.code == "E0402"
    assert problem.hint == f'{call[:-1]}, unused="zero") gives zeros'


def test_unused_in_a_list() -> None:
    found = run(
        'output h = hessian(a ** 3, [a, b], unused="zero")\noutput v = hvp(a ** 3, [a, b], [1.0, b], unused="zero")'
    )
    np.testing.assert_allclose(found["h_0_0"], 6 * A)
    assert [found[n].shape for n in ("h_0_1", "h_1_0", "h_1_1", "v_1")] == [(3,), (3,), (3, 3), (3,)]
    assert not any(np.any(found[n]) for n in ("h_0_1", "h_1_0", "h_1_1", "v_1"))


REFUSED = {
    "hessian(a ** 3, [a, b])": "E0402",
    "hvp(a ** 3, [a, b], [1.0, b])": "E0402",
    "hvp(f, [a, b], [1.0])": "E0404",
    "hvp(f, [a, b], 1.0)": "E0404",
    "hvp(f, [a, b], [1.0, 1.0])": "E0404",
    "jacobian([a ** 2, floor(a)], a)": "E0402",
    "jacobian([a ** 2, a], [a, b])": "E0402",
    "hessian(b, b)": "E0311",
    'jacobian(b, b, mode="sideways")': "E0309",
    "jacobian(b, b, mode=1)": "E0309",
    'jacobian(b, b, unused="none")': "E0309",
}


@pytest.mark.parametrize("call", REFUSED)
def test_refused(call: str) -> None:
    with pytest.raises(graphc.Diagnostics) as caught:
        compiled(f"{HEAD}output y = {call}")
    assert [d.code for d in caught.value.items] == [REFUSED[call]]


# ---------------------------------------------------------------- modes


def sweeps(text: str) -> Any:
    """How many rows the first `map` of a program goes over."""
    graph: Graph = compiled(HEAD + text)
    return next(n.inputs[0].type.shape[0] for g in nested(graph) for n in g.nodes if n.op.name == "map")


MODES = {
    "jacobian(concat([b, b ** 2]), b)": 3,  # six results by three values: forwards
    "jacobian(c @ b, b)": 2,  # two by three: backwards
    "jacobian(sin(b), b)": 3,  # equal: backwards
    "jacobian(u @ b, b)": 3,  # n by three: forwards, by the order of the sizes
    "jacobian(sum(u, axis=0), u)": 3,  # three by 3n: backwards
    'jacobian(c @ b, b, mode="forward")': 3,
    'jacobian(concat([b, b ** 2]), b, mode="reverse")': 6,
}


@pytest.mark.parametrize("call", MODES)
def test_the_cheaper_mode(call: str) -> None:
    assert sweeps(f"output y = {call}") == MODES[call]


def test_modes_agree() -> None:
    u = np.arange(12.0).reshape(4, 3)
    text = 'output f1 = jacobian(sin(u @ b), b, mode="forward")\noutput r1 = jacobian(sin(u @ b), b, mode="reverse")'
    found = run(text, u=u)
    np.testing.assert_allclose(found["f1"], np.cos(u @ B)[:, None] * u, atol=1e-12)
    np.testing.assert_allclose(found["r1"], found["f1"], atol=1e-12)


def test_a_rule_without_forward_mode_goes_backwards() -> None:
    """A hand-written derivative that isn't linear in its cotangent: the mode was nobody's wish."""
    text = """
    fn clipped(x) { return 2 * x } vjp (g) { return minimum(2 * g, 1) }
    output y = jacobian(concat([clipped(b), b]), b)
    """
    np.testing.assert_array_equal(run(text)["y"], np.vstack([np.eye(3), np.eye(3)]))
    with pytest.raises(graphc.Diagnostics, match="linear"):
        compiled(HEAD + text.replace(", b)\n", ', b, mode="forward")\n'))


# ---------------------------------------------------------------- lists that collect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ys = []\nfor i in range(3) { push(ys, i * 2) }", [0, 2, 4]),
        ("ys = []\nfor r in c { push(ys, r * 2) }", 2 * C),
        ("ys = []\ni = 0\nwhile i < 3 { push(ys, i); i += 1 }", [0, 1, 2]),
        ("ys = []\nfor i in [1.0, 2.5] { push(ys, i) }", [1, 2.5]),
        ("fn kept(n) { ys = []\n for i in range(n) { push(ys, i) }\n return ys }\nys = kept(3)", [0, 1, 2]),
    ],
)
def test_push_to_an_empty_list(text: str, expected: Any) -> None:
    np.testing.assert_array_equal(run(f"{text}\noutput y = ys")["y"], expected)
