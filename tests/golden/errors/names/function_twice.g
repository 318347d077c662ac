fn f(x) = x
fn f(x) = 2 * x  # error: E0202
input a: f32
output y = f(a)

#$ graphc check function_twice.g
#! error[E0202]: f is declared twice
#!   --> function_twice.g:2:4
#!    |
#!  2 | fn f(x) = 2 * x  # error: E0202
#!    |    ^
#!  1 | fn f(x) = x
#!    |    - first here
#!    = hint: choose another name
#= 1
