input x: f32[n]
input k: i64
output s = x[:k]  # error: E0308

#$ graphc check slice_bound_not_constant.g
