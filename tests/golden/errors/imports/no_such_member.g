import "layers.g"
import layers as l  # error: E0207
from "layers.g" import dott  # error: E0206
output y = layers.rely(1.0)  # error: E0206
layers.V = 1  # error: E0206

#$ graphc check no_such_member.g
#! error[E0207]: there is no module layers
#!   --> no_such_member.g:2:8
#!    |
#!  2 | import layers as l  # error: E0207
#!    |        ^^^^^^
#!    = hint: a file has quotes: import "layers.g"
#!
#! error[E0206]: layers has no member dott
#!   --> no_such_member.g:3:24
#!    |
#!  3 | from "layers.g" import dott  # error: E0206
#!    |                        ^^^^
#!    = hint: did you mean dot?
#!
#! error[E0206]: layers has no member rely
#!   --> no_such_member.g:4:19
#!    |
#!  4 | output y = layers.rely(1.0)  # error: E0206
#!    |                   ^^^^
#!    = hint: did you mean layers.relu?
#!
#! error[E0206]: layers has no member V
#!   --> no_such_member.g:5:8
#!    |
#!  5 | layers.V = 1  # error: E0206
#!    |        ^
#!    = hint: it has relu, dot, W
#!
#! error: 4 errors in no_such_member.g
#= 1
