# A seed weighs the elements, as the sum of the weighted elements does, bit for bit; without one they weigh 1.
input seed: f32[2, 2] = [[1, 0.3], [-2, 1e-3]]
var x: f32[2, 2] = [[0, 0], [1, 2]]
var z: f32[2, 2] = [[0, 0], [1, 2]]
fn f(x) = 1.1 * x ** 2 - 2.3 * x + exp(x)
backward(f(x), seed=seed)
backward(sum(f(z) * seed))
print(all(x.grad == z.grad))
zero_grad(x)
backward(f(x))
print(all(x.grad == grad(f(x), x)))
zero_grad([x, z])
y1, y2 = x * z, x + z
backward([y1, y2], seed=[seed, seed])
print(x.grad)

#$ graphc run seeded.g
#> true
#> true
#> [[1.0, 0.3], [-4.0, 0.003]]
#> y1: f32[2, 2] = [[0.0, 0.0], [1.0, 4.0]]
#> y2: f32[2, 2] = [[0.0, 0.0], [2.0, 4.0]]
