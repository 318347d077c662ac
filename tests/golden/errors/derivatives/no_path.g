input x: f32
input z: f32
y = x ** 2
output d = grad(y, z)  # error: E0402

#$ graphc check no_path.g
#! error[E0402]: y does not depend on z
#!   --> no_path.g:4:20
#!    |
#!  4 | output d = grad(y, z)  # error: E0402
#!    |                    ^
#!    |
#!  2 | input z: f32
#!    |       ------ z is declared here
#!    = hint: grad(y, z, unused="zero") gives zeros
#= 1
