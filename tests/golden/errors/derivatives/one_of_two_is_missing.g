var w: f32 = 1.0
var b: f32 = 0.0
input x: f32
loss = (w * x) ** 2
dw, db = grad(loss, [w, b])  # error: E0402
output loss

#$ graphc check one_of_two_is_missing.g
#! error[E0402]: loss does not depend on b
#!   --> one_of_two_is_missing.g:5:25
#!    |
#!  5 | dw, db = grad(loss, [w, b])  # error: E0402
#!    |                         ^
#!    |
#!  2 | var b: f32 = 0.0
#!    |     ------ b is declared here
#!    = hint: grad(loss, [w, b], unused="zero") gives zeros
#= 1
