input x: f32
fn f(t) {
  if t > 0 { return t }
  return i64(t)  # error: E0318
}
output y = f(x)

#$ graphc check returns_differ.g
#! error[E0318]: the value is f32 in one branch and i64 in the other
#!   --> returns_differ.g:4:10
#!    |
#!  4 |   return i64(t)  # error: E0318
#!    |          ^^^^^^ i64 here
#!    |
#!  6 | output y = f(x)
#!    |            ---- in this call of f
#!    |
#!  3 |   if t > 0 { return t }
#!    |                     - f32 here
#!    = hint: cast one of them, as in f32(…)
#= 1
