# A slice beside an index tensor is refused: it would be easy to read two ways.
input x: f32[3, 4]
input i: i64[2]
q = x
q[0:2, i] = 9.0 # error: E0309
output q

#$ graphc check mixed_index_assignment.g
#! error[E0309]: an assignment can't mix index tensors with integers, slices or None
#!   --> mixed_index_assignment.g:5:1
#!    |
#!  5 | q[0:2, i] = 9.0 # error: E0309
#!    | ^^^^^^^^^
#!    = hint: assign in two steps: take the part, change it, and put it back
#= 1
