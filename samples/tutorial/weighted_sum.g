# A seeded derivative is that of a weighted sum:  graphc run samples/tutorial/weighted_sum.g
input x: f32[2, 2] = [[0, 0], [1, 2]]
input weights: f32[2, 2] = [[1, 1], [1, 1]]
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
z = sum(y * weights)
output x_grad = grad(z, x)

test "the sum's derivative is the seeded one" {
  assert all(x_grad == [[-2, -2], [0, 2]])
  assert all(x_grad == grad(y, x, seed=weights))
}
