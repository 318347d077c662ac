input x: f32
var w: f32 = 1.0
loss = (w * x - 1) ** 2
g = grad(loss, w)
w -= 0.1 * g
g2 = grad(loss, w)  # error: E0403
output loss

#$ graphc check earlier_variable.g
#! error[E0403]: loss was computed with an earlier w
#!   --> earlier_variable.g:6:11
#!    |
#!  6 | g2 = grad(loss, w)  # error: E0403
#!    |           ^^^^ depends on w as it was before line 5
#!  5 | w -= 0.1 * g
#!    | - assigned here
#!    = hint: take the gradient before line 5, or compute loss again after it
#= 1
