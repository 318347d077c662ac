# What a tensor has without a call.
var w: f32[2] = [1.0, 2.0]
backward(sum(w ** 2))
a = w.grad()  # error: E0203
b = w.shape()  # error: E0203

#$ graphc check called_attribute.g
#! error[E0203]: .grad is not a function
#!   --> called_attribute.g:4:5
#!    |
#!  4 | a = w.grad()  # error: E0203
#!    |     ^^^^^^^^
#!    = hint: w.grad
#!
#! error[E0203]: .shape is not a function
#!   --> called_attribute.g:5:5
#!    |
#!  5 | b = w.shape()  # error: E0203
#!    |     ^^^^^^^^^
#!    = hint: w.shape
#!
#! error: 2 errors in called_attribute.g
#= 1
