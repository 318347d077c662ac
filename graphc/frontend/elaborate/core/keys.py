"""Keys of random numbers: which one an operation draws with that was given none.

A key belongs to a place in the program: what the statement binds, and what is called there, as in `x.normal`; the
second of a name is `x.normal#2`.  A function's places are inside the place of its call, `y.dropout/mask.bernoulli`;
in a `map` or loop each iteration has its own.  An edit elsewhere moves none of them.  `calls` asks for keys;
what makes frames says where theirs come from.
"""

from __future__ import annotations

from graphc.frontend import syntax
from graphc.frontend.elaborate.core import naming
from graphc.frontend.elaborate.core.elaborator import Elaborator
from graphc.frontend.elaborate.core.remembered import Keys
from graphc.frontend.elaborate.core.scopes import Frame
from graphc.ir.graph import Node, Value
from graphc.ir.types import U64, TensorType
from graphc.source import Origin, Span

KEY = TensorType(U64)


def bound_by(statement: syntax.Stmt) -> str:
    """What a statement binds, as a part of a place."""
    match statement:
        case syntax.Assign(target) | syntax.AugAssign(target):
            return ",".join([n.text for n in naming.target_names(target)])
        case syntax.Output(name) | syntax.Var(name) | syntax.Input(name):
            return name.text
        case _:
            return ""


# ---------------------------------------------------------------- where keys come from


def from_the_run(e: Elaborator, frame: Frame) -> None:
    """The frame is no part of other code: a program, or an initial value.  Its key is that of the run."""
    frame.keys = Keys(lambda span: of_run(e, frame, span), outermost=True)


def from_the_call(e: Elaborator, frame: Frame) -> None:
    """The frame is a trace of a function: its key is a parameter, which each call gives another value."""

    def make(span: Span) -> Value:
        return Node(e.catalogue["parameter"], (), ("key", KEY), (), (KEY,), Origin((span,)), ("key",)).results[0]

    frame.keys = Keys(make, outermost=True)


def from_a_place(e: Elaborator, frame: Frame, outer: Frame, what: str) -> None:
    """The frame is code of its own inside `outer`, like a hand-written rule."""
    frame.keys = Keys(lambda span: at_place(e, outer, what, span), outermost=False)


def enter_file(e: Elaborator, frame: Frame, path: str) -> Keys:
    """What follows in the frame is an imported file: its places are inside `path`.  Gives those to leave it with."""
    outer = frame.keys
    assert outer is not None

    def make(span: Span) -> Value:
        key = of_run(e, frame, span)
        return e.at(frame, span).emit(e.catalogue["site"], (key,), (path,)).results[0]

    frame.keys = Keys(make, outermost=True, of_run=outer.of_run)
    return outer


def leave_file(frame: Frame, outer: Keys) -> None:
    assert frame.keys is not None
    outer.of_run = frame.keys.of_run
    frame.keys = outer


# ---------------------------------------------------------------- keys


def of_run(e: Elaborator, frame: Frame, span: Span) -> Value:
    """`random_key()`: one node in the outermost code around."""
    while frame.keys is None or not frame.keys.outermost:
        assert frame.parent is not None
        frame = frame.parent
    keys = frame.keys
    if keys.of_run is None:
        keys.of_run = e.at(frame, span).emit(e.catalogue["random_key"], (), (), (), ("key",)).results[0]
    return keys.of_run


def at_place(e: Elaborator, frame: Frame, what: str, span: Span) -> Value:
    """The key for what is called `what` in the statement under way; inside loops, also for their iterations."""
    home, bound = frame, frame.place
    loops = []
    while home.keys is None:
        if home.index is not None:
            loops.append(home)
        assert home.parent is not None
        home = home.parent
        bound = bound or home.place
    keys = home.keys
    if keys.key is None:
        keys.key = keys.make(span)
    name = f"{bound}.{what}" if bound else what
    number = keys.counts[name] = keys.counts.get(name, 0) + 1
    if number > 1:
        name = f"{name}#{number}"
    outer = loops[-1].parent if loops else frame
    assert outer is not None
    key = e.at(outer, span).emit(e.catalogue["site"], (keys.key,), (name,)).results[0]
    for loop in reversed(loops):
        assert loop.index is not None
        iteration = loop.index()
        key = e.at(loop, span).emit(e.catalogue["fold_in"], (key, iteration)).results[0]
    return key


def counted(frame: Frame) -> dict[str, int]:
    """How many places have a name so far, in the code that `frame` is a part of."""
    return dict(home_of(frame).counts)


def recount(frame: Frame, counts: dict[str, int]) -> None:
    """Return to that: what was elaborated since then will be elaborated again."""
    home_of(frame).counts = dict(counts)


def home_of(frame: Frame) -> Keys:
    while frame.keys is None:
        assert frame.parent is not None
        frame = frame.parent
    return frame.keys


def inside(call: Value, attrs: tuple[str]) -> tuple[tuple[Value, ...], tuple[str]]:
    """The key of a place in a function, given that of the call: operands and attributes of one `site`, not two."""
    outer = call.node
    if outer.op.name != "site":
        return (call,), attrs
    return outer.inputs, (f"{outer.attrs[0]}/{attrs[0]}",)
