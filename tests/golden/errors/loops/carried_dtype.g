input x: f32[n]
input k: i64
count = k
for v in x {
  count = count + v  # error: E0319
}
output count

#$ graphc check carried_dtype.g
#! error[E0319]: count is i64 before an iteration of the loop and f32 after it
#!   --> carried_dtype.g:5:3
#!    |
#!  5 |   count = count + v  # error: E0319
#!    |   ^^^^^ f32 here
#!    |
#!  3 | count = k
#!    | ----- i64 here
#!    = hint: cast one of them, as in f32(…)
#= 1
