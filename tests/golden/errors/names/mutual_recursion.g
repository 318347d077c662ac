fn even(x) = odd(x - 1)
fn odd(x) = even(x - 1)  # error: E0205
input x: f32
output y = even(x)

#$ graphc check mutual_recursion.g
#! error[E0205]: even calls itself with arguments of the same types and sizes, without end
#!   --> mutual_recursion.g:2:13
#!    |
#!  2 | fn odd(x) = even(x - 1)  # error: E0205
#!    |             ^^^^^^^^^^^
#!    |             ----------- in this call of even
#!  1 | fn even(x) = odd(x - 1)
#!    | ----------   ---------- in this call of odd
#!    | |
#!    | defined here
#!  4 | output y = even(x)
#!    |            ------- in this call of even
#!    = hint: recursion ends where a size, or a number known at compile time, does: if x.shape[0] == 1 { return … }; what the run decides is a loop: while c { … }
#= 1
