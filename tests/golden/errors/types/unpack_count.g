input x: f32
a, b, c = [x, 2 * x]  # error: E0309
output y = a + b + c

#$ graphc check unpack_count.g
