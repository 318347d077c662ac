fn inner(a: f32[n], b: f32[n]) = sum(a * b)
input v: f32[3]
input w: f32[4]
output s = inner(v, w)  # error: E0315

#$ graphc check parameter_sizes_disagree.g
