input x: f32[n + m]  # error: E0314
input y: f32[n]
output s = sum(x) + sum(y)

#$ graphc check unknown_size.g
