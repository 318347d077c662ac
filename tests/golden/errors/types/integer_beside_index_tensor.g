# An integer only drops its axis; NumPy would put the axis of i first.
input x: f32[2, 3, 4]
input i: i64[k]
output y = x[0, :, i]  # warning: W0302

#$ graphc check integer_beside_index_tensor.g
#> integer_beside_index_tensor.g: ok
#>   inputs    x: f32[2, 3, 4]   i: i64[k]
#>   outputs   y: f32[3, k]
#>   effects   none
#! warning[W0302]: an integer beside an index tensor only drops its axis here; NumPy would put the index tensor's axis first
#!   --> integer_beside_index_tensor.g:4:12
#!    |
#!  4 | output y = x[0, :, i]  # warning: W0302
#!    |            ^^^^^^^^^^ the axes keep their order
#!    |                    - the index tensor
#!    = hint: to say which is meant, index in two steps: first the integer, then the tensor
