# A backward in a function sees what the function computes, not what its arguments were computed from.
var w: f32 = 2.0
fn go(loss) {
  backward(loss)  # error: E0411
}
go(w ** 2)
fn step(x) {
  loss = (w * x) ** 2
  backward(loss)
}
step(3.0)
step(w)  # error: E0411
k = 2 * w
fn captured() {
  backward(w * k)
}
captured()  # error: E0411
fn outer(v) = step(v * 2)
outer(1.0)
outer(w + 1)  # error: E0411
print(requires_grad(w * k))
fn asks(v) = requires_grad(2 * v)  # error: E0308
print(asks(w))

#$ graphc check from_outside.g
#! error[E0411]: loss comes from outside the function; what it was computed from isn't seen here
#!   --> from_outside.g:4:12
#!    |
#!  4 |   backward(loss)  # error: E0411
#!    |            ^^^^
#!    |
#!  6 | go(w ** 2)
#!    | ---------- in this call of go
#!    = hint: write backward(loss) where the function is called, or compute loss in the function
#!
#! error[E0411]: backward(loss) in the function doesn't see that x depends on w
#!   --> from_outside.g:12:1
#!    |
#! 12 | step(w)  # error: E0411
#!    | ^^^^^^^ x is w, which is a variable
#!    | ------- in this call of step
#!    |
#!  9 |   backward(loss)
#!    |   -------------- begins at x
#!    = hint: pass stop_grad(w), or write the backward outside the function
#!
#! error[E0411]: backward(w * k) in the function doesn't see that k depends on w
#!   --> from_outside.g:17:1
#!    |
#! 17 | captured()  # error: E0411
#!    | ^^^^^^^^^^
#!    | ---------- in this call of captured
#!    |
#! 15 |   backward(w * k)
#!    |   --------------- begins at k
#!    = hint: pass stop_grad(k), or write the backward outside the function
#!
#! error[E0411]: backward(loss) in the function doesn't see that v depends on w
#!   --> from_outside.g:20:1
#!    |
#! 20 | outer(w + 1)  # error: E0411
#!    | ^^^^^^^^^^^^
#!    | ------------ in this call of outer
#!    |
#!  9 |   backward(loss)
#!    |   -------------- begins at v
#!    = hint: pass stop_grad(…), or write the backward outside the function
#!
#! error[E0308]: requires_grad(2 * v) differs from call to call: 2 * v comes from outside the function
#!   --> from_outside.g:22:14
#!    |
#! 22 | fn asks(v) = requires_grad(2 * v)  # error: E0308
#!    |              ^^^^^^^^^^^^^^^^^^^^
#! 23 | print(asks(w))
#!    |       ------- in this call of asks
#!    = hint: ask where the function is called, and pass the answer
#!
#! error: 5 errors in from_outside.g
#= 1
