fn total(x: f32[n, 4]) = sum(x)
input v: f32[3]
output s = total(v)  # error: E0315

#$ graphc check parameter_shape.g
