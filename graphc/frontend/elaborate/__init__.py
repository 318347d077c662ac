"""Elaboration: from syntax to a typed graph.

`program` reads the top level; `expressions`, `calls`, `indexing`, `statements` the language; `functions` traces and
inlines; `rules` attaches hand-written derivatives; `derivatives` expands grad and its kin; `written_types` reads
types; `core` turns numbers into nodes and applies ops; `values` is what all of them talk about.
"""

from __future__ import annotations

from graphc.frontend.elaborate.program import Elaborated, elaborate

__all__ = ["Elaborated", "elaborate"]
