"""Feeds and state against declarations: casts, sizes, and what is said when they don't fit."""

from __future__ import annotations

import time

import numpy as np
import pytest
from programs import Program

from graphc.diagnostics import Diagnostics
from graphc.diagnostics.render import render
from graphc.executors.binding import bind
from graphc.executors.numpy import Executable
from graphc.ir.dims import floordiv, symbol
from graphc.ir.types import BOOL, F32, F64, I64, STR, U8, U64

n, m, k = symbol("n"), symbol("m"), symbol("k")


def program(dtype, *shape, default=None):
    p = Program()
    p.input("x", dtype, *shape, default=default)
    return p.graph()


def fed(value, dtype, *shape):
    return bind(program(dtype, *shape), {"x": value}).arrays["x"]


def refused(graph, feeds, state=None):
    with pytest.raises(Diagnostics) as error:
        bind(graph, feeds, state)
    return error.value.items


# ---------------------------------------------------------------- casts


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (2, F32, np.float32(2)),
        (True, BOOL, np.bool_(True)),
        (0.1, F32, np.float32(0.1)),
        (np.float64(0.1), F32, np.float32(0.1)),
        (np.float16(0.5), F64, np.float64(0.5)),
        (np.int8(-3), I64, np.int64(-3)),
        (2**64 - 1, U64, np.uint64(2**64 - 1)),
        (np.int64(255), U8, np.uint8(255)),
        (10**30, F64, np.float64(1e30)),
        (float("inf"), F32, np.float32(np.inf)),
        (np.array(3.0, ">f8"), F64, np.float64(3)),
    ],
)
def test_scalars_are_cast(value, dtype, expected):
    got = fed(value, dtype)
    assert got.dtype == expected.dtype and got.dtype.isnative and got.shape == () and got == expected


@pytest.mark.parametrize(
    ("value", "dtype", "code", "says"),
    [
        (2.0, I64, "E0316", "input x is declared i64, but the feed holds floats"),
        (np.float32(2), U8, "E0316", "input x is declared u8, but the feed holds floats"),
        (True, F32, "E0303", "input x is declared f32, but the feed holds booleans"),
        (1, BOOL, "E0303", "input x is declared bool, but the feed holds integers"),
        (1j, F32, "E0303", "input x is declared f32, but the feed holds complex numbers"),
        ("a", F32, "E0303", "input x is declared f32, but the feed holds strings"),
        (b"a", STR, "E0303", "input x is declared str, but the feed holds bytes"),
        (None, F32, "E0303", "input x is declared f32, but the feed is a NoneType, no number or array"),
        (np.datetime64("2020-01-01"), I64, "E0303", "input x is declared i64, but the feed holds dates"),
        (256, U8, "E0305", "input x is declared u8, but the feed holds 256; u8 goes from 0 to 255"),
        (-1, U64, "E0305", f"input x is declared u64, but the feed holds -1; u64 goes from 0 to {2**64 - 1}"),
        (1e300, F32, "E0305", "input x is declared f32, but the feed holds 1e+300, too large for f32"),
        (10**400, F64, "E0305", "input x is declared f64, but the feed holds a number, too large for f64"),
    ],
)
def test_casts_that_would_lose(value, dtype, code, says):
    (diagnostic,) = refused(program(dtype), {"x": value})
    assert (diagnostic.code, diagnostic.message) == (code, says)
    assert diagnostic.primary.span.where == "test.g:1:1"


def test_what_holds_arrays():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return np.ones(3)

    class Foreign:
        def __init__(self):
            self.data = np.arange(3.0)

        def __dlpack__(self, **options):
            return self.data.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.data.__dlpack_device__()

    class Broken:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("needs grad: detach it first\nmore")

    assert fed(Tensor(), F32, n).tolist() == [1, 1, 1]
    assert fed(Foreign(), F64, n).tolist() == [0, 1, 2]
    assert fed(memoryview(np.ones(2)), F64, n).tolist() == [1, 1]
    assert fed((1, 2), F64, n).tolist() == [1, 2]
    (diagnostic,) = refused(program(F32), {"x": Broken()})
    assert diagnostic.message.endswith("the feed, a Broken, can't be read as an array: needs grad: detach it first")


def test_arrays_of_the_right_type_are_not_copied():
    array = np.ones(3, np.float32)
    assert fed(array, F32, n) is array


