fn layer(x) {
  var w: f32 = 1.0  # error: E0502
  return w * x
}
input x: f32
output y = layer(x)

#$ graphc check var_in_function.g
#! error[E0502]: a var inside a function would be new at each call
#!   --> var_in_function.g:2:3
#!    |
#!  2 |   var w: f32 = 1.0  # error: E0502
#!    |   ^^^^^^^^^^^^^^^^
#!    |
#!  6 | output y = layer(x)
#!    |            -------- in this call of layer
#!    = hint: declare var w at the top level, and use assign(w, value) here
#= 1
