input a: bool[n]
output y = exp(-a)  # error: E0304

#$ graphc check dtype_of_op.g
