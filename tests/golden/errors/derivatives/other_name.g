# The hint is that of the builtin, whatever it is called here.
input x: f32[2]
input z: f32
by = grad
y = sum(x)
output a = by(y, z)  # error: E0402
output b = by(y, x[0])  # error: E0402
output c = grad (y, z)  # error: E0402

#$ graphc check other_name.g
#! error[E0402]: y does not depend on z
#!   --> other_name.g:6:18
#!    |
#!  6 | output a = by(y, z)  # error: E0402
#!    |                  ^
#!    |
#!  3 | input z: f32
#!    |       ------ z is declared here
#!    = hint: by(y, z, unused="zero") gives zeros
#!
#! error[E0402]: y does not depend on x[0]
#!   --> other_name.g:7:18
#!    |
#!  7 | output b = by(y, x[0])  # error: E0402
#!    |                  ^^^^
#!    = hint: differentiate by x, then index: grad(y, x)[0]
#!
#! error[E0402]: y does not depend on z
#!   --> other_name.g:8:21
#!    |
#!  8 | output c = grad (y, z)  # error: E0402
#!    |                     ^
#!    |
#!  3 | input z: f32
#!    |       ------ z is declared here
#!    = hint: grad (y, z, unused="zero") gives zeros
#!
#! error: 3 errors in other_name.g
#= 1
