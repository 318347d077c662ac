var w: f32 = 0.0
fn f(t) {
  assign(w, t)
  return t
}
input x: f32[n]
output y = map(f, x)  # error: E0505

#$ graphc check assign_in_map.g
#! error[E0505]: f has effects; rows of a map have no order
#!   --> assign_in_map.g:7:12
#!    |
#!  7 | output y = map(f, x)  # error: E0505
#!    |            ^^^^^^^^^
#!    = hint: move them out of the function
#= 1
