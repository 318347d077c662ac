# An input keeps its value, in loops as elsewhere; in a function the name is the function's own.
input x: f32 = 1.0
for i in range(2) { x = x * 2 }  # error: E0202
while x < 9 { x = x + 1 }  # error: E0202
fn f() {
  for i in range(2) { x = x * 2 }
  return x
}
output y = f()

#$ graphc check binds_an_input.g
#! error[E0202]: x is an input; it can't be bound again
#!   --> binds_an_input.g:3:21
#!    |
#!  3 | for i in range(2) { x = x * 2 }  # error: E0202
#!    |                     ^
#!  2 | input x: f32 = 1.0
#!    |       - declared here
#!    = hint: choose another name: x2 = …
#!
#! error[E0202]: x is an input; it can't be bound again
#!   --> binds_an_input.g:4:15
#!    |
#!  4 | while x < 9 { x = x + 1 }  # error: E0202
#!    |               ^
#!    |
#!  2 | input x: f32 = 1.0
#!    |       - declared here
#!    = hint: choose another name: x2 = …
#!
#! error: 2 errors in binds_an_input.g
#= 1
