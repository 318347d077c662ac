import losses
input x: f32[n]
output y = losses.msa(x, 0)  # error: E0206

#$ graphc check no_such_member.g
#! error[E0206]: losses has no member msa
#!   --> no_such_member.g:3:19
#!    |
#!  3 | output y = losses.msa(x, 0)  # error: E0206
#!    |                   ^^^
#!    = hint: did you mean losses.mse?
#= 1
