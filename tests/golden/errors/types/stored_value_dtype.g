input x: f32[n]
input v: f64
y = x
y[0] = v  # error: E0313
output y

#$ graphc check stored_value_dtype.g
