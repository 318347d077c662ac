fn total(x: i64[n]) = sum(x)
output s = total([1.5, 2])  # error: E0315

#$ graphc check parameter_literal.g
