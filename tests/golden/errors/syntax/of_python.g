input x: f32[n]
squares = [v ** 2 for v in x]             # error: E0101
add_one = lambda v: v + 1                 # error: E0101
print(f"n is {n}")                        # error: E0101
table = {"a": 1}                          # error: E0101
spread = x.var()                          # error: E0102
on_grad(squares, fn(g) { print(g) })      # error: E0101
y = 3 // a third of it                    # error: E0101

#$ graphc check of_python.g
#! error[E0101]: a list has no for in it
#!   --> of_python.g:2:19
#!    |
#!  2 | squares = [v ** 2 for v in x]             # error: E0101
#!    |                   ^^^ can't stand here
#!    = hint: squares = stack(); for v in x { push(squares, v ** 2) }
#!
#! error[E0101]: a function is written fn
#!   --> of_python.g:3:11
#!    |
#!  3 | add_one = lambda v: v + 1                 # error: E0101
#!    |           ^^^^^^ not a word of the language
#!    = hint: fn add_one(v) = v + 1
#!
#! error[E0101]: a string holds no expressions
#!   --> of_python.g:4:7
#!    |
#!  4 | print(f"n is {n}")                        # error: E0101
#!    |       ^ remove this
#!    = hint: print("n is", n)
#!
#! error[E0101]: there are no dictionaries and sets: values have names
#!   --> of_python.g:5:9
#!    |
#!  5 | table = {"a": 1}                          # error: E0101
#!    |         ^ expected an expression
#!    = hint: a = 1
#!
#! error[E0102]: var is a reserved word
#!   --> of_python.g:6:12
#!    |
#!  6 | spread = x.var()                          # error: E0102
#!    |            ^^^ can't be a name
#!    = hint: variance(x)
#!
#! error[E0101]: a function has a name, and stands on a line of its own
#!   --> of_python.g:7:18
#!    |
#!  7 | on_grad(squares, fn(g) { print(g) })      # error: E0101
#!    |                  ^^ can't stand here
#!    = hint: fn hook(g) { print(g) }; on_grad(squares, hook)
#!
#! error[E0101]: a comment begins with #
#!   --> of_python.g:8:12
#!    |
#!  8 | y = 3 // a third of it                    # error: E0101
#!    |            ^^^^^ not a comment
#!    = hint: # a third of it
#!
#! error: 7 errors in of_python.g
#= 1
