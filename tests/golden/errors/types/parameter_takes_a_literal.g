# A parameter a: f32 takes the literal 3; an integer of the run, or an array, it does not.
var x: f32 = 1.0
fn add_print(a: f32) {
  assign(x, x + a)
  print(x)
  return x
}
output y = add_print(3)
output z = add_print(i32(3))  # error: E0315
input w: f32[2]
output v = add_print(w)  # error: E0315

#$ graphc check parameter_takes_a_literal.g
#! error[E0315]: add_print takes a: f32, not i32
#!   --> parameter_takes_a_literal.g:9:22
#!    |
#!  9 | output z = add_print(i32(3))  # error: E0315
#!    |                      ^^^^^^ is i32
#!    |            ----------------- in this call of add_print
#!    |
#!  3 | fn add_print(a: f32) {
#!    |              ------ declared here
#!    = hint: cast it: f32(i32(3))
#!
#! error[E0315]: add_print takes a: f32, not f32[2]
#!   --> parameter_takes_a_literal.g:11:22
#!    |
#! 11 | output v = add_print(w)  # error: E0315
#!    |                      ^ is f32[2]
#!    |            ------------ in this call of add_print
#!    |
#!  3 | fn add_print(a: f32) {
#!    |              ------ declared here
#!
#! error: 2 errors in parameter_takes_a_literal.g
#= 1
