# Linear algebra, composed of the solvers and factorisations that are primitive.

## The sum of the diagonal; of each matrix of a batch.
fn trace(a) = einsum("...ii->...", a)

## The x that minimises `norm(a @ x - b)`, and of those the one with the least norm.
fn lstsq(a, b) = pinv(a) @ b
