"""E04xx: what can't be differentiated, or not like this."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0401",
        "not-differentiable-type",
        "only floats have derivatives",
        explanation="""
            An integer, a truth value or a string doesn't move in small steps, so nothing can be
            differentiated by it, and it can't be differentiated. Declare the input as a float.
        """,
        bad="""
            input k: i64
            y = k / 2
            output g = grad(y, k)
        """,
        repaired="""
            input k: f32
            y = k / 2
            output g = grad(y, k)
        """,
    ),
    entry(
        "E0402",
        "no-path",
        "y doesn't depend on x",
        explanation="""
            The derivative would be zero everywhere, which is seldom meant. The message says where the path
            breaks: at a cast to integers, a comparison, a stop_grad, or nowhere because there is none. If
            zero is right, say unused="zero".
        """,
        bad="""
            input x: f32
            input z: f32
            y = x ** 2
            output g = grad(y, z)
        """,
        repaired="""
            input x: f32
            input z: f32
            y = x ** 2
            output g = grad(y, z, unused="zero")
        """,
    ),
    entry(
        "E0403",
        "earlier-value",
        "y was computed with an earlier value",
        explanation="""
            The variable was assigned between the computation of y and the gradient, so y depends on what it
            was, not on what it is. Take the gradient before the assignment, or compute y again.
        """,
        bad="""
            input x: f32[n]
            var w: f32 = 1.0
            loss = sum((w * x) ** 2)
            w -= 0.1
            output g = grad(loss, w)
        """,
        repaired="""
            input x: f32[n]
            var w: f32 = 1.0
            loss = sum((w * x) ** 2)
            g = grad(loss, w)
            w -= 0.1
            output g
        """,
    ),
    entry(
        "E0404",
        "seed-type",
        "the seed isn't of y's type",
        explanation="""
            seed weighs the elements of y in the gradient, so it needs y's shape and dtype.
        """,
        bad="""
            input x: f32[3]
            y = x ** 2
            output g = grad(y, x, seed=[1.0, 0.0])
        """,
        repaired="""
            input x: f32[3]
            y = x ** 2
            output g = grad(y, x, seed=[1.0, 0.0, 0.0])
        """,
    ),
    entry(
        "E0405",
        "vjp-result",
        "a hand-written derivative returns the wrong thing",
        explanation="""
            vjp takes one cotangent per result, vjp (ga, gb) { … } for two, and returns one per parameter, in
            their order, each with the shape and dtype of its parameter. A result that isn't a float has none:
            there the rule is given None.
        """,
        bad="""
            fn square(x) {
              return x ** 2
            } vjp (g) {
              return 2 * x * g, g
            }
            input x: f32
            output dy = grad(square(x), x)
        """,
        repaired="""
            fn square(x) {
              return x ** 2
            } vjp (g) {
              return 2 * x * g
            }
            input x: f32
            output dy = grad(square(x), x)
        """,
    ),
    entry(
        "E0406",
        "no-derivative",
        "the operation has no derivative of this kind",
        explanation="""
            A hand-written rule that isn't linear in its cotangent can't be used forwards (jvp, hvp,
            hessian), because that transposes it. graphc ops NAME says which operations have no derivative.
        """,
        bad="""
            fn f(x) {
              return x ** 2
            } vjp (g) {
              return 2 * x * g ** 2
            }
            input x: f32
            output d = jvp(f(x), x, 1.0)
        """,
        repaired="""
            fn f(x) {
              return x ** 2
            } vjp (g) {
              return 2 * x * g
            }
            input x: f32
            output d = jvp(f(x), x, 1.0)
        """,
    ),
    entry(
        "E0407",
        "grad-of-function",
        "grad takes values, not a function",
        explanation="""
            In some libraries grad(f) is a function. Here the gradient is that of a value by a value:
            grad(f(x), x).
        """,
        bad="""
            fn f(t) = t ** 3
            input x: f32
            output g = grad(f)(x)
        """,
        repaired="""
            fn f(t) = t ** 3
            input x: f32
            output g = grad(f(x), x)
        """,
    ),
    entry(
        "E0408",
        "which-derivative",
        "it isn't clear what to differentiate",
        explanation="""
            A program with several outputs, none called loss, needs --of; --wrt names inputs, variables or
            any named value.
        """,
        bad="""
            $ echo 'input x: f32; output y = x ** 2; output z = x ** 3' | graphc grad - --wrt x
        """,
        repaired="""
            $ echo 'input x: f32; output y = x ** 2; output z = x ** 3' | graphc grad - --wrt x --of y
        """,
    ),
    entry(
        "E0409",
        "graph-used-up",
        "a backward goes through what another has used up",
        explanation="""
            backward uses the graph from the variables to its value up, as if the memory of it were given
            back. A second one through any part of it has to be announced where the first one stands, by
            retain_graph=true. A value that is computed anew is a new graph, and grad uses nothing up.
        """,
        bad="""
            var x: f32 = 3.0
            loss = (x - 1) ** 2
            backward(loss)
            backward(loss)
            output slope = x.grad
        """,
        repaired="""
            var x: f32 = 3.0
            loss = (x - 1) ** 2
            backward(loss, retain_graph=true)
            backward(loss)
            output slope = x.grad
        """,
    ),
    entry(
        "E0410",
        "keeps-no-gradient",
        "the value has no .grad",
        explanation="""
            A backward adds to the .grad of trainable variables of a float dtype. Other values on its way
            keep theirs if retain_grad(y) stands before it, until the end of the branch, loop or function
            that the backward is in. grad(loss, y) is the derivative by anything.
        """,
        bad="""
            var x: f32 = 3.0
            y = 2 * x
            backward(y ** 2)
            output g = y.grad
        """,
        repaired="""
            var x: f32 = 3.0
            y = 2 * x
            retain_grad(y)
            backward(y ** 2)
            output g = y.grad
        """,
    ),
    entry(
        "E0411",
        "backward-past-the-call",
        "a backward in a function begins at a value from outside",
        explanation="""
            A function is specialised once and serves many calls, so a backward in it goes through what the
            function itself computes from variables. What its arguments, or values that it reads from
            outside, were computed from isn't seen there. Compute the value in the function, or write the
            backward where the function is called.
        """,
        bad="""
            var w: f32 = 2.0
            fn go(loss) {
              backward(loss)
            }
            go(w ** 2)
        """,
        repaired="""
            var w: f32 = 2.0
            fn go() {
              loss = w ** 2
              backward(loss)
            }
            go()
        """,
    ),
    entry(
        "E0412",
        "gradient-hook",
        "a hook that can't be called as it is meant",
        explanation="""
            on_grad(y, f) calls f with the gradient of y when a later backward goes through y. f is a fn of
            the program with one parameter. It may print, assert and assign; it returns nothing, because the
            gradient goes on as it is: a hand-written derivative (fn … vjp) is what changes one.
        """,
        bad="""
            var x: f32 = 3.0
            y = 2 * x
            fn clipped(g) = clip(g, -1, 1)
            on_grad(y, clipped)
            backward(y ** 2)
        """,
        repaired="""
            var x: f32 = 3.0
            fn gently(y) {
              return y
            } vjp (g) {
              return clip(g, -1, 1)
            }
            y = gently(2 * x)
            fn show(g) = print("gradient", g)
            on_grad(y, show)
            backward(y ** 2)
        """,
    ),
    entry(
        "E0413",
        "nothing-to-minimize",
        "the loss depends on no trainable variable",
        explanation="""
            minimize changes the trainable variables that the loss depends on: floats declared with var before
            it, without trainable=false. Here there are none. An input keeps what it was fed.
        """,
        bad="""
            import optim
            input w: f32 = 0.0
            loss = (w - 1) ** 2
            minimize(loss, with=optim.sgd(0.01))
        """,
        repaired="""
            import optim
            var w: f32 = 0.0
            loss = (w - 1) ** 2
            minimize(loss, with=optim.sgd(0.01))
        """,
    ),
    entry(
        "E0414",
        "not-an-optimiser",
        "this is not an optimiser",
        explanation="""
            An optimiser is a function f(w, dw, state, …) that gives the new w and the new state, each state
            with a default, its value before the first step. Those of the library are made by a call:
            optim.sgd(0.01) is one, optim.sgd is not.
        """,
        bad="""
            import optim
            var w: f32 = 0.0
            loss = (w - 1) ** 2
            minimize(loss, with=optim.sgd)
        """,
        repaired="""
            import optim
            var w: f32 = 0.0
            loss = (w - 1) ** 2
            minimize(loss, with=optim.sgd(0.01))
        """,
    ),
    entry(
        "E0415",
        "path-from-outside",
        "the derivative doesn't see a path that comes from outside",
        explanation="""
            A derivative in the body of a loop follows what this iteration computes and what the code around the
            loop has computed. It doesn't follow a value that is carried from iteration to iteration, or an
            argument of a function, to what these were computed from. If that depends on what the derivative is
            by, the result would be a part of the derivative only. Take the derivative after the loop, or say
            with stop_grad that the part is meant.
        """,
        bad="""
            input a: f32 = 2.0
            s = a
            total = 0.0
            for i in range(3) {
              y = s * a
              total += grad(y, a)
              s = s * 2
            }
            output total
        """,
        repaired="""
            input a: f32 = 2.0
            s = a
            total = 0.0
            for i in range(3) {
              total += s * a
              s = s * 2
            }
            output slope = grad(total, a)
        """,
    ),
)
