"""Text becomes f32 in one rounding, wherever it stands; the right f32 is found with fractions."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import graphc
from graphc.files import parse_feed
from graphc.ir.decimals import Tied, number
from tests.commands import graphc as command

HALF = "1.00000005960464477539062500001"  # just above the middle between 1 and its neighbour
ABOVE = np.float32(1.0000001)


def nearest(text: str) -> np.float32:
    """By exact comparison with the neighbours of a first guess; ties to even."""
    exact, guess = Fraction(text), np.float32(float(text))
    near = [np.nextafter(guess, np.float32(-np.inf)), guess, np.nextafter(guess, np.float32(np.inf))]
    return min(near, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(np.int32)) & 1))


def hard(count: int) -> Iterator[str]:
    """Numbers a hair's breadth from the middle between two neighbours, some below the normal numbers, some negative."""
    rng = random.Random(5)
    for _ in range(count):
        bits = np.array(rng.choice([rng.randrange(1, 1 << 23), rng.randrange(1 << 23, 0x7F000000)]), np.int32)
        low = bits.view(np.float32)
        middle = (Fraction(float(low)) + Fraction(float(np.nextafter(low, np.float32(np.inf))))) / 2
        for shift in (-1, 0, 1):
            scaled = middle + shift * Fraction(1, 10**190)
            yield f"{'-' if rng.random() < 0.5 else ''}{decimal(scaled)}"


def decimal(x: Fraction) -> str:
    digits = str(x * 10**200 // 1)
    return f"{digits}e-200"


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_hard_number(sign: str) -> None:
    value = number(sign + HALF)
    assert isinstance(value, Tied)
    assert value == float(sign + HALF)
    assert value.single == (-ABOVE if sign else ABOVE)
    assert not isinstance(-number(HALF) * 1, Tied)


def test_ordinary_numbers_are_plain_floats() -> None:
    for text in ("0.1", "1e30", "3", "1.00000005960464477539062500000", "0", "-0.0", "1e-46", "5e-324", "1e39"):
        assert type(number(text)) is float


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" * 400])
def test_beyond_f64(text: str) -> None:
    with pytest.raises(OverflowError):
        number(text)


def test_against_fractions(tmp_path: Path) -> None:
    texts = list(hard(60))
    wanted = np.array([nearest(t) for t in texts])
    program = graphc.loads("input x: f32[n]\noutput y = x\n").compile()
    listed = f"[{', '.join(texts)}]"
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{t},1\n" for t in texts))
    (tmp_path / "t.json").write_text(listed)
    (tmp_path / "typed.json").write_text(f'{{"dtype": "f32", "shape": [2, {len(texts) // 2}], "data": {listed}}}')
    for feed in (listed, f"@{tmp_path}/t.csv:a", f"@{tmp_path}/t.json"):
        np.testing.assert_array_equal(program(x=parse_feed(feed))["y"], wanted)
    np.testing.assert_array_equal(parse_feed(f"@{tmp_path}/typed.json").reshape(-1), wanted)
    matrix = graphc.loads("input x: f32[n, 2]\noutput y = x\n").compile()
    np.testing.assert_array_equal(matrix(x=parse_feed(f"@{tmp_path}/t.csv"))["y"][:, 0], wanted)
    written = graphc.loads(f"input x: f32[{len(texts)}] = {listed}\noutput y = x\n").compile()()["y"]
    np.testing.assert_array_equal(written, wanted)


@pytest.mark.parametrize(
    "program",
    [
        f"input x: f32 = {HALF}\noutput y = x",
        f"output y = f32({HALF})",
        f"input x: f32 = 0.0\noutput y = x - (-{HALF})",
        f"input x: f32 = 0.0\noutput y = x + {HALF}",
        f"y: f32[1] = [{HALF}]\noutput z = y[0]",
        f"var w: f32 = {HALF}\noutput y = w",
        f"output y = where(true, {HALF}, f32(0))",
        f"output y = full([], {HALF}, dtype=f32)",
        f"output y = {HALF}",
        f"v = {HALF}\noutput y = v",
        f"output y = -(-{HALF})",
        f"fn f() = {HALF}\noutput y = f()",
        f"y = [{HALF}, 2]\noutput z = f32(y)[0]",
        f"y = full([2], {HALF})\noutput z = f32(y)[1]",
        f"v = {HALF}\ninput x: f32 = 1.0\noutput y = x * v",
        "output y = f32(72057598332895233)",  # 2**56 * 1.000000059604645, an integer beyond f64
    ],
)
def test_in_a_program(program: str) -> None:
    loaded = graphc.loads(program + "\n")
    (found,) = loaded.compile()().values()
    assert found.dtype == np.float32
    assert found in (ABOVE, ABOVE * np.float32(2**56))
    (eager,) = loaded.run_eagerly().values()
    assert eager == found
    (again,) = graphc.loads(str(loaded.optimised())).compile()().values()
    assert again == found


@pytest.mark.parametrize("form", ["{x}", "[{x}, 2]", "full([2], {x})"])
def test_a_program_prints_what_its_numbers_are(form: str) -> None:
    """Also those that are exactly between two f32, whose shortest f64 text is beyond the middle."""
    middle = "1.000000059604644775390625"
    for text in (*hard(20), middle, HALF, "1.00000005960464477539062499999", "0.1"):
        program = graphc.loads(f"v = {form.format(x=text)}\noutput y = f32(v)\noutput z = f64(v)\n")
        found = program.compile()()
        assert np.ravel(found["y"])[0] == nearest(text)
        assert np.ravel(found["z"])[0] == float(text)
        again = graphc.loads(str(program)).compile()()
        assert [v.tobytes() for v in again.values()] == [v.tobytes() for v in found.values()]


def test_in_f64_it_is_the_nearest_f64() -> None:
    assert graphc.loads(f"input x: f64 = {HALF}\noutput y = x\n").compile()()["y"] == float(HALF)


def test_too_large_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n1e400\n")
    (tmp_path / "t.json").write_text("[1, 1e400]")
    (tmp_path / "p.g").write_text("input x: f32[n]\noutput y = x\n")
    (tmp_path / "d.g").write_text("input x: f32 = 1e39\noutput y = x\n")
    program = f"{tmp_path}/p.g"
    for feed, place in ((f"@{tmp_path}/t.csv", "t.csv:3:"), (f"@{tmp_path}/t.json", "t.json"), ("[1e400]", "--feed x")):
        said = command("run", program, "--feed", f"x={feed}")
        assert (said.status, "too large for f64" in said.stderr, place in said.stderr) == (1, True, True), said.stderr
    said = command("run", program, "--feed", "x=[1, 3.5e38]")
    assert (said.status, "too large for f32" in said.stderr) == (1, True)
    assert "E0305" in command("run", f"{tmp_path}/d.g").stderr


def test_whole_numbers_of_u64_in_tables(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n18446744073709551615\n0\n")
    found = parse_feed(f"@{tmp_path}/t.csv:a")
    np.testing.assert_array_equal(found, np.array([2**64 - 1, 0], np.uint64))


def test_json_text_of_the_results() -> None:
    text = json.dumps({"data": [float(HALF)]})
    assert json.loads(text, parse_float=number)["data"][0] == float(HALF)
