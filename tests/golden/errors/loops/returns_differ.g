fn f(X) {
  for x in X {
    if x > 0 { return x }
  }
  return X  # error: E0318
}
input X: f32[n]
output y = f(X)

#$ graphc check returns_differ.g
#! error[E0318]: the value is f32 in one branch and f32[n] in the other
#!   --> returns_differ.g:5:10
#!    |
#!  5 |   return X  # error: E0318
#!    |          ^ f32[n] here
#!    |
#!  8 | output y = f(X)
#!    |            ---- in this call of f
#!    |
#!  3 |     if x > 0 { return x }
#!    |                       - f32 here
#!    = hint: give it one type in both branches
#= 1
