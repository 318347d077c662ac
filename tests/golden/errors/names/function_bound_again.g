fn f(x) = x
f = 3  # error: E0202
output f

#$ graphc check function_bound_again.g
#! error[E0202]: f is a function; it can't be bound again
#!   --> function_bound_again.g:2:1
#!    |
#!  2 | f = 3  # error: E0202
#!    | ^
#!  1 | fn f(x) = x
#!    |    - declared here
#!    = hint: choose another name: f2 = …
#= 1
