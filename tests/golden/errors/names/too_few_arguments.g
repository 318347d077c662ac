fn mse(p, q) = mean((p - q) ** 2)
input x: f32[n]
output y = mse(x)  # error: E0204

#$ graphc check too_few_arguments.g
#! error[E0204]: mse needs an argument q
#!   --> too_few_arguments.g:3:12
#!    |
#!  3 | output y = mse(x)  # error: E0204
#!    |            ^^^^^^
#!    |
#!  1 | fn mse(p, q) = mean((p - q) ** 2)
#!    | ------------ declared here
#= 1
