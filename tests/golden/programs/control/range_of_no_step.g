# A step that is computed may turn out to be 0: the message points at it.
input k: i64
t = 0
for i in range(0, 10, k) { t += i }
output t

#$ graphc run range_of_no_step.g --feed k=0
#! error[E0608]: integer division by zero
#!   --> range_of_no_step.g:4:23
#!    |
#!  4 | for i in range(0, 10, k) { t += i }
#!    |                       ^
#!    = note: operands: range(0, 10, k): i64 = -10, k: i64 = 0
#= 1

#$ graphc run range_of_no_step.g --feed k=-3
#> t: i64 = 0

#$ graphc run range_of_no_step.g --feed k=4 --eager
#> t: i64 = 12
