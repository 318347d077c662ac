# A failure in a branch says which call led there; the other branch does not fail.
input x: f32
input i: i64
table: f32[3] = [1.0, 2.0, 3.0]
fn pick(t) {
  if t > 0 { return table[i] * t }
  return t
}
output y = pick(x)

#$ graphc run failure_in_a_branch.g --feed x=1 --feed i=7
#! error[E0605]: index 7 is out of range for axis 0 of size 3
#!   --> failure_in_a_branch.g:6:21
#!    |
#!  6 |   if t > 0 { return table[i] * t }
#!    |                     ^^^^^^^^
#!    |
#!  9 | output y = pick(x)
#!    |            ------- in this call of pick
#!    = note: operands: table: f32[3], i: i64 = 7
#= 1

#$ graphc run failure_in_a_branch.g --feed x=-1 --feed i=7
#> y: f32 = -1.0
