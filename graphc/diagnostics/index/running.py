"""E06xx: what goes wrong while a program runs."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0601",
        "assertion",
        "an assert doesn't hold",
        explanation="""
            The program itself says that this must not happen. The state is as it was before the run.
        """,
        bad="""
            $ echo 'input x: f32; assert x > 0, "x must be positive"; output y = log(x)' | graphc run - --feed x=-1
        """,
        repaired="""
            $ echo 'input x: f32; assert x > 0, "x must be positive"; output y = log(x)' | graphc run - --feed x=1
        """,
    ),
    entry(
        "E0602",
        "size-guard",
        "the sizes of the feeds don't fit the program",
        explanation="""
            Some conditions on sizes can only be checked when the data are there: that n is even, that a
            window fits. They are checked before anything is computed; those of a branch, or of a loop that
            may take no step, when the run comes there. The message shows the expression that needs them.
            A default that fixes a size, input x: f32[n] = [1, 2, 4], must fit the feeds, too, and the
            defaults before it: sizes are bound by feeds first. A scalar default fills any shape.
        """,
        bad="""
            $ echo 'input x: f32[n]; output y = reshape(x, [n // 2, 2])' | graphc run - --feed 'x=[1, 2, 3]'
        """,
        repaired="""
            $ echo 'input x: f32[n]; output y = reshape(x, [n // 2, 2])' | graphc run - --feed 'x=[1, 2, 3, 4]'
        """,
    ),
    entry(
        "E0603",
        "missing-feed",
        "an input has no value",
        explanation="""
            Every input that the results need must be fed, with --feed x=1 or --feed x=@data.npy, unless its
            declaration has a default: input x: f32 = 0.0.
        """,
        bad="""
            $ echo 'input x: f32; output y = 2 * x' | graphc run -
        """,
        repaired="""
            $ echo 'input x: f32; output y = 2 * x' | graphc run - --feed x=1
        """,
    ),
    entry(
        "E0604",
        "unknown-feed",
        "there is no input of that name",
        explanation="""
            A feed names an input or another named value of the program. Names are case-sensitive.
        """,
        bad="""
            $ echo 'input x: f32 = 0.0; output y = 2 * x' | graphc run - --feed X=1
        """,
        repaired="""
            $ echo 'input x: f32 = 0.0; output y = 2 * x' | graphc run - --feed x=1
        """,
    ),
    entry(
        "E0605",
        "runtime-index",
        "an index is out of range",
        explanation="""
            The index was computed or fed, and the axis has no such place: one of size k has 0 to k - 1, or
            -k to -1 from the end. clip(i, 0, k - 1) keeps it inside. i < k and x[i] > 0 reads x only where
            there is such a place; where(i < k, x[i], 0) reads it anyway, x[i] if i < k else 0 doesn't.
        """,
        bad="""
            $ echo 'input x: f32[n]; input i: i64; output y = x[i]' | graphc run - --feed 'x=[1, 2, 3]' --feed i=3
        """,
        repaired="""
            $ echo 'input x: f32[n]; input i: i64; output y = x[i]' | graphc run - --feed 'x=[1, 2, 3]' --feed i=2
        """,
    ),
    entry(
        "E0606",
        "linear-algebra",
        "the matrix can't be inverted or factorised",
        explanation="""
            It is singular, or not positive definite. Adding a small multiple of eye(n) to it helps where that
            is sound; lstsq and pinv take singular matrices.
        """,
        bad="""
            $ echo 'input A: f64[n, n]; output B = inv(A)' | graphc run - --feed 'A=[[1, 2], [2, 4]]'
        """,
        repaired="""
            $ echo 'input A: f64[n, n]; output B = pinv(A)' | graphc run - --feed 'A=[[1, 2], [2, 4]]'
        """,
    ),
    entry(
        "E0607",
        "out-of-memory",
        "there isn't enough memory",
        explanation="""
            The message names the largest array and the expression that makes it. Feed fewer rows at a time,
            use a smaller dtype, or avoid the array: (x[:, None] - y) ** 2 makes all pairs, a matrix product
            doesn't.
        """,
        bad="""
            $ ulimit -v 4000000
            $ echo 'input x: f32; output s = sum(x * eye(100000))' | graphc run - --feed x=1
        """,
        repaired="""
            $ echo 'input x: f32; output s = sum(x * eye(100))' | graphc run - --feed x=1
        """,
    ),
    entry(
        "E0608",
        "numeric-failure",
        "an operation has no result for these numbers",
        explanation="""
            Floating-point arithmetic always has one (inf or nan), but some operations don't: an integer
            division by zero, an iteration that doesn't converge, a draw with a probability above 1. The
            message shows the operation and the values.
        """,
        bad="""
            $ echo 'input a: i64; input b: i64; output q = a // b' | graphc run - --feed a=1 --feed b=0
        """,
        repaired="""
            $ echo 'input a: i64; input b: i64; output q = a // b' | graphc run - --feed a=1 --feed b=2
        """,
    ),
    entry(
        "E0609",
        "no-batches",
        "the data can't be taken in batches",
        explanation="""
            A training takes some examples at a time: rows of the inputs whose leading size is the number of
            examples, a symbol such as n. All of them have the same number of rows, one at least.
        """,
        bad="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32; var w: f32 = 0.0; output loss = (w - x) ** 2' > model.g
            $ graphc train model.g --data data.json
        """,
        repaired="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean((w - x) ** 2)' > model.g
            $ graphc train model.g --data data.json
        """,
    ),
    entry(
        "E0610",
        "diverged",
        "the loss or a variable is nan or infinite",
        explanation="""
            From there on nothing would be learned. The training stops; the last checkpoint holds finite numbers
            only. Most often the rate is too large; or a logarithm, a root or a quotient meets a 0.
        """,
        bad="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean(exp((w - x) ** 2))' > model.g
            $ graphc train model.g --data data.json --optim sgd --lr 10
        """,
        repaired="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean(exp((w - x) ** 2))' > model.g
            $ graphc train model.g --data data.json --optim sgd --lr 0.0001
        """,
    ),
    entry(
        "E0611",
        "timeout",
        "it takes too long",
        explanation="""
            It was stopped after the seconds of --timeout, in which everything is done: reading, compiling,
            running, writing. No file is left half written; a run of several steps keeps the steps that it
            has finished. A while whose condition never becomes false runs for ever: the message points at
            the innermost one that was running.
        """,
        bad="""
            $ echo 'input x: f32; y = x; while y > 0 { y = y + 1 }; output y' | graphc run - --feed x=1 --timeout 0.2
        """,
        repaired="""
            $ echo 'input x: f32; y = x; while y > 0 { y = y - 1 }; output y' | graphc run - --feed x=1 --timeout 20
        """,
    ),
)
