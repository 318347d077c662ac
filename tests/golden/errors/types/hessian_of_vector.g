input x: f32[n]
output H = hessian(x ** 3, x)  # error: E0311

#$ graphc check hessian_of_vector.g
#! error[E0311]: a Hessian is of a scalar, not of f32[n]
#!   --> hessian_of_vector.g:2:20
#!    |
#!  2 | output H = hessian(x ** 3, x)  # error: E0311
#!    |                    ^^^^^^
#!    = hint: sum it: hessian(sum(y), x)
#= 1
