input k: u16
output y = k * -1  # error: E0305

#$ graphc check negative_into_unsigned.g
