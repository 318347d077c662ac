input p: f32[n, 1]
input y: f32[n]
output loss = mean((p - y) ** 2)  # warning: W0301

#$ graphc check column_against_row.g
