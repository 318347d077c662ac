"""Drawings: syntax as Graphviz sees it, what is drawn and what is folded away, escaping."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from graphc.exporters.dot import to_dot
from graphc.frontend.elaborate.session import elaborate
from graphc.frontend.parse import parse
from graphc.ir.graph import Graph
from graphc.ops import CATALOGUE
from graphc.source import Source

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.g"))

# A statement of the DOT language: a node or an edge, with attributes whose values are quoted or HTML.
ID = r'[A-Za-z_]\w*|"(?:[^"\\]|\\.)*"|<(?:[^<>]|<[^<>]*>)*>|-?[\d.]+'
ATTRIBUTES = rf"\[(?:\w+=(?:{ID})(?:, ?|(?=\])))*\]"
STATEMENT = re.compile(
    rf"(?:\w+(?: -> \w+)?|graph|node|edge)(?: {ATTRIBUTES})?|subgraph cluster_\d+ \{{|\}}|digraph \w+ \{{"
)


def graph_of(text: str, name: str = "test.g") -> Graph:
    return elaborate(parse(Source(name, text)), CATALOGUE).graph


def statements(dot: str) -> list[str]:
    """The statements, one per line, those of more lines joined."""
    return [s.strip() for s in dot.replace(",\n   ", ", ").splitlines()]


def nodes(dot: str) -> dict[str, str]:
    """Labels by node, tags removed."""
    found = re.findall(r"^\s*(\w+) \[.*?label=(<.*?>|\"[^\"]*\")(?:, \w+=|\])", dot, re.MULTILINE)
    return {
        name: re.sub(r"<br/>", " / ", label)[1:-1] for name, label in found if name not in ("graph", "node", "edge")
    }


def plain(dot: str) -> set[str]:
    return {re.sub(r"<[^>]*>", "", label) for label in nodes(dot).values()}


GRAPHVIZ = pytest.mark.skipif(shutil.which("dot") is None, reason="there is no Graphviz")


def edges(dot: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^  (\w+) -> (\w+)(.*)$", dot, re.MULTILINE)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples_are_dot(sample):
    dot = to_dot(graph_of(sample.read_text(encoding="utf-8"), sample.name), title=sample.name)
    for statement in statements(dot):
        assert STATEMENT.fullmatch(statement), statement
    assert sum(s.endswith("{") for s in statements(dot)) == statements(dot).count("}")
    known = set(nodes(dot))
    assert {end for tail, head, _ in edges(dot) for end in (tail, head)} <= known


@GRAPHVIZ
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_graphviz_draws_samples(sample):
    dot = to_dot(graph_of(sample.read_text(encoding="utf-8"), sample.name), title=sample.name)
    drawn = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, text=True)
    assert drawn.returncode == 0 and not drawn.stderr
    assert drawn.stdout.rstrip().endswith("</svg>")


def test_numbers_sizes_and_casts_are_folded():
    dot = to_dot(graph_of("input x: f32[n]\ny = 2 * x ** 2 / n\noutput y = sum(y, axis=0) + f64(x[0])\n"))
    assert plain(dot) >= {"x / f32[n]", "x ** 2", "2 * ·", "x[0]"}
    assert not any("cast" in label or "constant" in label for label in plain(dot))


def test_named_constants_are_drawn():
    labels = plain(to_dot(graph_of("input x: f32\na = 2.0\nA: f32[2] = [1, 2]\ny = a * x + A\n")))
    assert {"a / 2.0", "A / [1.0, 2.0]", "· + A", "a * x"} <= labels or "y / · + A" in labels


def test_adjoints_run_backwards():
    dot = to_dot(graph_of("input x: f32\ny = sin(x)\nloss = y ** 2\noutput dx = grad(loss, x)\n"))
    backwards = [attributes for _, _, attributes in edges(dot) if 'dir="back"' in attributes]
    assert backwards and all("#D55E00" in a for a in backwards)
    assert "adjoint</" not in dot and "■</font> adjoint" in dot


def test_state_effects_and_calls():
    text = 'var w: f32 = 1\nfn f(a) { b = sin(a)\nreturn b * a }\nw = f(w)\nprint("w", w)\nassert w > 0\n'
    dot = to_dot(graph_of(text))
    assert {"w / f32", "w / new value", "print &quot;w&quot; ·", "assert ·"} <= plain(dot)
    assert 'label="f, line 4"' in dot
    dashed = [e for e in edges(dot) if 'style="dashed"' in e[2]]
    assert len(dashed) == 2  # print before assert; the new value back to its variable
    assert dot.count('shape="cylinder"') == 2


def test_regions_are_clusters():
    dot = to_dot(graph_of("input X: f32[n, 3]\ninput a: f32\nfn row(x) = a * sum(x)\noutput y = map(row, X)\n"))
    assert 'label="y: each row"' in dot
    assert any('style="dotted"' in attributes for _, _, attributes in edges(dot))


def test_what_regions_of_loops_are_called():
    text = "input n: i64\nk = 0\nwhile k < n { k += 1 }\nt = 1.0\nfor i in range(n) { t = t * 2 }\noutput t\noutput k\n"
    dot = to_dot(graph_of(text))
    assert [label for label in ("k: while", "k: each step", "t: each step") if f'label="{label}"' not in dot] == []


def test_tooltips_and_types():
    dot = to_dot(graph_of("input x: f32[n]\ny = sum(x)   # why\nz = y * 2\n", "poly.g"))
    assert 'tooltip="poly.g:2  y = sum(x)"' in dot
    assert 'label=" f32 "' in dot


def odd() -> str:
    """A drawing of names and strings that mean something in DOT or HTML."""
    text = 'input x: f32\nassert x < 1, "<b>\\"&\\\\ \\u{1b}"\noutput y = x * 2\n'
    return to_dot(graph_of(text, 'a"<\\>.g'), title='<"\\&\x1b>')


def test_everything_is_escaped():
    dot = odd()
    assert "<b>&quot;" not in dot.replace("<b>&lt;&quot;", "")
    assert all(c == "\n" or c.isprintable() for c in dot)
    for statement in statements(dot):
        assert STATEMENT.fullmatch(statement), statement


@GRAPHVIZ
def test_graphviz_draws_what_is_escaped():
    assert subprocess.run(["dot", "-Tsvg"], input=odd(), capture_output=True, text=True).returncode == 0


@pytest.mark.parametrize("name", ["<stdin>", "<repl>", 'a "b".g', "<b>.g"])
def test_the_name_of_a_source_is_text_everywhere(name):
    text = "input x: f32\ny = sin(x)\nif y > 0 { z = y } else { z = x }\noutput z"
    dot = to_dot(graph_of(text, name))
    for statement in statements(dot):
        assert STATEMENT.fullmatch(statement), statement
    assert "=<stdin" not in dot
