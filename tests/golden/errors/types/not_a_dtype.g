input x: float32  # error: E0304
output y = x

#$ graphc check not_a_dtype.g
