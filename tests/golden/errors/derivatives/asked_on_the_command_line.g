input x: f32 = 1.0
input k: i64 = 2
input z: f32 = 3.0
y = stop_grad(x) * k
loss1 = x ** 2
output y
output loss1

#$ graphc grad asked_on_the_command_line.g --wrt x
#! error[E0408]: the program has several outputs: y, loss1
#!    = hint: --of y
#= 1

#$ graphc grad asked_on_the_command_line.g --wrt x --of y
#! error[E0402]: no derivative reaches x from y
#!   --> asked_on_the_command_line.g:6:8
#!    |
#!  6 | output y
#!    |        ^
#!    |
#!  4 | y = stop_grad(x) * k
#!    |     ------------ a stop_grad stands in the way
#!  1 | input x: f32 = 1.0
#!    |       ------ x is this
#= 1

#$ graphc grad asked_on_the_command_line.g --wrt k --of loss1
#! error[E0401]: k is i64, which has no derivative
#!   --> asked_on_the_command_line.g:2:7
#!    |
#!  2 | input k: i64 = 2
#!    |       ^^^^^^ k is i64
#!    = hint: declare it f32
#= 1

#$ graphc grad asked_on_the_command_line.g --wrt z --of loss1
#! error[E0402]: loss1 does not depend on z
#!   --> asked_on_the_command_line.g:7:8
#!    |
#!  7 | output loss1
#!    |        ^^^^^
#!    |
#!  3 | input z: f32 = 3.0
#!    |       ------ z is this
#= 1

#$ graphc grad asked_on_the_command_line.g --wrt xx --of loss1
#! error[E0408]: the program has no value xx
#!    = hint: its names are x, k, z, y, loss1
#= 1

#$ graphc grad asked_on_the_command_line.g --wrt x --of los1
#! error[E0408]: the program has no value los1
#!    = hint: did you mean loss1?
#= 1
