"""E02xx: names, and what they stand for."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0201",
        "undefined-name",
        "a name isn't defined",
        explanation="""
            Nothing of that name is defined above the place that uses it. Names are case-sensitive, and a
            name exists from its definition on: move the definition up, or correct the spelling.
        """,
        bad="""
            input x: f32
            scale = 2.0
            output y = scael * x
        """,
        repaired="""
            input x: f32
            scale = 2.0
            output y = scale * x
        """,
    ),
    entry(
        "E0202",
        "defined-twice",
        "an input, var, output or fn is defined twice",
        explanation="""
            Inputs, variables, outputs and functions are known from outside by their name, so there can be
            one of each. (A plain name may be assigned again: it then stands for the new value.)
        """,
        bad="""
            input x: f32
            input x: f64
            output y = 2 * x
        """,
        repaired="""
            input x: f32
            input z: f64
            output y = 2 * x + f32(z)
        """,
    ),
    entry(
        "E0203",
        "not-callable",
        "this isn't a function",
        explanation="""
            Only functions can be called. A product needs its sign: a * (x + 1).
        """,
        bad="""
            input a: f32
            input x: f32
            output y = a(x + 1)
        """,
        repaired="""
            input a: f32
            input x: f32
            output y = a * (x + 1)
        """,
    ),
    entry(
        "E0204",
        "wrong-arguments",
        "the arguments don't fit the function",
        explanation="""
            An argument is missing, one too many, given twice, or has a keyword that the function doesn't
            know. The message points at the function's parameters.
        """,
        bad="""
            fn mse(p, q) = mean((p - q) ** 2)
            input x: f32[n]
            output loss = mse(x)
        """,
        repaired="""
            fn mse(p, q) = mean((p - q) ** 2)
            input x: f32[n]
            output loss = mse(x, 0.0)
        """,
    ),
    entry(
        "E0205",
        "recursion",
        "a function calls itself without end",
        explanation="""
            A function becomes part of the graph at each call. One that calls itself, directly or through
            others, works if it comes to an end before the program runs: a size (x.shape[0]) or a number
            known at compile time must decide, within 200 levels. What only the run can tell is a loop.
        """,
        bad="""
            fn factorial(k) = k * factorial(k - 1)
            output y = factorial(5)
        """,
        repaired="""
            fn factorial(k) {
              if k == 0 { return 1 }
              return k * factorial(k - 1)
            }
            output y = factorial(5)
        """,
    ),
    entry(
        "E0206",
        "no-such-member",
        "there is no such attribute or member",
        explanation="""
            A tensor has .T, .shape, .dtype, .grad, and every op as a method: x.sum() is sum(x). A module
            has the names that it defines. Case matters.
        """,
        bad="""
            input X: f32[n, 3]
            output Y = X.t
        """,
        repaired="""
            input X: f32[n, 3]
            output Y = X.T
        """,
    ),
    entry(
        "E0207",
        "unknown-import",
        "the imported module or name doesn't exist",
        explanation="""
            import losses loads a module of the standard library, from nn import layer_norm one of its
            names. The name of a file has quotes: import "layers.g".
        """,
        bad="""
            import loses
            output y = 1.0
        """,
        repaired="""
            import losses
            output y = 1.0
        """,
    ),
    entry(
        "E0208",
        "not-a-value",
        "this isn't a value that can be computed with",
        explanation="""
            Functions, modules and types can be called or passed to functions, but they are no tensors: they
            can't be added, returned as an output or indexed. Perhaps the call's arguments are missing.
            A tuple, as of grad(loss, [w, b]), holds several values: take one of them, g[0], or give them
            names: dw, db = g.
        """,
        bad="""
            fn square(t) = t ** 2
            input x: f32
            output y = square + 1
        """,
        repaired="""
            fn square(t) = t ** 2
            input x: f32
            output y = square(x) + 1
        """,
    ),
    entry(
        "E0209",
        "half-bound",
        "only one branch binds this name",
        explanation="""
            After an if whose condition is computed by the run, a name has a value only if both branches
            bind it, or the code before did. Bind it in the other branch, or give it a value before the if.
            It is the same with loops: what a body binds has a value after the loop only if it had one
            before, and so has the target of a loop that may take no step.
        """,
        bad="""
            input x: f32
            if x > 0 {
              y = sqrt(x)
            }
            output y
        """,
        repaired="""
            input x: f32
            y = 0.0
            if x > 0 {
              y = sqrt(x)
            }
            output y
        """,
    ),
    entry(
        "E0210",
        "no-such-entry",
        "there is no such entry point, or none was chosen among several",
        explanation="""
            --entry takes the name of an exported function: export fn f(x: f32) = …. A saved program with
            one of them runs it by itself; with several it asks which.
        """,
        bad="""
            $ echo 'export fn predict(x: f32) = 2 * x' > double.g
            $ graphc run double.g --entry forecast --feed x=1.0
        """,
        repaired="""
            $ echo 'export fn predict(x: f32) = 2 * x' > double.g
            $ graphc run double.g --entry predict --feed x=1.0
        """,
    ),
    entry(
        "E0211",
        "import-cycle",
        "files import each other in a circle",
        explanation="""
            A file is read when it is imported, so it must not need itself. The message lists the files of the
            circle. Put what they share into a file of its own, which imports none of them.
        """,
        bad="""
            $ echo 'import "b.g"; fn twice(x) = 2 * x' > a.g
            $ echo 'import "a.g"; fn four(x) = a.twice(a.twice(x))' > b.g
            $ echo 'import "a.g"; output y = a.twice(1.0)' | graphc run -
        """,
        repaired="""
            $ echo 'fn twice(x) = 2 * x' > a.g
            $ echo 'import "a.g"; fn four(x) = a.twice(a.twice(x))' > b.g
            $ echo 'import "b.g"; output y = b.four(1.0)' | graphc run -
        """,
    ),
)
