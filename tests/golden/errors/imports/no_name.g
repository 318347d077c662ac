import "2-layers.g"  # error: E0109
output y = 1.0

#$ graphc check no_name.g
#! error[E0109]: 2-layers can't be the name of an import
#!   --> no_name.g:1:8
#!    |
#!  1 | import "2-layers.g"  # error: E0109
#!    |        ^^^^^^^^^^^^
#!    = hint: import "2-layers.g" as _2_layers
#= 1
