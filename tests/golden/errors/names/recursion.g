fn fact(n) = n * fact(n - 1)  # error: E0205
input x: f32
output y = fact(x)

#$ graphc check recursion.g
#! error[E0205]: fact calls itself
#!   --> recursion.g:1:18
#!    |
#!  1 | fn fact(n) = n * fact(n - 1)  # error: E0205
#!    | ----------       ^^^^^^^^^^^
#!    | |
#!    | defined here
#!    |                  ----------- in this call of fact
#!    |
#!  3 | output y = fact(x)
#!    |            ------- in this call of fact
#!    = hint: recursion is not part of the language: use map(f, xs), or write the steps out
#= 1
