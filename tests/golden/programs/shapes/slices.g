input x: f32[5] = [0, 1, 2, 3, 4]
input M: f32[2, 3] = [[1, 2, 3], [4, 5, 6]]
output first = x[0]
output last = x[-1]
output middle = x[1:4]
output every_second = x[::2]
output backwards = x[::-1]
output clamped = x[3:100]
output none = x[4:2]
output column = M[:, 1]
output corner = M[0, ..., -1]
output added = x[None, 1:3, None]
output turned = M.T

#$ graphc run slices.g
#> first: f32 = 0.0
#> last: f32 = 4.0
#> middle: f32[3] = [1.0, 2.0, 3.0]
#> every_second: f32[3] = [0.0, 2.0, 4.0]
#> backwards: f32[5] = [4.0, 3.0, 2.0, 1.0, 0.0]
#> clamped: f32[2] = [3.0, 4.0]
#> none: f32[0] = []
#> column: f32[2] = [2.0, 5.0]
#> corner: f32 = 3.0
#> added: f32[1, 2, 1] = [[[1.0], [2.0]]]
#> turned: f32[3, 2] = [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]

#$ graphc show slices.g
#> input x: f32[5] = [0.0, 1.0, 2.0, 3.0, 4.0]
#> input M: f32[2, 3] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
#> first = x[0]
#> last = x[4]
#> middle = x[1:4]
#> every_second = x[::2]
#> backwards = x[::-1]
#> clamped = x[3:]
#> none = x[4:4]
#> column = M[:, 1]
#> corner = M[0, 2]
#> added = x[1:3][None, :, None]
#> turned = M.T
#> output first
#> output last
#> output middle
#> output every_second
#> output backwards
#> output clamped
#> output none
#> output column
#> output corner
#> output added
#> output turned
