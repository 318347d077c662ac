fn unused(t) = t + ofset  # error: E0201
input offset: f32
output y = 2 * offset

#$ graphc check undefined_in_uncalled_function.g
#! error[E0201]: ofset is not defined
#!   --> undefined_in_uncalled_function.g:1:20
#!    |
#!  1 | fn unused(t) = t + ofset  # error: E0201
#!    |                    ^^^^^
#!    = hint: did you mean offset?
#= 1
