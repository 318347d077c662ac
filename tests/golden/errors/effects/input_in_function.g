fn f(t) {
  input z: f32  # error: E0505
  return t + z
}
input x: f32
output y = f(x)

#$ graphc check input_in_function.g
#! error[E0505]: input stands at the top level of a file, not in a function
#!   --> input_in_function.g:2:3
#!    |
#!  2 |   input z: f32  # error: E0505
#!    |   ^^^^^^^^^^^^
#!    |
#!  6 | output y = f(x)
#!    |            ---- in this call of f
#!    = hint: make it a parameter of f
#= 1
