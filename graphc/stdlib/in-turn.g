# Augmented assignment at index tensors, `x[idx] *= v`, for the elaborator: of equal places every update applies, each to
# what the one before it made.

## `y` is f of what was there and `v`, for each update as if its place stood once.  `turn` says how often it stood before,
## `before` where it stood last (along `axis`), and `most` is the largest turn: no place repeats where it is 0.
fn in_turn(f, y, v, turn, before, most, axis) {
  for r in range(most) {
    y = where(turn == r + 1, f(take(y, before, axis=axis), v), y)
  }
  return y
}

## The same of index tensors with several axes, which `merged` has as one.
fn in_turn_flat(f, y, v, turn, before, most, axis, merged) {
  for r in range(most) {
    earlier = reshape(take(reshape(y, merged), before, axis=axis), y.shape)
    y = where(turn == r + 1, f(earlier, v), y)
  }
  return y
}

fn add(y, v) = y + v
fn subtract(y, v) = y - v
fn multiply(y, v) = y * v
fn divide(y, v) = y / v
fn floor_divide(y, v) = y // v
fn remainder(y, v) = y % v
fn pow(y, v) = y ** v
fn matmul(y, v) = y @ v
