input X: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output a = X.sum(axis=1)
output b = X.T.reshape([6]).max()
output c = X.dtype == X.dtype

#$ graphc run methods.g
#! error[E0208]: X.dtype is a dtype, not a tensor
#!   --> methods.g:4:12
#!    |
#!  4 | output c = X.dtype == X.dtype
#!    |            ^^^^^^^
#= 1
