"""Differentiation: derivatives of a graph, as nodes of the same graph.

For a program of nodes  y = f(x1, …, xn),  the derivative J_i of y by x_i is never built.  What is built is its product
with a vector, by the op's VJP rule and its transpose:

    VJP   J_i' g      from the cotangent g of y             written in the op's record
    JVP   J_i  t      from the tangent  t of x_i            its transpose in g, derived         transpose.py

The two sweeps follow the graph once, and write ordinary nodes with the origins of their primals.

    reverse    cotangent(x) = sum over uses  y = f(…, x, …)  of  J' cotangent(y)               reverse.py, pull.py
    forward    tangent(y)   = sum over operands i  of  J_i tangent(x_i)                        forward.py

`gradient` seeds the ys with g and returns the cotangents of wrt.  `jvp` seeds wrt with tangents.  For matrices:

    hvp        d/ds grad(x + s v) at s = 0   = jvp of the gradient: forward over reverse       higher.py
    jacobian   the products with a basis of vectors, as a `map` over them: rows J' e_i or columns J e_j
    hessian    the Jacobian of the gradient, forward over reverse

Cotangents carry masks.  What `where(c, a, b)` sends to `a` is zero where c is false, *by structure*; a later factor may
be infinite there, and 0 * inf is NaN.  So the mask m travels beside the value, through VJPs that are linear, and is
applied to their result: `where(m, J' g, 0)` and not `J' where(m, g, 0)`.  Tangents carry masks by the same rules, since
what makes them is a reverse sweep over the VJP.  masked.py has the rules; they are

    elementwise             m is passed on; summed operands first get their zeros, then `any` of m
    views                   the VJP moves m; of repeated elements, `or`
    contractions            zeros in place, and infinite factors of zeros replaced; `any` of m along the sum
    sum of uses             every part gets its zeros; m1 or m2 or …; one unmasked part clears the mask
    regions                 zeros in place; the masks are further parameters and results, and carried by loops
    linear algebra, hand-written rules, results: zeros in place; no mask goes on

zeros.py finds out where a zero survives by itself, so that nothing is selected twice.

A hand-written rule (`fn … vjp (g)`) is a region on an identity node, and is inlined.  Control ops (`map`) differentiate
themselves by rules in their records, with regions that the sweeps derive for them (graphc/ir/derivation.py).

The third derivatives by scalars and those beyond are taken forwards, and share what was found before: orders.py.

No op is known by name but those that sums, masks and bases are written with.  path.py says why there is no path,
numeric.py compares gradients with difference quotients,
record.py keeps what a reverse sweep did for those who want to watch it.
"""

from graphc.autodiff.activity import depends
from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.higher import hessian, hvp, jacobian
from graphc.autodiff.naming import derivative_name
from graphc.autodiff.numeric import Agreement, check_gradient
from graphc.autodiff.orders import gradient, jvp
from graphc.autodiff.path import Break, broken_path
from graphc.autodiff.record import Contribution, Record, Step
from graphc.autodiff.reverse import ones_like

__all__ = [
    "Agreement",
    "Break",
    "Contribution",
    "DerivativeError",
    "Record",
    "Step",
    "broken_path",
    "check_gradient",
    "depends",
    "derivative_name",
    "gradient",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "ones_like",
]
