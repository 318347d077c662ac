input t: f32
var x: f32 = 3.0
var steps: i64 = 0
var scale: f32 = 1.0, trainable=false
y1 = x + 1
loss = y1 ** 2 * scale * t
backward(loss)
output a = x.grad
output b = y1.grad  # error: E0410
output c = loss.grad  # error: E0410
output d = t.grad  # error: E0410
output e = steps.grad  # error: E0410
output f = scale.grad  # error: E0410
output g = (2.0).grad  # error: E0410
zero_grad(scale)  # error: E0410

#$ graphc check keeps_none.g
#! error[E0410]: y1 keeps no gradient: only variables do
#!   --> keeps_none.g:9:12
#!    |
#!  9 | output b = y1.grad  # error: E0410
#!    |            ^^^^^^^
#!    |
#!  5 | y1 = x + 1
#!    |      ----- computed here
#!    = hint: write retain_grad(y1) before the backward, or grad(loss, y1)
#!
#! error[E0410]: loss keeps no gradient: only variables do
#!   --> keeps_none.g:10:12
#!    |
#! 10 | output c = loss.grad  # error: E0410
#!    |            ^^^^^^^^^
#!    |
#!  6 | loss = y1 ** 2 * scale * t
#!    |        ------------------- computed here
#!    = hint: write retain_grad(loss) before the backward
#!
#! error[E0410]: t keeps no gradient: only variables do
#!   --> keeps_none.g:11:12
#!    |
#! 11 | output d = t.grad  # error: E0410
#!    |            ^^^^^^
#!    |
#!  1 | input t: f32
#!    |       ------ declared here
#!    = hint: grad(loss, t)
#!
#! error[E0410]: steps keeps no gradient: it is i64, which has no derivative
#!   --> keeps_none.g:12:12
#!    |
#! 12 | output e = steps.grad  # error: E0410
#!    |            ^^^^^^^^^^
#!    |
#!  3 | var steps: i64 = 0
#!    |     ---------- steps is declared here
#!
#! error[E0410]: scale keeps no gradient: it is not trainable
#!   --> keeps_none.g:13:12
#!    |
#! 13 | output f = scale.grad  # error: E0410
#!    |            ^^^^^^^^^^
#!    |
#!  4 | var scale: f32 = 1.0, trainable=false
#!    |     ---------- scale is declared here
#!    = hint: grad(loss, scale)
#!
#! error[E0410]: (2.0) keeps no gradient: it is a constant
#!   --> keeps_none.g:14:12
#!    |
#! 14 | output g = (2.0).grad  # error: E0410
#!    |            ^^^^^^^^^^
#!    = hint: grad(loss, (2.0))
#!
#! error[E0410]: scale is no trainable variable: it has no gradient to clear
#!   --> keeps_none.g:15:11
#!    |
#! 15 | zero_grad(scale)  # error: E0410
#!    |           ^^^^^
#!    = hint: zero_grad() clears all
#!
#! error: 7 errors in keeps_none.g
#= 1
