input x: f32[n]
output y = inv(x)  # error: E0311

#$ graphc check inverse_of_vector.g
