"""Derivatives as expressions.

`expansion` makes nodes of grad, jvp, hvp, jacobian and hessian; `unseen` knows what they would miss of what comes
into a loop or a function from outside; `lineage` walks from a value to what it was made of; `grads` has the `.grad`
of values.
"""
