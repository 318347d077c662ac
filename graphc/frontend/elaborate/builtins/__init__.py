"""What is always there.

`prelude` finds it by name: dtypes, ops, the library, and the `specials`, which elaborate their own calls: `basics`
(print, map, …), `scanning` (scan, fold, push), `recomputing` (checkpoint), `backward`, `minimize`, and the
derivatives.
"""
