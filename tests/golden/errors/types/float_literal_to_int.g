input k: i32 = 1.5  # error: E0316
output k

#$ graphc check float_literal_to_int.g
