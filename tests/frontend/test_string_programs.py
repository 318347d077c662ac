"""Strings in programs: what they are at compile time, in the graph, as text, in files and as feeds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostics
from graphc.driver import CATALOGUE, Options, compile_source
from graphc.executors.feeds import Refusal, convert, read
from graphc.exporters.dot import to_dot
from graphc.exporters.json import to_json
from graphc.files import load_state, parse_feed, read_array, save_state, write_array
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.equal import difference
from graphc.ir.graph import Graph
from graphc.ir.strings import quote
from graphc.ir.text import print_graph
from graphc.ir.types import F32, STR
from graphc.source import Source
from tests.commands import graphc as command

NASTY = 'a"b\\c\n\td\u202ee\x1b[31m</text>&<b>{|}'


def graph_of(text: str) -> Graph:
    return compile_source(Source("test.g", text), Options()).graph


def refusal(text: str) -> str:
    with pytest.raises(Diagnostics) as caught:
        graph_of(text)
    return caught.value.items[0].code


ROUND_TRIPS = {
    "join": 'input x: str\noutput z = join(x, "a", sep=" ") + x + "b"',
    "literals": 'fn f(a: str) = a + "!"\noutput y = f("k") == "k!"\noutput z = f("k") < f("l")',
    "lists": 'input x: str[n]\noutput y = join(["a", "b"], [["c"], ["d"]])\noutput z = concat([x, ["e"]])',
    "names": 's = "a"\nt = s\nfn f(x) = x + s\noutput y = f(t) + f("b")',
    "defaults": 'input x: str = "a\\"\\n"\nvar v: str[2] = ["", "nan"]\nv[0] += x\noutput y = v[1]',
    "print": 'fn f(a: str) = a\nprint("n", f("a"), ["a", "b"])\noutput y = 1.0',
    "map": 'input xs: str[n]\nfn f(x) = upper(x) + "!"\noutput y = map(f, xs)',
    "branches": 'input x: f32\nif x > 0 {\n  y = "a"\n} else {\n  y = "b"\n}\noutput z = y + "c"',
    "long": 'output y = lower(["' + '", "'.join(["word" * 20] * 20) + '"])',
    "nasty": f"input x: str\noutput y = x + {quote(NASTY)}",
    "format": "input x: f32[n]\noutput y = format(x) + format(3) + format(f64(0.1)) + format(true)",
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
@pytest.mark.parametrize("core", [False, True])
def test_text_reads_back(name: str, core: bool) -> None:
    graph = graph_of(ROUND_TRIPS[name])
    text = print_graph(graph, core=core)
    read_back = elaborate(parse(Source("printed.g", text)), CATALOGUE, default_float=F32).graph
    assert difference(graph, read_back) is None, text


def test_strings_known_now_stay_attributes() -> None:
    """Also through a name, a list and a function."""
    text = 'input x: f32[1, 1, 8]\ninput w: f32[1, 1, 3]\nkind = "sa" + "me"\nfn f(p) = conv(x, w, padding=p)\n'
    graph = graph_of(text + 'output y = f(kind)\noutput z = 1.0 if kind == "same" else 2.0')
    assert str(graph.outputs[0].value.type) == "f32[1, 1, 8]"
    assert "z: f32 = 1.0" in print_graph(graph) or "z = 1.0" in print_graph(graph)


def test_a_rebound_string_is_seen_by_functions() -> None:
    program = graphc.loads('s = "a"\nfn f(x) = x + s\noutput y = f("1")\ns = "b"\noutput z = f("1")')
    out = program.compile()()
    assert (out["y"].item(), out["z"].item()) == ("1a", "1b")


def test_python_feeds_and_state() -> None:
    run = graphc.loads('input x: str[n]\nvar last: str = "-"\noutput y = last + x\nlast = x[0]').compile()
    assert run(x=["a", "b"])["y"].tolist() == ["-a", "-b"]
    assert run(x=np.array(["c"]))["y"].tolist() == ["ac"]
    assert run.state["last"].item() == "c"


@pytest.mark.parametrize("value", [1.0, [1, 2], ["a", 1], np.array([b"a"]), True, "\ud800"])
def test_a_str_input_refuses(value: object) -> None:
    with pytest.raises(Refusal) as caught:
        convert(read(value), STR, written=True)
    assert caught.value.code == "E0303"


def test_a_number_input_refuses_strings() -> None:
    run = graphc.loads("input x: f32\noutput y = x").compile()
    with pytest.raises(Diagnostics) as caught:
        run(x="1.0")
    assert caught.value.items[0].code == "E0303"


def test_text_of_feeds() -> None:
    assert parse_feed("hello world", bare=True) == "hello world"
    assert parse_feed('"a\\n"', bare=True) == "a\n"
    assert parse_feed("3", bare=True) == "3"
    assert parse_feed("", bare=True) == ""
    with pytest.raises(Diagnostics):
        parse_feed("hello")


@pytest.mark.parametrize("ending", [".npy", ".npz", ".csv", ".json"])
def test_files(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"z{ending}"
    write_array(path, np.array(["a", "b,c", 'd"é'], object))
    key = "z" if ending == ".npz" else None
    if ending == ".csv":
        path.write_text("z\n" + path.read_text())
    assert convert(read_array(path, key), STR).tolist() == ["a", "b,c", 'd"é']


def test_the_json_form_keeps_words_that_look_like_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"dtype": "str", "shape": [2], "data": ["nan", "inf"]}')
    assert read_array(tmp_path / "x.json").tolist() == ["nan", "inf"]
    (tmp_path / "x.json").write_text('{"dtype": "str", "shape": [2], "data": ["nan", 1]}')
    with pytest.raises(Diagnostics):
        read_array(tmp_path / "x.json")


def test_saved_state(tmp_path: Path) -> None:
    state = {"k": np.float32(1.5), "s": np.array(NASTY, object), "t": np.empty((0, 2), object)}
    save_state(tmp_path / "st", {k: np.asarray(v) for k, v in state.items()})
    loaded = load_state(tmp_path / "st")
    assert loaded["s"].item() == NASTY
    assert loaded["s"].shape == ()
    assert loaded["t"].shape == (0, 2)
    assert loaded["k"] == np.float32(1.5)
    manifest = tmp_path / "st" / "manifest.json"
    good = manifest.read_text()
    for damage in (
        good.replace("[31m", "[32m"),
        good.replace('"strings"', '"stringz"'),
        good.replace('"s": [', '"u": ['),
    ):
        assert damage != good
        manifest.write_text(damage)
        with pytest.raises(Diagnostics) as caught:
            load_state(tmp_path / "st")
        assert caught.value.items[0].code == "E0704"


def test_state_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.g").write_text('input x: str\nvar all: str = ""\nall += x\noutput y = length(all)\n')
    for expected in (2, 4, 6):
        said = command("run", "s.g", "--feed", "x=é!", "--state", "st", "--json")
        assert json.loads(said.stdout)["outputs"]["y"]["data"] == expected


def test_a_name_overrides_an_intermediate_string(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.g").write_text('input x: str\nz = upper(x)\noutput y = z + "!"\n')
    said = command("run", "s.g", "--feed", "z=hi there", "--feed", "x=a", "--fetch", "y")
    assert said.stdout == 'y: str = "hi there!"\n'


@pytest.mark.skipif(which("dot") is None, reason="there is no Graphviz")
def test_graphviz_draws_every_string() -> None:
    dot = to_dot(graph_of(ROUND_TRIPS["nasty"] + '\nprint(y, "\\x1b[2J")'))
    subprocess.run(["dot", "-Tsvg"], input=dot.encode(), check=True, capture_output=True)


def test_no_string_breaks_a_drawing_or_the_terminal() -> None:
    graph = graph_of(ROUND_TRIPS["nasty"] + '\nprint(y, "\\x1b[2J")')
    dot = to_dot(graph)
    assert "\x1b" not in dot
    assert "\u202e" not in dot
    json.loads(to_json(graph))
    run = graphc.loads('input x: str\nprint(x, "\\x1b[2J")\noutput y = x').compile()
    assert run(x=NASTY)["y"].item() == NASTY
    said = command("run", "-", "--feed", f"x={NASTY}", stdin='input x: str\nprint(x, "\\x1b[2J")\noutput y = x\n')
    assert "\x1b" not in said.stdout
    assert "\u202e" not in said.stdout
    assert 'a"b\\c\n\td' in said.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("input x: str\noutput y = grad(x, x)", "E0401"),
        ("input x: str\ninput k: f32\noutput y = grad(k, x)", "E0401"),
        ("input x: str\noutput y = str(1)", "E0304"),
        ("input x: str\noutput y = f32(x)", "E0304"),
        ("input x: str\noutput y = mean(x)", "E0304"),
        ("input x: str\noutput y = -x", "E0304"),
        ('output y = full([2], "a")', "E0309"),
        ('var v: f32 = "a"', "E0303"),
        ('fn f(a: i64) = a\noutput y = f("a")', "E0315"),
        ('output y = "abc"[0]', "E0208"),
    ],
)
def test_refused(text: str, code: str) -> None:
    assert refusal(text) == code


def test_folding_stays_small() -> None:
    """Twenty doublings of a long constant aren't stored in the program."""
    doubled = "\n".join(f"s{i + 1} = join(s{i}, s{i})" for i in range(20))
    graph = graphc.loads(f'input x: str\ns0 = "{"a" * 1000}"\n{doubled}\noutput y = length(s20 + x)')
    assert len(str(graph)) < 10_000_000