def test_lists():
    assert fed([[1, 2], [3, 4]], F32, n, 2).tolist() == [[1, 2], [3, 4]]
    assert fed([], I64, n).dtype == np.int64
    assert fed(["a", "b"], STR, n).tolist() == ["a", "b"]
    (diagnostic,) = refused(program(F32, n, m), {"x": [[1], [2, 3]]})
    assert diagnostic.message.endswith("but the feed is a list whose rows have different lengths")


def test_masked_arrays():
    assert fed(np.ma.array([1.0, 2.0]), F32, n).tolist() == [1, 2]
    for mask, count in (([False, True, False], "1 element is"), ([True, True, False], "2 elements are")):
        (diagnostic,) = refused(program(F32, n), {"x": np.ma.array([1.0, 2.0, 3.0], mask=mask)})
        assert diagnostic.code == "E0303"
        assert diagnostic.message == (
            f"input x is declared f32[n], but the feed is a masked array of which {count} masked"
        )
        assert diagnostic.hint == "feed x.filled(0)"
    (diagnostic,) = refused(program(F32, n), {"x": np.ma.masked})
    assert "masked" in diagnostic.message


def test_many_feeds_are_bound_in_linear_time():
    def seconds(count):
        p = Program()
        for i in range(count):
            p.input(f"x{i}")
        graph, feeds = p.graph(), {f"x{i}": 1.0 for i in range(count)}
        taken = []
        for _ in range(3):
            start = time.process_time()
            assert len(bind(graph, feeds).arrays) == count
            taken.append(time.process_time() - start)
        return min(taken)

    assert seconds(16_000) < 9 * seconds(4_000)  # looking each name up in a list takes 12 times as long


def test_rounding_is_noted_for_data_not_for_text():
    notes = []
    graph = program(F32, n)
    bind(graph, {"x": np.ones(2)}, note=notes.append)
    bind(graph, {"x": [0.1, 0.2]}, note=notes.append)
    bind(graph, {"x": np.ones(2, np.float32)}, note=notes.append)
    assert notes == ["x: rounded from f64 to f32"]


# ---------------------------------------------------------------- shapes


def test_the_face_of_a_wrong_shape():
    found = refused(program(F32, default=0.0), {"x": [[0, 0], [1, 2]]})
    assert render(found).splitlines() == [
        "error[E0303]: input x is declared f32, but the feed has shape [2, 2]",
        "  --> test.g:1:1",
        "   |",
        " 1 | input x: f32",
        "   | ^^^^^^^^^^^^ a scalar",
        "   = hint: declare x: f32[n, m] (or f32[...] inside a function) to take matrices",
    ]


def test_hints_declare_symbols_that_are_free():
    p = Program()
    p.input("x", F32)
    p.input("y", F32, n)
    (diagnostic,) = refused(p.graph(), {"x": [1.0], "y": [1.0]})
    assert diagnostic.hint == "declare x: f32[m] (or f32[...] inside a function) to take vectors"


def test_fixed_sizes():
    (diagnostic,) = refused(program(F32, n, 3), {"x": np.ones((2, 4))})
    assert diagnostic.message == "input x is declared f32[n, 3], but the feed has shape [2, 4]"
    assert diagnostic.primary.text == "axis 1 has size 3"
    assert diagnostic.hint == "declare x: f32[n, m] to take any size"


def test_symbols_are_shared():
    p = Program()
    p.input("X", F32, n, 3)
    p.input("Y", F32, n)
    graph = p.graph()
    assert bind(graph, {"X": np.ones((4, 3)), "Y": np.ones(4)}).sizes == {"n": 4}
    (diagnostic,) = refused(graph, {"X": np.ones((5, 3)), "Y": np.ones(4)})
    assert (diagnostic.code, diagnostic.message) == ("E0303", "n is 5 in the feed of X, but 4 in the feed of Y")
    assert diagnostic.primary.span.text == "input Y: f32[n]"
    assert [label.span.text for label in diagnostic.secondary] == ["input X: f32[n, 3]"]


