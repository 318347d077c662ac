"""Elaboration: from syntax to a typed graph.

`session` takes a program statement by statement; `undo` takes one back;
`program` is the top level, `prelude` what is always there;
`expressions`, `calls`, `indexing`, `statements` the language; `functions` traces and inlines; `rules` attaches
hand-written derivatives; `derivatives` expands grad and its kin; `written_types` reads types; `core` turns numbers into
nodes and applies ops; `values` is what all of them talk about.
"""

from __future__ import annotations

from graphc.frontend.elaborate.session import Elaborated, Session, elaborate

__all__ = ["Elaborated", "Session", "elaborate"]
