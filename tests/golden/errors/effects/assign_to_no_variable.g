input x: f32
fn f(t) {
  assign(x, t)  # error: E0503
  return t
}
output y = f(x)

#$ graphc check assign_to_no_variable.g
#! error[E0503]: x is not a variable
#!   --> assign_to_no_variable.g:3:10
#!    |
#!  3 |   assign(x, t)  # error: E0503
#!    |          ^
#!    |
#!  6 | output y = f(x)
#!    |            ---- in this call of f
#!    = hint: var x: f32 = 0.0 declares one
#= 1
