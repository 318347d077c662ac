"""E01xx: what the parser refuses."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0101",
        "unexpected-token",
        "this can't stand here",
        explanation="""
            The program can't go on like this: an operand, a name or a closing bracket is missing just
            before the marked place, or something stands there that belongs elsewhere. The message says
            what could stand there. A statement ends with its line; inside ( ) and [ ] it may go on.
        """,
        bad="""
            input x: f32
            y = x +
            output y
        """,
        repaired="""
            input x: f32
            y = x + 1
            output y
        """,
    ),
    entry(
        "E0102",
        "reserved-word",
        "a reserved word can't be a name",
        explanation="""
            These words are the language's own: input output var fn module import export if else while
            for in break continue return and or not true false assert. Choose another name, or add an
            underscore: in_.
        """,
        bad="""
            input in: f32
            output y = 2 * in
        """,
        repaired="""
            input in_: f32
            output y = 2 * in_
        """,
    ),
    entry(
        "E0103",
        "unclosed-bracket",
        "a bracket is never closed",
        explanation="""
            A (, [ or { has no partner, or the wrong one. The message points at the one that was opened.
            Lines inside ( ) and [ ] are joined, so the parser may only notice many lines later.
        """,
        bad="""
            input x: f32
            y = 2 * (x + 1
            output y
        """,
        repaired="""
            input x: f32
            y = 2 * (x + 1)
            output y
        """,
    ),
    entry(
        "E0104",
        "bad-string",
        "a string isn't finished, or has an unknown escape",
        explanation=r"""
            Strings are written "…" on one line. The escapes are \n \t \r \" \\ \xXX \uXXXX and
            \u{X…}; a backslash itself is \\.
        """,
        bad="""
            input x: f32
            assert isfinite(x), "diverged
            output x
        """,
        repaired="""
            input x: f32
            assert isfinite(x), "diverged"
            output x
        """,
    ),
    entry(
        "E0105",
        "not-an-operator",
        "this operator belongs to another language",
        explanation="""
            Operators are Python's. On the left what other languages say, on the right how to say it here:

                x ^ 2              x ** 2
                a && b, a || b     a and b, a or b
                !a                 not a
                a <> b             a != b
                i++                i += 1
                c ? a : b          a if c else b
        """,
        bad="""
            input x: f32
            output y = x ^ 2
        """,
        repaired="""
            input x: f32
            output y = x ** 2
        """,
    ),
    entry(
        "E0106",
        "chained-comparison",
        "comparisons can't be chained",
        explanation="""
            0 < x < 1 would compare a truth value with 1 in some languages and mean "between" in others.
            Say it with two comparisons.
        """,
        bad="""
            input x: f32
            output inside = 0 < x < 1
        """,
        repaired="""
            input x: f32
            output inside = 0 < x and x < 1
        """,
    ),
    entry(
        "E0107",
        "malformed-number",
        "this isn't a number",
        explanation="""
            Numbers are written 1, 1_000, 0x1F, 1.0, .5 or 1e-3. A product needs its sign: 2 * x.
        """,
        bad="""
            input x: f32
            output y = 2x
        """,
        repaired="""
            input x: f32
            output y = 2 * x
        """,
    ),
    entry(
        "E0108",
        "unknown-character",
        "a character that no program contains",
        explanation="""
            This character means nothing outside a string or a comment. Text copied from a page or an
            editor often brings curly quotes, a minus sign that isn't -, a × for * or invisible spaces;
            the message shows them by number.
        """,
        bad="""
            input price: f32
            output total = 3 * $price
        """,
        repaired="""
            input price: f32
            output total = 3 * price
        """,
    ),
    entry(
        "E0109",
        "not-assignable",
        "only a name, an item or a tuple of them can be assigned",
        explanation="""
            On the left of = stands a name (y), an item of one (x[0]) or several (a, b). A function is
            defined with fn.
        """,
        bad="""
            input x: f32
            f(t) = t ** 2
            output y = f(x)
        """,
        repaired="""
            input x: f32
            fn f(t) = t ** 2
            output y = f(x)
        """,
    ),
    entry(
        "E0110",
        "value-unused",
        "a value that nothing is done with",
        explanation="""
            Only a call can stand alone on a line, for what it does: print(x), backward(loss). A value needs
            a name, or is an output.
        """,
        bad="""
            input x: f32
            x + 1
            output y = x ** 2
        """,
        repaired="""
            input x: f32
            output z = x + 1
            output y = x ** 2
        """,
    ),
)
