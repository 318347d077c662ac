input x: f32
output y = where(x, 1.0, 2.0)  # error: E0304

#$ graphc check number_as_condition.g
