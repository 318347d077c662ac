var count: i64 = 0
fn bump(x) {
  count += 1  # error: E0501
  return x
}
input x: f32
output y = bump(x)

#$ graphc check augmented_assign_in_function.g
#! error[E0501]: count is a variable of the program; a function can't assign to it like this
#!   --> augmented_assign_in_function.g:3:3
#!    |
#!  3 |   count += 1  # error: E0501
#!    |   ^^^^^
#!    |
#!  7 | output y = bump(x)
#!    |            ------- in this call of bump
#!    |
#!  1 | var count: i64 = 0
#!    |     ----- declared here
#!    = hint: assign(count, count + 1)
#= 1
