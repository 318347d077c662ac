fn f(x) = 2 * x
input x: f32
output y = f(x)(2)  # error: E0203

#$ graphc check call_of_a_call.g
#! error[E0203]: f(x) is a tensor; it can't be called
#!   --> call_of_a_call.g:3:12
#!    |
#!  3 | output y = f(x)(2)  # error: E0203
#!    |            ^^^^
#!    = hint: index it: f(x)[2]
#= 1
