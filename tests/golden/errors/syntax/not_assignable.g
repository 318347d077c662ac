input x: f32
f(t) = t ** 2  # error: E0109
output y = f(x)

#$ graphc check not_assignable.g
#! error[E0109]: a call can't be assigned to
#!   --> not_assignable.g:2:1
#!    |
#!  2 | f(t) = t ** 2  # error: E0109
#!    | ^^^^ not a name
#!    = hint: fn f(t) = t ** 2
#= 1
