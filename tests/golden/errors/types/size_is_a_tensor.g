input k: i64
input x: f32[k]  # error: E0314
output s = sum(x)

#$ graphc check size_is_a_tensor.g
