"""Random index expressions, read, assigned and augmented, against plain loops; their derivatives to order 2."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from index_reference import OPERATORS, picked, slopes, text, updated
from running import IN_F64, outputs

import graphc
from graphc.diagnostics import Diagnostics
from graphc.driver import Options, compile_source
from graphc.driver.eager import Eager
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.text import print_graph
from graphc.source import Source

INTEGERS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
NAMES = {np.dtype(t): f"{'u' if np.dtype(t).kind == 'u' else 'i'}{np.dtype(t).itemsize * 8}" for t in INTEGERS}


@dataclass(frozen=True)
class Case:
    """`x[items]`, where some tensors and integers are inputs; `written` is the index as text."""

    x: Any
    items: list[Any]
    written: str
    inputs: str
    feeds: dict[str, Any]

    @property
    def numbers(self) -> Any:
        return picked(self.x.shape, self.items)


def drawn(rng: random.Random, *, empty: bool = False) -> Case:
    """A random index on a tensor of 1 to 4 axes."""
    shape = [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
    joint = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))]
    if empty and joint:
        joint[rng.randrange(len(joint))] = 0
    items: list[Any] = []
    for size in shape[: rng.randint(1, len(shape))]:
        if rng.random() < 0.2:
            items.append(None)
        items.append(_item(rng, size, joint))
    if rng.random() < 0.25:
        items.insert(rng.randint(0, len(items)), Ellipsis)
    # what stands behind an ellipsis indexes the last axes, whose sizes may be others
    items = _fitted(items, shape)
    feeds: dict[str, Any] = {}
    written = []
    inputs = ""
    for item in items:
        if isinstance(item, np.ndarray) and (item.ndim == 0 or item.size == 0 or rng.random() < 0.6):
            name = f"i{len(feeds)}"
            sizes = "" if not item.ndim else str(list(item.shape))
            inputs += f"input {name}: {NAMES[item.dtype]}{sizes}\n"
            feeds[name] = item
            written.append(name)
        else:
            written.append(text(item))
    x = np.random.default_rng(rng.randrange(10**6)).uniform(0.5, 2, shape)
    return Case(x, items, ", ".join(written), inputs, feeds)


def _item(rng: random.Random, size: int, joint: list[int]) -> Any:
    kind = rng.choice("sssittt")
    if kind == "s":
        ends = [rng.choice([None, rng.randint(-size - 1, size + 1)]) for _ in range(2)]
        return slice(*ends, rng.choice([None, None, 1, 2, -1, -2]))
    if kind == "i":
        place = rng.randint(-size, size - 1)
        return place if rng.random() < 0.5 else np.array(place)
    dtype = np.dtype(rng.choice(INTEGERS))
    own = joint[rng.randint(0, len(joint)) :] if joint else []
    sizes = [1 if d and rng.random() < 0.2 else d for d in own]
    low = 0 if dtype.kind == "u" else -size
    count = int(np.prod(sizes))
    return np.array([rng.randint(low, size - 1) for _ in range(count)], dtype).reshape(sizes)


def _fitted(items: list[Any], shape: list[int]) -> list[Any]:
    """Indices wrapped into the axes that they stand for."""
    taking = sum(i is not None and i is not Ellipsis for i in items)
    axis, result = 0, []
    for item in items:
        if item is Ellipsis:
            axis += len(shape) - taking
        elif isinstance(item, int | np.ndarray):
            size = shape[axis]
            wrapped = np.array(item).astype(np.int64) % size - (size if np.any(np.array(item) < 0) else 0)
            result.append(int(wrapped) if isinstance(item, int) else wrapped.astype(item.dtype))
            axis += 1
            continue
        elif item is not None:
            axis += 1
        result.append(item)
    return result


def every_way(program: str, **feeds: Any) -> dict[str, Any]:
    """The outputs as compiled; compiled without passes, executed eagerly, printed and read back they are the same."""
    graph = compile_source(Source("test.g", program), IN_F64).graph
    first = outputs(graph, **feeds)
    others = [outputs(graph, passes=False, **feeds)]
    for core in (False, True):
        printed = compile_source(Source("printed.g", print_graph(graph, core=core)), IN_F64).graph
        assert difference(graph, printed) is None
        others.append(outputs(printed, **feeds))
    others.append(Eager(IN_F64, feeds).run(parse(Source("test.g", program))))
    for other in others:
        for name, value in first.items():
            np.testing.assert_array_equal(other[name], value, err_msg=program)
    return first


def assigned(case: Case, op: str, v: Any, more: str = "") -> str:
    return f"""
{case.inputs}input x: f64{list(case.x.shape)}
input v: f64{list(v.shape)}
input g: f64{list(case.x.shape)}
y = x
y[{case.written}] {op} v
output y
{more}"""


@pytest.fixture
def rounds(soak: bool) -> int:
    return 60 if soak else 1


@pytest.mark.parametrize("seed", range(40))
def test_reading(seed: int, rounds: int) -> None:
    rng = random.Random(seed)
    for _ in range(rounds):
        case = drawn(rng, empty=seed % 10 == 9)
        numbers = case.numbers
        shape = f"{list(case.x.shape)}"
        program = f"{case.inputs}input x: f64{shape}\ninput w: f64{list(numbers.shape)}\n"
        program += f"output y = x[{case.written}]\noutput dx = grad(sum(y ** 2 * w), x)\n"
        program += "output d2x = grad(sum(dx * dx), x)\noutput t = jvp(dx, x, x)\n"
        w = np.random.default_rng(seed).uniform(0.5, 2, numbers.shape)
        found = every_way(program, x=case.x, w=w, **case.feeds)
        y = case.x.ravel()[numbers]
        np.testing.assert_array_equal(found["y"], y, err_msg=program)
        total = np.zeros(case.x.size)
        for place, number in zip(numbers.ravel(), w.ravel(), strict=True):
            total[place] += number
        s = 2 * total.reshape(case.x.shape)  # dx is s * x, its derivative along x, too
        np.testing.assert_allclose(found["dx"], s * case.x, rtol=1e-13)
        np.testing.assert_allclose(found["d2x"], 2 * s * s * case.x, rtol=1e-13)
        np.testing.assert_allclose(found["t"], s * case.x, rtol=1e-13)


DERIVATIVES = (
    """output dx, dv = grad(sum(y * g), [x, v], unused="zero")
