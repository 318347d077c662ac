fn f(v) {
  if v < 0 { continue }  # error: E0506
  return v
}
input x: f32[n]
s = 0.0
for v in x {
  s += f(v)
}
output s

#$ graphc check continue_in_function.g
#! error[E0506]: continue stands in a loop only
#!   --> continue_in_function.g:2:14
#!    |
#!  2 |   if v < 0 { continue }  # error: E0506
#!    |              ^^^^^^^^
#!    |
#!  8 |   s += f(v)
#!    |        ---- in this call of f
#!    = hint: for i in range(n) { … }
#= 1
