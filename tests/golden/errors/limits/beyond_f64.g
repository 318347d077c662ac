# Integers have no bound while the program is read; where they become floats they must fit.
input x: f32[2] = [1, 2]
half = 0.5
k = 10 ** 400
output a = x * k  # error: E0305
output b = half.dtype(10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000)  # error: E0305
output c = arange(0.0, k)  # error: E0305
output d = full([2], k)  # error: E0305
output e = full([2], k, dtype=i64)  # error: E0305
output f = linspace(0, k, 3)  # error: E0305
output g = zeros([k])  # error: E0903

#$ graphc check beyond_f64.g
#! error[E0305]: 100000000000… (401 digits) does not fit f32 (up to 3.403e+38)
#!   --> beyond_f64.g:5:16
#!    |
#!  5 | output a = x * k  # error: E0305
#!    |                ^
#!
#! error[E0305]: 100000000000… (401 digits) does not fit float (up to 1.798e+308)
#!   --> beyond_f64.g:6:23
#!    |
#!  6 | …1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000…
#!    |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!
#! error[E0305]: 100000000000… (401 digits) does not fit f64 (up to 1.798e+308)
#!   --> beyond_f64.g:7:12
#!    |
#!  7 | output c = arange(0.0, k)  # error: E0305
#!    |            ^^^^^^^^^^^^^^
#!
#! error[E0305]: 100000000000… (401 digits) does not fit i64
#!   --> beyond_f64.g:8:12
#!    |
#!  8 | output d = full([2], k)  # error: E0305
#!    |            ^^^^^^^^^^^^
#!
#! error[E0305]: 100000000000… (401 digits) does not fit i64
#!   --> beyond_f64.g:9:12
#!    |
#!  9 | output e = full([2], k, dtype=i64)  # error: E0305
#!    |            ^^^^^^^^^^^^^^^^^^^^^^^
#!
#! error[E0305]: 100000000000… (401 digits) does not fit f64 (up to 1.798e+308)
#!   --> beyond_f64.g:10:12
#!    |
#! 10 | output f = linspace(0, k, 3)  # error: E0305
#!    |            ^^^^^^^^^^^^^^^^^
#!
#! error[E0903]: this would take more than 2**99 bytes, and the limit is 274,877,906,944
#!   --> beyond_f64.g:11:12
#!    |
#! 11 | output g = zeros([k])  # error: E0903
#!    |            ^^^^^^^^^^
#!
#! error: 7 errors in beyond_f64.g
#= 1
