input i: i64 = 3
k = 3
output y = randint(k, i)

#$ graphc run no_range.g
#! error[E0608]: randint needs low < high
#!   --> no_range.g:3:12
#!    |
#!  3 | output y = randint(k, i)
#!    |            ^^^^^^^^^^^^^
#!    = note: operands: 3: i64 = 3, i: i64 = 3
#!    = hint: randint(low, high, [n])
#= 1
