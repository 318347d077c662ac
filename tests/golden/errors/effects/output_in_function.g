fn f(t) {
  output t  # error: E0505
  return t
}
input x: f32
output y = f(x)

#$ graphc check output_in_function.g
#! error[E0505]: output stands at the top level of a file, not in a function
#!   --> output_in_function.g:2:3
#!    |
#!  2 |   output t  # error: E0505
#!    |   ^^^^^^^^
#!    |
#!  6 | output y = f(x)
#!    |            ---- in this call of f
#!    = hint: return t
#= 1
