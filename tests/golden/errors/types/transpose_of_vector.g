input x: f32[n]
output y = x.T @ x  # error: E0311

#$ graphc check transpose_of_vector.g
