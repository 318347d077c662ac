input x: f32[6]
output X = reshape(x, [4, 2])  # error: E0310

#$ graphc check reshape.g
