input x: weak_float  # error: E0304
output y = x

#$ graphc check weak_is_not_a_dtype.g
