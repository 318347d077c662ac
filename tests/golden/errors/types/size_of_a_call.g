input x: f32[sqrt(n)]  # error: E0314
output s = sum(x)

#$ graphc check size_of_a_call.g
