fn total(x: f32[n]) = sum(x)
input v: f64[3]
output s = total(v)  # error: E0315

#$ graphc check parameter_dtype.g
