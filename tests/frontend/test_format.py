"""The formatter: the house style, and that it never changes what a program means."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphc.diagnostics import Diagnostics
from graphc.frontend.format import format_source
from graphc.frontend.parse import parse
from graphc.source import Source, Span

TOUR = Path(__file__).with_name("tour.g").read_text("utf-8")


def formatted(text: str) -> str:
    return format_source(Source("test.g", text))


def meaning(node: object) -> object:
    """A syntax tree without its spans."""
    if isinstance(node, Span):
        return None
    if is_dataclass(node):
        return type(node).__name__, *(meaning(getattr(node, field.name)) for field in fields(node))
    if isinstance(node, tuple):
        return tuple(map(meaning, node))
    return node


def comments(text: str) -> list[str]:
    return [comment.rstrip() for comment in re.findall(r"#[^\n]*", re.sub(r'"(\\.|[^"\n])*"', "", text))]


def check(text: str) -> None:
    """Formatting keeps the tree, the comments and the lines, and does nothing the second time."""
    result = formatted(text)
    assert meaning(parse(Source("a.g", text))) == meaning(parse(Source("b.g", result)))
    assert comments(result) == comments(text)
    assert formatted(result) == result
    lines = [re.sub(r"[\s;\ufeff]", "", line) for line in text.splitlines()]
    assert [re.sub(r"[\s;\ufeff]", "", line) for line in result.splitlines() if line] == [
        line for line in lines if line
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x=1", "x = 1"),
        ("x  =  a+b*-c**2", "x = a + b * -c ** 2"),
        ("x=a- -b", "x = a - -b"),
        ("x=- -b", "x = --b"),
        ("x = not(a)", "x = not (a)"),
        ("x=f (a,k = - 1 , )", "x = f(a, k=-1,)"),
        ("x = f( )( ) . T", "x = f()().T"),
        ("x = 1 .T", "x = 1 .T"),
        ("x=a [ 1 : 3 , : : 2,...,None ]", "x = a[1:3, ::2, ..., None]"),
        ("x = a[b : (c)]", "x = a[b:(c)]"),
        ("x = [ [1,2] , [ ] ]", "x = [[1, 2], []]"),
        ("x=( a , )", "x = (a,)"),
        ("a,b=c", "a, b = c"),
        ("x:f32[n,?]=y", "x: f32[n, ?] = y"),
        ("input x :f32[ ... ,d]= 1", "input x: f32[..., d] = 1"),
        ("var s:i64=0,trainable = false", "var s: i64 = 0, trainable=false"),
        ("fn f(a,b = 1,c:f32=2)=a", "fn f(a, b=1, c: f32 = 2) = a"),
        ("fn f(a){return a}vjp(g){return g}", "fn f(a) { return a } vjp (g) { return g }"),
        ("export   fn f() {}", "export fn f() { }"),
        ("a=1;b=2 ;", "a = 1; b = 2"),
        (";;a=1;;b=2;# end", "a = 1; b = 2  # end"),
        ("if(a<b){x=1;}else{x=2}", "if (a < b) { x = 1 } else { x = 2 }"),
        ("w-=rate*dw", "w -= rate * dw"),
        ("return_ = a if b else(c)", "return_ = a if b else (c)"),
        ('from nn import Dense as D,Drop;import"a.g"as b', 'from nn import Dense as D, Drop; import "a.g" as b'),
        ('test"x"{assert a==b,"m"}', 'test "x" { assert a == b, "m" }'),
        ("for a,b in[c,d]{}", "for a, b in [c, d] { }"),
        ("x = 1 # c  ", "x = 1  # c"),
        ("x = a.f(b)[0]**2", "x = a.f(b)[0] ** 2"),
        ("x = vjp (g)", "x = vjp(g)"),
        ("if a{};vjp(g)", "if a { }; vjp (g)"),
    ],
)
def test_spaces(text: str, expected: str) -> None:
    assert formatted(text) == expected + "\n"
    check(text)


def test_indentation() -> None:
    text = """\
fn f(
x,
    y
) {
    a = g(x,
        y, [
        1,
        ])
      if a {
  # why
    b = 1
  }
  else {
  b = 2 }
      c = a if b
      else d
}
"""
    assert (
        formatted(text)
        == """\
