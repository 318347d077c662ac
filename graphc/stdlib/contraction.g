# Products of vectors and matrices; matmul, einsum and tensordot are primitive.

## The last axis of `a` times the first of `b`: of two vectors, the scalar product.
fn dot(a, b) = tensordot(a, b, 1)

## All products of an element of `a` and one of `b`, both flattened: `outer(a, b)[i, j]` is `a[i] * b[j]`.
fn outer(a, b) = reshape(a, [-1, 1]) * reshape(b, [1, -1])
