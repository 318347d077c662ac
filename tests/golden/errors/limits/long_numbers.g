# Numbers of many digits are shortened in messages.
input x: f32[3]
k = 10 ** 400
a = sum(x, axis=k)  # error: E0306
b = x[-k]  # error: E0307
c = x ** k  # error: E0309
d = softmax(x, axis=k)  # error: E0306

#$ graphc check long_numbers.g
#! error[E0306]: axis 100000000000… (401 digits) is out of range
#!   --> long_numbers.g:4:5
#!    |
#!  4 | a = sum(x, axis=k)  # error: E0306
#!    |     ^^^^^^^^^^^^^^
#!    |         - its axes are -1 to 0
#!
#! error[E0307]: index -10000000000… (401 digits) is out of range for an axis of size 3
#!   --> long_numbers.g:5:7
#!    |
#!  5 | b = x[-k]  # error: E0307
#!    |       ^^
#!
#! error[E0309]: the exponent 100000000000… (401 digits) is no f64; the largest is 2**53
#!   --> long_numbers.g:6:5
#!    |
#!  6 | c = x ** k  # error: E0309
#!    |     ^^^^^^
#!
#! error[E0306]: axis 100000000000… (401 digits) is out of range
#!   --> long_numbers.g:7:5
#!    |
#!  7 | d = softmax(x, axis=k)  # error: E0306
#!    |     ^^^^^^^^^^^^^^^^^^
#!    |             - its axes are -1 to 0
#!
#! error: 4 errors in long_numbers.g
#= 1
