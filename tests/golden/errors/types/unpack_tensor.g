input x: f32[n, 3]
a, b = x  # error: E0309
c, d = x[0]  # error: E0309
e, f = x[0, 0]  # error: E0309
for g, h in x { print(g, h) }  # error: E0309
i, j = x[:2]  # error: E0309
k, l = x.shape[1:]  # error: E0309

#$ graphc check unpack_tensor.g
#! error[E0309]: 2 names can't take the n items of f32[n, 3]
#!   --> unpack_tensor.g:2:8
#!    |
#!  2 | a, b = x  # error: E0309
#!    | ----   ^
#!    | |
#!    | 2 names
#!    = hint: if n is always 2, declare it as 2
#!
#! error[E0309]: 2 names can't take the 3 items of f32[3]
#!   --> unpack_tensor.g:3:8
#!    |
#!  3 | c, d = x[0]  # error: E0309
#!    | ----   ^^^^
#!    | |
#!    | 2 names
#!
#! error[E0309]: 2 names can't take a scalar
#!   --> unpack_tensor.g:4:8
#!    |
#!  4 | e, f = x[0, 0]  # error: E0309
#!    | ----   ^^^^^^^
#!    | |
#!    | 2 names
#!
#! error[E0309]: 2 names can't take the 3 items of f32[3]
#!   --> unpack_tensor.g:5:5
#!    |
#!  5 | for g, h in x { print(g, h) }  # error: E0309
#!    |     ^^^^
#!    |     ---- 2 names
#!
#! error[E0309]: 2 names can't take the min(n, 2) items of f32[min(n, 2), 3]
#!   --> unpack_tensor.g:6:8
#!    |
#!  6 | i, j = x[:2]  # error: E0309
#!    | ----   ^^^^^
#!    | |
#!    | 2 names
#!    = hint: x[:2][0], x[:2][1]
#!
#! error[E0309]: 2 names can't take the 1 item of i64[1]
#!   --> unpack_tensor.g:7:8
#!    |
#!  7 | k, l = x.shape[1:]  # error: E0309
#!    | ----   ^^^^^^^^^^^
#!    | |
#!    | 2 names
#!
#! error: 6 errors in unpack_tensor.g
#= 1
