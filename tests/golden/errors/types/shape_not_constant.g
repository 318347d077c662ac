input k: i64
output s = zeros([k, 2])  # error: E0308

#$ graphc check shape_not_constant.g
