input a: f32
if a > 0 {
  fn h(t) = t
} else {
  fn h(t) = 2 * t
}
output y = h(a)  # error: E0209

#$ graphc check function_of_a_branch.g
#! error[E0209]: h is a function of a branch; which one is called is settled before the program runs
#!   --> function_of_a_branch.g:7:12
#!    |
#!  7 | output y = h(a)  # error: E0209
#!    |            ^ used here
#!    |
#!  3 |   fn h(t) = t
#!    |      - defined in this branch
#!  4 | } else {
#!    |        - this is the other one
#!    = hint: put the branch into one function: fn h(…) { if … { … } }
#= 1
