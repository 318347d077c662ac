"""The exact face of messages."""

from __future__ import annotations

from graphc.diagnostics import Diagnostic, Label
from graphc.diagnostics.render import render, summary
from graphc.diagnostics.terminal import escape, width
from graphc.source import BUILTIN, Call, Source, Span


def at(source: Source, text: str, nth: int = 0) -> Span:
    """The nth occurrence of `text`."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def error(primary: Label | None, *secondary: Label, message: str = "wrong") -> Diagnostic:
    return Diagnostic("E0100", message, primary, secondary)


def shown(*diagnostics: Diagnostic, width: int | None = None) -> str:
    """The rendering with a final newline, as the expectations below have."""
    return render(diagnostics, width=width) + "\n"


def under(text: str, *labels: tuple[str, str], width: int | None = None) -> str:
    """What stands below `a.g:1:…` for labels on places of a program."""
    source = Source("a.g", text)
    first, *rest = [Label(at(source, place), say) for place, say in labels]
    return "\n".join(shown(error(first, *rest), width=width).splitlines()[3:]) + "\n"


# ---------------------------------------------------------------- whole messages

LINEAR = Source(
    "linear.g",
    """\
# a linear layer
input X: f32[n, 3]
# its weights
var W: f32[4, 2] = zeros([4, 2])

# the prediction
yhat = X @ W
""",
)


def test_two_declarations() -> None:
    diagnostic = Diagnostic(
        "E0301",
        "shapes f32[n, 3] and f32[4, 2] don't multiply",
        Label(at(LINEAR, "X @ W"), "inner sizes 3 and 4 differ"),
        (Label(at(LINEAR, "3", 1), "3 comes from here"), Label(at(LINEAR, "4"), "4 comes from here")),
        hint="W must be f32[3, k]",
    )
    assert shown(diagnostic) == EXPECTED_LINEAR


EXPECTED_LINEAR = """\
error[E0301]: shapes f32[n, 3] and f32[4, 2] don't multiply
  --> linear.g:7:8
   |
 7 | yhat = X @ W
   |        ^^^^^ inner sizes 3 and 4 differ
   |
 2 | input X: f32[n, 3]
   |                 - 3 comes from here
 4 | var W: f32[4, 2] = zeros([4, 2])
   |            - 4 comes from here
   = hint: W must be f32[3, k]
"""

LAYERS = Source(
    "layers.g",
    """\
# two layers
var W2: f32[32, 10] = zeros([32, 10])
fn head(h, w) {
  return h @ w
}

# data
input rate: f32
input X: f32[n, 64]

# forward
logits = head(X, W2)
var w: f32 = 1.0
loss = w ** 2


# backward
g = grad(loss, w)
w -= rate * g
g2 = grad(loss, w)
""",
)


def test_call_and_two_errors() -> None:
    call = Call("head", at(LAYERS, "head(X, W2)"), None)
    sizes = Diagnostic(
        "E0301",
        "shapes f32[n, 64] and f32[32, 10] don't multiply",
        Label(at(LAYERS, "h @ w"), "inner sizes 64 and 32 differ"),
        (Label(at(LAYERS, "32", 1), "32 comes from here"), Label(at(LAYERS, "64"), "64 comes from here")),
        call=call,
    )
    earlier = Diagnostic(
        "E0403",
        "loss was computed with an earlier w",
        Label(at(LAYERS, "loss", 2), "depends on w as it was before line 19"),
        (Label(Span(LAYERS, at(LAYERS, "w -=").start, at(LAYERS, "w -=").start + 1), "assigned here"),),
        hint="take the gradient before line 19, or compute loss again after it",
    )
    assert shown(sizes, earlier) == EXPECTED_LAYERS


EXPECTED_LAYERS = """\
error[E0301]: shapes f32[n, 64] and f32[32, 10] don't multiply
  --> layers.g:4:10
   |
 4 |   return h @ w
   |          ^^^^^ inner sizes 64 and 32 differ
   |
