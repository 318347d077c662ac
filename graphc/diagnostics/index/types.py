"""E03xx: dtypes and shapes, and W03xx: what fits but is seldom meant."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0301",
        "matmul-sizes",
        "the inner sizes of a product differ",
        explanation="""
            a @ b sums over the last axis of a and the last but one of b (the only one of a vector), so
            these two must have the same size: f32[n, k] @ f32[k, m] is f32[n, m]. Often one of the two
            wants .T.
        """,
        bad="""
            input X: f32[n, 3]
            var W: f32[4, 2] = zeros([4, 2])
            output yhat = X @ W
        """,
        repaired="""
            input X: f32[n, 3]
            var W: f32[3, 2] = zeros([3, 2])
            output yhat = X @ W
        """,
    ),
    entry(
        "E0302",
        "broadcast",
        "shapes don't broadcast",
        explanation="""
            Shapes are aligned at their last axis. Two sizes fit if they are equal or one is written as 1.
            Two different symbols don't fit, even if they might turn out equal: give them one name.
        """,
        bad="""
            input a: f32[n]
            input b: f32[m]
            output c = a + b
        """,
        repaired="""
            input a: f32[n]
            input b: f32[n]
            output c = a + b
        """,
    ),
    entry(
        "E0303",
        "feed-type",
        "a feed doesn't fit the declaration of its input",
        explanation="""
            The shape or dtype of the data isn't the declared one. Floats are rounded to the declared
            precision; floats never become integers by themselves. A symbol takes any size, but the same
            one everywhere: input x: f32[n].
        """,
        bad="""
            $ echo 'input x: f32; output y = 2 * x' | graphc run - --feed 'x=[1, 2]'
        """,
        repaired="""
            $ echo 'input x: f32[n]; output y = 2 * x' | graphc run - --feed 'x=[1, 2]'
        """,
    ),
    entry(
        "E0304",
        "dtype-not-accepted",
        "the operation doesn't take this dtype",
        explanation="""
            Each operation says which dtypes it takes (graphc ops NAME lists them). Convert with the
            dtype's name: f32(x), i64(x), bool(x). Strings are no numbers: format(x) writes a number as one, and
            nothing reads it back.
        """,
        bad="""
            input label: str
            output y = exp(label)
        """,
        repaired="""
            input label: f32
            output y = exp(label)
        """,
    ),
    entry(
        "E0305",
        "literal-range",
        "a number doesn't fit its dtype",
        explanation="""
            A literal takes the dtype of what it is combined with, and this dtype can't hold it: u8 ends at
            255, i8 at 127. Cast the other operand to a larger dtype.
        """,
        bad="""
            input k: u8
            output y = k + 300
        """,
        repaired="""
            input k: u8
            output y = i32(k) + 300
        """,
    ),
    entry(
        "E0306",
        "axis-range",
        "there is no such axis",
        explanation="""
            An array of rank r has the axes 0 to r - 1, or -r to -1 from the end.
        """,
        bad="""
            input X: f32[n, 3]
            output s = sum(X, axis=2)
        """,
        repaired="""
            input X: f32[n, 3]
            output s = sum(X, axis=1)
        """,
    ),
    entry(
        "E0307",
        "index-range",
        "an index is out of range",
        explanation="""
            An axis of size k has the indices 0 to k - 1, or -k to -1 from the end. (Slices are cut to the
            size, as in NumPy.)
        """,
        bad="""
            input w: f32[3]
            output last = w[3]
        """,
        repaired="""
            input w: f32[3]
            output last = w[-1]
        """,
    ),
    entry(
        "E0308",
        "not-constant",
        "this must be known when the program is compiled",
        explanation="""
            Axes, ranks and the sizes of shapes decide what is compiled, so they can't come from a feed or
            from a computed tensor. Write a number, a name for a number, or a size such as n.
        """,
        bad="""
            input X: f32[n, 3]
            input k: i64
            output s = sum(X, axis=k)
        """,
        repaired="""
            input X: f32[n, 3]
            k = 1
            output s = sum(X, axis=k)
        """,
    ),
    entry(
        "E0309",
        "bad-argument",
        "an argument has a value that makes no sense here",
        explanation="""
            The kind of the argument is right, its value isn't: a step of 0, an axis named twice, a negative
            size, an unknown option. The message says what is possible.
        """,
        bad="""
            input X: f32[n, 3]
            output Y = transpose(X, [0, 0])
        """,
        repaired="""
            input X: f32[n, 3]
            output Y = transpose(X, [1, 0])
        """,
    ),
    entry(
        "E0310",
        "reshape-size",
        "the number of elements would change",
        explanation="""
            reshape keeps all elements in their order, so the sizes must multiply to the same number. One
            size may be -1 and is then computed.
        """,
        bad="""
            input x: f32[6]
            output X = reshape(x, [4, 2])
        """,
        repaired="""
            input x: f32[6]
            output X = reshape(x, [3, 2])
        """,
    ),
    entry(
        "E0311",
        "rank",
        "the number of axes is wrong",
        explanation="""
            The operation or the index wants another number of axes than the value has. x[None] and
            expand_dims add one, x[0], squeeze and reductions take one away.
        """,
        bad="""
            input x: f32[n]
            output y = x[0, 1]
        """,
        repaired="""
            input x: f32[n, 2]
            output y = x[0, 1]
        """,
    ),
    entry(
        "E0312",
        "boolean-mask",
        "the shape would depend on the data",
        explanation="""
            How many elements x[mask] has is only known when the data are, and shapes must be known before.
            where(mask, x, 0) keeps the shape: sums, means and assignments (x[mask] = v) can be said so.
        """,
        bad="""
            input x: f32[n]
            output s = sum(x[x > 0])
        """,
        repaired="""
            input x: f32[n]
            output s = sum(where(x > 0, x, 0))
        """,
    ),
    entry(
        "E0313",
        "annotation",
        "a value isn't of the type that is written beside it",
        explanation="""
            name: type = value is checked, never converted. Correct the type, or leave it out.
        """,
        bad="""
            input x: f32[n]
            total: f32[n] = sum(x)
            output total
        """,
        repaired="""
            input x: f32[n]
            total: f32 = sum(x)
            output total
        """,
    ),
    entry(
        "E0314",
        "unknown-dimension",
        "a size can't be found from any input",
        explanation="""
            Every symbol must stand by itself in the shape of some input or var, so that its value can be
            read off: f32[n] tells n, f32[2 * n] or f32[n + m] alone doesn't.
        """,
        bad="""
            input x: f32[n + m]
            input y: f32[n]
            output s = sum(x) + sum(y)
        """,
        repaired="""
            input x: f32[n]
            input y: f32[m]
            output s = sum(x) + sum(y)
        """,
    ),
    entry(
        "E0315",
        "parameter-type",
        "an argument doesn't fit the parameter's type",
        explanation="""
            The function declares the type of this parameter, and the call gives another. Change the
            argument, or loosen the parameter: x, x: f32[n], x: f32[..., 4].
        """,
        bad="""
            fn total(x: f32[n, 4]) = sum(x)
            input v: f32[3]
            output s = total(v)
        """,
        repaired="""
            fn total(x: f32[..., k]) = sum(x)
            input v: f32[3]
            output s = total(v)
        """,
    ),
    entry(
        "E0316",
        "float-to-int",
        "a float doesn't become an integer by itself",
        explanation="""
            Rounding is a decision, so it must be written: i64(x) cuts towards zero, i64(round(x)) takes the
            nearest, i64(floor(x)) the one below.
        """,
        bad="""
            input x: f32
            k: i64 = 2 * x
            output k
        """,
        repaired="""
            input x: f32
            k: i64 = i64(round(2 * x))
            output k
        """,
    ),
    entry(
        "E0317",
        "ragged-list",
        "the items of a list don't stack",
        explanation="""
            A list becomes an array when one is needed, and then all its items must have one shape. Fill the
            short rows, or use concat, which joins arrays along an axis.
        """,
        bad="""
            output s = sum([[1, 2], [3]])
        """,
        repaired="""
            output s = sum([[1, 2], [3, 0]])
        """,
    ),
    entry(
        "E0318",
        "branches-differ",
        "a value has different types in two branches",
        explanation="""
            Which branch runs is known only when the program runs, but types are known before. So a name that
            both branches bind has one dtype and one shape. Numbers without a dtype adopt the other branch's.
        """,
        bad="""
            input x: f32[n]
            if sum(x) > 0 {
              y = x
            } else {
              y = sum(x)
            }
            output y
        """,
        repaired="""
            input x: f32[n]
            if sum(x) > 0 {
              y = sum(x ** 2)
            } else {
              y = sum(x)
            }
            output y
        """,
    ),
    entry(
        "E0319",
        "carried-type",
        "a value has another type after an iteration of a loop",
        explanation="""
            What a loop changes has one dtype and one shape from the first iteration to the last: a number of
            the run says how many there are, but types are known before. A number without a dtype adopts that
            which the loop gives it, but a shape doesn't grow. Start with what the loop makes of it.
        """,
        bad="""
            input X: f32[n, 3]
            total = 0.0
            for row in X {
              total += row
            }
            output total
        """,
        repaired="""
            input X: f32[n, 3]
            total = zeros([3])
            for row in X {
              total += row
            }
            output total
        """,
    ),
    entry(
        "W0301",
        "loss-broadcast",
        "a loss compares every item with every other",
        explanation="""
            Two arrays of different rank were broadcast against each other into a larger one, most often a
            column f32[n, 1] and a vector f32[n] into f32[n, n]. The program runs, but the loss is hardly the
            one that was meant. Give both the same shape.
        """,
        bad="""
            input p: f32[n, 1]
            input y: f32[n]
            output loss = mean((p - y) ** 2)
        """,
        repaired="""
            input p: f32[n, 1]
            input y: f32[n]
            output loss = mean((p[:, 0] - y) ** 2)
        """,
    ),
    entry(
        "W0302",
        "integer-beside-index-tensor",
        "NumPy would order the axes differently",
        explanation="""
            An integer in an index only drops its axis, so in x[0, :, i] the axis of i stands where it does in
            x[:, :, i], last; PyTorch agrees. NumPy takes the integer for an index tensor, too, finds the two
            separated by a slice and puts the axis of i first. Index in two steps, and both agree.
        """,
        bad="""
            input x: f32[2, 3, 4]
            input i: i64[k]
            output y = x[0, :, i]
        """,
        repaired="""
            input x: f32[2, 3, 4]
            input i: i64[k]
            first = x[0]
            output y = first[:, i]
        """,
    ),
)
