input x: f32
y1 = x ** 2
y2 = x ** 3
output d = grad([y1, y2], x, seed=1.0)  # error: E0404

#$ graphc check seeds_of_two.g
#! error[E0404]: 2 values need a list of 2 seeds
#!   --> seeds_of_two.g:4:35
#!    |
#!  4 | output d = grad([y1, y2], x, seed=1.0)  # error: E0404
#!    |                                   ^^^
#!    = hint: seed=[v1, v2]
#= 1
