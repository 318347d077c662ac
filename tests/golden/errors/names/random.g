x = randn([3])                 # error: E0201
y = dropout([1.0], 0.5)        # error: E0201
z = uniform(0, 1)              # error: E0309
input i: i64
k = normal([3], key=i)         # error: E0304
q = normal([3], dtype=i32)     # error: E0304
p = categorical(1.5)           # error: E0311
r = randint(5)                 # error: E0204
s = normal([2], mean=[1, 2, 3])  # error: E0302
output x

#$ graphc check random.g
#! error[E0201]: randn is not defined
#!   --> random.g:1:5
#!    |
#!  1 | x = randn([3])                 # error: E0201
#!    |     ^^^^^
#!    = hint: normal([3])
#!
#! error[E0201]: dropout is not defined
#!   --> random.g:2:5
#!    |
#!  2 | y = dropout([1.0], 0.5)        # error: E0201
#!    |     ^^^^^^^
#!    = hint: from nn import dropout
#!
#! error[E0309]: the first argument of uniform is a shape, a list of sizes
#!   --> random.g:3:13
#!    |
#!  3 | z = uniform(0, 1)              # error: E0309
#!    |             ^
#!    = hint: uniform(low=0, high=1), or uniform([n], 0, 1)
#!
#! error[E0304]: a key is u64, not i64
#!   --> random.g:5:21
#!    |
#!  5 | k = normal([3], key=i)         # error: E0304
#!    |                     ^
#!    = hint: u64(i)
#!
#! error[E0304]: normal draws floats, not i32
#!   --> random.g:6:5
#!    |
#!  6 | q = normal([3], dtype=i32)     # error: E0304
#!    |     ^^^^^^^^^^^^^^^^^^^^^^
#!    = hint: i32(round(x)), or randint
#!
#! error[E0311]: categorical needs an axis of classes, and a scalar has none
#!   --> random.g:7:5
#!    |
#!  7 | p = categorical(1.5)           # error: E0311
#!    |     ^^^^^^^^^^^^^^^^
#!    |                 --- f32
#!
#! error[E0204]: randint needs an argument high
#!   --> random.g:8:5
#!    |
#!  8 | r = randint(5)                 # error: E0204
#!    |     ^^^^^^^^^^
#!    = hint: randint(low, high, shape=None, dtype=i64, key=…)
#!
#! error[E0302]: normal draws [2], but its parameters have shape [3]
#!   --> random.g:9:5
#!    |
#!  9 | s = normal([2], mean=[1, 2, 3])  # error: E0302
#!    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    |                      --------- is f32[3]
#!
#! error: 8 errors in random.g
#= 1