12 | logits = head(X, W2)
   |          ----------- in this call of head
   |
 2 | var W2: f32[32, 10] = zeros([32, 10])
   |             -- 32 comes from here
 9 | input X: f32[n, 64]
   |                 -- 64 comes from here

error[E0403]: loss was computed with an earlier w
  --> layers.g:20:11
   |
20 | g2 = grad(loss, w)
   |           ^^^^ depends on w as it was before line 19
19 | w -= rate * g
   | - assigned here
   = hint: take the gradient before line 19, or compute loss again after it

error: 2 errors in layers.g
"""


def test_no_primary() -> None:
    diagnostic = Diagnostic(
        "E0703",
        'lab.csv has no column "signal"',
        notes=("its columns are time, singal, err",),
        hint="did you mean singal?",
    )
    assert (
        shown(diagnostic)
        == """\
error[E0703]: lab.csv has no column "signal"
   = note: its columns are time, singal, err
   = hint: did you mean singal?
"""
    )


def test_builtin_places_are_not_shown() -> None:
    assert shown(error(Label(BUILTIN.span, "made by us"))) == "error[E0100]: wrong\n"


def test_warning() -> None:
    source = Source("a.g", "y = p - q\n")
    diagnostic = Diagnostic("W0301", "too large", Label(at(source, "p - q")), severity="warning")
    assert (
        shown(diagnostic)
        == """\
warning[W0301]: too large
  --> a.g:1:5
   |
 1 | y = p - q
   |     ^^^^^
"""
    )


def test_nothing() -> None:
    assert render([]) == summary([]) == ""


# ---------------------------------------------------------------- the marks under a line


def test_labels_side_by_side_hang() -> None:
    assert (
        under("y = aa + bb * cc\n", ("bb", "second"), ("aa", "first"), ("cc", "third"))
        == """\
 1 | y = aa + bb * cc
   |     --   ^^   -- third
   |     |    |
   |     |    second
   |     first
"""
    )


def test_labels_without_text_need_no_bar() -> None:
    assert (
        under("y = aa + bb * cc\n", ("aa", ""), ("bb", "said"), ("cc", ""))
        == """\
 1 | y = aa + bb * cc
   |     ^^   --   --
   |          |
   |          said
"""
    )


def test_overlapping_labels_get_a_line_each() -> None:
    assert (
        under("y = aa @ bb\n", ("aa @ bb", "whole"), ("aa", "left"), ("bb", "right"), ("aa @ bb", "again"))
        == """\
 1 | y = aa @ bb
   |     ^^^^^^^ whole
   |     --   -- right
   |     |
   |     left
   |     ------- again
