input x: f32[n]
for v in x {
  last = v
}
output last  # error: E0209

#$ graphc check bound_in_the_body_only.g
#! error[E0209]: last has no value here: only the loop binds it
#!   --> bound_in_the_body_only.g:5:8
#!    |
#!  5 | output last  # error: E0209
#!    |        ^^^^ used here
#!    |
#!  3 |   last = v
#!    |   ---- bound in the loop
#!  2 | for v in x {
#!    | ---------- what was bound before the loop keeps its value after it
#!    = hint: bind it before the loop: last = …
#= 1