output tangent = jvp(y, [x, v], [x, v], unused="zero")
output hx = jvp(dx, [x, v], [x, v], unused="zero")
output hv = grad(sum(dv * v), v, unused="zero")
output hxv = grad(sum(dx * x), v, unused="zero")
""".replace("output dx, dv =", "dx, dv =")
    + "output dx\noutput dv\n"
)


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("seed", range(12))
def test_updates(op: str, seed: int, rounds: int) -> None:
    rng = random.Random(1000 * seed + len(op))
    for _ in range(rounds):
        case = drawn(rng, empty=seed == 11)
        numbers = case.numbers
        sizes = [d if rng.random() < 0.8 else 1 for d in numbers.shape]
        v = np.random.default_rng(seed).uniform(0.5, 1.5, sizes[rng.randint(0, len(sizes)) :] if sizes else [])
        g = np.random.default_rng(seed + 1).uniform(-1, 1, case.x.shape)
        program = assigned(case, op, v, DERIVATIVES)
        found = every_way(program, x=case.x, v=v, g=g, **case.feeds)
        check(found, case.x, numbers, op, v, g, program)


def check(found: dict[str, Any], x: Any, numbers: Any, op: str, v: Any, g: Any, program: str) -> None:
    """The outputs of `DERIVATIVES`; second derivatives are those of the loops' first, by central differences."""
    near = {"rtol": 1e-11, "atol": 1e-12, "err_msg": program}
    far = {"rtol": 1e-6, "atol": 1e-7, "err_msg": program}
    np.testing.assert_allclose(found["y"], updated(x, numbers, op, v), rtol=1e-13, err_msg=program)
    dx, dv = slopes(x, numbers, op, v, g)
    np.testing.assert_allclose(found["dx"], dx, **near)
    np.testing.assert_allclose(found["dv"], dv, **near)
    h = 1e-6

    def moved(s: float, t: float) -> tuple[Any, Any]:
        return slopes(x * (1 + s), numbers, op, v * (1 + t), g)

    if op not in ("//=", "%="):  # a quotient near an integer would jump
        pushed = [updated(x * (1 + s), numbers, op, v * (1 + s)) for s in (h, -h)]
        np.testing.assert_allclose(found["tangent"], (pushed[0] - pushed[1]) / (2 * h), **far)
        np.testing.assert_allclose(found["hx"], (moved(h, h)[0] - moved(-h, -h)[0]) / (2 * h), **far)
        dvs = [(moved(0, t)[1] * v * (1 + t)).sum() for t in (h, -h)]
        dxs = [(moved(0, t)[0] * x).sum() for t in (h, -h)]
        for name, (after, before) in (("hv", dvs), ("hxv", dxs)):
            expected = (after - before) / (2 * h)
            assert (found[name] * v).sum() == pytest.approx(expected, rel=1e-5, abs=1e-6), program


# ---------------------------------------------------------------- single programs


