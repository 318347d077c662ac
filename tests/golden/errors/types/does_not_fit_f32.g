input x: f32
output y = x * 1e60  # error: E0305

#$ graphc check does_not_fit_f32.g
