"""Elaboration: from syntax to a typed graph.

What all of it is about: `values` and `scopes` are what names can mean and where they are bound; `core` turns numbers
into nodes and applies ops; `written_types` reads types.

    the top level     session takes a program statement by statement, undo takes one back; program, declarations,
                      entries, imports (with files), modules (with members, places)
    statements        bodies, statements, state; branches; loops, with heads, iteration, carrying, exits, unrolling
    expressions       expressions, operators, calls, indexing, names, static
    functions         functions traces and inlines, with arguments, rooting; rules attaches hand-written derivatives
    derivatives       derivatives expands grad and its kin, unseen knows what they would miss; backward, with tape,
                      lineage, grads; minimize
    random numbers    draws, keys
    builtins          prelude finds them, specials lists those that elaborate their own call: builtins, scanning,
                      recomputing

`naming`, `wording`, `refusals`, `blanks` and `lint` serve the others.
"""

from __future__ import annotations

from graphc.frontend.elaborate.session import Elaborated, Session, elaborate

__all__ = ["Elaborated", "Session", "elaborate"]
