input x: f32[n]
input i: f32
output y = x[i]  # error: E0304

#$ graphc check float_index.g
