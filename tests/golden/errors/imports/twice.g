import "layers.g" as layers
import "layers.g" as same
import "nested/layers.g" as layers  # error: E0202
from "nested/layers.g" import relu as other  # error: E0202
output y = same.W + layers.W
layers.W = [1.0, 2.0, 3.0]  # error: E0503
fn f() { same.W = same.W + 1 }  # error: E0501
f()

#$ graphc check twice.g
#! error[E0202]: layers is declared twice
#!   --> twice.g:3:29
#!    |
#!  3 | import "nested/layers.g" as layers  # error: E0202
#!    |                             ^^^^^^
#!    |
#!  1 | import "layers.g" as layers
#!    |                      ------ first here
#!    = hint: choose another name
#!
#! error[E0202]: two files would have the path layers: layers.g and nested/layers.g
#!   --> twice.g:4:6
#!    |
#!  4 | from "nested/layers.g" import relu as other  # error: E0202
#!    |      ^^^^^^^^^^^^^^^^^
#!    |
#!  1 | import "layers.g" as layers
#!    |        ---------- the other one
#!    = hint: give it another name before: import "nested/layers.g" as layers2
#!
#! error[E0503]: layers.W is f32[2], but its new value is f32[3]
#!   --> twice.g:6:12
#!    |
#!  6 | layers.W = [1.0, 2.0, 3.0]  # error: E0503
#!    |            ^^^^^^^^^^^^^^^
#!    |
#!   ::: layers.g:2:5
#!    |
#!  2 | var W: f32[2] = [1.0, 2.0]
#!    |     --------- layers.W is declared f32[2]
#!    = hint: a variable keeps its shape: reduce or reshape the value
#!
#! error[E0501]: same.W is a variable of the program; a function can't assign to it like this
#!   --> twice.g:7:10
#!    |
#!  7 | fn f() { same.W = same.W + 1 }  # error: E0501
#!    |          ^^^^^^
#!  8 | f()
#!    | --- in this call of f
#!    |
#!   ::: layers.g:2:5
#!    |
#!  2 | var W: f32[2] = [1.0, 2.0]
#!    |     - declared here
#!    = hint: assign(same.W, same.W + 1)
#!
#! error: 4 errors in twice.g
#= 1
