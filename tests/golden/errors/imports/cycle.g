import "cycle_other.g" as other  # error: E0211
fn twice(x) = 2 * x
output y = other.four(1.0)

#$ graphc check cycle.g
#! error[E0211]: these files import each other: cycle.g -> cycle_other.g -> cycle.g
#!   --> cycle_other.g:1:8
#!    |
#!  1 | import "cycle.g"  # error: E0211 E0505
#!    |        ^^^^^^^^^
#!    |
#!   ::: cycle.g:1:8
#!    |
#!  1 | import "cycle_other.g" as other  # error: E0211
#!    |        --------------- imported here
#!    = hint: put what both need into a file that imports neither
#= 1
