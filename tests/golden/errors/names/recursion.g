fn fact(n) = n * fact(n - 1)  # error: E0205
input x: f32
output y = fact(x)

#$ graphc check recursion.g
#! error[E0205]: fact calls itself with arguments of the same types and sizes, without end
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
#!    = hint: recursion ends where a size, or a number known at compile time, does: if x.shape[0] == 1 { return … }; what the run decides is a loop: while c { … }
#= 1
