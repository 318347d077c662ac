"""The parser: every construct, every message, and the limits."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from graphc.diagnostics import Diagnostic, Diagnostics
from graphc.frontend import build_tables, lalr, syntax
from graphc.frontend.lalr import build
from graphc.frontend.parse import parse, parse_declarations, parse_expression
from graphc.frontend.tables import load
from graphc.source import Source, Span

TOUR = Path(__file__).with_name("tour.g").read_text("utf-8")  # each construct of the language once


def program(text: str) -> tuple[syntax.Stmt, ...]:
    return parse(Source("test.g", text)).statements


def one(text: str) -> Any:
    """The only statement of a program."""
    (statement,) = program(text)
    return statement


def value(text: str) -> Any:
    return one(f"y = {text}").value


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(Diagnostics) as caught:
        parse(Source("test.g", text))
    return caught.value.items


def dump(node: object) -> str:
    """An expression as an S-expression."""
    match node:
        case syntax.Number(x) | syntax.Boolean(x):
            return str(x)
        case syntax.String(x):
            return repr(x)
        case syntax.Name(x):
            return x
        case syntax.Ellipsis():
            return "..."
        case syntax.NoneLiteral() | None:
            return "None"
        case syntax.List(items):
            return "[" + " ".join(map(dump, items)) + "]"
        case syntax.Tuple(items):
            return "(tuple " + " ".join(map(dump, items)) + ")"
        case syntax.Unary(op, operand):
            return f"({op} {dump(operand)})"
        case syntax.Chain(first, pairs):
            return f"({dump(first)} " + " ".join(f"{op} {dump(x)}" for op, x, _ in pairs) + ")"
        case syntax.Power(base, exponent):
            return f"({dump(base)} ** {dump(exponent)})"
        case syntax.Conditional(condition, then, other):
            return f"(if {dump(condition)} {dump(then)} {dump(other)})"
        case syntax.CallExpr(function, arguments):
            return f"{dump(function)}(" + " ".join(map(dump, arguments)) + ")"
        case syntax.Argument(keyword, x):
            return f"{keyword.text}={dump(x)}" if keyword else dump(x)
        case syntax.Attribute(x, name):
            return f"{dump(x)}.{name.text}"
        case syntax.Index(x, items):
            return f"{dump(x)}[" + " ".join(map(dump, items)) + "]"
        case syntax.SliceItem(a, b, c):
            return f"{dump(a)}:{dump(b)}:{dump(c)}"
    raise AssertionError(node)


def spans(node: object) -> Iterator[tuple[object, Span]]:
    """Every node of a tree with its span."""
    if is_dataclass(node) and not isinstance(node, (Span, Source)):
        if hasattr(node, "span"):
            yield node, node.span
        for field in fields(node):
            yield from spans(getattr(node, field.name))
    elif isinstance(node, tuple):
        for item in node:
            yield from spans(item)


# ---------------------------------------------------------------- expressions


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", "1"),
        ("1_000", "1000"),
        ("0x1F", "31"),
        ("1.0", "1.0"),
        ("1.", "1.0"),
        (".5", "0.5"),
        ("1e-3", "0.001"),
        ("2.5E+1_0", "25000000000.0"),
        ("true", "True"),
        ("false", "False"),
        ("None", "None"),
        ("inf", "inf"),
        ('"a"', "'a'"),
        ("a - b - c", "(a - b - c)"),
        ("a + b * c - d", "(a + (b * c) - d)"),
        ("a / b // c % d @ e", "(a / b // c % d @ e)"),
        ("-a ** 2", "(- (a ** 2))"),
        ("a ** -b", "(a ** (- b))"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("-a * b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("+a", "(+ a)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("a or b or c", "(a or b or c)"),
        ("a + 1 < b * 2", "((a + 1) < (b * 2))"),
        ("a != b", "(a != b)"),
        ("(a < b) == c", "((a < b) == c)"),
        ("a if c else b", "(if c a b)"),
        ("a if c else b if d else e", "(if c a (if d b e))"),
        ("a or b if c and d else e", "(if (c and d) (a or b) e)"),
        ("(a if c else b) + 1", "((if c a b) + 1)"),
        ("f()", "f()"),
        ("f(a, b, c=1)", "f(a b c=1)"),
        ("f(a,)", "f(a)"),
        ("f(x)(y)", "f(x)(y)"),
        ("x.f(y).T", "x.f(y).T"),
        ("net.l1.W", "net.l1.W"),
        ("-x.sum()", "(- x.sum())"),
        ("x.a ** 2", "(x.a ** 2)"),
        ("x[0]", "x[0]"),
        ("x[-1, i]", "x[(- 1) i]"),
        ("x[1:3, ::2]", "x[1:3:None None:None:2]"),
        ("x[:]", "x[None:None:None]"),
        ("x[a:]", "x[a:None:None]"),
        ("x[:b:]", "x[None:b:None]"),
        ("x[a::c]", "x[a:None:c]"),
        ("x[a:b:c]", "x[a:b:c]"),
        ("x[..., None]", "x[... None]"),
        ("x[i,]", "x[i]"),
        ("x[(a, b)]", "x[(tuple a b)]"),
        ("[]", "[]"),
        ("[1, [2, 3],]", "[1 [2 3]]"),
        ("[a][0]", "[a][0]"),
        ("(a)", "a"),
        ("(a,)", "(tuple a)"),
        ("(a, b)", "(tuple a b)"),
        ("(a, b,)", "(tuple a b)"),
        ("()", "(tuple )"),
        ("a, b", "(tuple a b)"),
        ("minimize(loss, with=.5, from=1, as=2, test=3, vjp=4)", "minimize(loss with=0.5 from=1 as=2 test=3 vjp=4)"),
        ("α * β_1", "(α * β_1)"),
        ("e\u0301", "é"),
        ("test + vjp + from + as", "(test + vjp + from + as)"),
    ],
)
def test_expression(text: str, tree: str) -> None:
    assert dump(value(text)) == tree


def test_numbers_keep_their_kind() -> None:
    assert type(value("1").value) is int
    assert type(value("1.").value) is float
    assert type(value("1e3").value) is float
    assert value("9" * 400).value == int("9" * 400)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        (r"\n\t\r\\\"", '\n\t\r\\"'),
        (r"\x41\u00e9\u{1F600}", "Aé😀"),
        ("# no comment; { } ( [", "# no comment; { } ( ["),
        ("", ""),
    ],
)
def test_string(text: str, characters: str) -> None:
    assert value(f'"{text}"').value == characters


def test_a_sum_of_5000_terms_is_one_node() -> None:
    chain = value(" + ".join(f"x{i}" for i in range(5000)))
    assert len(chain.pairs) == 4999
    assert chain.pairs[-1][1].text == "x4999"


def test_parse_expression() -> None:
    assert dump(parse_expression(Source("arg", "[1, 2.5]\n"))) == "[1 2.5]"
    assert dump(parse_expression(Source("arg", "\nx, -y"))) == "(tuple x (- y))"
    with pytest.raises(Diagnostics) as caught:
        parse_expression(Source("arg", "x = 1"))
    assert caught.value.items[0].code == "E0101"


# ---------------------------------------------------------------- statements


def test_the_tour_parses() -> None:
    kinds = [type(s).__name__ for s in program(TOUR)]
    assert kinds == ["Input"] * 3 + ["Var"] * 3 + ["Fn"] * 3 + ["Assign"] * 3 + ["Output"] * 2 + ["AugAssign"] * 3 + [
        "ExprStmt",
        "Assert",
    ]


def test_input() -> None:
    plain, with_default = program("input X: f32[n, 3]\ninput rate: f32 = 0.01")
    assert isinstance(plain, syntax.Input) and isinstance(with_default, syntax.Input)
    assert (plain.name.text, plain.type.dtype.text, plain.default) == ("X", "f32", None)
    assert with_default.type.shape is None
    assert dump(with_default.default) == "0.01"


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("f32", None),
        ("f32[]", []),
        ("f32[n]", ["n"]),
        ("f32[n + 1, 2 * k,]", ["(n + 1)", "(2 * k)"]),
        ("f32[?, 3]", ["?", "3"]),
        ("f32[..., d]", ["...", "d"]),
        ("f32[min(a, b), n // 2]", ["min(a b)", "(n // 2)"]),
    ],
)
def test_type(text: str, shape: list[str] | None) -> None:
    found = one(f"input x: {text}").type
    assert (None if found.shape is None else [dump(d) for d in found.shape]) == shape


def test_var() -> None:
    trainable, frozen, explicit = program(
        "var b: f32 = 0.0\nvar k: i64 = 0, trainable=false\nvar c: f32 = 1, trainable=true"
    )
    assert [v.trainable for v in (trainable, frozen, explicit)] == [True, False, True]  # type: ignore[union-attr]
    assert dump(frozen.init) == "0"  # type: ignore[union-attr]


def test_output() -> None:
    name, named = program("output loss; output c = a, b")
    assert name.value is None  # type: ignore[union-attr]
    assert dump(named.value) == "(tuple a b)"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "target", "annotated"),
    [
        ("x = 1", "x", False),
        ("x: f32[n] = y", "x", True),
        ("a, b = f(x)", "(tuple a b)", False),
        ("(a, (b, c)) = f(x)", "(tuple a (tuple b c))", False),
        ("x[i, 1:2] = v", "x[i 1:2:None]", False),
        ("net.W[0] = v", "net.W[0]", False),
        ("a.b, c = v", "(tuple a.b c)", False),
        ("test = 1", "test", False),
        ("vjp = 1", "vjp", False),
        ("from = 1", "from", False),
    ],
)
def test_assign(text: str, target: str, annotated: bool) -> None:
    statement = one(text)
    assert dump(statement.target) == target
    assert (statement.annotation is not None) is annotated


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "//", "%", "**", "@"])
def test_augmented(op: str) -> None:
    statement = one(f"x[0] {op}= y + 1")
    assert (statement.op, dump(statement.target), dump(statement.value)) == (op, "x[0]", "(y + 1)")


def test_simple_statements() -> None:
    body = one(
        'while true { assert x > 0, "m"; assert y; break; continue; return; return a, b; print(1) }'
    ).body.statements
    assert [type(s).__name__ for s in body] == [
        "Assert", "Assert", "Break", "Continue", "Return", "Return", "ExprStmt",
    ]  # fmt: skip
    assert body[0].message.value == "m"
    assert body[1].message is None
    assert body[4].value is None
    assert dump(body[5].value) == "(tuple a b)"


def test_if() -> None:
    statement = one("if a { x = 1 } else if b { x = 2 } else { x = 3 }")
    assert dump(statement.condition) == "a"
    assert isinstance(statement.other, syntax.If)
    assert isinstance(statement.other.other, syntax.Block)
    assert one("if a { }").other is None


def test_newlines_before_else_and_vjp_are_dropped() -> None:
    assert isinstance(one("if a {\n}\n\n# why\nelse {\n}").other, syntax.Block)
    assert one("fn f(x) { return x }\n\nvjp (g) { return g }").vjp.parameters[0].name.text == "g"
    assert dump(value("a if c\n  else b")) == "(if c a b)"


def test_a_call_of_something_named_vjp_is_a_call() -> None:
    assert dump(one("y = vjp(f, x)").value) == "vjp(f x)"
    assert [type(s).__name__ for s in program("if a { }\nvjp(f, x)")] == ["If", "ExprStmt"]


def test_loops() -> None:
    loop, pairs = program("for i in range(3) { }\nfor a, b in xs { print(a) }")
    assert isinstance(loop, syntax.For) and isinstance(pairs, syntax.For)
    assert (dump(loop.target), dump(loop.iterable)) == ("i", "range(3)")
    assert dump(pairs.target) == "(tuple a b)"


def test_fn() -> None:
    short, long = program("fn f(x, y: f32[..., d] = 1, z=2,) = x + y\nexport fn g() { }")
    assert isinstance(short, syntax.Fn) and isinstance(long, syntax.Fn)
    assert [(p.name.text, p.type is not None, dump(p.default)) for p in short.parameters] == [
        ("x", False, "None"), ("y", True, "1"), ("z", False, "2"),
    ]  # fmt: skip
    assert not short.exported
    assert isinstance(short.body.statements[0], syntax.Return)
    assert short.head.text == "fn f(x, y: f32[..., d] = 1, z=2,)"
    assert long.exported
    assert long.head.text == "fn g()"
    assert long.span.text == "export fn g() { }"


def test_a_head_may_span_lines() -> None:
    assert len(one("fn f(\n  x,  # first\n\n  y\n) = x").parameters) == 2


def test_module() -> None:
    statement = one("module Dense(n, m) {\n  var W: f32[n, m] = zeros([n, m])\n  fn call(x) = x @ W\n}")
    assert statement.name.text == "Dense"
    assert [type(s).__name__ for s in statement.body.statements] == ["Var", "Fn"]


def test_imports() -> None:
    a, b, c, d = program(
        'import optim\nimport optim as o\nimport "layers.g" as layers\nfrom nn import Dense as D, Drop'
    )
    assert isinstance(a, syntax.Import) and isinstance(b, syntax.Import) and isinstance(c, syntax.Import)
    assert isinstance(d, syntax.FromImport)
    assert (dump(a.path), a.alias) == ("optim", None)
    assert b.alias is not None and b.alias.text == "o"
    assert dump(c.path) == "'layers.g'"
    assert [(n.text, alias and alias.text) for n, alias in d.names] == [("Dense", "D"), ("Drop", None)]
    assert dump(one('from "a.g" import b').path) == "'a.g'"


def test_test() -> None:
    statement = one('test "adds" { assert 1 + 1 == 2 }')
    assert statement.name.value == "adds"
    assert len(statement.body.statements) == 1


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n\n# only a comment\n", 0),
        (";;;\n;", 0),
        ("a = 1; b = 2;", 2),
        ("a = 1;\n;b = 2", 2),
        ("a = 1\r\nb = 2\r\n", 2),
        ("\ufeffa = 1", 1),
        ("a = f(1,\n\n  2)\nb = [\n1\n,2\n]", 2),
        ("a = 1   \t  ", 1),
        ("if c { a = 1 }; b = 2", 2),
    ],
)
def test_ends_of_statements(text: str, count: int) -> None:
    assert len(program(text)) == count


def test_blocks_on_one_line_and_on_many() -> None:
    for text in ("{ a = 1; b = 2 }", "{\na = 1\nb = 2\n}", "{ a = 1\n b = 2; }", "{;a = 1;;b = 2}"):
        assert len(one(f"if c {text}").then.statements) == 2


def test_documentation_is_attached() -> None:
    text = """\
