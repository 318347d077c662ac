# A function gives a value whichever way it ends, or never.
fn f(v) {
  if v > 2 { return v }  # error: E0318
}
input x: f32
output y = f(x)
fn g(n) {
  for i in range(n) { if i > 2 { return i } }  # error: E0318
}
output z = g(i64(x))
fn h(v) = checkpoint(3)  # error: E0203
output w = h(x)

#$ graphc check may_end_without_return.g
#! error[E0318]: the value is a tensor in one branch and None in the other
#!   --> may_end_without_return.g:3:3
#!    |
#!  3 |   if v > 2 { return v }  # error: E0318
#!    |   ^^^^^^^^          - a tensor here
#!    |   |
#!    |   None here
#!    |
#!  6 | output y = f(x)
#!    |            ---- in this call of f
#!    = hint: return a value at the end, too
#!
#! error[E0318]: the value is a tensor in one branch and None in the other
#!   --> may_end_without_return.g:8:3
#!    |
#!  8 |   for i in range(n) { if i > 2 { return i } }  # error: E0318
#!    |   ^^^^^^^^^^^^^^^^^                     - a tensor here
#!    |   |
#!    |   None here
#!    |
#! 10 | output z = g(i64(x))
#!    |            --------- in this call of g
#!    = hint: return a value at the end, too
#!
#! error[E0203]: checkpoint takes a function first
#!   --> may_end_without_return.g:11:22
#!    |
#! 11 | fn h(v) = checkpoint(3)  # error: E0203
#!    |                      ^
#! 12 | output w = h(x)
#!    |            ---- in this call of h
#!    = hint: checkpoint(f)(x)
#!
#! error: 3 errors in may_end_without_return.g
#= 1
