import losses
input p: f32[n, 3]
input y: f32[n, 4]
output l = losses.mse(p, y)  # error: E0302

#$ graphc check inside_the_library.g
#! error[E0302]: shapes [n, 3] and [n, 4] don't broadcast
#!   --> inside_the_library.g:4:12
#!    |
#!  4 | output l = losses.mse(p, y)  # error: E0302
#!    |            ^^^^^^^^^^^^^^^^
#!    |
#!  2 | input p: f32[n, 3]
#!    |                 - 3 comes from here
#!  3 | input y: f32[n, 4]
#!    |                 - 4 comes from here
#!    |
#!   ::: losses.g:7:36
#!    |
#!  7 | fn mse(prediction, target) = mean((prediction - target) ** 2)
#!    |                                    ------------------- inside mse
#= 1
