input c: bool
var x: f32 = 3.0
h = x * x
retain_grad(h)
print(h.grad)  # error: E0410
if c { backward(h) }
print(h.grad)  # error: E0410

#$ graphc check keeps_none_yet.g
#! error[E0410]: h has no gradient yet: no backward went through it after retain_grad
#!   --> keeps_none_yet.g:5:7
#!    |
#!  5 | print(h.grad)  # error: E0410
#!    |       ^^^^^^
#!  4 | retain_grad(h)
#!    | -------------- asked for here
#!    = hint: write backward(loss) before this line
#!
#! error[E0410]: h keeps its gradient where the backward is: inside a branch, loop or function
#!   --> keeps_none_yet.g:7:7
#!    |
#!  7 | print(h.grad)  # error: E0410
#!    |       ^^^^^^
#!    |
#!  4 | retain_grad(h)
#!    | -------------- asked for here
#!    = hint: read h.grad there
#!
#! error: 2 errors in keeps_none_yet.g
#= 1
