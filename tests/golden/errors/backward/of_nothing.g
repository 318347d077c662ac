input t: f32
k = t * 2
backward(k)  # error: E0402
var x: f32 = 3.0
backward(k)  # error: E0402
backward(t * floor(x))  # error: E0402
on_grad(k, f)  # error: E0402
fn f(g) = print(g)
backward(x > t)  # error: E0401

#$ graphc check of_nothing.g
#! error[E0402]: the program has no trainable variable that a gradient could be added to
#!   --> of_nothing.g:3:10
#!    |
#!  3 | backward(k)  # error: E0402
#!    |          ^
#!    = hint: var w: f32 = 1.0; or take the gradient by an input: grad(k, x)
#!
#! error[E0402]: k depends on no trainable variable (x)
#!   --> of_nothing.g:5:10
#!    |
#!  5 | backward(k)  # error: E0402
#!    |          ^
#!  4 | var x: f32 = 3.0
#!    |     ------ x is declared here
#!
#! error[E0402]: t * floor(x) depends on no trainable variable (x)
#!   --> of_nothing.g:6:10
#!    |
#!  6 | backward(t * floor(x))  # error: E0402
#!    |          ^^^^^^^^^^^^
#!    |              -------- it is piecewise constant
#!
#! error[E0402]: k depends on no trainable variable, so no backward goes through it
#!   --> of_nothing.g:7:9
#!    |
#!  7 | on_grad(k, f)  # error: E0402
#!    |         ^
#!    = hint: grad(loss, k) has its gradient
#!
#! error[E0401]: x > t is bool, which has no derivative
#!   --> of_nothing.g:9:10
#!    |
#!  9 | backward(x > t)  # error: E0401
#!    |          ^^^^^
#!
#! error: 5 errors in of_nothing.g
#= 1
