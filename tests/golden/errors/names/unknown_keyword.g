fn scaled(p, factor=2) = factor * p
input x: f32[n]
output y = scaled(x, factr=3)  # error: E0204

#$ graphc check unknown_keyword.g
#! error[E0204]: scaled has no argument factr
#!   --> unknown_keyword.g:3:22
#!    |
#!  3 | output y = scaled(x, factr=3)  # error: E0204
#!    |                      ^^^^^^^
#!    |
#!  1 | fn scaled(p, factor=2) = factor * p
#!    | ---------------------- declared here
#!    = hint: did you mean factor=?
#= 1
