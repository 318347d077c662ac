for i in range(3) {
  input x: f32  # error: E0505
}
while false { output x = 1 }
for i in range(3) { if i > 1 { var w: f32 = 1 } }  # error: E0505
output y = 1

#$ graphc check declarations_inside.g
#! error[E0505]: input stands at the top level of a file, not in a loop
#!   --> declarations_inside.g:2:3
#!    |
#!  2 |   input x: f32  # error: E0505
#!    |   ^^^^^^^^^^^^
#!    = hint: declare it before the loop
#!
#! error[E0505]: var stands at the top level of a file, not in a loop
#!   --> declarations_inside.g:5:32
#!    |
#!  5 | for i in range(3) { if i > 1 { var w: f32 = 1 } }  # error: E0505
#!    |                                ^^^^^^^^^^^^^^
#!    = hint: declare it before: var w: …, and assign w = … here
#!
#! error: 2 errors in declarations_inside.g
#= 1
