input x: f32[n]
var w: f32 = sum(x)  # error: E0308
output w

#$ graphc check initial_value_not_constant.g
