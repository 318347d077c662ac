"""Errors inside the standard library are shown at the call in the program."""

from __future__ import annotations

from graphc.diagnostics import Diagnostic, Label
from graphc.diagnostics.blame import at_the_call
from graphc.source import Call, Source, Span

PROGRAM = Source("p.g", "output y = softmax(x)\n")
LIBRARY = Source("activations.g", "fn softmax(x) = inner(x)\nfn inner(x) = sum(x)\n", library=True)
USE = Span(PROGRAM, 11, 21)
INNER = Span(LIBRARY, 16, 24)
SUM = Span(LIBRARY, 39, 45)
OUTER_CALL = Call("softmax", USE, None)
INNER_CALL = Call("inner", INNER, OUTER_CALL)


def test_what_stands_in_the_program_stays() -> None:
    own = Diagnostic("E0306", "axis 1 is out of range", Label(USE, "here"), call=OUTER_CALL)
    assert at_the_call(own) is own


def test_without_a_call_from_the_program_nothing_moves() -> None:
    lost = Diagnostic("E0306", "axis 1 is out of range", Label(SUM), call=Call("inner", INNER, None))
    assert at_the_call(lost) is lost


def test_the_innermost_call_of_the_program_is_the_primary_place() -> None:
    secondary = (Label(SUM, "its axes are -1 to 0"), Label(USE, "from here"))
    found = at_the_call(Diagnostic("E0306", "axis 1 is out of range", Label(SUM), secondary, call=INNER_CALL))
    assert found.primary == Label(USE, "its axes are -1 to 0")
    assert found.secondary == (Label(USE, "from here"), Label(SUM, "inside softmax"))
    assert found.call is None
