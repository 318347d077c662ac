input x: f32[n]
output y = x[0, 1]  # error: E0311

#$ graphc check too_many_indices.g
