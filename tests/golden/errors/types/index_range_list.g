input a: f32
pair = [a, 2 * a]
output last = pair[2]  # error: E0307

#$ graphc check index_range_list.g
#! error[E0307]: index 2 is out of range: the list has 2 items
#!   --> index_range_list.g:3:20
#!    |
#!  3 | output last = pair[2]  # error: E0307
#!    |                    ^
#= 1