"""
    )


def test_several_lines() -> None:
    text = "y = concat([\n    a,\n    b,\n  ],\n  axis=0)\nz = 1\n"
    assert (
        under(text, ("concat([\n    a,\n    b,\n  ],\n  axis=0)", "of rank 1"))
        == """\
 1 | y = concat([
   |     ^^^^^^^^
...
 5 |   axis=0)
   |   ^^^^^^^ of rank 1
"""
    )


def test_label_inside_several_lines() -> None:
    text = "y = concat([\n    a,\n    b,\n  ])\n"
    source = Source("a.g", text)
    whole, item = Label(Span(source, 4, len(text)), "whole"), Label(at(source, "b"), "this one")
    assert (
        shown(error(whole, item))
        == """\
error[E0100]: wrong
  --> a.g:1:5
   |
 1 | y = concat([
   |     ^^^^^^^^
...
 3 |     b,
   |     - this one
 4 |   ])
   |   ^^ whole
"""
    )


def test_other_file() -> None:
    main = Source("main.g", "import layers\n\ny = layers.head(x)\n")
    layers = Source("layers.g", "fn head(v: f32[3]) = sum(v)\n")
    diagnostic = error(
        Label(at(main, "x"), "this is f32[4]"),
        Label(at(layers, "v"), "declared here"),
        Label(at(main, "layers"), "imported here"),
    )
    assert (
        shown(diagnostic)
        == """\
error[E0100]: wrong
  --> main.g:3:17
   |
 3 | y = layers.head(x)
   |                 ^ this is f32[4]
   |
  ::: layers.g:1:9
   |
 1 | fn head(v: f32[3]) = sum(v)
   |         - declared here
   |
  ::: main.g:1:8
   |
 1 | import layers
   |        ------ imported here
"""
    )


def test_long_call_stack() -> None:
    source = Source("deep.g", "".join(f"f{i}(x)\n" for i in range(20)))
    call: Call | None = None
    for i in range(2, 20, 2):
        call = Call(f"f{i}", at(source, f"f{i}(x)"), call)
    diagnostic = Diagnostic("E0100", "wrong", Label(at(source, "f0(x)"), "here"), call=call)
    assert (
        shown(diagnostic)
        == """\
error[E0100]: wrong
  --> deep.g:1:1
   |
 1 | f0(x)
   | ^^^^^ here
   |
19 | f18(x)
   | ------ in this call of f18
17 | f16(x)
   | ------ in this call of f16
15 | f14(x)
   | ------ in this call of f14
   | … 5 more calls
 3 | f2(x)
   | ----- in this call of f2
"""
    )


# ---------------------------------------------------------------- characters


def test_tabs() -> None:
    assert (
        under("\ty =\ta @ b\n", ("a @ b", "here"))
        == """\
 1 |     y = a @ b
   |         ^^^^^ here
"""
    )


def test_wide_and_combining_characters() -> None:
    assert under("y = 温度 + cafe\u0301 * z\n", ("温度", "two wide"), ("cafe\u0301", "four"), ("z", "one")) == (
        " 1 | y = 温度 + cafe\u0301 * z\n"
        "   |     ^^^^   ----   - one\n"
        "   |     |      |\n"
        "   |     |      four\n"
        "   |     two wide\n"
    )


def test_wide_label_does_not_shift_the_next() -> None:
    assert width("温度e\u0301") == 5
    assert (
        under("y = z\n", ("z", "温度"), ("y", "é"))
        == """\
 1 | y = z
   | -   ^ 温度
   | |
   | é
"""
    )


def test_mark_on_a_combining_character_is_under_its_base() -> None:
    assert under("ye\u0301 = 1\n", ("\u0301", "accent")) == " 1 | ye\u0301 = 1\n   |  ^ accent\n"


def test_control_characters() -> None:
    source = Source("e\x1bvil.g", "y = \x1b[31mred\u202e + z\r\nq = 1\n")
    diagnostic = Diagnostic(
        "E0201",
        "a\nb\x1b[2J is not defined",
        Label(at(source, "z"), "\x07label"),
        notes=("note\r",),
        hint="hint\u2028\x9b",
        call=Call("f\x00", at(source, "q"), None),
    )
    assert (
        shown(diagnostic)
        == r"""
error[E0201]: a\nb\x1b[2J is not defined
  --> e\x1bvil.g:1:17
   |
 1 | y = \x1b[31mred\u202e + z
   |                         ^ \x07label
 2 | q = 1
   | - in this call of f\x00
   = note: note\r
   = hint: hint\u2028\x9b
""".lstrip()
    )


def test_escape_keeps_what_prints() -> None:
    assert escape("温度 α é \\ 'x'") == "温度 α é \\ 'x'"
    assert escape("\ud800") == "\\ud800"


# ---------------------------------------------------------------- long lines


def test_long_line_is_cut_around_the_label() -> None:
    text = "y = " + "a + " * 100 + "here" + " + b" * 100 + "\n"
    out = under(text, ("here", "not defined"), width=50)
    assert (
        out
        == """\
 1 | … a + a + a + here + b + b + b + b + b + b +…
   |               ^^^^ not defined
"""
    )
    assert len(out.splitlines()[0]) == 50


def test_long_line_keeps_its_beginning() -> None:
    assert (
        under("here = " + "a + " * 100 + "a\n", ("here", "said"), width=40)
        == """\
 1 | here = a + a + a + a + a + a + a +…
   | ^^^^ said
"""
    )


def test_long_line_keeps_its_end_and_the_label() -> None:
    assert (
        under("y = " + "a + " * 100 + "here\n", ("here", "said"), width=40)
        == """\
 1 | … a + a + a + a + a + a + here
   |                           ^^^^ said
"""
    )


def test_huge_line_is_cut_at_both_ends() -> None:
    text = 'w = "' + "A" * 1_000_000 + "!" + "B" * 1_000_000 + '"\n'
    out = under(text, ("!", "here"), width=40)
    line, carets = out.splitlines()
    assert line[5] == line[-1] == "…"
    assert all(len(x) <= 40 for x in (line, carets))
    assert line[carets.index("^")] == "!"


def test_long_range_shows_its_beginning() -> None:
    assert (
        under("y = [" + "1, " * 100 + "1]\n", ("[" + "1, " * 100 + "1]", "too long"), width=40)
        == """\
 1 | …[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,…
   |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long
"""
    )


def test_wide_characters_at_the_cut() -> None:
    text = "y" + "温" * 100 + "z" + "温" * 100 + "\n"
    for columns in range(30, 50):
        line, carets = under(text, ("z", ""), width=columns).splitlines()
        assert width(line) == columns
        assert width(line[: line.index("z")]) == carets.index("^")


# ---------------------------------------------------------------- ends of lines and files


def test_end_of_file_is_the_end_of_its_last_text() -> None:
    source = Source("a.g", "y = (1 +\n\n")
    assert (
        shown(error(Label(Span(source, 10, 10), "never closed")))
        == """\
error[E0100]: wrong
  --> a.g:1:9
   |
 1 | y = (1 +
   |         ^ never closed
"""
    )


def test_newline_and_empty_file() -> None:
    source = Source("a.g", "y =\nz = 1\n")
    assert (
        shown(error(Label(Span(source, 3, 4), "expected a value")))
        == """\
error[E0100]: wrong
  --> a.g:1:4
   |
 1 | y =
   |    ^ expected a value
"""
    )
    assert (
        shown(error(Label(Span(Source("<stdin>", ""), 0, 0), "empty")))
        == """\
error[E0100]: wrong
  --> <stdin>:1:1
   |
 1 |
   | ^ empty
"""
    )


# ---------------------------------------------------------------- colour and counts


def test_colour() -> None:
    source = Source("a.g", "y = z\n")
    out = render([error(Label(at(source, "z"), "no"))], color=True)
    assert out.splitlines() == [
        "\x1b[1;31merror[E0100]\x1b[0m\x1b[1m: wrong\x1b[0m",
        "  \x1b[36m-->\x1b[0m a.g:1:5",
        "   \x1b[36m|\x1b[0m",
        "\x1b[36m 1 |\x1b[0m y = z",
        "   \x1b[36m|\x1b[0m     \x1b[1;31m^\x1b[0m \x1b[1;31mno\x1b[0m",
    ]


def test_summary() -> None:
    a, b, c = (Label(Span(Source(name, "x"), 0, 1)) for name in "abc")
    warning = Diagnostic("W0301", "doubtful", a, severity="warning")
    assert summary([error(a)]) == "error: 1 error in a"
    assert summary([error(a), error(b), warning]) == "error: 2 errors and 1 warning in a and b"
    assert summary([warning, warning]) == "warning: 2 warnings in a"
    assert summary([error(a), error(b), error(c)]) == "error: 3 errors in 3 files"
    assert summary([error(None), error(None)]) == "error: 2 errors"
