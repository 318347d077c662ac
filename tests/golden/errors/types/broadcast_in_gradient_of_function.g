input X: f32[n, 2]
input Y: f32[m]
fn mse(p, q) = mean((p - q) ** 2)  # error: E0302
var w: f32[2] = [1, 2]
output dw = grad(mse(X @ w, Y), w)

#$ graphc check broadcast_in_gradient_of_function.g
#! error[E0302]: shapes [n] and [m] don't broadcast
#!   --> broadcast_in_gradient_of_function.g:3:22
#!    |
#!  3 | fn mse(p, q) = mean((p - q) ** 2)  # error: E0302
#!    |                      ^^^^^
#!    |
#!  5 | output dw = grad(mse(X @ w, Y), w)
#!    |                  ------------- in this call of mse
#!    |
#!  1 | input X: f32[n, 2]
#!    |              - n comes from here
#!  2 | input Y: f32[m]
#!    |              - m comes from here
#!    = hint: if they are always equal, declare both sizes as m (instead of n)
#= 1