fn f(
  x,
  y
) {
  a = g(x,
    y, [
      1,
    ])
  if a {
    # why
    b = 1
  }
  else {
    b = 2 }
  c = a if b
    else d
}
"""
    )
    check(text)


def test_blank_lines() -> None:
    text = "\n\n## about\n\n\n\na = 1\n\n\n\nif a {\n\n  b = 1\n\n\n  c = 2\n\n}\n\n\n"
    assert formatted(text) == "## about\n\na = 1\n\nif a {\n  b = 1\n\n  c = 2\n}\n"
    check(text)


def test_trailing_comments_of_neighbours_are_aligned() -> None:
    text = "a = 1 # x\nlong_name = 2 # y\n\nb = 1 # z\n# alone\nc = 2      ## d\n"
    assert formatted(text) == ("a = 1          # x\nlong_name = 2  # y\n\nb = 1  # z\n# alone\nc = 2  ## d\n")
    check(text)


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n", "\ufeffa = 1\r\nb = 2\r\n", "## doc"])
def test_odd_files(text: str) -> None:
    check(text)
    assert "\r" not in formatted(text)


def test_the_tour() -> None:
    check(TOUR)


def test_a_broken_program_is_refused() -> None:
    with pytest.raises(Diagnostics):
        formatted("x = = 1")


# ---------------------------------------------------------------- random programs

names = st.sampled_from(["a", "b", "α", "test", "vjp", "from", "as", "trainable", "x1"])
atoms = st.one_of(
    names, st.sampled_from(["1", "2.5", ".5", "1.", "0x1F", "1e-3", "true", "None", '"s; # {"', '"\\"\\n"'])
)


def _larger(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    """Expressions as lists of tokens, made of smaller ones."""
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "@", "**", "and", "or", "==", "<="])
    bracketed = inner.map(lambda e: ["(", *e, ")"])
    several = st.lists(inner, max_size=3).map(lambda es: [t for e in es for t in (*e, ",")])
    part = st.one_of(st.just([]), bracketed)
    return st.one_of(
        st.tuples(bracketed, binary, bracketed).map(lambda t: [*t[0], t[1], *t[2]]),
        st.tuples(st.sampled_from(["-", "+", "not"]), bracketed).map(lambda t: [t[0], *t[1]]),
        st.tuples(bracketed, bracketed, inner).map(lambda t: [*t[0], "if", *t[1], "else", *t[2]]),
        several.map(lambda items: ["[", *items, "]"]),
        st.tuples(names, several, names, inner).map(lambda t: [t[0], "(", *t[1], t[2], "=", *t[3], ")"]),
        st.tuples(bracketed, names).map(lambda t: [*t[0], ".", t[1]]),
        st.tuples(names, part, part, part, inner).map(
            lambda t: [t[0], "[", *t[1], ":", *t[2], ":", *t[3], ",", "...", ",", *t[4], "]"]
        ),
        bracketed,
    )


expressions = st.recursive(atoms.map(lambda atom: [atom]), _larger, max_leaves=8)


FN_HEAD = ["fn", "f", "(", "p", ":", "f32", "[", "n", "]", "="]


def _statements(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    blocks = st.lists(st.tuples(inner, st.sampled_from([";", "\n", "; # c\n", "\n\n\n## d\n"])), max_size=3).map(
        lambda parts: ["{", *(token for statement, end in parts for token in (*statement, end)), "}"]
    )
    return st.one_of(
        st.tuples(expressions, blocks).map(lambda t: ["if", *t[0], *t[1]]),
        st.tuples(expressions, blocks, blocks).map(lambda t: ["if", *t[0], *t[1], "else", *t[2]]),
        st.tuples(names, expressions, blocks).map(lambda t: ["for", t[0], "in", *t[1], *t[2]]),
        st.tuples(names, expressions, blocks, blocks).map(
            lambda t: [*FN_HEAD, *t[1], ",", "q", "=", "1", ")", *t[2], "\n", "vjp", "(", "g", ")", *t[3]]
        ),
    )


simple = st.one_of(
    st.tuples(names, expressions).map(lambda t: [t[0], "=", *t[1]]),
    st.tuples(names, expressions).map(lambda t: [t[0], ":", "f32", "[", "?", ",", "3", "]", "=", *t[1]]),
    st.tuples(names, expressions).map(lambda t: [t[0], "-=", *t[1]]),
    st.tuples(names, expressions).map(lambda t: ["var", t[0], ":", "f32", "=", *t[1], ",", "trainable", "=", "false"]),
    st.tuples(expressions, expressions).map(lambda t: ["assert", *t[0], ",", *t[1]]),
)
statements = st.recursive(simple, _statements, max_leaves=6)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Program text with spaces, newlines and comments wherever they mean nothing."""
    text, depth = "", [False]
    for statement in draw(st.lists(statements, max_size=4)):
        for token in [*statement, draw(st.sampled_from(["\n", ";", "\n\n\n", " # c\n", "\n  ## d\n"]))]:
            loose = [" ", "  ", "\t", "\n", " # in\n"] if depth[-1] else [" ", "  "]
            text += draw(st.sampled_from(loose)) + token
            if token in ("(", "[", "{"):
                depth.append(token != "{")
            elif token in (")", "]", "}"):
                depth.pop()
    return text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(programs())
def test_formatting_never_changes_the_meaning(text: str) -> None:
    check(text)
