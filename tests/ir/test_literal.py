"""Numbers and arrays as text: read back to the same bits, and laid out for people."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphc.ir.literal import dtype_of, format_array, format_number, format_result, json_value
from graphc.ir.strings import quote
from graphc.ir.types import BOOL, F32, F64, I64, STR, U8, WEAK_FLOAT, WEAK_INT


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [
        (1, F32, "1.0"),
        (0.1, F32, "0.1"),
        (1e-7, F32, "1e-07"),
        (16777216, F32, "16777216.0"),
        (3.4028235e38, F32, "3.4028235e+38"),
        (1e-45, F32, "1e-45"),
        (-0.0, F32, "-0.0"),
        (-0.0, F64, "-0.0"),
        (17.8969, F32, "17.8969"),
        (np.float32(0.1), F64, "0.10000000149011612"),
        (0.1, WEAK_FLOAT, "0.1"),
        (1e22, F64, "1e+22"),
        (math.inf, F32, "inf"),
        (-math.inf, F64, "-inf"),
        (math.nan, F32, "nan"),
        (-math.nan, F64, "nan"),
        (True, BOOL, "true"),
        (np.bool_(False), BOOL, "false"),
        (-3, I64, "-3"),
        (np.uint8(255), U8, "255"),
        (7**40, WEAK_INT, str(7**40)),
        ("a", STR, '"a"'),
    ],
)
def test_numbers(value, dtype, text):
    assert format_number(value, dtype) == text


def test_huge_integers_are_written_in_base_16():
    n = -(10**5000) - 7
    assert int(format_number(n, WEAK_INT), 16) == n


@given(st.integers(0, 2**32 - 1))
def test_f32_reads_back_through_f64(bits):
    x = np.array(bits, np.uint32).view(np.float32)[()]
    with np.errstate(all="ignore"):
        back = np.float32(float(format_number(x, F32)))
    assert np.isnan(back) if np.isnan(x) else back.tobytes() == x.tobytes()


@given(st.floats())
def test_f64_reads_back(x):
    back = float(format_number(x, F64))
    assert math.isnan(back) if math.isnan(x) else struct.pack("d", back) == struct.pack("d", x)


def test_strings_have_no_control_characters():
    assert quote('a"\\\n\x1b[31m\u202eé') == '"a\\"\\\\\\n\\u{1b}[31m\\u{202e}é"'


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.float32([[1, 2], [3, 4]]), "[[1.0, 2.0], [3.0, 4.0]]"),
        (np.zeros(0), "[]"),
        (np.zeros((2, 0)), "[[], []]"),
        (np.zeros((0, 2)), "[]"),
        (np.array([True, False]), "[true, false]"),
        (np.array(["a", "b"], object), '["a", "b"]'),
        (np.int8(-1), "-1"),
        (3.5, "3.5"),
        (np.arange(6).reshape(3, 2).T[:, ::2], "[[0, 4], [1, 5]]"),
    ],
)
def test_arrays_in_a_line(array, text):
    assert format_array(array) == text


def test_matrices_are_aligned():
    assert format_array(np.array([[1.0, 10], [100.5, 0], [2, 3]]), width=20).splitlines() == [
        "[",
        "  [  1.0, 10.0],",
        "  [100.5,  0.0],",
        "  [  2.0,  3.0]",
        "]",
    ]


def test_long_rows_are_wrapped():
    text = format_array(np.arange(30).reshape(2, 15), width=40)
    assert text.splitlines() == [
        "[",
        "  [",
        "     0,  1,  2,  3,  4,  5,  6,  7,  8,",
        "     9, 10, 11, 12, 13, 14",
        "  ],",
        "  [",
        "    15, 16, 17, 18, 19, 20, 21, 22, 23,",
        "    24, 25, 26, 27, 28, 29",
        "  ]",
        "]",
    ]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(5, 80), st.booleans())
def test_layouts_hold_the_same_data(shape, width, negative):
    array = np.arange(math.prod(shape)).reshape(shape) * (-1 if negative else 1)
    text = format_array(array, I64, width=width)
    assert json.loads(text) == array.tolist()
    if array.size:
        widest = max(len(str(x)) for x in array.reshape(-1))
        assert max(map(len, text.splitlines())) <= max(width, 2 * len(shape) + widest + 1)


def test_the_middle_is_left_out_only_on_request():
    array = np.arange(2000)
    assert format_array(array, limit=1000) == "[0, 1, 2, ..., 1997, 1998, 1999]"
    assert format_array(array[:1000], limit=1000).count(",") == 999
    assert format_array(array).count(",") == 1999
    rows = format_array(array.reshape(1000, 2), limit=1000).splitlines()
    assert len(rows) in (1, 9) and "..." in "".join(rows)


def test_results():
    assert format_result("loss", np.float32(17.8969)) == "loss: f32 = 17.8969"
    assert format_result("dw", np.float32([0.1, 0.2, 0.3])) == "dw: f32[3] = [0.1, 0.2, 0.3]"
    assert format_result("k", np.int64(3)) == "k: i64 = 3"
    assert format_result("empty", np.zeros((0, 3), np.float32)) == "empty: f32[0, 3] = []"


def test_json_is_strict():
    value = json_value(np.float32([[17.8, np.nan], [np.inf, -np.inf]]))
    assert value == {"dtype": "f32", "shape": [2, 2], "data": [[17.8, "nan"], ["inf", "-inf"]]}
    assert json_value(np.float32(17.8)) == {"dtype": "f32", "shape": [], "data": 17.8}
    assert json_value(np.zeros((0, 2)))["data"] == []
    assert json_value(np.array([True]))["data"] == [True]
    json.dumps(value, allow_nan=False)


def test_dtypes_of_data():
    assert dtype_of(np.zeros(1, np.uint8)) is U8
    assert dtype_of(np.zeros(1, bool)) is BOOL
    assert dtype_of(np.array(["a"], object)) is STR