## The whole
##   program.

## rows
## and columns
input X: f32[n]
y = 1  ## no documentation
z = 2
## of a function
export fn f(x) = x
module M(n) {
  ## of a member
  fn g(x) = x
}
"""
    result = parse(Source("test.g", text))
    x, y, z, f, m = result.statements
    assert result.doc == "The whole\n  program."
    assert x.doc == "rows\nand columns"  # type: ignore[union-attr]
    assert (y.doc, z.doc) == (None, None)  # type: ignore[union-attr]
    assert f.doc == "of a function"  # type: ignore[union-attr]
    assert m.body.statements[0].doc == "of a member"  # type: ignore[union-attr]


def test_documentation_at_the_top_belongs_to_what_follows_without_a_blank_line() -> None:
    result = parse(Source("test.g", "## rate\ninput r: f32\n"))
    assert result.doc is None
    assert result.statements[0].doc == "rate"  # type: ignore[union-attr]


# ---------------------------------------------------------------- spans


def test_spans_are_exact() -> None:
    text = 'y = -(a + b) * f(x, k=1)[0, 1:2].T  # c\nif (a) { b = 1 ; }\nz: f32[n] = "s" if not c else 1 ** 2\n'
    found = {span.text for _, span in spans(parse(Source("test.g", text)).statements)}
    assert found >= {
        "y = -(a + b) * f(x, k=1)[0, 1:2].T",
        "-(a + b) * f(x, k=1)[0, 1:2].T",
        "-(a + b)", "(a + b)", "f(x, k=1)", "f(x, k=1)[0, 1:2]", "1:2", "k=1", "T", "f", "if (a) { b = 1 ; }",
        "{ b = 1 ; }", "b = 1", "(a)", "f32[n]", '"s" if not c else 1 ** 2', "not c", "1 ** 2", '"s"',
    }  # fmt: skip


def test_every_span_lies_within_its_parents() -> None:
    def check(node: object, outer: Span) -> None:
        if is_dataclass(node) and not isinstance(node, (Span, Source)):
            inner = getattr(node, "span", outer)
            assert outer.start <= inner.start < inner.end <= outer.end, node
            assert inner.text == inner.text.strip()
            for field in fields(node):
                check(getattr(node, field.name), inner)
        elif isinstance(node, tuple):
            for item in node:
                check(item, outer)

    source = Source("test.g", TOUR)
    for statement in parse(source).statements:
        check(statement, Span(source, 0, len(TOUR)))


def test_chain_keeps_the_spans_of_its_operators() -> None:
    chain = value("a + bb - c")
    assert [span.start for _, _, span in chain.pairs] == [6, 11]


# ---------------------------------------------------------------- libraries

LIBRARY = """\
## A library.

