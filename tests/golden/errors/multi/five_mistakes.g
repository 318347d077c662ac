input X: f32[n, 3]
input Y: f32[n]
var W: f32[4, 2] = zeros([4, 2])
var step: i64 = 0
yhat = X @ W  # error: E0301
residual = Y - sum(X, axis=2)  # error: E0306
input X: f64  # error: E0202
step = 0.5 * step  # error: E0503
fn scaled(x: f32[k, 2]) = sum(x)
output loss = scaled(Y)  # error: E0315

#$ graphc check five_mistakes.g
#! error[E0301]: shapes f32[n, 3] and f32[4, 2] don't multiply
#!   --> five_mistakes.g:5:8
#!    |
#!  5 | yhat = X @ W  # error: E0301
#!    |        ^^^^^ inner sizes 3 and 4 differ
#!    |
#!  1 | input X: f32[n, 3]
#!    |                 - 3 comes from here
#!  3 | var W: f32[4, 2] = zeros([4, 2])
#!    |            - 4 comes from here
#!    = hint: W must be f32[3, k]
#!
#! error[E0306]: axis 2 is out of range
#!   --> five_mistakes.g:6:16
#!    |
#!  6 | residual = Y - sum(X, axis=2)  # error: E0306
#!    |                ^^^^^^^^^^^^^^
#!    |                    - its axes are -2 to 1
#!
#! error[E0202]: X is declared twice
#!   --> five_mistakes.g:7:7
#!    |
#!  7 | input X: f64  # error: E0202
#!    |       ^
#!    |
#!  1 | input X: f32[n, 3]
#!    |       - first here
#!    = hint: choose another name
#!
#! error[E0503]: step is i64, but its new value is float
#!   --> five_mistakes.g:8:8
#!    |
#!  8 | step = 0.5 * step  # error: E0503
#!    |        ^^^^^^^^^^
#!    |
#!  4 | var step: i64 = 0
#!    |     --------- step is declared i64
#!    = hint: cast it: step = i64(0.5 * step)
#!
#! error[E0315]: scaled takes x: f32[k, 2], not f32[n]
#!   --> five_mistakes.g:10:22
#!    |
#! 10 | output loss = scaled(Y)  # error: E0315
#!    |                      ^ is f32[n]
#!    |               --------- in this call of scaled
#!  9 | fn scaled(x: f32[k, 2]) = sum(x)
#!    |           ------------ declared here
#!
#! error: 5 errors in five_mistakes.g
#= 1
