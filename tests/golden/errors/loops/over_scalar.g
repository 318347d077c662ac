input n: i64
s = 0
for i in n {  # error: E0311
  s += i
}
output s

#$ graphc check over_scalar.g
#! error[E0311]: a loop goes over the first axis of a tensor, and a scalar i64 has none
#!   --> over_scalar.g:3:10
#!    |
#!  3 | for i in n {  # error: E0311
#!    |          ^
#!    = hint: range(n) counts up to it
#= 1
