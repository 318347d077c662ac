output s = sum(zeros([1000000, 1000000, 1000000]))  # error: E0903

#$ graphc check array.g
#! error[E0903]: f32[1000000, 1000000, 1000000] would take 4,000,000,000,000,000,000 bytes, and the limit is 274,877,906,944
#!   --> array.g:1:16
#!    |
#!  1 | output s = sum(zeros([1000000, 1000000, 1000000]))  # error: E0903
#!    |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#= 1
