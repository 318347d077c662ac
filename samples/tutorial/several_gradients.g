# Several values, several things to differentiate by:  graphc run samples/tutorial/several_gradients.g
input x1: f32 = 1.0
input x2: f32 = 2.0
y1 = x1 * x2
y2 = x1 + x2
output one = grad(y1, [x1, x2])
output both = grad([y1, y2], [x1, x2])  # those of several values add up

test "product, and product with sum" {
  dy1_dx1, dy1_dx2 = one
  dy12_dx1, dy12_dx2 = both
  assert dy1_dx1 == 2 and dy1_dx2 == 1
  assert dy12_dx1 == 3 and dy12_dx2 == 2
}
