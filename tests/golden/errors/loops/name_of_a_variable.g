var w: f32 = 1.0
input x: f32[n]
for w in x {  # error: E0202
  print(w)
}
output x

#$ graphc check name_of_a_variable.g
#! error[E0202]: w is a variable of the program; a loop can't bind its name
#!   --> name_of_a_variable.g:3:5
#!    |
#!  3 | for w in x {  # error: E0202
#!    |     ^
#!    |
#!  1 | var w: f32 = 1.0
#!    |     - declared here
#!    = hint: choose another name: for w2 in …
#= 1
