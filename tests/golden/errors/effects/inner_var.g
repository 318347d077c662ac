# State that would be new at each call is refused, wherever in the function it stands.
fn inner_var() {
  var x: f32 = 1.0  # error: E0502
  x += 1
  print(x)
  return x
}
inner_var()
inner_var()

#$ graphc check inner_var.g
#! error[E0502]: a var inside a function would be new at each call
#!   --> inner_var.g:3:3
#!    |
#!  3 |   var x: f32 = 1.0  # error: E0502
#!    |   ^^^^^^^^^^^^^^^^
#!    |
#!  8 | inner_var()
#!    | ----------- in this call of inner_var
#!    = hint: declare var x at the top level, and use assign(x, value) here
#= 1
