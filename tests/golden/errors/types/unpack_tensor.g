input x: f32[2]
a, b = x  # error: E0309
output y = a + b

#$ graphc check unpack_tensor.g
