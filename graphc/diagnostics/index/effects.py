"""E05xx: state, and statements in places that don't take them."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0501",
        "assign-in-function",
        "a function assigns to a variable from outside",
        explanation="""
            Inside a function, = makes a local name. Here a var of the same name is visible, and it isn't
            clear which was meant: assign(w, value) changes the state, another name makes a local.
        """,
        bad="""
            var w: f32 = 1.0
            fn shrink(k) {
              w = k * w
              return w
            }
            output y = shrink(0.5)
        """,
        repaired="""
            var w: f32 = 1.0
            fn shrink(k) {
              smaller = k * w
              assign(w, smaller)
              return smaller
            }
            output y = shrink(0.5)
        """,
    ),
    entry(
        "E0502",
        "var-in-function",
        "state can't be declared inside a function",
        explanation="""
            A function is inserted at each call, so its var would be a different one each time, and so would
            an instance of a module that it makes. Declare it at the top level or in a module, and pass it.
        """,
        bad="""
            fn counted(x) {
              var calls: i64 = 0
              return x + 1
            }
            input x: f32
            output y = counted(x)
        """,
        repaired="""
            var calls: i64 = 0
            fn counted(x) {
              assign(calls, calls + 1)
              return x + 1
            }
            input x: f32
            output y = counted(x)
        """,
    ),
    entry(
        "E0503",
        "state-type",
        "an update would change the type of a variable",
        explanation="""
            A variable keeps the dtype and shape of its declaration, so that the next run can begin where
            this one ends. Reduce or cast the value, or declare the variable differently.
        """,
        bad="""
            input x: f32[n]
            var total: f32 = 0.0
            total += x
            output total
        """,
        repaired="""
            input x: f32[n]
            var total: f32 = 0.0
            total += sum(x)
            output total
        """,
    ),
    entry(
        "E0504",
        "return-outside",
        "return stands outside of a function",
        explanation="""
            A program's results are its outputs.
        """,
        bad="""
            input x: f32
            return 2 * x
        """,
        repaired="""
            input x: f32
            output y = 2 * x
        """,
    ),
    entry(
        "E0505",
        "statement-place",
        "this statement can't stand here",
        explanation="""
            Inputs, outputs and imports belong to the program, so they stand at the top level, not inside
            a function. A function gets what it needs as a parameter. An imported file has none of its own:
            inputs and outputs are those of the program that imports it. Prints, asserts and new state have an
            order, and so don't stand in the rows of a map or in a hand-written derivative.
        """,
        bad="""
            fn scaled(k) {
              input x: f32
              return k * x
            }
            output y = scaled(2.0)
        """,
        repaired="""
            fn scaled(k, x) {
              return k * x
            }
            input x: f32
            output y = scaled(2.0, x)
        """,
    ),
    entry(
        "E0506",
        "outside-a-loop",
        "break and continue belong to a loop",
        explanation="""
            break ends the innermost loop around it, continue its present iteration. A function that is called
            in a loop can't end that loop: return a flag, and break where the loop stands.
        """,
        bad="""
            fn check(v) {
              if v < 0 { break }
            }
            input x: f32[n]
            s = 0.0
            for v in x {
              check(v)
              s += v
            }
            output s
        """,
        repaired="""
            fn bad(v) = v < 0
            input x: f32[n]
            s = 0.0
            for v in x {
              if bad(v) { break }
              s += v
            }
            output s
        """,
    ),
    entry(
        "E0507",
        "instance-needs-name",
        "an instance of a module has no name",
        explanation="""
            The variables of an instance are saved, listed and differentiated by their path, which begins
            with the name that the instance is bound to. Give it one on a line of its own, in a list
            (layers.0), or as an argument of another module.
        """,
        bad="""
            module Counter() {
              var n: i64 = 0
              fn tick() { n += 1; return n }
            }
            output now = Counter().tick()
        """,
        repaired="""
            module Counter() {
              var n: i64 = 0
              fn tick() { n += 1; return n }
            }
            counter = Counter()
            output now = counter.tick()
        """,
    ),
    entry(
        "E0508",
        "entry-parameter",
        "a parameter of an entry point doesn't say what may be fed",
        explanation="""
            An exported function can be run by itself, its parameters being the inputs. So each has a type,
            as an input has; sizes may be symbols.
        """,
        bad="""
            var w: f32[4] = [1.0, 2.0, 3.0, 4.0]
            export fn predict(x) = x @ w
        """,
        repaired="""
            var w: f32[4] = [1.0, 2.0, 3.0, 4.0]
            export fn predict(x: f32[n, 4]) = x @ w
        """,
    ),
)
