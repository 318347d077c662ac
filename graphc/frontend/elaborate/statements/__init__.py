"""Statements: what they bind, and where control goes.

`bindings` has assignments and effects, `declarations` inputs and variables, `bodies` lists of statements.  `branches`
are two bodies of which one is taken.  `loops` repeat one: `heads` reads what is written before the body, `iteration`
what it goes over, `carrying` what goes from one iteration to the next, `exits` what leaves early; `unrolling` writes
a loop over a list out.  `blanks` stand for what nothing has returned yet.
"""
