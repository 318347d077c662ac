"""JSON: strict, complete, and as documented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphc.exporters.json import to_json
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.graph import Graph
from graphc.ops import CATALOGUE
from graphc.source import Source

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.g"))


def graph_of(text: str, name: str = "test.g") -> Graph:
    return elaborate(parse(Source(name, text)), CATALOGUE).graph


def strict(text: str) -> dict:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def check(part: dict) -> None:
    """Numbers count up, and operands come before their users."""
    stack = [part]
    while stack:
        part = stack.pop()
        results = []
        for i, node in enumerate(part["nodes"]):
            assert node["id"] == i
            assert set(node) == {"id", "op", "inputs", "attrs", "types", "names", "regions", "origin"}
            assert all(n < i and 0 <= k < results[n] for n, k in node["inputs"])
            assert node["origin"]["places"]
            results.append(len(node["types"]))
            stack += node["regions"]
        for out in part["outputs"]:
            n, k = out["value"] if isinstance(out, dict) else out
            assert 0 <= k < results[n]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples(sample):
    graph = graph_of(sample.read_text(encoding="utf-8"), sample.name)
    made = strict(to_json(graph))
    check(made)
    assert (made["format"], made["version"], made["default_float"]) == ("graphc-graph", 1, "f32")
    assert len(made["nodes"]) == len(graph.nodes)
    assert [o["name"] for o in made["outputs"]] == [o.name for o in graph.outputs]
    assert list(made["names"]) == list(graph.names)


def test_schema():
    text = "input x: f32[n + 1]\ninput z: f32[n]\nvar w: f32 = 0.5\ny = sum(x, axis=0) * w\nw = y\noutput y\n"
    made = strict(to_json(graph_of(text)))
    assert made["inputs"] == ["x", "z"] and made["variables"] == ["w"] and made["token"] is None
    x, _, w, total, product = made["nodes"]
    assert x["types"] == [{"dtype": "f32", "shape": ["n+1"]}]
    assert w["regions"][0]["nodes"][0]["attrs"]["value"] == {"dtype": "f32", "shape": [], "data": 0.5}
    assert total["attrs"] == {"axis": [0], "keepdims": False}
    assert product["inputs"] == [[3, 0], [2, 0]] and product["names"] == ["y"]
    assert product["origin"]["places"][0] == {"file": "test.g", "line": 4, "column": 5, "text": "sum(x, axis=0) * w"}
    assert made["updates"] == [{"variable": "w", "value": [4, 0]}]
    assert made["outputs"] == [{"name": "y", "value": [4, 0]}] and made["names"] == {"y": [4, 0]}


def test_derived_called_and_special():
    text = "input x: f32[2]\nfn f(a) = sum(where(a > -inf, a * a, [nan, 1]))\ny = f(x)\noutput d = grad(y, x)\n"
    made = strict(to_json(graph_of(text)))
    derived = [n["origin"] for n in made["nodes"] if n["origin"]["derived"]]
    assert derived and all(o["derived"]["how"] == "adjoint" and o["derived"]["asked"]["line"] == 4 for o in derived)
    called = [o for o in derived if o["call"]]
    assert called[0]["call"][0]["function"] == "f" and called[0]["call"][0]["at"]["line"] == 3
    data = [n["attrs"]["value"]["data"] for n in made["nodes"] if n["op"] == "constant"]
    assert "-inf" in data and ["nan", 1.0] in data
