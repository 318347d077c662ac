var w: f32[4] = [1.0, 2.0, 3.0, 4.0]
export fn predict(x) = x @ w             # error: E0508
export fn whole(x: f32[..., 4]) = x @ w  # error: E0508

#$ graphc check entry_parameter.g
#! error[E0508]: x has no type, but predict is an entry point
#!   --> entry_parameter.g:2:19
#!    |
#!  2 | export fn predict(x) = x @ w             # error: E0508
#!    |                   ^
#!    |        ------------- exported here
#!    = hint: x: f32, or x: f32[n, 4]
#!
#! error[E0508]: x may have any number of axes, but whole is an entry point
#!   --> entry_parameter.g:3:17
#!    |
#!  3 | export fn whole(x: f32[..., 4]) = x @ w  # error: E0508
#!    |                 ^^^^^^^^^^^^^^
#!    |        ------------------------ exported here
#!    = hint: x: f32[n, 4]
#!
#! error: 2 errors in entry_parameter.g
#= 1
