var w: f32[3] = [1, 2]  # error: E0303
output y = sum(w)

#$ graphc check initial_value_shape.g
