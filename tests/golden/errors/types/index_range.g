input w: f32[3]
output last = w[3]  # error: E0307

#$ graphc check index_range.g
