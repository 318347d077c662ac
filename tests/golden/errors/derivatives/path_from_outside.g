# What an iteration or a function is given may depend on what a derivative is by.
input a: f32 = 2.0
s = a
for i in range(3) {
  y = s * a
  g = grad(y, a)  # error: E0415
  s = s * 2
}
d = 1.0
for i in range(3) {
  for j in range(2) {
    h = hvp(d * a ** 2, a, 1.0)  # error: E0415
  }
  d = d * a
}
u = a
while u < 100 {
  z = grad(u * 2, a, unused="zero")  # error: E0415
  u = u * u
}
fn slope(t) = grad(t * a, a)  # error: E0415
fine = slope(3.0)
wrong = slope(a * a)
fn rows(X) {
  total = 0.0
  for row in X { total += jvp(row * a, a, 1.0) }  # error: E0415
  return total
}
also_wrong = rows([1.0, a])
fn of_row(x) = grad(x * a, a)  # error: E0415
m = map(of_row, [1.0, a])
fn of_step(c, x) = (c * x, jacobian(c * a, a))  # error: E0415
v = scan(of_step, a, [1.0, 2.0])
var w: f32 = 1.0
r = w
for i in range(3) {
  backward(r * w)  # error: E0415
  r = r + 1
}

#$ graphc check path_from_outside.g
#! error[E0415]: y depends on a through s by a path from outside the iteration
#!   --> path_from_outside.g:6:7
#!    |
#!  6 |   g = grad(y, a)  # error: E0415
#!    |       ^^^^^^^^^^ sees the iteration only
#!    |
#!  3 | s = a
#!    | - s stands for a
#!    = hint: stop_grad(s) leaves that path out; else take the derivative outside the iteration
#!
#! error[E0415]: d * a ** 2 depends on a through d by a path from outside the iteration
#!   --> path_from_outside.g:12:9
#!    |
#! 12 |     h = hvp(d * a ** 2, a, 1.0)  # error: E0415
#!    |         ^^^^^^^^^^^^^^^^^^^^^^^ sees the iteration only
#!    |
#! 14 |   d = d * a
#!    |       ----- d depends on a here
#!    = hint: stop_grad(d) leaves that path out; else take the derivative outside the iteration
#!
#! error[E0415]: u * 2 depends on a through u by a path from outside the iteration
#!   --> path_from_outside.g:18:7
#!    |
#! 18 |   z = grad(u * 2, a, unused="zero")  # error: E0415
#!    |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ sees the iteration only
#!    |
#! 16 | u = a
#!    | - u stands for a
#!    = hint: stop_grad(u) leaves that path out; else take the derivative outside the iteration
#!
#! error[E0415]: t * a depends on a through t by a path from outside the function
#!   --> path_from_outside.g:21:15
#!    |
#! 21 | fn slope(t) = grad(t * a, a)  # error: E0415
#!    |               ^^^^^^^^^^^^^^ sees the function only
#!    |
#! 23 | wrong = slope(a * a)
#!    |         ------------ in this call of slope
#!    |               ----- t depends on a here
#!    = hint: stop_grad(t) leaves that path out; else take the derivative outside the function
#!
#! error[E0415]: row * a depends on a through X by a path from outside the function
#!   --> path_from_outside.g:26:27
#!    |
#! 26 |   for row in X { total += jvp(row * a, a, 1.0) }  # error: E0415
#!    |                           ^^^^^^^^^^^^^^^^^^^^ sees the function only
#!    |
#! 29 | also_wrong = rows([1.0, a])
#!    |              -------------- in this call of rows
#!    |
#! 24 | fn rows(X) {
#!    |         - X stands for a
#!    = hint: stop_grad(X) leaves that path out; else take the derivative outside the function
#!
#! error[E0415]: x * a depends on a through x by a path from outside the iteration
#!   --> path_from_outside.g:30:16
#!    |
#! 30 | fn of_row(x) = grad(x * a, a)  # error: E0415
#!    |                ^^^^^^^^^^^^^^ sees the iteration only
#! 31 | m = map(of_row, [1.0, a])
#!    |                 -------- x depends on a here
#!    = hint: stop_grad(x) leaves that path out; else take the derivative outside the iteration
#!
#! error[E0415]: c * a depends on a through carry by a path from outside the iteration
#!   --> path_from_outside.g:32:28
#!    |
#! 32 | fn of_step(c, x) = (c * x, jacobian(c * a, a))  # error: E0415
#!    |                            ^^^^^^^^^^^^^^^^^^ sees the iteration only
#! 33 | v = scan(of_step, a, [1.0, 2.0])
#!    |                   - carry stands for a
#!    = hint: stop_grad(carry) leaves that path out; else take the derivative outside the iteration
#!
#! error[E0415]: r * w depends on w through r by a path from outside the iteration
#!   --> path_from_outside.g:37:3
#!    |
#! 37 |   backward(r * w)  # error: E0415
#!    |   ^^^^^^^^^^^^^^^ sees the iteration only
#!    |
#! 35 | r = w
#!    | - r stands for w
#!    = hint: stop_grad(r) leaves that path out; else take the derivative outside the iteration
#!
#! error: 8 errors in path_from_outside.g
#= 1
