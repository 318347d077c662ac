"""Bad programs and bad data: each gets a message that names the user's thing, an exit status, and no traceback."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.commands import Said, graphc

VECTOR = "input x: f32[n]\ninput k: i64 = 1\noutput s = k * sum(x)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("v.g").write_text(VECTOR)


def refused(said: Said, code: str, *parts: str) -> str:
    """The message of an error of the program or its data."""
    assert said.status == 1, (said.status, said.stdout, said.stderr)
    assert said.stdout == ""
    assert f"error[{code}]" in said.stderr, said.stderr
    for part in parts:
        assert part in said.stderr, said.stderr
    assert "Traceback" not in said.stderr
    return said.stderr


# ---------------------------------------------------------------- programs


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("length = 3.0\ny = lenght * 2\n", "E0201", ["lenght", "length", "p.g:2:5"]),
        ("y = tanhh(1.0)\n", "E0201", ["tanh?"]),
        ("for = 3\n", "E0102", ["for"]),
        ("input input: f32\n", "E0102", ["input"]),
        ("y = 10 ** 10 ** 6\n", "E0902", []),
        ("input x: f32[3]\ny = x[5]\n", "E0307", ["5", "p.g:2"]),
        ("input k: i64\ny = grad(k * 2, k)\n", "E0401", ["i64"]),
        ("input x: f32\ninput z: f32\ny = grad(z, x)\n", "E0402", ["depend"]),
        ("y = (1 + 2\n", "E0103", ["p.g:1"]),
    ],
)
@pytest.mark.parametrize("verb", ["run", "check", "show"])
def test_bad_program(verb: str, text: str, code: str, parts: list[str]) -> None:
    Path("p.g").write_text(text)
    refused(graphc(verb, "p.g"), code, *parts)


def test_an_array_beyond_any_memory() -> None:
    Path("p.g").write_text("output y = sum(zeros([1000000, 1000000]))\n")
    refused(graphc("run", "p.g"), "E0903", "bytes")


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[", "]"), ("-", ""), ("sin(", ")")])
def test_deep_nesting(opening: str, closing: str) -> None:
    Path("p.g").write_text(f"y = {opening * 10_000}1.0{closing * 10_000}\n")
    refused(graphc("run", "p.g"), "E0901")


def test_a_long_sum_is_fine() -> None:
    Path("p.g").write_text(f"input x: f64\noutput y = {' + '.join(['x'] * 5_000)}\n")
    said = graphc("run", "p.g", "--feed", "x=2")
    assert (said.status, said.stdout) == (0, "y: f64 = 10000.0\n")


def test_a_program_that_is_no_text() -> None:
    Path("p.g").write_bytes(b"# caf\xe9\noutput y = 1.0\n")
    refused(graphc("check", "p.g"), "E0702", "p.g isn't UTF-8 text: line 1 has the byte 0xe9")


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"x = 1 # caf\xe9\n", "iconv -f latin1 -t utf-8 p.g"),
        ("x = 1\n".encode("utf-16"), "iconv -f utf-16 -t utf-8 p.g"),
        (b"\x93NUMPY\x01\x00", None),
    ],
)
def test_only_text_can_be_converted(data: bytes, hint: str | None) -> None:
    Path("p.g").write_bytes(data)
    message = refused(graphc("check", "p.g"), "E0702")
    assert hint in message if hint else "iconv" not in message


def test_a_program_without_output_has_nothing_to_differentiate() -> None:
    Path("p.g").write_text("")
    assert "--of" not in refused(graphc("grad", "p.g", "--wrt", "x"), "E0408", "no output")


def test_byte_order_mark_and_windows_line_ends() -> None:
    Path("p.g").write_bytes(b"\xef\xbb\xbfa = 1.0\r\noutput y = a + 1\r\n")
    assert graphc("run", "p.g").stdout == "y: f32 = 2.0\n"


@pytest.mark.parametrize("path", ["nowhere.g", "v.gg", ".", "nowhere/p.g", "a\0b.g"])
def test_a_program_that_is_not_there(path: str) -> None:
    said = refused(graphc("run", path), "E0701")
    if path == "v.gg":
        assert "did you mean v.g?" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_program_that_may_not_be_read() -> None:
    Path("v.g").chmod(0)
    refused(graphc("run", "v.g"), "E0701")


# ---------------------------------------------------------------- feeds


@pytest.mark.parametrize(
    ("feeds", "code", "parts"),
    [
        ([], "E0603", ["input x has no value", "--feed x="]),
        (["x=3"], "E0303", ["input x is declared f32[n], but the feed has shape []"]),
        (["x=[[1, 2]]"], "E0303", ["shape [1, 2]"]),
        (["x=[true]"], "E0303", ["holds booleans"]),
        (['x=["a"]'], "E0303", ["holds strings"]),
        (["x=[1]", "k=1.5"], "E0316", ["k", "floats"]),
        (["x=[1]", "y=2"], "E0604", ["no input y"]),
        (["x=[1e60]"], "E0305", ["too large for f32"]),
        (["x=[[1], [2, 3]]"], "E0708", ["--feed x"]),
        (["x=[1, 2"], "E0708", ["--feed x"]),
        (["x=hello"], "E0708", ["hello"]),
    ],
)
def test_bad_feed(feeds: list[str], code: str, parts: list[str]) -> None:
    refused(graphc("run", "v.g", *(word for feed in feeds for word in ("--feed", feed))), code, *parts)


def test_a_feed_for_a_variable() -> None:
    Path("p.g").write_text("var w: f32[2] = [1, 2]\noutput s = sum(w)\n")
    refused(graphc("run", "p.g", "--feed", "w=[1, 2]"), "E0604", "w is a variable", "p.g:1:5", "input w: f32[2]")


def test_sizes_that_disagree() -> None:
    Path("p.g").write_text("input x: f32[n]\ninput y: f32[n]\ninput z: f32[3]\noutput s = sum(x * y) + sum(z)\n")
    said = graphc("run", "p.g", "--feed", "x=[1]", "--feed", "y=[1, 2]", "--feed", "z=[1]")
    text = refused(said, "E0303", "n is 1 in the feed of x, but 2 in the feed of y")
    assert "input z is declared f32[3], but the feed has shape [1]" in text
    assert text.endswith("error: 2 errors in p.g\n")


@pytest.mark.parametrize("text", ["x", "=3", "x="])
def test_a_feed_without_name_or_value(text: str) -> None:
    said = graphc("run", "v.g", "--feed", text)
    assert said.status == 2
    assert "--feed takes NAME=VALUE" in said.stderr


def test_a_feed_given_twice() -> None:
    said = graphc("run", "v.g", "--feed", "x=[1]", "--feed", "x=[2]")
    assert (said.status, "--feed is given twice for x" in said.stderr) == (2, True)


def write_files() -> None:
    np.save("good.npy", np.ones(3))
    Path("cut.npy").write_bytes(Path("good.npy").read_bytes()[:-5])
    Path("text.npy").write_text("no array")
    Path("empty.npy").write_bytes(b"")
    np.save("pickled.npy", np.array([1.0, None]), allow_pickle=True)
    Path("data.pkl").write_bytes(pickle.dumps([1.0]))
    np.savez("two.npz", a=np.ones(2), b=np.ones(3))
    Path("lab.csv").write_text("time,singal\n0,1\n1,oops\n")
    Path("odd.json").write_text("[1, [2]]")


@pytest.mark.parametrize(
    ("file", "code", "parts"),
    [
        ("nowhere.npy", "E0701", ["nowhere.npy"]),
        ("good.npz", "E0701", ["good.npy?"]),
        (".", "E0701", ["folder"]),
        ("cut.npy", "E0704", ["cut.npy"]),
        ("text.npy", "E0704", ["text.npy"]),
        ("empty.npy", "E0704", ["empty"]),
        ("pickled.npy", "E0705", ["pickled.npy"]),
        ("data.pkl", "E0704", ["data.pkl"]),
        ("two.npz", "E0703", ["a, b"]),
        ("two.npz:c", "E0703", ["c"]),
        ("lab.csv:signal", "E0703", ['no column "signal"', "did you mean singal?"]),
        ("lab.csv:singal", "E0704", ['lab.csv:3: "oops" in column "singal"']),
        ("odd.json", "E0704", ["odd.json"]),
    ],
)
def test_bad_file(file: str, code: str, parts: list[str]) -> None:
    write_files()
    refused(graphc("run", "v.g", "--feed", f"x=@{file}"), code, *parts)


# ---------------------------------------------------------------- what a run finds


@pytest.mark.parametrize(
    ("program", "feed", "code", "parts"),
    [
        ("input i: i64\nx = [1.0, 2.0]\nt = x + 0\noutput y = take(t, i)\n", "i=5", "E0605", ["5", "p.g:4"]),
        ("input a: f64[n, n]\noutput y = inv(a)\n", "a=[[1, 2], [2, 4]]", "E0606", ["p.g:2"]),
        ('input a: f64\noutput y = a\nassert a > 0, "must be positive"\n', "a=-1", "E0601", ["must be positive"]),
        ("input a: f64[n]\noutput y = reshape(a, [2, n // 2])\n", "a=[1, 2, 3]", "E0602", ["n = 3"]),
    ],
)
def test_failures_while_running(program: str, feed: str, code: str, parts: list[str]) -> None:
    Path("p.g").write_text(program)
    refused(graphc("run", "p.g", "--feed", feed), code, *parts)


def test_a_fetch_that_is_none() -> None:
    refused(graphc("run", "v.g", "--feed", "x=[1]", "--fetch", "q"), "E0408", "no value q", "s")


# ---------------------------------------------------------------- what can't be written


def test_an_output_into_no_folder() -> None:
    refused(graphc("run", "v.g", "--feed", "x=[1]", "--out", "s=no/such/s.npy"), "E0706", "no folder no/such")


def test_the_old_file_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    np.save("s.npy", np.ones(7))
    before = Path("s.npy").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(graphc("run", "v.g", "--feed", "x=[1]", "--out", "s=s.npy"), "E0706", "s.npy can't be written")
    assert Path("s.npy").read_bytes() == before
    assert sorted(os.listdir()) == ["s.npy", "v.g"]


def test_a_state_that_can_not_be_written() -> None:
    Path("p.g").write_text("var w: f32 = 1.0\nw += 1\noutput w\n")
    Path("file").write_text("in the way")
    refused(graphc("run", "p.g", "--state", "file/state"), "E0706", "file")
    assert Path("file").read_text() == "in the way"


def test_a_state_that_is_a_file() -> None:
    Path("p.g").write_text("var w: f32 = 1.0\nw += 1\noutput w\n")
    Path("file").write_text("in the way")
    refused(graphc("run", "p.g", "--state", "file"), "E0701", "file is a file, not a folder")


def test_a_damaged_state() -> None:
    Path("p.g").write_text("var w: f32 = 1.0\nw += 1\noutput w\n")
    assert graphc("run", "p.g", "--state", "s").status == 0
    Path("s/manifest.json").write_text(json.dumps({"format": 1}))
    refused(graphc("run", "p.g", "--state", "s"), "E0704", "s")


@pytest.mark.parametrize(
    ("out", "parts"),
    [("q=q.npy", ["no output q", "s"]), ("s=s.txt", ["s.txt", "--out s=s.npy"])],
)
def test_outs_are_checked_before_the_run(out: str, parts: list[str]) -> None:
    said = graphc("run", "v.g", "--feed", "x=[1]", "--out", out)
    assert said.status in (1, 2)
    assert said.stdout == ""
    for part in parts:
        assert part in said.stderr


# ---------------------------------------------------------------- names that reach a terminal


def test_control_characters_are_escaped() -> None:
    Path("p.g").write_text('output y = 1.0\nassert false, "\\u{1b}[31mred"\n')
    said = graphc("run", "p.g")
    assert "\x1b" not in said.stderr
    assert "red" in said.stderr
