import "declares.g"  # error: E0505 E0505
output y = declares.double(1.0)

#$ graphc check import_of_inputs.g
#! error[E0505]: an imported file declares no inputs, but declares.g has x
#!   --> import_of_inputs.g:1:8
#!    |
#!  1 | import "declares.g"  # error: E0505 E0505
#!    |        ^^^^^^^^^^^^
#!    |
#!   ::: declares.g:2:7
#!    |
#!  2 | input x: f32 = 1.0
#!    |       - declared here
#!    = hint: make it a parameter of a function
#!
#! error[E0505]: an imported file declares no outputs, but declares.g has y
#!   --> import_of_inputs.g:1:8
#!    |
#!  1 | import "declares.g"  # error: E0505 E0505
#!    |        ^^^^^^^^^^^^
#!    |
#!   ::: declares.g:3:8
#!    |
#!  3 | output y = 2 * x
#!    |        - declared here
#!    = hint: write y = 2 * x there
#!
#! error: 2 errors in import_of_inputs.g
#= 1
