input k: i8
limit = 1000
output y = k < limit  # error: E0305

#$ graphc check named_number_does_not_fit.g
