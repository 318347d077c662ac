fn f(x) = 2 * x
input x: f32
output y = map(f, x)  # error: E0311

#$ graphc check map_over_scalar.g
