module M(n) {  # error: E0505
  fn call(x) = x
}
input x: f32
output x

#$ graphc check module.g
#! error[E0505]: modules are not compiled yet
#!   --> module.g:1:8
#!    |
#!  1 | module M(n) {  # error: E0505
#!    |        ^
#!    = hint: use var and fn
#= 1
