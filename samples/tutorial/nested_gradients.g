# Gradients nest to any order, as tapes do:  graphc run samples/tutorial/nested_gradients.g
var x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
output dy2_dx2 = grad(grad(a * x ** 2 + b * x + c, x), x)

test "twice a" {
  assert dy2_dx2 == 2
}
