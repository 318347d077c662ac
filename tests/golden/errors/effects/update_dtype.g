var step: i64 = 0
step += 0.5  # error: E0503
output step

#$ graphc check update_dtype.g
#! error[E0503]: step is i64, but its new value is float
#!   --> update_dtype.g:2:1
#!    |
#!  2 | step += 0.5  # error: E0503
#!    | ^^^^^^^^^^^
#!  1 | var step: i64 = 0
#!    |     --------- step is declared i64
#!    = hint: cast it: step = i64(step + 0.5)
#= 1
