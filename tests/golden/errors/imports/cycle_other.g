import "cycle.g"  # error: E0211 E0505
fn four(x) = cycle.twice(cycle.twice(x))

#$ graphc check cycle_other.g
#! error[E0211]: these files import each other: cycle_other.g -> cycle.g -> cycle_other.g
#!   --> cycle.g:1:8
#!    |
#!  1 | import "cycle_other.g" as other  # error: E0211
#!    |        ^^^^^^^^^^^^^^^
#!    |
#!   ::: cycle_other.g:1:8
#!    |
#!  1 | import "cycle.g"  # error: E0211 E0505
#!    |        --------- imported here
#!    = hint: put what both need into a file that imports neither
#!
#! error[E0505]: an imported file declares no outputs, but cycle.g has y
#!   --> cycle_other.g:1:8
#!    |
#!  1 | import "cycle.g"  # error: E0211 E0505
#!    |        ^^^^^^^^^
#!    |
#!   ::: cycle.g:3:8
#!    |
#!  3 | output y = other.four(1.0)
#!    |        - declared here
#!    = hint: write y = other.four(1.0) there
#!
#! error: 2 errors in cycle.g and cycle_other.g
#= 1
