# Shapes.

## All elements as a vector, in C order.
fn ravel(x) = reshape(x, [-1])

## x with slices along an axis replaced at integer indices; of equal indices the last one counts.
fn scatter(x, indices, updates, axis=0) = scatter_set(x, indices, updates, axis=axis)

## The squared distances between the rows of a [n, d] and those of b [m, d], as [n, m].
fn squared_distances(a, b) = sum((a[:, None, :] - b[None, :, :]) ** 2, axis=-1)