## Half of x.
fn half(x) {
  # halves
  return x / 2
}

k = 3
fn twice(x) = 2 * x
export fn rule(x) { return x }
vjp (g) { return g }
fn broken(x) = = x
"""


def test_declarations_are_found_without_parsing() -> None:
    declarations = parse_declarations(Source("lib.g", LIBRARY))
    assert list(declarations) == ["half", "twice", "rule", "broken"]
    assert "half" in declarations and "k" not in declarations and len(declarations) == 4
    with pytest.raises(KeyError):
        declarations["k"]


def test_a_declaration_is_parsed_alone_with_the_spans_of_the_whole() -> None:
    declarations = parse_declarations(Source("lib.g", LIBRARY))
    half = declarations["half"]
    assert half.doc == "Half of x."
    assert half.span.text.startswith("fn half(x) {") and half.span.text.endswith("}")
    assert half.span.line == 4
    assert declarations["half"] is half
    assert declarations["twice"].span.text == "fn twice(x) = 2 * x"
    assert declarations["rule"].vjp is not None and declarations["rule"].exported
    with pytest.raises(Diagnostics) as caught:
        declarations["broken"]
    assert caught.value.items[0].primary is not None
    assert caught.value.items[0].primary.span.line == 13


# ---------------------------------------------------------------- messages

# The program, with ‹ › around what the first message points at; the code; a part of the message; a part of the hint.
MESSAGES = [
    ("y = (1 + 2 )‹)›", "E0103", ") closes nothing", "remove"),
    ("x = 1‹)›", "E0103", ") closes nothing", "remove"),
    ("‹}›", "E0103", "} closes nothing", "remove"),
    ("x = (1, 2‹]›", "E0103", "( is closed by ]", ")"),
    ("y = f(a, b‹\n›z = 3", "E0103", "( is never closed", "add )"),
    ("y = f(a, [b‹\n›input z: f32", "E0103", "[ is never closed", "add ]"),
    ("if c {\n  x = 1‹\n›", "E0103", "{ is never closed", "add }"),
    ("fn f(x‹ ›{\n  y = 1\n}", "E0103", "( is never closed", "add )"),
    ("x = ‹)›", "E0103", ") closes nothing", "remove"),
    ("y = a +‹\n›  b", "E0101", "an expression is missing after +", "( )"),
    ("y =‹\n›", "E0101", "an expression is missing after =", "y = x"),
    ("y = a * ‹/› b", "E0101", "an expression is missing before /", "a * b"),
    ("y = x[‹]›", "E0101", "missing before ]", "x[0]"),
    ("y = ‹if› c else d", "E0101", "missing before if", "y = x"),
    ("y = a if c‹\n›", "E0101", "unexpected end of the line", "a if c else b"),
    ("x += ‹+=› 1", "E0101", "missing before +=", "a += b"),
    ("x = f(a ‹b›)", "E0101", "missing comma", "a, b"),
    ("x = [1 ‹2›]", "E0101", "missing comma", "1, 2"),
    ("x = f(a,\n  b\n  ‹c›=3)", "E0101", "missing comma", "b, c"),
    ("x = [1, 2‹;› 3, 4]", "E0101", "each row of a matrix is a list", "[[1, 2], [3, 4]]"),
    ("x = 3 ‹y›", "E0101", "unexpected name y", "3 * y"),
    ("sin ‹x›", "E0101", "unexpected name x", "sin(x)"),
    ("if c { } ‹y› = 1", "E0101", "name y begins a statement", "; y"),
    ("if a ‹=› b { x = 1 }", "E0101", "a condition compares with ==", "a == b"),
    ("while a ‹=› b { x = 1 }", "E0101", "a condition compares with ==", "a == b"),
    ("if a { } else if a ‹=› 2 { }", "E0101", "a condition compares with ==", "a == 2"),
    ("if a‹:›\n  x = 1", "E0101", "a block stands in braces", "if c { … }"),
    ("fn f(x)‹:›\n  x = 1", "E0101", "a block stands in braces", "fn f(x)"),
    ("if a { } else‹:›", "E0101", "a block stands in braces", "else { … }"),
    ("if a { } ‹elif› b { }", "E0101", "elif is written else if", "else if"),
    ("‹else› { }", "E0101", "else without an if", "if c { … } else"),
    ("‹{› a = 1 }", "E0101", "a block needs a head", "if c"),
    ("‹let› x = 1", "E0101", "bound with = alone", "x = …"),
    ("‹def› f(x) { return x }", "E0101", "a function is written fn", "fn f(x)"),
    ("‹class› M { }", "E0101", "module", "module M(n)"),
    ('‹print› "a"', "E0101", "print is a function", 'print("a")'),
    ("y = ‹lambda› x: x", "E0101", "a function is written fn", "fn y(x) = x"),
    ("y = a ‹is› None", "E0101", "is is written ==", "a =="),
    ("a = b ‹=› 1", "E0101", "one = in a statement", "b = …; a = b"),
    ("fn f(x) ‹-›> f32 { }", "E0101", "no written result type", "fn f("),
    ("‹//› hi", "E0101", "a comment begins with #", "# a comment"),
    ("input X‹\n›", "E0101", "unexpected end of the line", "input x: f32[n]"),
    ("var w: f32‹\n›", "E0101", "unexpected end of the line", "var w: f32[3] = "),
    ("var w: f32 = 1, ‹train›=true", "E0101", "a var has one option", "trainable=false"),
    ("output ‹3›", "E0101", "unexpected number 3", "output y"),
    ("for i ‹range›(3) { }", "E0101", "unexpected name range", "for i in range(n)"),
    ("while true‹\n›{ }", "E0101", "unexpected end of the line", "while c {"),
    ("import a‹.›b", "E0101", "unexpected .", "import optim"),
    ("from nn import ‹*›", "E0101", "names are imported one by one", "import nn"),
    ('test "x"‹\n›', "E0101", "unexpected end of the line", 'test "name" {'),
    ("export ‹x› = 1", "E0101", "unexpected name x", "export fn"),
    ("module M ‹{› }", "E0101", "unexpected {", "module M(n)"),
    ("fn f(x, ‹1›) = 2", "E0101", "unexpected number 1", "fn f(x)"),
    ("y = x[1:2:3‹:›4]", "E0101", "unexpected :", "remove :"),
    ("‹input› = 3", "E0102", "input is a reserved word", "input_"),
    ("fn ‹var›(x) = 1", "E0102", "var is a reserved word", "var_"),
    ("x = ‹for› + 1", "E0102", "for is a reserved word", "for_"),
    ("x = f(a, ‹in›=3)", "E0102", "in is a reserved word", "in_"),
    ("y = 2 * ‹in›", "E0102", "in is a reserved word", "in_"),
    ("for ‹in› xs { }", "E0101", "an expression is missing before in", "for i in range(n)"),
    ("x = a.‹module›", "E0102", "module is a reserved word", "module_"),
    ("‹true› = 1", "E0102", "true is a reserved word", "true_"),
    ("input ‹not›: f32", "E0102", "not is a reserved word", "not_"),
    ('x = ‹"abc›', "E0104", "this string has no end", '"abc"'),
    ('x = "a‹\\q›b"', "E0104", "\\q is not an escape", "\\n"),
    ('x = "‹\\u{110000}›"', "E0104", "no Unicode character", "\\u{1F600}"),
    ('x = "‹\\ud800›"', "E0104", "no Unicode character", "\\u{1F600}"),
    ("x = ‹'a'›", "E0104", "double quotes", '"a"'),
    ("x = a ‹^› b", "E0105", "a power is written **", "a ** b"),
    ("x = a ‹&&› b", "E0105", "written and", "a and b"),
    ("x = a ‹||› b", "E0105", "written or", "a or b"),
    ("x = a ‹&› b", "E0105", "written and", "bit_and(a, b)"),
    ("x = a ‹|› b", "E0105", "written or", "bit_or(a, b)"),
    ("x = ‹!›c", "E0105", "written not", "not a"),
    ("x = a ‹<>› b", "E0105", "written !=", "a != b"),
    ("x = a ‹===› b", "E0105", "written ==", "a == b"),
    ("x ‹:=› 3", "E0105", "written =", "a = b"),
    ("x‹++›", "E0105", "++ is not an operator", "x += 1"),
    ("x = a ‹?› b : c", "E0105", "if and else", "a if c else b"),
    ("x = 1 < 2 ‹<› 3", "E0106", "comparisons don't chain", "1 < 2 and 2 < 3"),
    ("x = a == b ‹!=› c", "E0106", "comparisons don't chain", "a == b and b != c"),
    ("x = ‹1.2.3›", "E0107", "1.2.3 is not a number", "1.5"),
    ("x = ‹2y›", "E0107", "2y is not a number", "2 * y"),
    ("x = ‹0b101›", "E0107", "0b101 is not a number", "5"),
    ("x = ‹1__0›", "E0107", "not a number", "1_000"),
    ("x = ‹007›", "E0107", "can't begin with 0", "7"),
    ("x = ‹1e999›", "E0107", "too large", "inf"),
    (f"x = ‹{'9' * 5000}›", "E0107", "5000 digits", "1e300"),
    ("x = a ‹$› b", "E0108", "$ means nothing", "remove"),
    ("x = a ‹×› b", "E0108", "× means nothing", "*"),
    ("x = 1 ‹\\›\n  + 2", "E0108", "\\ means nothing", "( )"),
    ("x‹²› = 1", "E0108", "² can't be part of a name", "x ** 2"),
    ("‹f(x)› = x + 1", "E0109", "a call can't be assigned to", "fn f(x) = x + 1"),
    ("‹[a, b]› = f(x)", "E0109", "a list can't be assigned to", "a, b = f(x)"),
    ("‹1› = x", "E0109", "1 can't be assigned to", "y = x"),
    ("a, ‹b + 1› = x", "E0109", "b + 1 can't be assigned to", "y = x"),
    ("‹a, b› += 1", "E0109", "one thing at a time", "a +="),
    ("‹x[0]›: f32 = 1", "E0109", "only a name can be given a type", "y: f32[n] ="),
    ("for ‹x[0]› in y { }", "E0109", "for binds a name", "for i in"),
    ("‹x + 1›", "E0110", "nothing is done with this value", "y = x + 1"),
    ("‹x == 1›", "E0110", "nothing is done with this value", "x = 1"),
    ("‹loss›", "E0110", "nothing is done with this value", "output loss"),
    ("‹inptu› x: f32 = 1", "E0101", "inptu begins no statement", "did you mean input?"),
    ("a = 1; ‹outptu› a", "E0101", "outptu begins no statement", "did you mean output?"),
]


@pytest.mark.parametrize(("marked", "code", "message", "hint"), MESSAGES, ids=[m[0][:30] for m in MESSAGES])
def test_message(marked: str, code: str, message: str, hint: str) -> None:
    start, end = marked.index("‹"), marked.index("›") - 1
    found = errors(marked.replace("‹", "").replace("›", ""))
    assert len(found) == 1, [d.message for d in found]
    assert found[0].code == code
    assert message in found[0].message
    assert found[0].primary is not None and found[0].primary.text
    assert (found[0].primary.span.start, found[0].primary.span.end) == (start, end)
    assert found[0].hint is not None and hint in found[0].hint


def test_an_unclosed_bracket_shows_where_it_was_opened() -> None:
    (error,) = errors("y = f(a,\n  g(b\nz = 3\n")
    assert [(label.span.text, label.span.line, label.text) for label in error.secondary] == [("(", 2, "opened here")]


def test_the_end_of_the_file() -> None:
    (error,) = errors("y = 1 +")
    assert error.primary is not None
    assert (error.primary.span.start, error.primary.span.end) == (7, 7)


def test_errors_are_collected() -> None:
    found = errors("a = 1 +\nb = 2\nc = [1 2]\nif d {\n  e = )\n  f = 1 2\n}\ng = a ^ 'x'\nlet h = 1\n")
    assert [(d.code, d.primary.span.line) for d in found if d.primary] == [
        ("E0101", 1), ("E0101", 3), ("E0103", 5), ("E0101", 6), ("E0105", 8), ("E0104", 8), ("E0101", 9),
    ]  # fmt: skip


def test_an_error_in_a_head_does_not_spread_over_its_block() -> None:
    found = errors("fn f(x, 1) {\n  a = 1\n  if x { a = 2 }\n}\nb = = 2\n")
    assert [d.primary.span.line for d in found if d.primary] == [1, 5]


def test_after_an_unclosed_bracket_parsing_goes_on() -> None:
    found = errors("a = f(1\nb = 2 +\nfn g(x {\n  c = x\n}\nd = [1 2]\n")
    assert [(d.code, d.primary.span.line) for d in found if d.primary] == [
        ("E0103", 1), ("E0101", 2), ("E0103", 3), ("E0101", 6),
    ]  # fmt: skip


def test_errors_are_limited_in_number() -> None:
    assert len(errors("x = = 1\n" * 1000)) == 20
    assert len(errors("\x00\x01" * 5000)) <= 20


# ---------------------------------------------------------------- limits

TOWERS = {
    "sign": lambda n: "x = " + "- " * n + "a",
    "not": lambda n: "x = " + "not " * n + "a",
    "power": lambda n: "x = " + "a ** " * n + "a",
    "conditional": lambda n: "x = " + "a if b else " * n + "c",
    "else if": lambda n: "if a { }" + " else if b { }" * n,
    "call": lambda n: "x = f" + "(1)" * n,
    "member": lambda n: "x = a" + ".b" * n,
    "index": lambda n: "x = a" + "[0]" * n,
    "list": lambda n: "x = " + "[" * n + "]" * n,
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "block": lambda n: "if a { " * n + "}" * n,
}


@pytest.mark.parametrize("kind", TOWERS)
def test_nesting_is_limited(kind: str) -> None:
    program(TOWERS[kind](490))
    for depth in (510, 10_000):
        (error,) = errors(TOWERS[kind](depth))
        assert error.code == "E0901"
        assert error.hint


def test_open_brackets_without_end() -> None:
    assert [d.code for d in errors("x = " + "(" * 10_000)] == ["E0901"]


def test_long_programs_are_not_deep() -> None:
    assert len(program("x = [" + ", ".join(["-a ** 2"] * 5000) + "]\n" + "y = f(x)\n" * 5000)) == 5001


# ---------------------------------------------------------------- tables


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    grammar = files("graphc").joinpath("grammars/graphc.lark").read_text("utf-8")
    shipped = files("graphc.frontend").joinpath("tables.json").read_text("utf-8")
    built = build(grammar)
    assert json.loads(shipped)["grammar"] == built.grammar, "run python -m graphc.frontend.build_tables"
    assert shipped == build_tables.encode(built)


def test_another_lark_makes_the_tables_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without interegular, which only the strict mode needs; the trees are the same."""
    text = TOUR + "\ny = f(x)[1:] + 2 ** -a\n"
    alone = program(text)
    old = replace(load(), lark="1.3.0", states=[])
    monkeypatch.setattr(lalr, "load", lambda: old)
    monkeypatch.setattr(lalr, "_OF_THREAD", threading.local())
    monkeypatch.setitem(sys.modules, "interegular", None)
    assert show(program(text)) == show(alone)


def test_threads_parse_at_the_same_time() -> None:
    text = "y = " + " + ".join(f"f{i}(x, [1, {i}])" for i in range(300))
    alone = show(program(text))
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(lambda text: show(program(text)), [text] * 12))


def show(statements: tuple[syntax.Stmt, ...]) -> str:
    """A tree as text, with its places."""
    return "\n".join(map(repr, statements))
