"""graphc: a compiler for tensor programs.

    import graphc
    program = graphc.load("linear.g")                # Program; str(program) is its source
    grads = program.grad("loss", wrt=["w", "b"])     # a Program, too
    step = grads.compile()                           # step(X=X, Y=Y) -> {"loss": …, "dloss_dw": …, "dloss_db": …}
    step.state["w"]                                  # the variables: read, set, reset, save, load
    fun = step.flat(X=X, Y=Y)                        # scipy.optimize.minimize(fun, fun.x0, jac=True)
    program.run_eagerly(X=X, Y=Y)                    # statement by statement, without compiling
    graphc.Session().show("x = 3.0; grad(x ** 2, x)")   # as `graphc repl` does
    graphc.save(step, "linear.gm")                   # the program, its variables, its exported functions

A tour of the house, from the ground up; nothing imports what stands above it (tests/test_layers.py).

    source        program text and places in it                       Source, Span, Origin
    diagnostics   errors as data, their text, the index of codes      Diagnostic, Diagnostics, render
    ir            the graph: types, sizes, what an op is, printing    Graph, Node, Value, Op, print_graph
    ops           one file per family; one record has all of an op    CATALOGUE
    autodiff      reverse and forward sweeps, masks, numeric checks   gradient, jvp
    frontend      text -> tokens -> syntax -> typed graph             parse, elaborate, format_source
    passes        one file per pass, pipelines of them                prune, fold, shapes, algebra, cse, reuse; concrete
    executors     feeds and sizes bound, then NumPy                   bind, Executable, Values
    exporters     graphs for others: DOT, JSON; pictures of figures   to_dot, to_json, draw
    files         arrays, states and saved programs on disk           read_array, save_state, read_saved
    stdlib/*.g    the library, written in the language                relu, mse, …
    driver        the stages, as functions                            compile_source, derive, optimise, Eager
    api           the stages, as objects                              Program, Compiled, Session
    cli           one file per verb                                   graphc run, grad, show, check, …

What a program goes through:

    text --parse--> syntax --elaborate--> graph --derive, optimise--> graph --bind, specialise--> plan --> arrays
                                          graph --print_graph--> text
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graphc.version import __version__

if TYPE_CHECKING:
    from graphc.api import Compiled, Flat, Program, Session, State, load, loads, save
    from graphc.diagnostics import Diagnostic, Diagnostics

__all__ = [
    "Compiled", "Diagnostic", "Diagnostics", "Flat", "Program", "Session", "State", "__version__", "load", "loads",
    "save",
]  # fmt: skip
_HOMES = {"Diagnostic": "graphc.diagnostics", "Diagnostics": "graphc.diagnostics"}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used: `graphc --help` needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'graphc' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "graphc.api")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
