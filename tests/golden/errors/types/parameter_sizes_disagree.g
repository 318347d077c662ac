fn inner(a: f32[n], b: f32[n]) = sum(a * b)
input v: f32[3]
input w: f32[4]
output s = inner(v, w)  # error: E0315

#$ graphc check parameter_sizes_disagree.g
#! error[E0315]: inner takes b: f32[n], not f32[4]
#!   --> parameter_sizes_disagree.g:4:21
#!    |
#!  4 | output s = inner(v, w)  # error: E0315
#!    |                     ^ is f32[4]
#!    |            ----------- in this call of inner
#!    |
#!  1 | fn inner(a: f32[n], b: f32[n]) = sum(a * b)
#!    |                     --------- declared here
#= 1
