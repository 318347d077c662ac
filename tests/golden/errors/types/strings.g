input x: str
input k: f32
a = x + k  # error: E0304
b = exp(x)  # error: E0304
c = str(k)  # error: E0304
d = f32(x)  # error: E0304
f: str = k  # error: E0313
g = grad(length(x), k)  # error: E0401
h = grad(k, x)  # error: E0401
i = upper(k)  # error: E0304
j = sum(x)  # error: E0304
l = x and true  # error: E0304
m = zeros([2], dtype=str)  # error: E0304
o = ["a", 1]  # error: E0304
var v: str = 1.0  # error: E0303
w: f32 = x  # error: E0313

#$ graphc check strings.g
#! error[E0304]: + takes no strings beside numbers
#!   --> strings.g:3:5
#!    |
#!  3 | a = x + k  # error: E0304
#!    |     ^^^^^
#!    |     -   - f32
#!    |     |
#!    |     str
#!    = hint: make a string of it: format(k)
#!
#! error[E0304]: exp takes numbers, not str
#!   --> strings.g:4:5
#!    |
#!  4 | b = exp(x)  # error: E0304
#!    |     ^^^^^^
#!    |         - str
#!
#! error[E0304]: a cast makes no string of a number
#!   --> strings.g:5:5
#!    |
#!  5 | c = str(k)  # error: E0304
#!    |     ^^^^^^
#!    = hint: format(k)
#!
#! error[E0304]: a cast makes no number of a string
#!   --> strings.g:6:5
#!    |
#!  6 | d = f32(x)  # error: E0304
#!    |     ^^^^^^
#!    = hint: length(x) counts its characters; to compute with it, feed it as f32
#!
#! error[E0313]: the value is f32, but str is written
#!   --> strings.g:7:10
#!    |
#!  7 | f: str = k  # error: E0313
#!    |    ---   ^
#!    |    |
#!    |    written here
#!    = hint: format(k)
#!
#! error[E0401]: length(x) is i64, which has no derivative
#!   --> strings.g:8:10
#!    |
#!  8 | g = grad(length(x), k)  # error: E0401
#!    |          ^^^^^^^^^
#!
#! error[E0401]: x is str, which has no derivative
#!   --> strings.g:9:13
#!    |
#!  9 | h = grad(k, x)  # error: E0401
#!    |             ^
#!    |
#!  1 | input x: str
#!    |       ------ declared str
#!    = hint: declare x: f32
#!
#! error[E0304]: upper takes strings, not f32
#!   --> strings.g:10:5
#!    |
#! 10 | i = upper(k)  # error: E0304
#!    |     ^^^^^^^^
#!    |           - f32
#!    = hint: make a string of it: format(k)
#!
#! error[E0304]: sum takes numbers, not str
#!   --> strings.g:11:5
#!    |
#! 11 | j = sum(x)  # error: E0304
#!    |     ^^^^^^
#!    |         - str
#!
#! error[E0304]: and takes no strings beside numbers
#!   --> strings.g:12:5
#!    |
#! 12 | l = x and true  # error: E0304
#!    |     ^^^^^^^^^^
#!    |     -     ---- bool
#!    |     |
#!    |     str
#!
#! error[E0304]: zeros makes numbers or booleans, not str
#!   --> strings.g:13:22
#!    |
#! 13 | m = zeros([2], dtype=str)  # error: E0304
#!    |                      ^^^
#!
#! error[E0304]: str and int have no common dtype
#!   --> strings.g:14:5
#!    |
#! 14 | o = ["a", 1]  # error: E0304
#!    |     ^^^^^^^^
#!
#! error[E0303]: the value is float, but str is declared
#!   --> strings.g:15:14
#!    |
#! 15 | var v: str = 1.0  # error: E0303
#!    |              ^^^
#!    = hint: format(1.0)
#!
#! error[E0313]: the value is str, but f32 is written
#!   --> strings.g:16:10
#!    |
#! 16 | w: f32 = x  # error: E0313
#!    |    ---   ^
#!    |    |
#!    |    written here
#!
#! error: 14 errors in strings.g
#= 1
