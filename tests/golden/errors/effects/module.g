module M(n) {  # error: E0905
  fn call(x) = x
}
input x: f32
output x

#$ graphc check module.g
#! error[E0905]: modules are not part of this version
#!   --> module.g:1:8
#!    |
#!  1 | module M(n) {  # error: E0905
#!    |        ^
#!    = hint: use var and fn
#= 1
