var w: i64 = true  # error: E0303
output y = w

#$ graphc check initial_value_dtype.g
