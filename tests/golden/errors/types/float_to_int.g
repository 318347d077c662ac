input x: f32
k: i64 = 2 * x  # error: E0316
output k

#$ graphc check float_to_int.g
