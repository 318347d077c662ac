"""What the rest of elaboration stands on.

`values` and `scopes` are what an expression can mean and where names are bound; `elaborator` turns numbers into
nodes, applies ops and drives steps; `names` looks names up, `places` says what an assignment binds, `written_types`
reads types. `state` has the variables, by path, `keys` the places that random numbers are drawn at, `tape` what
`backward` remembers, `files` what was imported.  `wording` and `refusals` find words, `naming` reads names off
syntax.
"""
