import "sizes.g"  # error: E0314
input x: f32[n]
output y = x + sizes.W

#$ graphc check import_of_sizes.g
#! error[E0314]: an imported file has no inputs, from which a run could know the size n
#!   --> sizes.g:2:12
#!    |
#!  2 | var W: f32[n] = zeros([n])
#!    |            ^
#!    |
#!   ::: import_of_sizes.g:1:8
#!    |
#!  1 | import "sizes.g"  # error: E0314
#!    |        --------- imported here
#!    = hint: write a number, or declare it in a module: module M(n) { … }
#= 1
