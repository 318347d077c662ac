var x: f32 = 3.0
h = x * x
y1 = h + 1
y2 = 2 * h
backward(y1)
backward(y2)  # error: E0409
z = x + 1
backward(z)
backward(grad(z * z, x))  # error: E0409

#$ graphc check used_up_in_part.g
#! error[E0409]: a part of the graph of y2 has been used up by the backward of y1
#!   --> used_up_in_part.g:6:1
#!    |
#!  6 | backward(y2)  # error: E0409
#!    | ^^^^^^^^^^^^
#!  5 | backward(y1)
#!    | ------------ used up here
#!  2 | h = x * x
#!    |     ----- h is in both
#!    = hint: keep it, on line 5: backward(y1, retain_graph=true)
#!
#! error[E0409]: a part of the graph of grad(z * z, x) has been used up by the backward of z
#!   --> used_up_in_part.g:9:1
#!    |
#!  9 | backward(grad(z * z, x))  # error: E0409
#!    | ^^^^^^^^^^^^^^^^^^^^^^^^
#!  8 | backward(z)
#!    | ----------- used up here
#!  7 | z = x + 1
#!    |     ----- z is in both
#!    = hint: keep it, on line 8: backward(z, retain_graph=true)
#!
#! error: 2 errors in used_up_in_part.g
#= 1
