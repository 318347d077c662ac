input x: f32[3]
y = sum(x ** 2)
output d = grad(y, x[0])  # error: E0402

#$ graphc check by_an_item.g
#! error[E0402]: y does not depend on x[0]
#!   --> by_an_item.g:3:20
#!    |
#!  3 | output d = grad(y, x[0])  # error: E0402
#!    |                    ^^^^
#!    = hint: differentiate by x, then index: grad(y, x)[0]
#= 1
