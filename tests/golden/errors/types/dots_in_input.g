input x: f32[..., 3]  # error: E0314
output s = sum(x)

#$ graphc check dots_in_input.g
