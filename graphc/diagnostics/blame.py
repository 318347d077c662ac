"""Where a person should look: from the library to the call that led there, from a derivative to who asked for it.

What comes in: a diagnostic.  What goes out: the same one, or one that says more.  Whoever reports something about a
place that the library may own, or about a node that nobody wrote, calls these.
"""

from __future__ import annotations

from dataclasses import replace

from graphc.diagnostics.record import Diagnostic, Label
from graphc.source import Origin


def at_the_call(diagnostic: Diagnostic) -> Diagnostic:
    """The innermost call in the program becomes the primary place, the place in the library a secondary one."""
    inside, call = diagnostic.primary, diagnostic.call
    if inside is None or not inside.span.source.library:
        return diagnostic
    while call is not None and call.span.source.library:
        call = call.caller
    if call is None:
        return diagnostic
    own = [label for label in diagnostic.secondary if not label.span.source.library]
    said = [inside.text, *(label.text for label in diagnostic.secondary if label.span.source.library)]
    text = next(filter(None, said), "")
    return replace(
        diagnostic,
        primary=Label(call.span, text),
        secondary=(*own, Label(inside.span, f"inside {call.function}")),
        call=call.caller,
    )


def of_node(diagnostic: Diagnostic, origin: Origin) -> Diagnostic:
    """The diagnostic about a node: at the user's call, and with the derivative that the node belongs to."""
    derived = origin.derived
    if derived is not None and derived.how in ("adjoint", "tangent"):
        asked = () if derived.asked is None else (Label(derived.asked, "the derivative is asked for here"),)
        diagnostic = replace(
            diagnostic,
            secondary=(*diagnostic.secondary, *asked),
            notes=(f"in the {derived.how} of line {origin.span.line}", *diagnostic.notes),
        )
    return at_the_call(diagnostic)
