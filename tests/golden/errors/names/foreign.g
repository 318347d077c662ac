input x: f32[n]
input A: f32[3, 3]
var loss: f32 = 1.0
a = cat([x, x])                # error: E0201
b = power(x, 2)                # error: E0201
c = np.sum(x)                  # error: E0201
d = mse(x, 0)                  # error: E0201
e = loss.backward()            # error: E0206
f = A.astype(f64)              # error: E0206
g = A.t()                      # error: E0206
h = sum(A, dim=1)              # error: E0204

module M() {
  var W: f32[3] = zeros([3])
  fn call(x) = self.W + x      # error: E0201
}

#$ graphc check foreign.g
#! error[E0201]: cat is not defined
#!   --> foreign.g:4:5
#!    |
#!  4 | a = cat([x, x])                # error: E0201
#!    |     ^^^
#!    = hint: concat([x, x])
#!
#! error[E0201]: power is not defined
#!   --> foreign.g:5:5
#!    |
#!  5 | b = power(x, 2)                # error: E0201
#!    |     ^^^^^
#!    = hint: x ** 2
#!
#! error[E0201]: np is not defined
#!   --> foreign.g:6:5
#!    |
#!  6 | c = np.sum(x)                  # error: E0201
#!    |     ^^
#!    = hint: graphc's own functions need no np.: sum(x)
#!
#! error[E0201]: mse is not defined
#!   --> foreign.g:7:5
#!    |
#!  7 | d = mse(x, 0)                  # error: E0201
#!    |     ^^^
#!    = hint: from losses import mse
#!
#! error[E0206]: a tensor has no attribute backward
#!   --> foreign.g:8:10
#!    |
#!  8 | e = loss.backward()            # error: E0206
#!    |          ^^^^^^^^
#!    = hint: backward(loss)
#!
#! error[E0206]: a tensor has no attribute astype
#!   --> foreign.g:9:7
#!    |
#!  9 | f = A.astype(f64)              # error: E0206
#!    |       ^^^^^^
#!    = hint: f64(A)
#!
#! error[E0206]: a tensor has no attribute t
#!   --> foreign.g:10:7
#!    |
#! 10 | g = A.t()                      # error: E0206
#!    |       ^
#!    = hint: A.T
#!
#! error[E0204]: sum has no argument dim
#!   --> foreign.g:11:12
#!    |
#! 11 | h = sum(A, dim=1)              # error: E0204
#!    |            ^^^^^
#!    = hint: did you mean axis=?
#!
#! error[E0201]: self is not defined
#!   --> foreign.g:15:16
#!    |
#! 15 |   fn call(x) = self.W + x      # error: E0201
#!    |                ^^^^
#!    = hint: a method sees W by its name: W
#!
#! error: 9 errors in foreign.g
#= 1
