# The derivative of a matrix needs a seed, ones if none is given:  graphc run samples/tutorial/seeded_backward.g
input x: f32[2, 2] = [[0, 0], [1, 2]]
input seed: f32[2, 2] = [[1, 1], [1, 1]]
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output y
output x_grad = grad(y, x, seed=seed)

test "elementwise slopes" {
  assert all(y == [[1, 1], [0, 1]])
  assert all(x_grad == [[-2, -2], [0, 2]])
  assert all(grad(y, x) == x_grad)
}
