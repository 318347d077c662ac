input x: f32[n]
input A: f32[3, 3]
a = A.reshape(9, 1)            # error: E0204
b = zeros(3, 4)                # error: E0309
c = max(x, 2)                  # error: E0204
d = min(0, x)                  # error: E0204
e = max(x, 0.0, x)             # error: E0204
f = norm(x, 2)                 # error: E0204
g = sum(1, 2)                  # error: E0204
h = sum(x, x)                  # error: E0204
i = randint([3], 0, 10)        # error: E0309
j = randint(10, [3])           # error: E0309
k = round(A + 1, 2)            # error: E0204
l = "step {} of {}".format(3, 4)  # error: E0204
m = max(x, 0) + sum(A, -1) + sum(A, 0)
o = randint([1, 2], 3, [4, 2]) + randint(0, [5, 6])

#$ graphc check arguments_of_numpy.g
#! error[E0204]: reshape takes 2 arguments at most
#!   --> arguments_of_numpy.g:3:18
#!    |
#!  3 | a = A.reshape(9, 1)            # error: E0204
#!    |                  ^
#!    = hint: A.reshape([9, 1])
#!
#! error[E0309]: dtype of zeros must be a dtype, like f32
#!   --> arguments_of_numpy.g:4:14
#!    |
#!  4 | b = zeros(3, 4)                # error: E0309
#!    |              ^
#!    = hint: zeros([3, 4])
#!
#! error[E0204]: max takes one tensor, and then an axis, which 2 is not
#!   --> arguments_of_numpy.g:5:12
#!    |
#!  5 | c = max(x, 2)                  # error: E0204
#!    |            ^
#!    = hint: maximum(x, 2)
#!
#! error[E0204]: min takes one tensor, and then an axis, which x is not
#!   --> arguments_of_numpy.g:6:12
#!    |
#!  6 | d = min(0, x)                  # error: E0204
#!    |            ^
#!    = hint: minimum(0, x)
#!
#! error[E0204]: max takes one tensor, and then an axis, which 0.0 is not
#!   --> arguments_of_numpy.g:7:12
#!    |
#!  7 | e = max(x, 0.0, x)             # error: E0204
#!    |            ^^^
#!    = hint: maximum(x, maximum(0.0, x))
#!
#! error[E0204]: norm takes one tensor, and then an axis, which 2 is not
#!   --> arguments_of_numpy.g:8:13
#!    |
#!  8 | f = norm(x, 2)                 # error: E0204
#!    |             ^
#!    = hint: norm(x)
#!
#! error[E0204]: sum takes one tensor, and then an axis, which 2 is not
#!   --> arguments_of_numpy.g:9:12
#!    |
#!  9 | g = sum(1, 2)                  # error: E0204
#!    |            ^
#!    = hint: sum([1, 2])
#!
#! error[E0204]: sum takes one tensor, and then an axis, which x is not
#!   --> arguments_of_numpy.g:10:12
#!    |
#! 10 | h = sum(x, x)                  # error: E0204
#!    |            ^
#!    = hint: sum(x) + sum(x)
#!
#! error[E0309]: randint takes low, high and then a shape
#!   --> arguments_of_numpy.g:11:13
#!    |
#! 11 | i = randint([3], 0, 10)        # error: E0309
#!    |             ^^^
#!    = hint: randint(0, 10, [3])
#!
#! error[E0309]: randint takes low, high and then a shape
#!   --> arguments_of_numpy.g:12:17
#!    |
#! 12 | j = randint(10, [3])           # error: E0309
#!    |                 ^^^
#!    = hint: randint(0, 10, [3])
#!
#! error[E0204]: round takes 1 argument at most
#!   --> arguments_of_numpy.g:13:18
#!    |
#! 13 | k = round(A + 1, 2)            # error: E0204
#!    |                  ^
#!    = hint: round((A + 1) * 100) / 100
#!
#! error[E0204]: format takes 1 argument at most
#!   --> arguments_of_numpy.g:14:28
#!    |
#! 14 | l = "step {} of {}".format(3, 4)  # error: E0204
#!    |                            ^
#!    = hint: "step " + format(3) + " of " + format(4)
#!
#! error: 12 errors in arguments_of_numpy.g
#= 1
