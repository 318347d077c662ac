# Constants have derivatives, too, without being watched:  graphc run samples/tutorial/gradient_of_constants.g
var x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
dy_dx, dy_da, dy_db, dy_dc = grad(y, [x, a, b, c])
output dy_da
output dy_dc

test "x squared, x and 1 at 0" {
  assert dy_dx == -2
  assert dy_da == 0
  assert dy_db == 0
  assert dy_dc == 1
}
