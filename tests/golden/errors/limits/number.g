output y = 10 ** 5000  # error: E0902

#$ graphc check number.g
#! error[E0902]: this number has more than 4096 bits
#!   --> number.g:1:12
#!    |
#!  1 | output y = 10 ** 5000  # error: E0902
#!    |            ^^^^^^^^^^
#!    = hint: write a float: 10.0 ** 100
#= 1