def test_composite_sizes_are_verified_afterwards():
    p = Program()
    p.input("y", F32, 2 * n + 1)
    p.input("z", F32, floordiv(n, 2))
    p.input("x", F32, n)
    graph = p.graph()
    assert bind(graph, {"x": np.ones(4), "y": np.ones(9), "z": np.ones(2)}).sizes == {"n": 4}
    (diagnostic,) = refused(graph, {"x": np.ones(4), "y": np.ones(8), "z": np.ones(2)})
    assert diagnostic.message == "input y is declared f32[2*n+1], but the feed has shape [8]"
    assert diagnostic.notes == ("with n = 4, 2*n+1 is 9",)


def test_a_size_may_be_solved_from_one_equation():
    p = Program()
    p.input("x", F32, 2 * n + m)
    p.input("y", F32, m)
    assert bind(p.graph(), {"x": np.ones(7), "y": np.ones(3)}).sizes == {"m": 3, "n": 2}
    (diagnostic,) = refused(p.graph(), {"x": np.ones(8), "y": np.ones(3)})
    assert diagnostic.code == "E0314"


def test_sizes_that_nothing_tells():
    (diagnostic,) = refused(program(F32, n * m), {"x": np.ones(6)})
    assert (diagnostic.code, diagnostic.message) == ("E0314", "the size m can't be known from the inputs that are fed")
    p = Program()
    p.input("x", F32, n, default=np.float32([1, 2, 3]))
    assert bind(p.graph(), {}).sizes == {"n": 3}


def test_symbols_of_nodes_that_nobody_fed():
    p = Program()
    p.output("y", p.b.size(k, F32))
    graph = p.graph()
    with pytest.raises(Diagnostics) as error:
        Executable(graph).run(bind(graph, {}))
    (diagnostic,) = error.value.items
    assert (diagnostic.code, diagnostic.message) == ("E0314", "the size k can't be known from the inputs that are fed")


# ---------------------------------------------------------------- which inputs


def test_unknown_and_missing_feeds_come_together():
    p = Program()
    p.input("rate", F32)
    p.input("scale", F32)
    p.input("x", F32, n)
    unknown, first, second = refused(p.graph(), {"Rate": 1.0})  # rate was meant: nothing more about it
    assert (unknown.code, unknown.message) == ("E0604", "there is no input Rate")
    assert unknown.notes == ("the inputs are rate, scale, x",) and unknown.hint == "did you mean rate?"
    assert [first.code, second.code] == ["E0603", "E0603"]
    assert first.message == "input scale has no value" and first.hint == "--feed scale=1.0"
    assert second.hint == "--feed x=@data.npy"


def test_defaults():
    p = Program()
    x = p.input("x", F32, default=2.0)
    p.output("y", x * 2)
    assert p.run().outputs["y"] == 4
    assert p.run(x=5).outputs["y"] == 10


def test_a_default_must_have_the_sizes_of_the_others():
    p = Program()
    p.input("x", F32, n)
    p.input("y", F32, n, default=np.float32([1, 2]))
    (diagnostic,) = refused(p.graph(), {"x": [1, 2, 3]})
    assert diagnostic.message == "n is 3 in the feed of x, but 2 in the default of y"
    assert diagnostic.code == "E0602"


def test_pruned_inputs_may_be_fed_and_tell_sizes():
    full = Program()
    full.input("x", F32, n)
    pruned = Program()
    pruned.output("y", pruned.b.size(n, F32))
    nodes = full.graph().inputs()
    binding = bind(pruned.graph(), {"x": [1, 2]}, pruned=nodes)
    assert binding.sizes == {"n": 2} and binding.arrays == {}
    assert Executable(pruned.graph()).run(binding).outputs["y"] == 2
    assert bind(Program().graph(), {}, pruned=nodes).sizes == {}


def test_state_is_checked_too():
    p = Program()
    p.variable("w", F32, n, init=np.zeros(2))
    p.input("x", F32, n)
    graph = p.graph()
    assert bind(graph, {"x": [1, 2, 3]}, {"w": np.zeros(3, np.float32)}).sizes == {"n": 3}
    (diagnostic,) = refused(graph, {"x": [1, 2, 3]}, {"w": np.zeros(4, np.float32)})
    assert diagnostic.message == "n is 3 in the feed of x, but 4 in the saved state of w"
    (diagnostic,) = refused(graph, {"x": [1, 2]}, {"w": np.zeros((2, 2))})
    assert diagnostic.message == "variable w is declared f32[n], but the saved state has shape [2, 2]"