def run(program: str, **feeds: Any) -> dict[str, Any]:
    return {k: np.asarray(v).tolist() for k, v in every_way(program, **feeds).items()}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("y = zeros([3]); y[[0, 0, 2]] -= 1.0", [-2, 0, -1]),
        ("y = ones([3]); y[[1, 1]] *= 2.0", [1, 4, 1]),
        ("y = ones([3]); y[[1, -2]] *= 2.0", [1, 4, 1]),
        ("y = 8 * ones([3]); y[[1, 1, 1, 0]] /= 2.0", [4, 1, 8]),
        ("y = i64([17, 9, 5]); y[[0, 0, 1]] //= 2", [4, 4, 5]),
        ("y = i64([17, 9, 5]); y[[0, 0]] %= [10, 4]", [3, 9, 5]),
        ("y = 3 * ones([2]); y[[0, 0]] **= 2", [81, 3]),
        ("y = u8([200, 1]); y[[0, 0]] -= 150", [156, 1]),
        ("y = zeros([3]); y[[0, 0, 2]] = [1, 2, 3]", [2, 0, 3]),
        ("y = zeros([3]); y[[]] += 1.0", [0, 0, 0]),
        ("y = ones([3]); y[[]] *= 2.0", [1, 1, 1]),
        ("y = zeros([3]); for k in range(4) { y[[k % 2, 0]] += 1.0 }", [6, 2, 0]),
        ("y = ones([3]); for k in range(2) { y[[k, k]] *= 3.0 }", [9, 9, 1]),
        ("y = ones([2]); if sum(y) > 1 { y[[0, 0]] /= 2.0 } else { y[0] = 7.0 }", [0.25, 1]),
        ('y = ["a", "b"]; y[[0, 0, 1]] += "c"', ["acc", "bc"]),
        ("y = zeros([2, 2]); y[0, :, None] += [[1.0], [2.0]]", [[1, 2], [0, 0]]),
        ("y = zeros([2, 2]); m = [true, false]; y[m] = 5.0", [[5, 5], [0, 0]]),
        ("y = zeros([2, 2]); y[[true, false]] += [1.0, 2.0]", [[1, 2], [0, 0]]),
        ("y = [eye(2) + 1]; y[[0, 0, 0]] @= [[0.0, 1.0], [1.0, 0.0]]", [[[1, 2], [2, 1]]]),
        ("y = zeros([3]); i = u64([0, 2]); y[i] += 1.0; y[i, ] -= 3.0", [-2, 0, -2]),
    ],
)  # fmt: skip
def test_values(program: str, expected: Any) -> None:
    assert run(program + "\noutput y")["y"] == expected


@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power"])
@pytest.mark.parametrize("dtype", ["f32", "f64", "i32", "u16"])
def test_as_numpys_at(op: str, dtype: str) -> None:
    """`np.multiply.at` and its like apply every update, in order."""
    if op == "divide" and dtype[0] != "f":
        return
    rng = np.random.default_rng(4)
    kind = np.dtype(f"{dtype[0]}{int(dtype[1:]) // 8}")
    x, v = rng.integers(1, 9, (5, 3)).astype(kind), rng.integers(1, 4, (7, 3)).astype(kind)
    i = rng.integers(-5, 5, 7)
    expected = x.copy()
    getattr(np, op).at(expected, i, v)
    symbol = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//", "remainder": "%"}
    types = f"input x: {dtype}[n, 3]\ninput v: {dtype}[m, 3]\ninput i: i64[m]\n"
    found = every_way(f"{types}y = x; y[i] {symbol.get(op, '**')}= v\noutput y", x=x, v=v, i=i)["y"]
    assert found.dtype == kind
    np.testing.assert_array_equal(found, expected)


def test_state_and_objects() -> None:
    """A variable's items, of a module, too; and places that repeat only in the run."""
    program = "module M() { var w: f64[3] = [1, 1, 1]\n fn call(i) { w[i] += 1\n w[i] *= 2.0\n return w } }\n"
    program += "m = M()\ninput i: i64[k]\noutput y = m(i)"
    step = graphc.loads(program).compile()
    assert step(i=[0, 0, -1])["y"].tolist() == [12, 1, 4]
    assert step(i=[1])["y"].tolist() == [12, 4, 4]
    assert step.state["m.w"].tolist() == [12, 4, 4]


def test_a_value_that_changes_the_tensor() -> None:
    """As in Python, `y[i]` is read first, and put into what y is by then."""
    program = "var y: f64[3] = [1, 2, 3]\nfn f() { assign(y, 10 * y)\n return 5.0 }\n"
    for op, expected in (("+", [1 + 5 + 5, 20, 30]), ("*", [25, 20, 30])):
        step = graphc.loads(f"{program}y[[0, 0]] {op}= f()\noutput z = y").compile()
        assert step()["z"].tolist() == expected


