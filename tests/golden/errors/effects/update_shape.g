var w: f32[2] = [1, 2]
w = sum(w)  # error: E0503
output y = w

#$ graphc check update_shape.g
#! error[E0503]: w is f32[2], but its new value is f32
#!   --> update_shape.g:2:5
#!    |
#!  2 | w = sum(w)  # error: E0503
#!    |     ^^^^^^
#!  1 | var w: f32[2] = [1, 2]
#!    |     --------- w is declared f32[2]
#!    = hint: a variable keeps its shape: reduce or reshape the value
#= 1
