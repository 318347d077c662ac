fn attend(q, k) = logmeanexp(q @ k.T, axis=5)  # error: E0306
input q: f32[n, 3]
output a = attend(q, q)

#$ graphc check inside_the_library_from_a_function.g
#! error[E0306]: axis 5 is out of range
#!   --> inside_the_library_from_a_function.g:1:19
#!    |
#!  1 | fn attend(q, k) = logmeanexp(q @ k.T, axis=5)  # error: E0306
#!    |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ its axes are -2 to 1
#!    |
#!  3 | output a = attend(q, q)
#!    |            ------------ in this call of attend
#!    |
#!   ::: statistics.g:45:11
#!    |
#! 45 |   total = logsumexp(x, axis=axis)
#!    |           ----------------------- inside logmeanexp
#= 1
