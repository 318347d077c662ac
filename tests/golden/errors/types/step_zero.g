input x: f32[n]
output y = x[::0]  # error: E0309

#$ graphc check step_zero.g
