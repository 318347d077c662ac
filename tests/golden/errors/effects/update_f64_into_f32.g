input x: f64
var w: f32 = 0.0
w -= x  # error: E0503
output w

#$ graphc check update_f64_into_f32.g
#! error[E0503]: w is f32, but its new value is f64
#!   --> update_f64_into_f32.g:3:1
#!    |
#!  3 | w -= x  # error: E0503
#!    | ^^^^^^
#!  2 | var w: f32 = 0.0
#!    |     ------ w is declared f32
#!    = hint: cast it: w = f32(w - x)
#= 1
