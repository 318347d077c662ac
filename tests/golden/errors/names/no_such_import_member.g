from nn import layernorm  # error: E0206
input x: f32[n]
output y = layernorm(x)

#$ graphc check no_such_import_member.g
#! error[E0206]: nn has no member layernorm
#!   --> no_such_import_member.g:1:16
#!    |
#!  1 | from nn import layernorm  # error: E0206
#!    |                ^^^^^^^^^
#!    = hint: did you mean layer_norm?
#= 1
