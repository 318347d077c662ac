input x: f32
assert isfinite(x), "diverged  # error: E0104
output x

#$ graphc check unfinished_string.g
#! error[E0104]: this string has no end
#!   --> unfinished_string.g:2:21
#!    |
#!  2 | assert isfinite(x), "diverged  # error: E0104
#!    |                     ^^^^^^^^^^^^^^^^^^^^^^^^^ " is missing
#!    = hint: "diverged  # error: E0104"
#= 1
