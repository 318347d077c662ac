fn total(x: i64[n]) = sum(x)
output s = total([1.5, 2])  # error: E0315

#$ graphc check parameter_literal.g
#! error[E0315]: total takes x: i64[n], not float
#!   --> parameter_literal.g:2:18
#!    |
#!  2 | output s = total([1.5, 2])  # error: E0315
#!    |                  ^^^^^^^^ is float
#!    |            --------------- in this call of total
#!  1 | fn total(x: i64[n]) = sum(x)
#!    |          --------- declared here
#= 1
