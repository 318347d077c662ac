import "layers"  # error: E0714
import "data.csv" as data  # error: E0714
output y = layers.relu(1.0)

#$ graphc check no_program.g
#! error[E0714]: "layers" is no program: its name would end in .g
#!   --> no_program.g:1:8
#!    |
#!  1 | import "layers"  # error: E0714
#!    |        ^^^^^^^^
#!    = hint: import "layers.g"
#!
#! error[E0714]: "data.csv" is no program: its name would end in .g
#!   --> no_program.g:2:8
#!    |
#!  2 | import "data.csv" as data  # error: E0714
#!    |        ^^^^^^^^^^
#!
#! error: 2 errors in no_program.g
#= 1
