fn f(t) {
  print(t)
  return t
}
input x: f32[n]
output y = map(f, x)  # error: E0505

#$ graphc check effect_in_map.g
#! error[E0505]: f has effects; rows of a map have no order
#!   --> effect_in_map.g:6:12
#!    |
#!  6 | output y = map(f, x)  # error: E0505
#!    |            ^^^^^^^^^
#!    |
#!  2 |   print(t)
#!    |   -------- an effect
#!    = hint: move them out of the function
#= 1
