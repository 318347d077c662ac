var x: f32 = 1.0
y = 2 * x
fn twice(g) = 2 * g
on_grad(y, 3)  # error: E0412
on_grad(y, sin)  # error: E0412
on_grad(y, twice)  # error: E0412
backward(y)
z = 3 * x
backward(z)
fn show(g) = print(g)
on_grad(z, show)  # error: E0412
retain_grad(z)  # error: E0412
fn model(t) {
  h = x * t
  fn inner(g) = print(t, g)
  on_grad(h, inner)  # error: E0412
  return h
}
backward(model(2.0))
backward(z, seed=[1.0, 2.0])  # error: E0404
backward(z, retain_graph=1)  # error: E0309

#$ graphc check hooks.g
#! error[E0412]: on_grad takes a fn of the program, which gets the gradient
#!   --> hooks.g:4:12
#!    |
#!  4 | on_grad(y, 3)  # error: E0412
#!    |            ^ is a number
#!    = hint: fn show(g) = print("grad:", g)
#!
#! error[E0412]: on_grad takes a fn of the program, which gets the gradient
#!   --> hooks.g:5:12
#!    |
#!  5 | on_grad(y, sin)  # error: E0412
#!    |            ^^^ is a function
#!    = hint: fn show(g) = print("grad:", g)
#!
#! error[E0412]: twice returns a tensor; a hook watches a gradient and can't replace it
#!   --> hooks.g:6:1
#!    |
#!  6 | on_grad(y, twice)  # error: E0412
#!    | ^^^^^^^^^^^^^^^^^
#!    |
#!  3 | fn twice(g) = 2 * g
#!    | ----------- the hook
#!    = hint: return nothing; a hand-written derivative changes gradients: fn f(x) = x vjp (g) { return … }
#!
#! error[E0412]: on_grad stands after the backward that used z
#!   --> hooks.g:11:1
#!    |
#! 11 | on_grad(z, show)  # error: E0412
#!    | ^^^^^^^^^^^^^^^^
#!    |
#!  9 | backward(z)
#!    | ----------- the backward
#!    = hint: write on_grad(z, show) before line 9
#!
#! error[E0412]: retain_grad stands after the backward that used z
#!   --> hooks.g:12:1
#!    |
#! 12 | retain_grad(z)  # error: E0412
#!    | ^^^^^^^^^^^^^^
#!    |
#!  9 | backward(z)
#!    | ----------- the backward
#!    = hint: write retain_grad(z) before line 9
#!
#! error[E0412]: inner is a function inside this one; a backward elsewhere can't call it
#!   --> hooks.g:16:3
#!    |
#! 16 |   on_grad(h, inner)  # error: E0412
#!    |   ^^^^^^^^^^^^^^^^^
#!    |
#! 19 | backward(model(2.0))
#!    |          ---------- in this call of model
#!    |
#! 15 |   fn inner(g) = print(t, g)
#!    |   ----------- defined here
#!    = hint: write fn inner at the top level
#!
#! error[E0404]: the seed must be f32, not f32[2]
#!   --> hooks.g:20:18
#!    |
#! 20 | backward(z, seed=[1.0, 2.0])  # error: E0404
#!    |                  ^^^^^^^^^^ is f32[2]
#!    = hint: leave it out for ones
#!
#! error[E0309]: retain_graph is true or false
#!   --> hooks.g:21:26
#!    |
#! 21 | backward(z, retain_graph=1)  # error: E0309
#!    |                          ^
#!    = hint: retain_graph=true
#!
#! error: 8 errors in hooks.g
#= 1
