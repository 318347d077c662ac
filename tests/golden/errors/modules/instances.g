module Dense(n, m, k=2) {
  var W: f32[n, m] = zeros([n, m])
  fn call(x) = x @ W
}
module Scale(s) {
  var s: f32 = 1.0             # error: E0202
}
module Silent() {
  var x: f32 = 0.0
  fn step() = x
  fn typo() = y + x            # error: E0201
}
module Loop(n) {
  inner = Loop(n - 1)          # error: E0205
}
module Busy() {
  var x: f32 = 0.0
  print(x)                     # error: E0505
}
module Never(n) {
  var w: f32 = 0.0
  fn f(x) = w * x * n + mising # error: E0201
}
module Output() {
  output z = 1                 # error: E0505
}
input x: f32[3]
input t: f32
d = Dense(3, 2)
a = d.V                        # error: E0206
b = d.cal(x)                   # error: E0206
c = d + 1                      # error: E0208
f = Dense + 1                  # error: E0208
g = Dense(3, 2)(x)             # error: E0507
d = Dense(2, 2)                # error: E0202
h = Dense(3)                   # error: E0204
i = Dense(3, 2, j=4)           # error: E0204
j = Dense(3, t)                # error: E0308
s = Scale(2.0)
silent = Silent()
k = silent(x)                  # error: E0203
l = silent.step()
loop = Loop(3)
busy = Busy()
written = Output()
fn make(x) {
  inner = Dense(3, 2)          # error: E0502
  return inner(x)
}
m = make(x)
if t > 0 { n = Dense(3, 2) }   # error: E0505
fn spoil() {
  d.W = ones([3, 2])           # error: E0501
}
spoil()
d.W = 3.5                      # error: E0503
d.X = 3                        # error: E0206
q = d.call
r = q + 1                      # error: E0208
d.call = 3                     # error: E0109
two = [Dense(3, 2), Dense(2, 2)]
o = two[2](x)                  # error: E0307
two.1.V = 3                    # error: E0206
p = two + 1                    # error: E0208
assign(two[0].W, d.W, 3)       # error: E0204
Dense = 4                      # error: E0202
module Dense(n) { }            # error: E0202

