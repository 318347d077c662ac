input a: f32[2]
input b: f32[3]
output s = sum([a, b])  # error: E0317

#$ graphc check ragged_tensors.g
#! error[E0317]: items of types f32[2] and f32[3] don't stack
#!   --> ragged_tensors.g:3:16
#!    |
#!  3 | output s = sum([a, b])  # error: E0317
#!    |                ^^^^^^
#!    = hint: give them names: a, b = …; or join them: concat([a, b])
#= 1
