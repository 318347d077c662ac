input x: f32[3]
var v: f32 = 1.0
output d = grad(sum(x) * v, [x, v])  # error: E0317

#$ graphc check gradients_of_two_shapes.g
#! error[E0317]: items of types f32[3] and f32 don't stack
#!   --> gradients_of_two_shapes.g:3:12
#!    |
#!  3 | output d = grad(sum(x) * v, [x, v])  # error: E0317
#!    |            ^^^^^^^^^^^^^^^^^^^^^^^^
#!    = hint: give them names: a, b = …; or join them: concat([a, b])
#= 1