def codes(program: str) -> list[str]:
    try:
        return [d.code for d in compile_source(Source("test.g", program), Options()).warnings]
    except Diagnostics as found:
        return [d.code for d in found.items]


@pytest.mark.parametrize(
    ("index", "warned"),
    [
        ("0, :, i", True),
        ("k, :, i", True),
        (":, i, 0, j", False),
        ("0, i", False),
        ("i, 0", False),
        ("i, :, j", False),
        (":, 0, :, i", True),
        ("0, None, i", True),
        ("0, :, k", False),
        ("..., i", False),
        ("0, ..., i", True),
    ],
)
def test_numpys_order_is_said(index: str, warned: bool) -> None:
    """W0302 where NumPy has the index tensor's axis elsewhere, and nowhere else."""
    inputs = "input x: f32[2, 3, 4, 5]\ninput i: i64[2]\ninput j: i64[2]\ninput k: i64\n"
    assert codes(f"{inputs}output y = x[{index}]") == ["W0302"] * warned
    x, i, j, k = np.arange(120.0).reshape(2, 3, 4, 5), np.array([1, 0]), np.array([2, 1]), 1
    theirs = eval(f"x[{index}]", {"x": x, "i": i, "j": j, "k": k})
    ours = every_way(f"{inputs}output y = x[{index}]\noutput jk = j[k]", x=x, i=i, j=j, k=k)["y"]
    assert (ours.shape != theirs.shape or bool((ours != theirs).any())) == warned


@pytest.mark.parametrize(
    ("index", "code", "words"),
    [
        ("m", "E0312", "where("),
        ("m, 0", "E0312", "where("),
        ("f", "E0304", "where("),
        ("0, f", "E0304", "where("),
        ("i, j3", "E0302", ""),
        ("0, 0, 0", "E0311", ""),
    ],
)
@pytest.mark.parametrize(
    "form", ["output y = x[{}]", "y = x; y[{}] = 1.0", "y = x; y[{}] -= 1.0", "y = x; y[{}] *= 1.0"]
)
def test_refused(index: str, code: str, words: str, form: str) -> None:
    inputs = "input x: f32[2, 2]\ninput m: bool[2]\ninput f: f32[2]\ninput i: i64[2]\ninput j3: i64[3]\n"
    if index == "m" and not form.startswith("output"):
        return  # `x[mask] = v` is `where`
    with pytest.raises(Diagnostics) as raised:
        compile_source(Source("test.g", inputs + form.format(index)), Options())
    [found] = raised.value.items
    assert found.code == code
    assert words in (found.hint or "")


@pytest.mark.parametrize("form", ["y = x[{}]", "y = x; y[{}] = 1.0", "y = x; y[{}] -= 1.0", "y = x; y[{}] *= 2.0"])
@pytest.mark.parametrize("place", [2, -3, 2**63, 2**64 - 1])
@pytest.mark.parametrize("index", ["i, 0", ":, i", "i, j", "0, i", "k, 0", ":, k"])
def test_out_of_range(form: str, place: int, index: str) -> None:
    """On every path, of every dtype: a large u64 isn't taken for a negative number."""
    dtype = "u64" if place > 2 else "i64"
    types = {"i": f"{dtype}[2]", "j": "i64[2] = [0, 0]", "k": dtype}
    inputs = "input x: f64[2, 2]\n" + "".join(f"input {k}: {t}\n" for k, t in types.items() if k in index)
    program = f"{inputs}{form.format(index)}\noutput y"
    given = {"x": np.ones((2, 2)), "i": np.array([0, place], dtype[0] + "8"), "k": np.array(place, dtype[0] + "8")}
    feeds = {name: value for name, value in given.items() if name == "x" or name in index}
    graph = compile_source(Source("test.g", program), IN_F64).graph
    with pytest.raises(Diagnostics, match="E0605"):
        outputs(graph, **feeds)
    with pytest.raises(Diagnostics, match="E0605"):
        outputs(graph, passes=False, **feeds)
    with pytest.raises(Diagnostics, match="E0605"):
        Eager(IN_F64, feeds).run(parse(Source("test.g", program)))


def test_masks_pass_through() -> None:
    """What an update replaces sends no NaN into the gradient, and neither does what a mask leaves out."""
    program = """
        input x: f64[4]
        y = sqrt(x)
        y[[0, 0]] = 1.0
        z = 2 * y
        z[[3, 3, 1]] *= where(x[[2, 2, 2]] > 0, 2.0, 1.0)
        output g = grad(sum(where(x > 0, z, 0)), x)
    """
    g = run(program, x=np.array([0.0, 4.0, 9.0, 16.0]))["g"]
    np.testing.assert_allclose(g, [0, 1.0, 1 / 3, 1.0], rtol=1e-15)
