input x: f32[n]
a = x + missing  # error: E0201
b = a * 2
c = sum(b) + a[0]
output c

#$ graphc check poisoned_names_do_not_cascade.g
#! error[E0201]: missing is not defined
#!   --> poisoned_names_do_not_cascade.g:2:9
#!    |
#!  2 | a = x + missing  # error: E0201
#!    |         ^^^^^^^
#= 1
