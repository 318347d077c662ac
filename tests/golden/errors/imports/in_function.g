fn f(x) {
  import "layers.g"  # error: E0505
  return layers.relu(x)
}
output y = f(1.0)

#$ graphc check in_function.g
#! error[E0505]: import stands at the top level of a file, not in a function
#!   --> in_function.g:2:3
#!    |
#!  2 |   import "layers.g"  # error: E0505
#!    |   ^^^^^^^^^^^^^^^^^
#!    |
#!  5 | output y = f(1.0)
#!    |            ------ in this call of f
#= 1
