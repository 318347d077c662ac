input x: f32[n]
output y = losses.mse(x, 0)  # error: E0201

#$ graphc check undefined_module_suggests_import.g
#! error[E0201]: losses is not defined
#!   --> undefined_module_suggests_import.g:2:12
#!    |
#!  2 | output y = losses.mse(x, 0)  # error: E0201
#!    |            ^^^^^^
#!    = hint: import losses
#= 1
