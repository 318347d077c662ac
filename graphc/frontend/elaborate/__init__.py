"""Elaboration: from syntax to a typed graph.

A `session` takes the statements of the top level one by one, `undo` takes one back. `program` has what only the top
level may say, `imports` brings in other files, `entries` makes graphs of exported functions, `lint` warns.
`expressions` goes through all kinds of them, `calls` through what can be called. Below them, from the top down:

    builtins      prelude, specials, basics, scanning, recomputing, backward, minimize
    functions     traces, rules, rooting, modules
    statements    bindings, declarations, bodies, branches, loops and what they consist of
    terms         operators, indexing, members, arguments, draws, static
    derivatives   expansion, unseen, lineage, grads
    core          elaborator, values, scopes, names, places, state, keys, …
"""
