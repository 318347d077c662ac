import loses  # error: E0207
input x: f32[n]
input x: f32[m]  # error: E0202
var w: f32[2] = [1, 2, 3]  # error: E0303
fn f(a, b) = a + b
a = f(x)  # error: E0204
b = f(x, c=x)  # error: E0204
c = a + b
y = sum(x, axis=1)  # error: E0306
z = y + w
output z
output d = grad(sum(x ** 2), x, seed=[1])  # error: E0404
output e = unknown + c  # error: E0201

#$ graphc check everything_at_once.g
#! error[E0207]: there is no module loses
#!   --> everything_at_once.g:1:8
#!    |
#!  1 | import loses  # error: E0207
#!    |        ^^^^^
#!    = hint: did you mean losses?
#!
#! error[E0202]: x is declared twice
#!   --> everything_at_once.g:3:7
#!    |
#!  3 | input x: f32[m]  # error: E0202
#!    |       ^
#!  2 | input x: f32[n]
#!    |       - first here
#!    = hint: choose another name
#!
#! error[E0303]: the value is f32[3], but f32[2] is declared
#!   --> everything_at_once.g:4:17
#!    |
#!  4 | var w: f32[2] = [1, 2, 3]  # error: E0303
#!    |                 ^^^^^^^^^ is f32[3]
#!    = hint: declare f32[3]
#!
#! error[E0204]: f needs an argument b
#!   --> everything_at_once.g:6:5
#!    |
#!  6 | a = f(x)  # error: E0204
#!    |     ^^^^
#!  5 | fn f(a, b) = a + b
#!    | ---------- declared here
#!
#! error[E0204]: f has no argument c
#!   --> everything_at_once.g:7:10
#!    |
#!  7 | b = f(x, c=x)  # error: E0204
#!    |          ^^^
#!    |
#!  5 | fn f(a, b) = a + b
#!    | ---------- declared here
#!    = hint: it takes a, b
#!
#! error[E0306]: axis 1 is out of range
#!   --> everything_at_once.g:9:5
#!    |
#!  9 | y = sum(x, axis=1)  # error: E0306
#!    |     ^^^^^^^^^^^^^^
#!    |         - its axes are -1 to 0
#!
#! error[E0404]: the seed must be f32, not f32[1]
#!   --> everything_at_once.g:12:38
#!    |
#! 12 | output d = grad(sum(x ** 2), x, seed=[1])  # error: E0404
#!    |                                      ^^^ is f32[1]
#!    = hint: leave it out for ones
#!
#! error[E0201]: unknown is not defined
#!   --> everything_at_once.g:13:12
#!    |
#! 13 | output e = unknown + c  # error: E0201
#!    |            ^^^^^^^
#!
#! error: 8 errors in everything_at_once.g
#= 1
