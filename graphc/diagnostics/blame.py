"""Errors inside the standard library are shown at the call that led there.

What comes in: a diagnostic.  What goes out: the same one, or one whose primary place is in the user's program.  Whoever
reports something about a place that the library may own calls it.
"""

from __future__ import annotations

from dataclasses import replace

from graphc.diagnostics.record import Diagnostic, Label


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
