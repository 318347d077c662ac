import "imports_itself.g"  # error: E0211
output y = 1.0

#$ graphc check imports_itself.g
#! error[E0211]: imports_itself.g imports itself
#!   --> imports_itself.g:1:8
#!    |
#!  1 | import "imports_itself.g"  # error: E0211
#!    |        ^^^^^^^^^^^^^^^^^^
#= 1
