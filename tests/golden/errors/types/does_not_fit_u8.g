input k: u8
output y = k + 300  # error: E0305

#$ graphc check does_not_fit_u8.g
