var w: f32[3, 2] = 0.0  # error: E0303
output y = sum(w)

#$ graphc check initial_value_scalar.g
