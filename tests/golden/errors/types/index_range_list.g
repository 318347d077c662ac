input a: f32
pair = [a, 2 * a]
output last = pair[2]  # error: E0307

#$ graphc check index_range_list.g
