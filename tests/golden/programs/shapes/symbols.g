# One name is one size everywhere; a size is a number, too.
input X: f32[n, k]
input y: f32[n]
input z: f32[n + 1]
output mean_of_rows = sum(X, axis=0) / n
output ends = z[1:] - z[:-1] + y
output sizes = [n, k, n * k + 1]
output joined = concat([y, z])

#$ graphc check symbols.g
#> symbols.g: ok
#>   inputs    X: f32[n, k]   y: f32[n]   z: f32[n+1]
#>   outputs   mean_of_rows: f32[k]   ends: f32[n]   sizes: i64[3]   joined: f32[2*n+1]
#>   effects   none

#$ graphc run symbols.g --feed 'X=[[1, 2], [3, 4], [5, 6]]' --feed y=[0,0,0] --feed z=[1,2,4,8]
#> mean_of_rows: f32[2] = [3.0, 4.0]
#> ends: f32[3] = [1.0, 2.0, 4.0]
#> sizes: i64[3] = [3, 2, 7]
#> joined: f32[7] = [0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 8.0]

#$ graphc run symbols.g --feed 'X=[[1, 2], [3, 4], [5, 6]]' --feed y=[0,0,0] --feed z=[1,2,4]
#! error[E0303]: input z is declared f32[n+1], but the feed has shape [3]
#!   --> symbols.g:4:7
#!    |
#!  4 | input z: f32[n + 1]
#!    |       ^^^^^^^^^^^^^ axis 0 has size n+1
#!    |
#!  2 | input X: f32[n, k]
#!    |       ------------ the feed of X tells it
#!    = note: with n = 3, n+1 is 4
#!    = hint: declare z: f32[m] to take any size
#= 1

#$ graphc run symbols.g --feed 'X=[[1, 2], [3, 4], [5, 6]]' --feed y=[0,0] --feed z=[1,2,4,8]
#! error[E0303]: n is 3 in the feed of X, but 2 in the feed of y
#!   --> symbols.g:3:7
#!    |
#!  3 | input y: f32[n]
#!    |       ^^^^^^^^^ n is 2 here
#!  2 | input X: f32[n, k]
#!    |       ------------ n is 3 here
#!    = hint: if they may differ, declare y with another symbol than n
#= 1
