"""E09xx: more than a program may ask for."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0901",
        "nesting",
        "expressions or blocks are nested too deeply",
        explanation="""
            500 levels of brackets, blocks or operators without brackets of their own are the limit. Give
            inner parts a name. (Long sums and products aren't nested, however long.) Branches and loops
            that the run decides on, chains of else if among them, may be fewer: about a hundred where a
            derivative is asked for.
        """,
        bad="""
            $ python3 -c 'print("output y =", "(" * 501 + "1.0" + ")" * 501)' | graphc check -
        """,
        repaired="""
            $ python3 -c 'print("output y =", "(" * 50 + "1.0" + ")" * 50)' | graphc check -
        """,
    ),
    entry(
        "E0902",
        "number-too-large",
        "a number has too many digits",
        explanation="""
            Whole numbers are computed exactly before they get a dtype, however large, but not without end. A
            float keeps the size and drops the digits.
        """,
        bad="""
            output y = 9 ** 9 ** 9
        """,
        repaired="""
            output y = 9.0 ** 9
        """,
    ),
    entry(
        "E0903",
        "array-too-large",
        "an array would be larger than any memory",
        explanation="""
            The sizes multiply to more bytes than can be addressed. Perhaps an axis was meant to be reduced
            first, or two sizes were multiplied by mistake.
        """,
        bad="""
            output s = sum(zeros([10000000000, 10000000000]))
        """,
        repaired="""
            output s = sum(zeros([1000, 1000]))
        """,
    ),
    entry(
        "E0904",
        "too-many-nodes",
        "the program unfolds into too large a graph",
        explanation="""
            Each call of a function inserts its body, so calls within calls multiply. Say the same with
            arrays: one operation on a thousand numbers is one node.
        """,
        bad="""
            fn a(x) = sin(sin(sin(sin(sin(sin(sin(sin(sin(sin(x))))))))))
            fn b(x) = a(a(a(a(a(a(a(a(a(a(x))))))))))
            fn c(x) = b(b(b(b(b(b(b(b(b(b(x))))))))))
            fn d(x) = c(c(c(c(c(c(c(c(c(c(x))))))))))
            fn e(x) = d(d(d(d(d(d(d(d(d(d(x))))))))))
            fn f(x) = e(e(e(e(e(e(e(e(e(e(e(x)))))))))))
            input x: f32
            output y = f(x)
        """,
        repaired="""
            fn a(x) = sin(sin(sin(sin(sin(sin(sin(sin(sin(sin(x))))))))))
            fn b(x) = a(a(a(a(a(a(a(a(a(a(x))))))))))
            input x: f32
            output y = b(x)
        """,
    ),
)
