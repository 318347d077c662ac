# A list is stacked where a tensor is needed.
input a: f32 = 1.0
input b: f32 = 2.0
pair = [a, b]
output first = pair[0]
output total = sum(pair)
output rotated = [[0, -1], [1, 0]] @ pair
output gradient = grad(sum([a, b, a * b] ** 2), pair)[1]
output joined = concat([[1, 2], [3.5]])
output nested = [[a, b], [b, a]]

#$ graphc run lists.g
#> first: f32 = 1.0
#> total: f32 = 3.0
#> rotated: f32[2] = [-2.0, 1.0]
#> gradient: f32 = 8.0
#> joined: f32[3] = [1.0, 2.0, 3.5]
#> nested: f32[2, 2] = [[1.0, 2.0], [2.0, 1.0]]