#$ graphc check instances.g
#! error[E0202]: Dense is declared twice
#!   --> instances.g:67:8
#!    |
#! 67 | module Dense(n) { }            # error: E0202
#!    |        ^^^^^
#!    |
#!  1 | module Dense(n, m, k=2) {
#!    |        ----- first here
#!    = hint: choose another name
#!
#! error[E0206]: d, an instance of Dense, has no member V
#!   --> instances.g:30:7
#!    |
#! 30 | a = d.V                        # error: E0206
#!    |       ^
#!    = hint: it has call, W
#!
#! error[E0206]: d, an instance of Dense, has no member cal
#!   --> instances.g:31:7
#!    |
#! 31 | b = d.cal(x)                   # error: E0206
#!    |       ^^^
#!    = hint: did you mean d.call?
#!
#! error[E0208]: d is an instance of Dense, not a tensor
#!   --> instances.g:32:5
#!    |
#! 32 | c = d + 1                      # error: E0208
#!    |     ^
#!    = hint: call it, or take a member: d(…), d.W
#!
#! error[E0208]: Dense is a module, not a tensor
#!   --> instances.g:33:5
#!    |
#! 33 | f = Dense + 1                  # error: E0208
#!    |     ^^^^^
#!
#! error[E0507]: an instance of Dense needs a name, which the paths of its variables begin with
#!   --> instances.g:34:5
#!    |
#! 34 | g = Dense(3, 2)(x)             # error: E0507
#!    |     ^^^^^^^^^^^
#!    = hint: dense = Dense(3, 2)
#!
#! error[E0202]: d is an instance of Dense; it can't be bound again
#!   --> instances.g:35:1
#!    |
#! 35 | d = Dense(2, 2)                # error: E0202
#!    | ^
#!    |
#! 29 | d = Dense(3, 2)
#!    | - made here
#!    = hint: choose another name: d2 = …
#!
#! error[E0204]: Dense needs an argument m
#!   --> instances.g:36:5
#!    |
#! 36 | h = Dense(3)                   # error: E0204
#!    |     ^^^^^^^^
#!    |
#!  1 | module Dense(n, m, k=2) {
#!    | ----------------------- declared here
#!
#! error[E0204]: Dense has no argument j
#!   --> instances.g:37:17
#!    |
#! 37 | i = Dense(3, 2, j=4)           # error: E0204
#!    |                 ^^^
#!    |
#!  1 | module Dense(n, m, k=2) {
#!    | ----------------------- declared here
#!    = hint: it takes n, m, k
#!
#! error[E0308]: an argument of a module is known before the program runs
#!   --> instances.g:38:14
#!    |
#! 38 | j = Dense(3, t)                # error: E0308
#!    |              ^
#!    |     ----------- in this call of Dense
#!    |
#! 28 | input t: f32
#!    |       ------ this is known when it runs
#!    = hint: give it to a method
#!
#! error[E0202]: s is declared twice
#!   --> instances.g:6:7
#!    |
#!  6 |   var s: f32 = 1.0             # error: E0202
#!    |       ^
#!    |
#! 39 | s = Scale(2.0)
#!    |     ---------- in this call of Scale
#!    |
#!  5 | module Scale(s) {
#!    |              - first here
#!    = hint: choose another name
#!
#! error[E0203]: silent is an instance of Silent, which has no fn call
#!   --> instances.g:41:5
#!    |
#! 41 | k = silent(x)                  # error: E0203
#!    |     ^^^^^^
#!    |
#!  8 | module Silent() {
#!    | --------------- defined here
#!    = hint: call silent.step, silent.typo
#!
#! error[E0205]: Loop contains an instance of itself
#!   --> instances.g:14:11
#!    |
#! 14 |   inner = Loop(n - 1)          # error: E0205
#!    |           ^^^^^^^^^^^
#!    |
#! 43 | loop = Loop(3)
#!    |        ------- in this call of Loop
#!    |
#! 13 | module Loop(n) {
#!    | -------------- defined here
#!    = hint: an instance contains others of other modules only
#!
#! error[E0505]: a module declares variables, submodules, names and functions
#!   --> instances.g:18:3
#!    |
#! 18 |   print(x)                     # error: E0505
#!    |   ^^^^^^^^
#!    |
#! 44 | busy = Busy()
#!    |        ------ in this call of Busy
#!    = hint: put it in a fn
#!
#! error[E0505]: output stands at the top level of a file, not in a module
#!   --> instances.g:25:3
#!    |
#! 25 |   output z = 1                 # error: E0505
#!    |   ^^^^^^^^^^^^
#!    |
#! 45 | written = Output()
#!    |           -------- in this call of Output
#!
#! error[E0502]: an instance of Dense inside a function would be new at each call
#!   --> instances.g:47:11
#!    |
#! 47 |   inner = Dense(3, 2)          # error: E0502
#!    |           ^^^^^^^^^^^
#!    |
#! 50 | m = make(x)
#!    |     ------- in this call of make
#!    |
#! 46 | fn make(x) {
#!    | ---------- in this function
#!    = hint: make it at the top level, dense = Dense(3, 2), and use it here
#!
#! error[E0505]: an instance is made at the top level of a file or in a module, not in a branch or loop
#!   --> instances.g:51:16
#!    |
#! 51 | if t > 0 { n = Dense(3, 2) }   # error: E0505
#!    |                ^^^^^^^^^^^
#!    = hint: make it before: dense = Dense(3, 2)
#!
#! error[E0501]: d.W is a variable of the program; a function can't assign to it like this
#!   --> instances.g:53:3
#!    |
#! 53 |   d.W = ones([3, 2])           # error: E0501
#!    |   ^^^
#!    |
#! 55 | spoil()
#!    | ------- in this call of spoil
#!    |
#!  2 |   var W: f32[n, m] = zeros([n, m])
#!    |       - declared here
#!    = hint: assign(d.W, ones([3, 2]))
#!
#! error[E0503]: d.W is f32[3, 2], but its new value is f32
#!   --> instances.g:56:7
#!    |
#! 56 | d.W = 3.5                      # error: E0503
#!    |       ^^^
#!    |
#!  2 |   var W: f32[n, m] = zeros([n, m])
#!    |       ------------ d.W is declared f32[3, 2]
#!    = hint: a variable keeps its shape: reduce or reshape the value
#!
#! error[E0206]: d, an instance of Dense, has no member X
#!   --> instances.g:57:3
#!    |
#! 57 | d.X = 3                        # error: E0206
#!    |   ^
#!    = hint: it has call, W
#!
#! error[E0208]: q is a function, not a tensor
#!   --> instances.g:59:5
#!    |
#! 59 | r = q + 1                      # error: E0208
#!    |     ^
#!    = hint: call it: q(…)
#!
#! error[E0109]: d.call can't be assigned to
#!   --> instances.g:60:1
#!    |
#! 60 | d.call = 3                     # error: E0109
#!    | ^^^^^^ no variable
#!    = hint: assign to a name, or to x[i]
#!
#! error[E0307]: index 2 is out of range: the list has 2 items
#!   --> instances.g:62:9
#!    |
#! 62 | o = two[2](x)                  # error: E0307
#!    |         ^
#!
#! error[E0206]: two.1, an instance of Dense, has no member V
#!   --> instances.g:63:7
#!    |
#! 63 | two.1.V = 3                    # error: E0206
#!    |       ^
#!    = hint: it has call, W
#!
#! error[E0208]: two is an instance of Dense, not a tensor
#!   --> instances.g:64:5
#!    |
#! 64 | p = two + 1                    # error: E0208
#!    |     ^^^
#!    = hint: call it, or take a member: two(…), two.W
#!
#! error[E0204]: assign takes a variable's name and its new value
#!   --> instances.g:65:1
#!    |
#! 65 | assign(two[0].W, d.W, 3)       # error: E0204
#!    | ^^^^^^^^^^^^^^^^^^^^^^^^
#!    = hint: assign(w, w - dw)
#!
#! error[E0202]: Dense is a module; it can't be bound again
#!   --> instances.g:66:1
#!    |
#! 66 | Dense = 4                      # error: E0202
#!    | ^^^^^
#!    |
#!  1 | module Dense(n, m, k=2) {
#!    |        ----- declared here
#!    = hint: choose another name: Dense2 = …
#!
#! error[E0201]: mising is not defined
#!   --> instances.g:22:25
#!    |
#! 22 |   fn f(x) = w * x * n + mising # error: E0201
#!    |                         ^^^^^^
#!    = hint: did you mean isinf?
#!
#! error[E0201]: y is not defined
#!   --> instances.g:11:15
#!    |
#! 11 |   fn typo() = y + x            # error: E0201
#!    |               ^
#!
#! error: 29 errors in instances.g
#= 1
