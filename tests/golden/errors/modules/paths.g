var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
var net.l1.T: f32 = 0.0  # error: E0202
var net.l1.W: f32 = 0.0  # error: E0202
a = net.l1.V             # error: E0201
b = net.l2.W.T           # error: E0201
net.l1.U = 3             # error: E0201
c = [1.0, 2.0]
c.b = 3                  # error: E0109
d = c.0                  # error: E0206
fn f(y) {
  net.l1.W = y           # error: E0501
  return net.l1.W
}
e = f([1.0, 2.0, 3.0])
net.l1.W = [1.0, 2.0]    # error: E0503
output c.b               # error: E0109
output o.b = 3           # error: E0109

#$ graphc check paths.g
#! error[E0202]: .T is an attribute of every tensor
#!   --> paths.g:2:5
#!    |
#!  2 | var net.l1.T: f32 = 0.0  # error: E0202
#!    |     ^^^^^^^^
#!    = hint: choose another name: var net.l1.T_: …
#!
#! error[E0202]: net.l1.W is declared twice
#!   --> paths.g:3:5
#!    |
#!  3 | var net.l1.W: f32 = 0.0  # error: E0202
#!    |     ^^^^^^^^
#!    |
#!  1 | var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#!    |     -------- first here
#!    = hint: choose another name
#!
#! error[E0201]: net.l1.V is not defined
#!   --> paths.g:4:5
#!    |
#!  4 | a = net.l1.V             # error: E0201
#!    |     ^^^^^^^^
#!    = hint: did you mean net.l1.W?
#!
#! error[E0201]: net.l2.W.T is not defined
#!   --> paths.g:5:5
#!    |
#!  5 | b = net.l2.W.T           # error: E0201
#!    |     ^^^^^^^^^^
#!    = hint: did you mean net.l1.W?
#!
#! error[E0201]: net.l1.U is not defined
#!   --> paths.g:6:1
#!    |
#!  6 | net.l1.U = 3             # error: E0201
#!    | ^^^^^^^^
#!    = hint: did you mean net.l1.W?
#!
#! error[E0109]: c.b can't be assigned to
#!   --> paths.g:8:1
#!    |
#!  8 | c.b = 3                  # error: E0109
#!    | ^^^ no variable
#!    = hint: assign to a name, or to x[i]
#!
#! error[E0206]: a tensor has no attribute 0
#!   --> paths.g:9:7
#!    |
#!  9 | d = c.0                  # error: E0206
#!    |       ^
#!    = hint: index it: c[0]
#!
#! error[E0501]: net.l1.W is a variable of the program; a function can't assign to it like this
#!   --> paths.g:11:3
#!    |
#! 11 |   net.l1.W = y           # error: E0501
#!    |   ^^^^^^^^
#!    |
#! 14 | e = f([1.0, 2.0, 3.0])
#!    |     ------------------ in this call of f
#!    |
#!  1 | var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#!    |     -------- declared here
#!    = hint: assign(net.l1.W, y)
#!
#! error[E0503]: net.l1.W is f32[3], but its new value is f32[2]
#!   --> paths.g:15:12
#!    |
#! 15 | net.l1.W = [1.0, 2.0]    # error: E0503
#!    |            ^^^^^^^^^^
#!    |
#!  1 | var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#!    |     ---------------- net.l1.W is declared f32[3]
#!    = hint: a variable keeps its shape: reduce or reshape the value
#!
#! error[E0109]: c.b is no variable; other outputs have no dots
#!   --> paths.g:16:8
#!    |
#! 16 | output c.b               # error: E0109
#!    |        ^^^
#!    = hint: output c_b = c.b
#!
#! error[E0109]: o.b is no variable; other outputs have no dots
#!   --> paths.g:17:8
#!    |
#! 17 | output o.b = 3           # error: E0109
#!    |        ^^^
#!    = hint: output o_b = 3
#!
#! error: 11 errors in paths.g
#= 1
